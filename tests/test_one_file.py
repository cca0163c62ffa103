"""One file by itself: a digest, lists that are named or lie beside it, signatures over it."""

from __future__ import annotations

import base64
import hashlib
import tarfile
from typing import TYPE_CHECKING

import pytest
from keypairs import KEY, OTHER
from trees import sha256

import checksig
from checksig import ManifestError, SignatureInvalid, SignatureUntrusted, Status, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

DATA, EVIL = b"\x7fELF tool", b"\x7fELF evil"
TOOL = "tool-1.2.bin"


@pytest.fixture(autouse=True)
def _no_habits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """A file of which nothing is said."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / TOOL).write_bytes(DATA)
    return tmp_path / "there" / TOOL


def beside(path: Path, name: str, data: str | bytes) -> Path:
    """Write a file beside another."""
    other = path.with_name(name)
    other.write_bytes(data if isinstance(data, bytes) else data.encode())
    return other


# A digest that is given


def spellings(data: bytes) -> dict[str, str]:
    """Return ways to write the digest of some data."""
    sha = hashlib.sha256(data)
    text = base64.b64encode(sha.digest()).decode()
    return {
        "with its algorithm": f"sha256:{sha.hexdigest()}",
        "in capitals": f"SHA256:{sha.hexdigest().upper()}",
        "with an equals sign": f"sha-256={sha.hexdigest()}",
        "alone": sha.hexdigest(),
        "with blanks": f" {sha.hexdigest()}\n",
        "of npm": f"sha256-{text}",
        "in base64": f"sha256:{text}",
        "another": f"sha3-256:{hashlib.sha3_256(data).hexdigest()}",
        "with hyphens": f"sha3-256-{base64.b64encode(hashlib.sha3_256(data).digest()).decode()}",
        "short": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "of SHA-512": hashlib.sha512(data).hexdigest(),
    }


@pytest.mark.parametrize("way", spellings(b""))
def test_a_digest_may_be_written_in_several_ways(tool: Path, cli: Cli, way: str) -> None:
    right, wrong = spellings(DATA)[way], spellings(EVIL)[way]
    assert checksig.verify_file(tool, digest=right).files == 1
    assert cli("verify", tool, "--digest", right).code == 0
    answer = cli("verify", tool, "--digest", wrong)
    assert (answer.code, "mismatch     tool-1.2.bin" in answer.out) == (1, True)
    with pytest.raises(VerificationError):
        checksig.verify_file(tool, digest=[right, wrong])


@pytest.mark.parametrize(
    ("digest", "why"),
    [
        ("sha256:43", 'a digest of SHA-256 has 64 digits, and this one has 2: "43"'),
        ("4355a46b", "may be a digest of CRC-32, or the beginning of a longer one"),
        ("1234567", "no algorithm has digests of 7 digits"),
        ("0" * 66, "is cut short"),
        ("sha0:43", "unknown algorithm 'sha0'"),
        ("tool", '"tool" is not a digest: write it as sha256:4355…, or 4355…'),
        ("sha256:tool.bin", "is neither hexadecimal nor base64"),
        ("sha256:QQ==", "it has 1 bytes, not 32"),
        ("", "must not be empty"),
    ],
)
def test_a_digest_that_is_none_is_refused(tool: Path, cli: Cli, digest: str, why: str) -> None:
    answer = cli("verify", tool, "--digest", digest)
    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
    with pytest.raises((ValueError, checksig.UnknownAlgorithmError)):
        checksig.verify_file(tool, digest=digest)


def test_a_digest_takes_the_place_of_lists(tool: Path, cli: Cli) -> None:
    wrong = beside(tool, "SHA256SUMS", f"{sha256(EVIL)}  {TOOL}\n")
    assert cli("verify", tool).code == 1
    assert checksig.verify_file(tool, digest=sha256(DATA)).manifests == ()
    with pytest.raises(ValueError, match="cannot be combined with lists"):
        checksig.verify(tool, digest=sha256(DATA), manifest=wrong)
    with pytest.raises(ManifestError, match="is a directory, and this is about one file"):
        checksig.verify(tool.parent, digest=sha256(DATA))
    answer = cli("verify", tool, tool.parent, "--digest", sha256(DATA))
    assert (answer.code, "a digest is for one file" in answer.err) == (2, True)


# Lists


def test_of_a_list_that_is_named_only_the_lines_about_the_file_count(tool: Path, cli: Cli) -> None:
    lines = f"{sha256(DATA)}  {TOOL}\n{'0' * 64}  gone\nnonsense\n"
    listed = beside(tool, "sums.txt", lines)
    assert cli("verify", "--manifest", listed, tool).code == 0
    assert checksig.verify_file(tool, manifest=listed).files == 1
    tool.write_bytes(EVIL)
    assert cli("verify", "--manifest", listed, tool).code == 1


@pytest.mark.parametrize("listed", ["there/tool-1.2.bin", "./there/tool-1.2.bin"])
def test_a_list_above_a_file_calls_it_by_its_name_from_there(tool: Path, listed: str) -> None:
    above = tool.parent.with_name("sums.txt")
    above.write_text(f"{sha256(DATA)}  {listed}\n{'0' * 64}  {TOOL}\n")
    assert checksig.verify_file(tool, manifest=above).files == 1


def test_a_list_that_does_not_name_the_file_says_nothing_of_it(tool: Path, cli: Cli) -> None:
    listed = beside(tool, "sums.txt", f"{sha256(DATA)}  images/{TOOL}\n")
    answer = cli("verify", "--manifest", listed, tool)
    assert (answer.code, answer.out) == (2, "")
    assert (
        f'does not list "{tool}", but "images/{TOOL}", which --by-name takes for it' in answer.err
    )
    assert cli("verify", "--manifest", listed, "--by-name", tool).code == 0
    listed.write_text(f"{sha256(DATA)}  a/{TOOL}\n{sha256(EVIL)}  b/{TOOL}\n")
    answer = cli("verify", "--manifest", listed, "--by-name", tool)
    assert (answer.code, answer.out) == (2, "")
    assert f'but "a/{TOOL}" and 1 more' in answer.err


def test_two_lists_that_differ_about_a_file_fail(tool: Path, cli: Cli) -> None:
    beside(tool, "SHA256SUMS", f"{sha256(DATA)}  {TOOL}\n")
    beside(tool, f"{TOOL}.sha256", f"{sha256(EVIL)}  {TOOL}\n")
    answer = cli("verify", tool)
    assert (answer.code, TOOL in answer.out) == (1, True)
    assert f"{TOOL}.sha256" in answer.out


def test_a_sidecar_of_another_file_fails(tool: Path, cli: Cli) -> None:
    beside(tool, f"{TOOL}.sha256", f"{sha256(DATA)}  other.bin\n")
    answer = cli("verify", tool)
    assert answer.code == 1
    assert f"{TOOL}.sha256 is named after it, but does not list it" in answer.out


def test_a_broken_list_of_another_file_says_nothing(tool: Path, cli: Cli) -> None:
    beside(tool, "other.iso.sha256", "<!DOCTYPE html>")
    assert "no list beside" in cli("verify", tool).err
    beside(tool, "SHA256SUMS", f"{sha256(DATA)}  {TOOL}\n")
    assert cli("verify", tool).code == 0
    beside(tool, f"{TOOL}.sha256", "<!DOCTYPE html>")  # this one does
    assert cli("verify", tool).code == 2


def test_nothing_beside_a_file_is_no_success(tool: Path, cli: Cli) -> None:
    for arguments in ((tool,), (tool, "--manifest", tool), (tool.parent,)):
        answer = cli("verify", *arguments)
        assert (answer.code, answer.out) == (2, "")
    with pytest.raises(ManifestError, match="no list beside"):
        checksig.verify_file(tool)
    with pytest.raises(ManifestError, match="cannot read"):
        checksig.verify_file(tool.with_name("gone"), digest=sha256(DATA))


@pytest.mark.parametrize("option", ["complete", "find_moved", "mounts", "recursive"])
def test_options_about_directories_are_refused_for_one_file(tool: Path, option: str) -> None:
    beside(tool, "SHA256SUMS", f"{sha256(DATA)}  {TOOL}\n")
    with pytest.raises(ValueError, match=f"{option} is about a directory"):
        checksig.verify(tool, **{option: True})  # type: ignore[misc]


def test_an_archive_that_a_list_names_is_one_file(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "a").write_bytes(b"a")
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(tmp_path / "a", "a")
    whole = beside(path, "whole.txt", f"{sha256(path.read_bytes())}  a.tar\n")
    members = beside(path, "members.txt", f"{sha256(b'a')}  a\n")
    assert checksig.verify(path, manifest=whole).failures == ()
    assert checksig.verify(path, manifest=members).root == str(path)
    assert checksig.verify_file(path, digest=sha256(path.read_bytes())).files == 1
    path.write_bytes(path.read_bytes() + b"\0")
    assert cli("verify", path, "--manifest", whole).code == 1


# Signatures


def test_a_signature_over_the_file_will_do(tool: Path, key: Path, cli: Cli) -> None:
    answer = cli("verify", tool)
    assert (answer.code, answer.out) == (2, "")
    seal = beside(tool, f"{TOOL}.minisig", KEY.minisign(DATA))
    answer = cli("verify", tool)
    assert (answer.code, answer.out) == (2, "")
    assert f'"{TOOL}.minisig" may sign it: give the key that you trust (--trust)' in answer.err
    answer = cli("verify", tool, "--trust", key)
    assert answer.code == 0
    assert answer.out.startswith("VERIFIED     1 of 1 file ok")
    assert f"{TOOL} is signed as a whole" in answer.out
    report = checksig.verify_file(tool, trust=key, digest=sha256(DATA))
    assert (report.files, len(report.signatures)) == (1, 1)
    seal.write_bytes(OTHER.minisign(DATA))
    assert cli("verify", tool, "--trust", key).code == 3
    seal.write_bytes(KEY.minisign(EVIL))
    assert cli("verify", tool, "--trust", key).code == 3
    with pytest.raises(SignatureInvalid):
        checksig.verify_file(tool, trust=key)


def test_a_signature_over_the_list_will_do(tool: Path, key: Path) -> None:
    lines = f"{sha256(DATA)}  {TOOL}\n".encode()
    listed = beside(tool, "SHA256SUMS", lines)
    with pytest.raises(SignatureUntrusted):
        checksig.verify(tool, trust=key)
    beside(tool, "SHA256SUMS.minisig", KEY.minisign(lines))
    for report in (checksig.verify(tool, trust=key), checksig.verify_file(tool, trust=key)):
        assert (report.files, len(report.signatures)) == (1, 1)
    assert checksig.verify_file(tool, trust=key, manifest=listed).signatures
    tool.write_bytes(EVIL)
    with pytest.raises(VerificationError):
        checksig.verify(tool, trust=key)


def test_both_of_them_hold_or_it_fails(tool: Path, key: Path) -> None:
    lines = f"{sha256(DATA)}  {TOOL}\n".encode()
    listed = beside(tool, "SHA256SUMS", lines)
    seal = beside(tool, f"{TOOL}.minisig", KEY.minisign(DATA))
    assert checksig.verify(tool, trust=key).files == 1
    listed.write_text(f"{sha256(EVIL)}  {TOOL}\n")  # nobody signed that, and it counts
    with pytest.raises(VerificationError):
        checksig.verify(tool, trust=key)
    listed.write_bytes(lines)
    beside(tool, "SHA256SUMS.minisig", KEY.minisign(lines))
    assert len(checksig.verify(tool, trust=key).signatures) == 2
    seal.write_bytes(KEY.minisign(EVIL))
    with pytest.raises(SignatureInvalid):
        checksig.verify(tool, trust=key)


def test_a_digest_is_signed_by_nobody(tool: Path, key: Path, cli: Cli) -> None:
    answer = cli("verify", tool, "--digest", sha256(DATA), "--trust", key)
    assert (answer.code, answer.out) == (3, "")
    beside(tool, f"{TOOL}.minisig", KEY.minisign(EVIL))
    assert cli("verify", tool, "--digest", sha256(DATA), "--trust", key).code == 3


def test_a_signature_that_is_named_is_over_the_list_or_the_file(tool: Path, key: Path) -> None:
    lines = f"{sha256(DATA)}  {TOOL}\n".encode()
    elsewhere = tool.parent.parent / "over.minisig"
    elsewhere.write_bytes(KEY.minisign(DATA))
    assert checksig.verify(tool, trust=key, signature=elsewhere).signatures
    beside(tool, "SHA256SUMS", lines)
    with pytest.raises(SignatureInvalid):  # there is a list: it is over that
        checksig.verify(tool, trust=key, signature=elsewhere)
    elsewhere.write_bytes(KEY.minisign(lines))
    assert checksig.verify(tool, trust=key, signature=elsewhere).signatures
    own = elsewhere.with_name(f"{TOOL}.minisig")
    own.write_bytes(KEY.minisign(DATA))
    assert checksig.verify(tool, trust=key, signature=own).signatures


def test_of_one_file_the_bytes_that_were_signed_are_those_that_are_checked(
    tool: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checksig._claims import signed_whole

    beside(tool, "SHA256SUMS", f"{sha256(EVIL)}  {TOOL}\n")
    beside(tool, f"{TOOL}.minisig", KEY.minisign(DATA))
    original = signed_whole.over_whole

    def swapped(*arguments: object) -> object:
        found = original(*arguments)  # type: ignore[arg-type]
        tool.write_bytes(EVIL)
        return found

    monkeypatch.setattr(signed_whole, "over_whole", swapped)
    report = checksig.audit(tool, trust=key)
    assert [each.status for each in report.failures] == [Status.MISMATCH]


# Standard input


def test_standard_input_is_a_file(tool: Path, key: Path, cli: Cli) -> None:
    def said(*arguments: str | Path) -> int:
        return cli("verify", *arguments, redirection=f"< '{tool}'").code

    listed = tool.parent.with_name("sums.txt")
    listed.write_text(f"{sha256(DATA)}  any.bin\n")
    assert said("-", "--digest", sha256(DATA)) == 0
    assert said("-", "--digest", sha256(EVIL)) == 1
    assert said("-", "--manifest", listed) == 0
    assert said("-") == 2
    seal = beside(tool, "seal.minisig", KEY.minisign(DATA))
    assert said("-", "--trust", key, "--signature", seal) == 0
    listed.write_text(f"{sha256(EVIL)}  any.bin\n")
    assert said("-", "--manifest", listed) == 1
    assert said("-", "--trust", key, "--signature", seal, "--digest", sha256(EVIL)) == 1
    listed.write_text(f"{sha256(DATA)}  any.bin\n{sha256(DATA)}  other.bin\n")
    assert said("-", "--manifest", listed) == 2
    listed.write_text(f"{sha256(DATA)}  -\n{sha256(EVIL)}  other.bin\n")
    assert said("-", "--manifest", listed) == 0


def test_standard_input_is_a_list(tool: Path, cli: Cli) -> None:
    listed = tool.parent.with_name("sums.txt")
    listed.write_text(f"{sha256(DATA)}  {TOOL}\n")

    def said(*arguments: str | Path) -> int:
        return cli("verify", *arguments, redirection=f"< '{listed}'").code

    assert said("--manifest", "-", tool) == 0
    assert said("--manifest", "-", tool.parent, "--complete") == 0
    assert said("--manifest", "-", "-") == 2
    (tool.with_name("-")).write_bytes(b"no list")  # nobody listed it
    assert said("--manifest", "-", tool.parent, "--complete") == 1
    listed.write_text(f"{sha256(EVIL)}  {TOOL}\n")
    assert said("--manifest", "-", tool) == 1


# Several paths


def test_each_of_several_paths_has_a_verdict_and_the_worst_is_the_exit_code(
    tmp_path: Path, cli: Cli
) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text(name)
        checksig.create(tmp_path / name)
    answer = cli("verify", "a", "b", "c", cwd=tmp_path)
    assert answer.code == 0
    assert [line.split(":")[0] for line in answer.out.splitlines()[:3]] == [
        f"VERIFIED     {name}" for name in "abc"
    ]
    assert "paths        3 of 3 paths ok" in answer.out
    (tmp_path / "b" / "f").write_text("x")
    answer = cli("verify", "a", "b", "c", cwd=tmp_path)
    assert (answer.code, "mismatch     b/f" in answer.out) == (1, True)
    assert "FAILED       2 of 3 files ok, 1 mismatch" in answer.out
    (tmp_path / "a" / "SHA256SUMS").unlink()
    answer = cli("verify", "a", "b", "c", cwd=tmp_path)
    assert (answer.code, 'no list of digests in "a"' in answer.err) == (2, True)
    assert "paths        1 of 3 paths ok, 1 could not be checked" in answer.out
    answer = cli("verify", "a", cwd=tmp_path)
    assert (answer.code, answer.out) == (2, "")
    answer = cli("verify", "a", "a", cwd=tmp_path)  # the same twice is one
    assert (answer.code, "1 could not be checked" in answer.out) == (2, True)


def test_what_cannot_be_trusted_is_the_worst_of_several(
    tmp_path: Path, key: Path, cli: Cli
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text(name)
        checksig.create(tmp_path / name)
    listed = tmp_path / "a" / "SHA256SUMS"
    beside(listed, "SHA256SUMS.minisig", KEY.minisign(listed.read_bytes()))
    answer = cli("verify", "a", "b", "gone", "--trust", key, cwd=tmp_path)
    assert answer.code == 3
    assert "paths        1 of 3 paths ok, 2 could not be checked" in answer.out
    assert "VERIFIED     a: 1 of 1 file ok" in answer.out
    assert "FAILED       1 of 1 file ok" in answer.out


def test_files_of_one_directory_are_checked_in_one_run(tmp_path: Path, cli: Cli) -> None:
    names = [f"{number}.bin" for number in range(4)]
    for name in names:
        (tmp_path / name).write_bytes(b"\0" + name.encode())
    lines = [f"{sha256((tmp_path / name).read_bytes())}  {name}\n" for name in names[:3]]
    (tmp_path / "SHA256SUMS").write_text("".join(lines))
    answer = cli("verify", *names[:3], cwd=tmp_path)
    assert answer.code == 0
    assert sorted(answer.out.splitlines()[:3]) == [f"ok           {name}" for name in names[:3]]
    answer = cli("verify", *names, cwd=tmp_path)
    assert (answer.code, f'no list beside "{names[3]}" names it' in answer.err) == (2, True)
    assert "paths        3 of 4 paths ok, 1 could not be checked" in answer.out
    answer = cli("verify", "--manifest", "SHA256SUMS", *names[:3], cwd=tmp_path)
    assert (answer.code, "3 of 3 files ok" in answer.out) == (0, True)
    (tmp_path / names[1]).write_bytes(b"x")
    answer = cli("verify", "--manifest", "SHA256SUMS", *names[:3], cwd=tmp_path)
    assert (answer.code, f"mismatch     {names[1]}" in answer.out) == (1, True)


def test_programs_get_one_document_on_several_paths(tmp_path: Path, cli: Cli) -> None:
    import json
    from importlib.resources import files

    import jsonschema

    schema = json.loads(files("checksig").joinpath("report.schema.json").read_text())
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text(name)
        checksig.create(tmp_path / name)
    (tmp_path / "b" / "f").write_text("x")
    answer = cli("verify", "a", "b", "gone", "--json", cwd=tmp_path)
    document = json.loads(answer.out)
    jsonschema.validate(document, schema)
    assert (answer.code, document["verdict"]) == (2, "FAILED")
    assert [part["verdict"] for part in document["parts"]] == ["VERIFIED", "FAILED"]
    assert [(each["path"], each["exit_code"]) for each in document["errors"]] == [("gone", 2)]
    assert [each["path"] for each in document["failures"]] == ["b/f"]
    answer = cli("verify", "a", "b", "--jsonl", cwd=tmp_path)
    rows = [json.loads(line) for line in answer.out.splitlines()]
    for row in rows:
        jsonschema.validate(row, schema)
    assert rows[-1]["schema"] == "checksig.summary/1"
    assert [part["root"] for part in rows[-1]["parts"]] == ["a", "b"]


# Attacks


def test_a_line_that_cannot_be_understood_counts_beside_a_signature(
    tool: Path, key: Path, cli: Cli
) -> None:
    beside(tool, f"{TOOL}.minisig", KEY.minisign(DATA))
    listed = beside(tool, f"{TOOL}.sha256", "nonsense\n")
    assert cli("verify", tool, "--trust", key).code == 1
    listed.unlink()
    listed = beside(tool, "SHA256SUMS", f"{'0' * 63}  {TOOL}\n")
    assert cli("verify", tool, "--trust", key).code == 2
    listed.write_text(f"{sha256(DATA)}  other\n{'0' * 63}  {TOOL}\n")
    assert cli("verify", tool, "--trust", key).code in (1, 2)
    # A return ends no line for who counts them.
    listed.write_text(f"#\r\r\r\n{sha256(DATA)}  {TOOL}\n{'0' * 63}  {TOOL}\n")
    assert cli("verify", tool).code == 1


def test_a_list_that_comes_in_serves_several_paths_and_archives(tool: Path, cli: Cli) -> None:
    other = tool.parent.with_name("other")
    other.mkdir()
    (other / TOOL).write_bytes(DATA)
    listed = tool.parent.with_name("sums.txt")
    listed.write_text(f"{sha256(DATA)}  {TOOL}\n")

    def said(*arguments: str | Path) -> int:
        return cli("verify", *arguments, "--manifest", "-", redirection=f"< '{listed}'").code

    assert said(tool.parent, other) == 0
    with tarfile.open(tool.with_name("a.tar"), "w") as archive:
        archive.add(tool, TOOL)
    assert said(tool.with_name("a.tar")) == 0
    (other / TOOL).write_bytes(EVIL)
    assert said(tool.parent, other) == 1


def test_a_file_that_looks_like_a_list_is_checked_as_one_that_is_listed(
    tool: Path, key: Path, cli: Cli
) -> None:
    readme = beside(tool, "README", b"r")
    tool.write_text(f"#!/bin/sh\necho evil\nexit\n{sha256(b'r')}  {readme.name}\n")
    assert cli("verify", tool).code == 0  # nothing speaks of it, and it may be a list
    listed = beside(tool, "SHA256SUMS", f"{sha256(DATA)}  {TOOL}\n")
    for arguments in ((tool,), (tool, readme), (tool, "--ignore-missing")):
        assert cli("verify", *arguments).code in (1, 2)
    beside(tool, f"{TOOL}.minisig", KEY.minisign(tool.read_bytes()))
    beside(tool, "SHA256SUMS.minisig", KEY.minisign(listed.read_bytes()))
    assert cli("verify", tool, "--trust", key).code == 1


def test_a_bad_signature_over_one_of_several_files_counts(tool: Path, key: Path, cli: Cli) -> None:
    other = beside(tool, "other.bin", DATA)
    lines = f"{sha256(DATA)}  {TOOL}\n{sha256(DATA)}  other.bin\n".encode()
    beside(tool, "SHA256SUMS", lines)
    beside(tool, "SHA256SUMS.minisig", KEY.minisign(lines))
    assert cli("verify", tool, other, "--trust", key).code == 0
    beside(tool, f"{TOOL}.minisig", KEY.minisign(EVIL))
    answer = cli("verify", tool, other, "--trust", key)
    assert (answer.code, "1 could not be checked" in answer.out) == (3, True)


@pytest.mark.parametrize("line", [f"{'0' * 63}  {TOOL}", f"SHA256 ({TOOL}) = 0", f"xx  {TOOL}"])
def test_a_line_about_the_file_that_cannot_be_understood_fails(
    tool: Path, cli: Cli, line: str
) -> None:
    listed = beside(tool, "SHA256SUMS", f"{sha256(DATA)}  {TOOL}\nnonsense\n")
    assert cli("verify", tool).code == 0  # that is not about it
    listed.write_text(f"{sha256(DATA)}  {TOOL}\n{line}\n")
    assert cli("verify", tool).code == 1
    assert cli("verify", "--manifest", listed, tool).code == 1
    listed.write_text(f"{line}\n")
    md5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()
    beside(tool, "MD5SUMS", f"{md5}  {TOOL}\n")
    assert cli("verify", tool).code == 1
    listed.write_text(f"{sha256(DATA)}  any\n{line}\n")
    assert cli("verify", "-", "--manifest", listed, redirection=f"< '{tool}'").code in (1, 2)


@pytest.mark.parametrize(
    "name", [f"/{TOOL}", f"//{TOOL}", f"{TOOL}/", f"{TOOL}/.", f"../there/{TOOL}", f"../{TOOL}"]
)
def test_a_name_that_is_no_file_s_is_not_that_of_the_file(tool: Path, cli: Cli, name: str) -> None:
    listed = beside(tool, "SHA256SUMS", f"{sha256(DATA)}  {name}\n")
    for arguments in ((), ("--by-name",), ("--manifest", listed)):
        assert cli("verify", tool, *arguments).code == 2
    assert cli("verify", tool.parent, "--strip", "1").code == 1


def test_the_line_about_a_file_beside_the_list_is_not_about_one_below(tool: Path, cli: Cli) -> None:
    above = tool.parent.with_name(TOOL)
    above.write_bytes(DATA)
    listed = tool.parent.with_name("sums.txt")
    listed.write_text(f"{sha256(DATA)}  {TOOL}\n")
    assert cli("verify", tool, "--manifest", listed).code == 2
    here = {"cwd": listed.parent}
    assert cli("verify", f"there/{TOOL}", "--manifest", listed.name, **here).code == 2
    above.unlink()
    assert cli("verify", tool, "--manifest", listed).code == 0


def test_a_backslash_in_a_name_is_one_if_there_is_such_a_file(tool: Path, cli: Cli) -> None:
    root = tool.parent.parent
    (root / f"there\\{TOOL}").write_bytes(EVIL)
    listed = root / "sums.txt"
    listed.write_text(f"\\{sha256(DATA)}  there\\\\{TOOL}\n")
    assert cli("verify", tool, "--manifest", listed).code == 2
    assert cli("verify", root, "--manifest", listed, "--strip", "1").code == 2
    (root / f"there\\{TOOL}").unlink()
    assert cli("verify", tool, "--manifest", listed).code == 0


def test_what_is_no_regular_file_is_not_waited_for(tool: Path, key: Path, cli: Cli) -> None:
    import os

    beside(tool, f"{TOOL}.minisig", KEY.minisign(DATA))
    tool.unlink()
    os.mkfifo(tool)
    answer = cli("verify", tool, "--trust", key)
    assert (answer.code, "not a regular file" in answer.err) == (2, True)


def test_a_digest_that_is_missing_is_no_digest(tool: Path) -> None:
    beside(tool, "SHA256SUMS", f"{sha256(DATA)}  {TOOL}\n")
    for digest in (None, [], ()):
        with pytest.raises(ValueError, match="digest is empty"):
            checksig.verify_file(tool, digest=digest)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a digest is text"):
        checksig.verify_file(tool, digest=b"00")  # type: ignore[arg-type]
