"""Lists as the world publishes them: nothing wrong is ok, and nothing right fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from archives import pack, sums
from checksums import crc64nvme
from trees import ZERO, sha1, sha256

import checksig
from checksig import Entry, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

A, B = sha256(b"a"), sha256(b"b")
CRC = "e8b7be43"  # of a


def put(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def check(root: Path, files: dict[str, bytes], name: str, text: str) -> checksig.Report:
    put(root, files)
    (root / name).write_text(text)
    return checksig.audit(root)


def found(report: checksig.Report) -> dict[str, Status]:
    return {failure.path: failure.status for failure in report.failures}


# The name of a list binds.


@pytest.mark.parametrize("name", ["SHA256SUMS", "x.sha512", "MD5SUMS", "tool_SHA1SUMS.txt"])
@pytest.mark.parametrize("line", [f"a {CRC}", f"a,1,{CRC},", f"{CRC}  a", f"{CRC} a"])
def test_the_name_of_a_list_binds(tmp_path: Path, name: str, line: str) -> None:
    """Eight digits that are right are no digest of another algorithm, in whatever layout."""
    put(tmp_path, {"a": b"a", "b": b"a"})
    (tmp_path / name).write_text(f"{line}\n{line.replace('a', 'b', 1)}\n")
    with pytest.raises(
        checksig.ManifestError, match=r"CRC-32|crc32|not a digest and a name|not hexadecimal"
    ):
        checksig.audit(tmp_path)


def test_a_list_called_crc_may_hold_the_common_one(tmp_path: Path) -> None:
    (tmp_path / "list.crc").write_text(f"a {CRC}\n")
    (tmp_path / "a").write_bytes(b"a")
    assert checksig.audit(tmp_path / "list.crc").ok


# Every field is understood.


def test_a_second_digest_that_is_no_field_is_not_passed_over(tmp_path: Path) -> None:
    text = f"a {A} {'00' * 64}\nb {B} {'00' * 64}\nc {B}\n"
    report = check(tmp_path, {"a": b"a", "b": b"b", "c": b"b"}, "registry.txt", text)
    # Two digests behind a name may be a table of RHash: then they are compared.
    assert report.counts[Status.MALFORMED] + report.counts[Status.MISMATCH] == 3
    assert not report.counts[Status.OK]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.mtree", f"#mtree\na type=file snefrudigest={'00' * 64}\n"),
        ("a.mtree", f"#mtree\na type=file sha256digset={A}\n"),
        ("info/paths.json", json.dumps({
            "paths": [{"_path": "a", "path_type": "hardlink", "sha256x": A}], "paths_version": 1,
        })),
        ("datapackage.json", json.dumps({"resources": [{"path": "a", "snefru": "00" * 64}]})),
        ("a.dvc", f"outs:\n- path: a\n  snefru: {'00' * 64}\n"),
    ],
)  # fmt: skip
def test_a_digest_under_a_name_that_is_not_known_is_unsupported(
    tmp_path: Path, name: str, text: str
) -> None:
    root = put(tmp_path, {"a": b"a", name: text.encode()})
    report = checksig.audit(root, manifest=root / name)
    assert found(report) == {"a": Status.UNSUPPORTED}


def test_one_digest_that_can_be_computed_beside_one_that_cannot_counts(tmp_path: Path) -> None:
    text = f"MD4 (a) = {'0' * 32}\nSHA256 (a) = {A}\nTIGER (a) = {'0' * 48}\n"
    report = check(tmp_path, {"a": b"a"}, "checksums", text)
    assert (report.ok, report.repeated) == (True, 0)
    assert report.remarks == ("checksums: 2 digests not computed: MD4, TIGER",)
    (tmp_path / "a").write_bytes(b"x")
    assert found(checksig.audit(tmp_path)) == {"a": Status.MISMATCH}


# What a list is for.


@pytest.mark.parametrize("name", ["a.iso.sha256", "a.iso.SHA256.txt", "a.iso.sha256sum"])
def test_a_list_called_after_a_file_has_to_list_it(tmp_path: Path, name: str) -> None:
    report = check(tmp_path, {"a.iso": b"evil", "b": b"b"}, name, f"# a.iso\n{B}  b\n")
    assert found(report) == {"a.iso": Status.MISSING}
    assert "does not list it" in report.failures[0].detail
    assert not checksig.audit(tmp_path / name).ok
    assert not checksig.audit(tmp_path, ignore_missing=True).ok
    archive = pack(tmp_path / "x.tar", {"a.iso": b"evil", "b": b"b", name: sums({"b": b"b"})})
    assert found(checksig.audit(archive)) == {"a.iso": Status.MISSING}


def test_a_list_called_after_a_directory_is_for_what_is_in_it(tmp_path: Path) -> None:
    assert check(tmp_path, {"data/b": b"b"}, "data.sha256", f"{B}  data/b\n").ok


@pytest.mark.parametrize("line", ["{}  -", "{} *-", "{} *stdin", "(stdin)= {}", "SHA2-256(-)= {}"])
def test_standard_input_in_a_list_called_after_a_file_is_that_file(
    tmp_path: Path, line: str
) -> None:
    report = check(tmp_path, {"a.iso": b"a"}, "a.iso.sha256", line.format(A) + "\n")
    assert (report.ok, report.files) == (True, 1)
    (tmp_path / "a.iso").write_bytes(b"b")
    assert found(checksig.audit(tmp_path)) == {"a.iso": Status.MISMATCH}


# Weak names accuse nobody.

WEAK = {
    "LICENSE.BSD": b"Redistribution and use are permitted.\n",
    "digest.txt": b"The news of this week\n",
    "checksum.txt": b"How to use checksums\n",
    ".part-0.parquet.crc": b"crc\0\0\0\2\0\x12\x34",
    "md5sum": b"\x7fELF\2\1\1",
    "paths.json": b'{"menu": []}',
    "Manifest": b"Manifest-Version: 1.0\n",
    "Release": b"Notes on release 2\n",
    "RECORD": b"a record of things\n",
    "cache.dir": b"\0\1\2",
    "hashes.txt": b"corned beef\n",
}


@pytest.mark.parametrize("name", WEAK)
def test_a_name_alone_accuses_nobody(tmp_path: Path, name: str) -> None:
    files = {name: WEAK[name], "a": b"a"}
    put(tmp_path, files)
    checksig.create(tmp_path, output=tmp_path / "SHA256SUMS")
    report = checksig.verify(tmp_path, complete=True)
    assert report.files == 2
    (tmp_path / "SHA256SUMS").unlink()
    with pytest.raises(checksig.ManifestError, match="has the name of one, but is not one"):
        checksig.audit(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "md5checksums.txt", "MD5.txt", "md5.txt", "MD5", "hashes.txt", "x_hashes.txt",
        "md5sums-signed-build.txt", "MD5SUMS.arm64", "CHECKSUM.MD5-FreeBSD-14.0-RELEASE-amd64",
        "digest.txt", "checksum.txt",
    ],
)  # fmt: skip
def test_a_weak_name_is_that_of_a_list_if_there_is_one_in_it(tmp_path: Path, name: str) -> None:
    line = f"{'0cc175b9c0f1b6a831c399e269772661'}  a.img\n"
    assert check(tmp_path, {"a.img": b"a"}, name, line).ok
    (tmp_path / "a.img").write_bytes(b"b")
    assert found(checksig.audit(tmp_path)) == {"a.img": Status.MISMATCH}


@pytest.mark.parametrize("tag", ["BSD", "SYSV"])
def test_a_sum_of_16_bits_verifies_nothing(tmp_path: Path, tag: str) -> None:
    put(tmp_path, {"a": b"a"})
    [digest] = [r.found for r in checksig.hash_files([tmp_path / "a"], tag.lower())]
    (tmp_path / "MD5SUMS").write_text(f"{tag} (a) = {digest}\n")
    assert found(checksig.audit(tmp_path)) == {"a": Status.UNSUPPORTED}
    (tmp_path / "MD5SUMS").write_text(f"{tag} (a) = {digest}\nSHA256 (a) = {A}\n")
    assert checksig.audit(tmp_path).ok
    (tmp_path / "MD5SUMS").write_text(f"{tag} (a) = 0000\nSHA256 (a) = {A}\n")
    assert found(checksig.audit(tmp_path)) == {"a": Status.MISMATCH}


def test_a_backslash_in_a_zip_is_said_to_be_the_fault(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"sub\\a": b"a", "b": b"b", "SHA256SUMS": sums({"b": b"b"})})
    [failure] = checksig.audit(path).failures
    assert "backslash" in failure.detail


# Archives and files, and what lies beside them.


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip", "x.tar"])
@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("beside", ["{}.sha256", "SHA256SUMS", "{}.md5"])
def test_an_archive_is_held_to_what_lies_beside_it(
    tmp_path: Path, name: str, beside: str, inside: bool
) -> None:
    files = {"a": b"a", **({"SHA256SUMS": sums({"a": b"a"})} if inside else {})}
    path = pack(tmp_path / name, files)
    algorithm = "md5" if beside.endswith("md5") else "sha256"
    [digest] = [r.found for r in checksig.hash_files([path], algorithm)]
    list_ = tmp_path / beside.format(name)
    list_.write_text(f"{digest}  {name}\n{'0' * len(digest or '')}  other\n")
    report = checksig.audit(path)
    assert (report.ok, report.files) == (True, 1 + inside)
    assert str(list_) in [source.path for source in report.manifests]
    assert algorithm in [each.name for each in report.algorithms]
    list_.write_text(f"{'0' * len(digest or '')}  {name}\n")
    assert found(checksig.audit(path)) == {name: Status.MISMATCH}
    list_.write_text(f"{digest}  other\n")
    if "{}" in beside:
        assert found(checksig.audit(path)) == {name: Status.MISSING}
    elif inside:
        assert checksig.audit(path).files == 1


def test_what_is_said_from_outside_makes_up_for_nothing_inside(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.tar", {"SHA256SUMS": sums({"a": b"a"}), "b": b"b"})
    (tmp_path / "x.tar.sha256").write_text(f"{sha256(path.read_bytes())}\n")
    assert found(checksig.audit(path)) == {"a": Status.MISSING}
    assert not checksig.audit(path, ignore_missing=True).ok


def test_one_file_is_checked_by_the_lists_beside_it_that_name_it(
    tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    put(tmp_path, {"tool": b"\x7fELF a", "b": b"b"})
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'{ELF')}  x\n{'0' * 64}  gone\n")
    with pytest.raises(checksig.ManifestError, match="a program, not a list"):
        checksig.audit(tmp_path / "tool")
    digest = sha256(b"\x7fELF a")
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  tool\n{'0' * 64}  gone\n")
    (tmp_path / "tool.sha256").write_text(f"{digest}\n")
    report = checksig.audit(tmp_path / "tool")
    assert (report.ok, report.files, len(report.manifests)) == (True, 1, 2)
    (tmp_path / "tool.sha256").write_text(f"{'0' * 64}\n")
    assert found(checksig.audit(tmp_path / "tool")) == {"tool": Status.MISMATCH}
    answer = cli("verify", tmp_path / "tool", "--manifest", tmp_path / "SHA256SUMS")
    assert (answer.code, "1 of 1 file ok" in answer.out) == (0, True)


# Headers, comments, backslashes.

HEADER = "These are the digests of the files here.\nUse them with md5sum.\n \nDigest      Name\n"


def test_text_above_the_first_entry_is_a_header_and_told(tmp_path: Path) -> None:
    report = check(tmp_path, {"a": b"a"}, "CHECKSUMS.sha256", f"{HEADER}{A}  a\n")
    assert (report.ok, report.files) == (True, 1)
    assert report.remarks == ("CHECKSUMS.sha256: 3 lines above the first entry",)
    assert not check(tmp_path, {"a": b"a"}, "CHECKSUMS.sha256", f"{A}  a\n{HEADER}").ok


@pytest.mark.parametrize(
    "line",
    [
        "deadbee  b", "f537d  b", "1 *b", "  b", "SHA256 (b) = ", "SHA256 (b = 0", f"; {ZERO}  b",
        f"{ZERO[:-1]}g  b",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=  b",
        "b: sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ],
)  # fmt: skip
def test_what_was_meant_as_an_entry_is_no_header(tmp_path: Path, line: str) -> None:
    report = check(tmp_path, {"a": b"a", "b": b"evil"}, "SHA256SUMS", f"{line}\n{A}  a\n")
    assert report.counts[Status.MALFORMED] == 1


def test_a_comment_tells_algorithms_apart_that_lengths_do_not(tmp_path: Path) -> None:
    put(tmp_path, {"a": b"a"})
    results = {n: checksig.hash_files([tmp_path / "a"], n) for n in ("blake2b", "sha512")}
    digests = {name: next(found).found for name, found in results.items()}
    text = "".join(f"# {name.upper()} HASH\n{digest}  a\n" for name, digest in digests.items())
    (tmp_path / "a.DIGESTS").write_text(text)
    report = checksig.verify(tmp_path)
    assert {each.name for each in report.algorithms} == {"blake2b", "sha512"}


def test_a_name_with_backslashes_is_tried_with_slashes(tmp_path: Path) -> None:
    text = f"; TeraCopy\n{A} *sub\\a\n{B} ?SHA256*sub\\b\n"
    report = check(tmp_path, {"sub/a": b"a", "sub/b": b"b"}, "SHA256SUMS", text)
    assert report.ok
    assert report.remarks == ("SHA256SUMS: 2 names with backslashes for slashes",)
    assert checksig.audit(tmp_path, complete=True).ok
    archive = pack(tmp_path / "x.zip", {"sub/a": b"a", "SHA256SUMS": f"{A} *sub\\a\n".encode()})
    assert checksig.audit(archive).ok


def test_a_name_that_holds_a_backslash_comes_first(tmp_path: Path) -> None:
    report = check(tmp_path, {"a\\b": b"x", "a/b": b"a"}, "SHA256SUMS", f"{A}  a\\b\n")
    assert found(report) == {"a\\b": Status.MISMATCH}


@pytest.mark.parametrize("name", ["..\\up", "a\\..\\..\\up", "\\up", "C:\\up"])
def test_backslashes_never_lead_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "up").write_bytes(b"a")
    report = check(tmp_path / "root", {"x": b"x"}, "SHA256SUMS", f"{A}  {name}\n")
    assert not report.counts[Status.OK]


def test_where_names_are_exact_a_backslash_is_one(tmp_path: Path) -> None:
    put(tmp_path, {"etc/cron": b"a"})
    report = checksig.audit(tmp_path, entries=[Entry("etc\\cron", A, "sha256")])
    assert found(report) == {"etc\\cron": Status.MISSING}
    jsonl = '{"schema": "checksig.list/1"}\n' + json.dumps(
        {"path": "etc\\cron", "digests": {"sha256": A}}
    )
    (tmp_path / "checksums.jsonl").write_text(jsonl + "\n")
    assert found(checksig.audit(tmp_path)) == {"etc\\cron": Status.MISSING}


# Missing files are explained.


@pytest.mark.parametrize(
    ("listed", "there", "said"),
    [
        ("caf\u00e9", "cafe\u0301", "its Unicode form"),
        ("readme", "README", "letter case"),
        ("a", " a", "blanks"),
        ("thing-1.0", "thing-1.0.tar.gz", "there is thing-1.0.tar.gz"),
        ("release-7/a", "a", "without release-7/"),
    ],
)
def test_what_is_there_instead_of_a_missing_file_is_told(
    tmp_path: Path, cli: Callable[..., Answer], listed: str, there: str, said: str
) -> None:
    report = check(tmp_path, {there: b"a", "x": b"x"}, "SHA256SUMS", f"{A}  {listed}\n")
    [failure] = report.failures
    assert failure.status is Status.MISSING
    assert said in failure.diagnosis
    assert "--find-moved" in cli("verify", tmp_path).out


def test_options_that_may_help_are_named(tmp_path: Path, cli: Callable[..., Answer]) -> None:
    check(tmp_path, {"a": b"a"}, "SHA256SUMS", f"{A}  a\n{B}  b\n")
    assert "perhaps      --ignore-missing: " in cli("verify", tmp_path).out
    assert "perhaps" not in cli("verify", "-q", tmp_path).out
    assert "perhaps" not in cli("verify", tmp_path, "--ignore-missing").out


def test_a_list_that_lists_itself_is_told_so(tmp_path: Path) -> None:
    text = f"{A}  a\n{sha256(b'')}  SHA256SUMS\n"
    [failure] = check(tmp_path, {"a": b"a"}, "SHA256SUMS", text).failures
    assert failure.diagnosis == "no list can list itself"


def test_a_digest_of_another_length_says_what_it_looks_like(tmp_path: Path) -> None:
    report = check(tmp_path, {"a": b"a"}, "MD5SUMS", f"{'0' * 32}  a\n{A}  a\n")
    assert [f.detail for f in report.failures if f.status is Status.MALFORMED] == [
        "the digest has the wrong length: that of SHA-256"
    ]


@pytest.mark.parametrize("name", ["data.xxh64", "XXH64SUMS", "sums.txt", "CRC64NVMESUMS"])
def test_a_digest_that_several_algorithms_have_is_none_of_them(tmp_path: Path, name: str) -> None:
    # That of XXH64 is as long as that of CRC-64/NVME, which only a name or a tag says.
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / name).write_text(f"{crc64nvme(b'a')}  a\n")
    if name == "CRC64NVMESUMS":
        assert checksig.audit(tmp_path, manifest=tmp_path / name).ok
        return
    if "xxh64" in name.lower():
        report = checksig.audit(tmp_path, manifest=tmp_path / name)
        assert report.counts[Status.MISMATCH] == 1
        return
    with pytest.raises(checksig.ManifestError, match="that of a is CRC-64/NVME"):
        checksig.audit(tmp_path, manifest=tmp_path / name)
    (tmp_path / "a").write_bytes(b"b")
    with pytest.raises(checksig.ManifestError, match=r"digests of 16 digits are those of .*xxh64"):
        checksig.audit(tmp_path, manifest=tmp_path / name)


def test_sha1_lists_are_as_before(tmp_path: Path) -> None:
    assert check(tmp_path, {"a": b"a"}, "sha1sum.txt", f"{sha1(b'a')}  a\n").remarks == ()
