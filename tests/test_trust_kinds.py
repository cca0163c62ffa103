"""Signatures over every kind of claim: lists in archives, archives, bags, and entries."""

from __future__ import annotations

import hashlib
import json
import os
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from archives import SUFFIXES, pack, sums, wheel
from jsonschema import Draft202012Validator
from keypairs import KEY, OTHER
from trees import sha256

import checksig
from checksig import (
    ArchiveError,
    Entry,
    SignatureInvalid,
    SignatureUntrusted,
    Status,
    VerificationError,
)
from checksig._claims import signed_bag, signed_whole
from checksig._places.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conftest import Answer

FILES = {"a": b"a" * 1000, "sub/b": b"b" * 10}
LIST = "SHA256SUMS"
DAMAGED = "untrusted comment: whatever\nnonsense\n"


@pytest.fixture(autouse=True)
def _no_habits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def listed(files: Mapping[str, bytes], pair: object = KEY) -> dict[str, bytes]:
    """Files with a list of them, and a signature over it."""
    made = dict(files) | {LIST: sums(files)}
    return made | {f"{LIST}.minisig": pair.minisign(made[LIST])}  # type: ignore[attr-defined]


# Lists in archives


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("top", ["", "tool-1.0/"])
def test_a_signature_beside_a_list_in_an_archive_is_checked(
    tmp_path: Path, key: Path, suffix: str, top: str
) -> None:
    files = {top + name: data for name, data in listed(FILES).items()}
    path = pack(tmp_path / f"x{suffix}", files)
    report = checksig.verify(path, trust=key, complete=True)
    assert (report.files, report.members) == (2, None)
    assert report.signature
    assert report.signature.path == f"{path}/{top}{LIST}.minisig"


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_a_changed_byte_in_a_list_in_an_archive_is_invalid(
    tmp_path: Path, key: Path, suffix: str
) -> None:
    files = listed(FILES)
    files[LIST] = files[LIST].replace(b"  a\n", b"  A\n")
    with pytest.raises(SignatureInvalid):
        checksig.audit(pack(tmp_path / f"x{suffix}", files), trust=key)


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_a_changed_signature_in_an_archive_is_invalid(
    tmp_path: Path, key: Path, suffix: str
) -> None:
    files = listed(FILES) | {f"{LIST}.minisig": DAMAGED.encode()}
    with pytest.raises(SignatureInvalid):
        checksig.audit(pack(tmp_path / f"x{suffix}", files), trust=key)


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_a_changed_member_of_an_archive_with_a_signed_list_is_a_mismatch(
    tmp_path: Path, key: Path, suffix: str
) -> None:
    path = pack(tmp_path / f"x{suffix}", listed(FILES) | {"a": b"b" * 1000})
    report = checksig.audit(path, trust=key)
    assert not report.ok
    assert [(f.path, f.status) for f in report.failures] == [("a", Status.MISMATCH)]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_an_unsigned_list_beside_a_signed_one_in_an_archive_is_not_trusted(
    tmp_path: Path, key: Path, suffix: str
) -> None:
    files = listed(FILES) | {"more": b"more"}
    files["MD5SUMS"] = b"79c0ee4ef3e4a10a1aab3fbb4a06a0c6  more\n"
    with pytest.raises(SignatureUntrusted, match=r"MD5SUMS.* is not signed"):
        checksig.audit(pack(tmp_path / f"x{suffix}", files), trust=key)


def test_a_stranger_s_signature_in_an_archive_is_told_and_not_trusted(
    tmp_path: Path, key: Path
) -> None:
    path = pack(tmp_path / "x.zip", listed(FILES, OTHER))
    with pytest.raises(SignatureUntrusted):
        checksig.audit(path, trust=key)
    assert checksig.audit(path).unchecked == (f"{path}/{LIST}.minisig",)


# Archives as a whole


def sign(path: Path, pair: object = KEY) -> Path:
    """Sign a file, and return it."""
    signature = pair.minisign(path.read_bytes())  # type: ignore[attr-defined]
    path.with_name(path.name + ".minisig").write_bytes(signature)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_archive_that_is_signed_needs_no_list(
    tmp_path: Path, key: Path, suffix: str, cli: Callable[..., Answer]
) -> None:
    path = sign(pack(tmp_path / f"x{suffix}", FILES))
    report = checksig.verify(path, trust=key)
    assert (report.files, report.members, report.manifests) == (1, 2, ())
    assert report.bytes == path.stat().st_size
    assert report.signature
    assert report.signature.path == f"{path}.minisig"
    answer = cli("verify", path, "--trust", key)
    assert answer.code == 0
    assert f"x{suffix}, with 2 members, is signed as a whole" in answer.out


def test_an_archive_that_is_signed_by_a_stranger_or_not_at_all_is_not_trusted(
    tmp_path: Path, key: Path
) -> None:
    path = pack(tmp_path / "x.zip", FILES | {LIST: sums(FILES)})
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.audit(path, trust=key)
    sign(path, OTHER)
    with pytest.raises(SignatureUntrusted):
        checksig.audit(path, trust=key)
    report = checksig.audit(path)
    assert (report.ok, report.members, report.unchecked) == (True, None, (f"{path}.minisig",))


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_a_changed_byte_in_a_signed_archive_is_invalid(
    tmp_path: Path, key: Path, suffix: str
) -> None:
    path = sign(pack(tmp_path / f"x{suffix}", FILES))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(SignatureInvalid):
        checksig.audit(path, trust=key)


def test_a_changed_signature_over_an_archive_is_invalid(tmp_path: Path, key: Path) -> None:
    path = sign(pack(tmp_path / "x.zip", FILES))
    path.with_name("x.zip.minisig").write_text(DAMAGED)
    with pytest.raises(SignatureInvalid):
        checksig.audit(path, trust=key)


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_a_list_in_a_signed_archive_is_checked_as_well(
    tmp_path: Path, key: Path, suffix: str
) -> None:
    path = sign(pack(tmp_path / f"x{suffix}", FILES | {LIST: sums(FILES)}))
    report = checksig.verify(path, trust=key)
    assert (report.files, report.members) == (3, 3)
    path = sign(pack(tmp_path / f"y{suffix}", FILES | {LIST: sums(FILES), "a": b"changed"}))
    report = checksig.audit(path, trust=key)
    assert not report.ok
    assert [(f.path, f.status) for f in report.failures] == [("a", Status.MISMATCH)]


def test_a_list_in_a_signed_archive_that_cannot_be_read_is_an_error(
    tmp_path: Path, key: Path
) -> None:
    path = sign(pack(tmp_path / "x.zip", FILES | {LIST: b"nonsense\n"}))
    with pytest.raises(checksig.ManifestError):
        checksig.audit(path, trust=key)


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_members_that_lead_out_of_a_signed_archive_fail(
    tmp_path: Path, key: Path, suffix: str
) -> None:
    report = checksig.audit(sign(pack(tmp_path / f"x{suffix}", FILES | {"../x": b""})), trust=key)
    assert not report.ok
    assert [(f.path, f.status) for f in report.failures] == [("../x", Status.UNSAFE_PATH)]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("in_place", [False, True], ids=["renamed", "in place"])
def test_an_archive_that_is_swapped_after_its_signature_was_checked_is_never_ok_for_new_bytes(
    tmp_path: Path, key: Path, suffix: str, monkeypatch: pytest.MonkeyPatch, in_place: bool
) -> None:
    path = sign(pack(tmp_path / f"x{suffix}", FILES))
    evil = pack(tmp_path / f"evil{suffix}", FILES | {"evil": b"evil"}).read_bytes()
    original, times = signed_whole.over_whole, path.stat()

    def swapped(archive: Archive, policy: object) -> object:
        found = original(archive, policy)  # type: ignore[arg-type]
        if in_place:
            path.write_bytes(evil[: times.st_size].ljust(times.st_size, b"\0"))
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        else:
            (tmp_path / "new").write_bytes(evil)
            (tmp_path / "new").replace(path)
        return found

    monkeypatch.setattr(signed_whole, "over_whole", swapped)
    try:
        report = checksig.audit(path, trust=key)
    except checksig.ArchiveError:
        return
    assert not in_place
    assert (report.ok, report.members) == (True, 2)  # of the file that was open, and checked


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_members_are_read_from_the_bytes_whose_signature_was_checked(
    tmp_path: Path, key: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store into a mapped page changes no time of the file: nothing tells of it."""
    path = sign(pack(tmp_path / f"x{suffix}", {"a": b"a", LIST: sums({"a": b"a"})}))
    evil = pack(tmp_path / f"evil{suffix}", {"a": b"b", LIST: sums({"a": b"b"})}).read_bytes()
    original, size = signed_whole.over_whole, path.stat().st_size

    def swapped(archive: Archive, policy: object) -> object:
        found = original(archive, policy)  # type: ignore[arg-type]
        path.write_bytes(evil)
        return found

    monkeypatch.setattr(signed_whole, "over_whole", swapped)
    monkeypatch.setattr("checksig._places.archive.source.look", lambda *_, **__: (size, 0, 0, 0))
    report = checksig.audit(path, trust=key, keep_results=True)
    assert report.ok
    assert [r.found for r in report.results or () if r.path == "a"] == [sha256(b"a")]


RULES: list[dict[str, object]] = [
    {"require": ["a"]},
    {"include": ["a"]},
    {"exclude": ["a"]},
    {"min_strength": "strong"},
    {"algorithm": "sha256"},
    {"ignore_missing": True},
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: next(iter(rule)))
def test_rules_about_a_list_are_refused_where_a_signed_archive_has_none(
    tmp_path: Path, key: Path, rule: dict[str, object]
) -> None:
    path = sign(pack(tmp_path / "x.tar", FILES))
    with pytest.raises(checksig.ManifestError, match=f"^{next(iter(rule))} is about a list"):
        checksig.audit(path, trust=key, **rule)  # type: ignore[arg-type]


@pytest.mark.parametrize("inside", [True, False])
def test_a_signed_list_beside_an_archive_covers_what_is_in_it(
    tmp_path: Path, key: Path, inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a": b"a", **({LIST: sums({"a": b"a"})} if inside else {})}
    path = pack(tmp_path / "x.tar", files)
    (tmp_path / LIST).write_bytes(sums({"x.tar": path.read_bytes()}))
    with pytest.raises(SignatureUntrusted):
        checksig.audit(path, trust=key)
    sign(tmp_path / LIST)
    report = checksig.audit(path, trust=key)
    assert (report.ok, report.files, len(report.signatures)) == (True, 1 + inside, 1)
    evil = pack(tmp_path / "evil.tar", {**files, "a": b"b"}).read_bytes()
    original = Archive.index

    def swapped(archive: Archive, *arguments: object) -> None:
        path.write_bytes(evil)
        original(archive, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Archive, "index", swapped)
        with pytest.raises(ArchiveError, match="changed while it was read"):
            checksig.audit(path, trust=key)
    failures = checksig.audit(path, trust=key).failures
    assert ("x.tar", Status.MISMATCH) in [(each.path, each.status) for each in failures]


def test_an_unsigned_list_that_adds_nothing_is_passed_over_and_told(
    tmp_path: Path, key: Path
) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / LIST).write_bytes(sums({"a": b"a"}))
    sign(tmp_path / LIST)
    (tmp_path / "a.sha256").write_text(f"{sha256(b'a').upper()} *./a\n")
    report = checksig.audit(tmp_path, trust=key, complete=True, exclude=["key.pub"])
    assert report.failures == (), report.failures
    assert report.remarks == ("a.sha256: not signed, and adds nothing to what is",)
    assert [source.path for source in report.manifests] == [str(tmp_path / LIST)]


@pytest.mark.parametrize(
    "text",
    [
        f"{sha256(b'b')}  a\n",
        f"{sha256(b'a')}  a\n{sha256(b'b')}  b\n",
        f"{sha256(b'a')}  a\nnonsense\n",
        "0cc175b9c0f1b6a831c399e269772661  a\n",
    ],
)
def test_an_unsigned_list_that_adds_or_contradicts_is_not_trusted(
    tmp_path: Path, key: Path, text: str
) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / LIST).write_bytes(sums({"a": b"a"}))
    sign(tmp_path / LIST)
    (tmp_path / "checksums.txt").write_text(text)
    with pytest.raises(SignatureUntrusted, match=r"checksums\.txt.* is not signed"):
        checksig.audit(tmp_path, trust=key)


def test_a_signed_archive_without_a_list_is_told_like_others(
    tmp_path: Path, key: Path, cli: Callable[..., Answer]
) -> None:
    path, told = sign(pack(tmp_path / "x.tar", FILES)), list[checksig.Progress]()
    report = checksig.verify(path, trust=key, complete=True, progress=told.append)
    assert (report.complete, report.seconds > 0) == (True, True)
    assert (told[-1].files, told[-1].bytes) == (1, path.stat().st_size)
    answer = cli("verify", path, "--trust", key, "--json")
    schema = files("checksig").joinpath("report.schema.json").read_text()
    Draft202012Validator(json.loads(schema)).validate(json.loads(answer.out))


def test_a_signed_archive_that_has_nothing_of_what_it_lists_is_not_ok(
    tmp_path: Path, key: Path
) -> None:
    path = sign(pack(tmp_path / "x.tar", {LIST: sums(FILES)}))
    assert not checksig.audit(path, trust=key, ignore_missing=True).ok
    path = sign(pack(tmp_path / "y.tar", {LIST: sums(FILES), "a": FILES["a"]}))
    assert checksig.audit(path, trust=key, ignore_missing=True).ok


def test_why_a_signature_over_an_archive_proves_nothing_is_told(
    tmp_path: Path, key: Path, cli: Callable[..., Answer]
) -> None:
    path = sign(pack(tmp_path / "x.tar", FILES), OTHER)
    with pytest.raises(SignatureUntrusted, match="which you do not trust"):
        checksig.audit(path, trust=key)
    assert cli("verify", path, "--trust", key).code == 3
    assert cli("verify", path).code == 2  # nobody asks who signed it, and there is no list


def test_an_archive_that_changes_while_its_signature_is_checked_is_an_error(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sign(pack(tmp_path / "x.zip", FILES))
    original = Archive.whole

    def whole(archive: Archive) -> bytes:
        data = original(archive)
        path.write_bytes(data + b" ")
        return data

    monkeypatch.setattr(Archive, "whole", whole)
    with pytest.raises(checksig.ArchiveError, match="changed"):
        checksig.audit(path, trust=key)


def test_an_archive_that_is_too_large_to_be_held_in_memory_is_an_error_if_it_is_signed(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checksig._places.archive.source.MAX_WHOLE", 10)
    path = sign(pack(tmp_path / "x.zip", FILES | {LIST: sums(FILES)}))
    assert checksig.audit(path).ok
    with pytest.raises(checksig.ArchiveError, match="larger than 10 bytes"):
        checksig.audit(path, trust=key)


def test_a_signature_over_an_archive_can_be_named(tmp_path: Path, key: Path) -> None:
    path = pack(tmp_path / "x.zip", FILES)
    (tmp_path / "elsewhere").write_bytes(KEY.minisign(path.read_bytes()))
    assert checksig.verify(path, trust=key, signature=tmp_path / "elsewhere").members == 2
    with pytest.raises(checksig.KeyFileError):
        checksig.verify(path, trust=key, signature=tmp_path / "nowhere")


def test_a_wheel_is_signed_as_a_whole(tmp_path: Path, key: Path) -> None:
    path = pack(tmp_path / "x-1.0-py3-none-any.whl", wheel({"x.py": b"x = 1\n"}))
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.audit(path, trust=key)
    report = checksig.verify(sign(path), trust=key)
    assert report.members
    assert report.files > 1
    assert report.complete


def test_a_signed_archive_whose_list_is_named_is_held_to_that_list(
    tmp_path: Path, key: Path
) -> None:
    path = sign(pack(tmp_path / "x.zip", FILES))
    (tmp_path / LIST).write_bytes(sums(FILES))
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.audit(path, manifest=tmp_path / LIST, trust=key)
    sign(tmp_path / LIST)
    assert checksig.verify(path, manifest=tmp_path / LIST, trust=key).files == 2


# Bags


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """A bag with manifests in two algorithms."""
    root = tmp_path / "bag"
    (root / "sub").mkdir(parents=True)
    (root / "a").write_bytes(b"a")
    (root / "sub/b").write_bytes(b"b")
    checksig.make_bag(root, algorithm=["sha256", "sha512"], info={"Title": "x"})
    return root


def test_a_signature_beside_a_tag_manifest_covers_the_bag(bag: Path, key: Path) -> None:
    for name in ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt"):
        sign(bag / name)
    report = checksig.verify(bag, trust=key, signers=1)
    assert report.ok
    assert {s.path for s in report.signatures} == {
        str(bag / f"tagmanifest-{name}.txt.minisig") for name in ("sha256", "sha512")
    }


def test_one_signed_tag_manifest_covers_all_manifests_that_it_lists(bag: Path, key: Path) -> None:
    sign(bag / "tagmanifest-sha512.txt")
    assert len(checksig.verify(bag, trust=key).signatures) == 1


def test_a_bag_that_is_not_signed_is_not_trusted(bag: Path, key: Path) -> None:
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.audit(bag, trust=key)
    assert checksig.audit(bag).ok
    sign(bag / "tagmanifest-sha512.txt", OTHER)
    with pytest.raises(SignatureUntrusted) as raised:
        checksig.audit(bag, trust=key)
    assert "nothing beside" not in str(raised.value)
    assert checksig.audit(bag).unchecked == (str(bag / "tagmanifest-sha512.txt.minisig"),)


@pytest.mark.parametrize("name", ["tagmanifest-sha512.txt", "tagmanifest-sha512.txt.minisig"])
def test_a_changed_byte_in_a_tag_manifest_or_its_signature_is_invalid(
    bag: Path, key: Path, name: str
) -> None:
    sign(bag / "tagmanifest-sha512.txt")
    data = bytearray((bag / name).read_bytes())
    data[-3] ^= 1
    (bag / name).write_bytes(data)
    with pytest.raises(SignatureInvalid):
        checksig.audit(bag, trust=key)


def test_a_changed_manifest_of_a_signed_bag_is_not_trusted(bag: Path, key: Path) -> None:
    sign(bag / "tagmanifest-sha512.txt")
    manifest = bag / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text().replace(sha256(b"a"), sha256(b"evil")))
    (bag / "data/a").write_bytes(b"evil")
    with pytest.raises(SignatureUntrusted, match=r"manifest-sha256\.txt"):
        checksig.audit(bag, trust=key)


def test_a_changed_file_of_a_signed_bag_is_a_mismatch(bag: Path, key: Path) -> None:
    sign(bag / "tagmanifest-sha512.txt")
    (bag / "data/a").write_bytes(b"A")
    with pytest.raises(VerificationError) as raised:
        checksig.verify(bag, trust=key)
    assert {f.status for f in raised.value.report.failures} == {Status.MISMATCH}


def test_a_manifest_that_no_signed_tag_manifest_lists_is_not_trusted(bag: Path, key: Path) -> None:
    unlist(bag, "manifest-sha256.txt")
    sign(bag / "tagmanifest-sha512.txt")
    with pytest.raises(SignatureUntrusted, match=r"manifest-sha256\.txt.* is not listed"):
        checksig.audit(bag, trust=key)
    assert checksig.audit(bag).ok


def unlist(bag: Path, name: str) -> None:
    """Leave a bag one tag manifest, which does not list a file."""
    tags = bag / "tagmanifest-sha512.txt"
    rows = [row for row in tags.read_text().splitlines() if not row.endswith(f"  {name}")]
    tags.write_text("".join(f"{row}\n" for row in rows))
    (bag / "tagmanifest-sha256.txt").unlink()


def test_a_declaration_that_no_signed_tag_manifest_lists_is_not_trusted(
    bag: Path, key: Path
) -> None:
    """It says in which encoding names are read, and by which rules."""
    unlist(bag, "bagit.txt")
    sign(bag / "tagmanifest-sha512.txt")
    with pytest.raises(SignatureUntrusted, match=r"bagit\.txt.* is not listed"):
        checksig.audit(bag, trust=key)
    assert checksig.audit(bag).ok


def test_a_declaration_that_is_put_back_after_it_was_read_is_not_trusted(
    bag: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(bag / "tagmanifest-sha512.txt")
    original, good = signed_bag.prove_bag, (bag / "bagit.txt").read_bytes()
    (bag / "bagit.txt").write_bytes(good.replace(b"UTF-8", b"ISO-8859-1"))

    def late(*arguments: object) -> object:
        (bag / "bagit.txt").write_bytes(good)
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(signed_bag, "prove_bag", late)
    with pytest.raises(SignatureUntrusted, match=r"bagit\.txt.* is not what"):
        checksig.audit(bag, trust=key)


def test_a_manifest_that_signed_ones_contradict_is_not_trusted_by_habit_either(
    bag: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patterns leave out the manifest as a file, and what vouches for it stays."""
    sign(bag / "tagmanifest-sha512.txt")
    sign(bag / "tagmanifest-sha256.txt")
    (bag / "data" / "a").write_bytes(b"evil")
    for name in ("sha256", "sha512"):
        listing = f"manifest-{name}.txt"
        rows = [f"{hashlib.new(name, b'evil').hexdigest()}  data/a"]
        rows += [r for r in (bag / listing).read_text().splitlines() if not r.endswith("data/a")]
        (bag / listing).write_text("".join(f"{row}\n" for row in rows))
    monkeypatch.setenv("CHECKSIG_TRUST", str(key))
    with pytest.raises(SignatureUntrusted, match="is not what the signed tag manifest lists"):
        checksig.audit(bag, include=["data/"])


def test_what_vouches_for_a_manifest_is_as_strong_as_is_asked_for(
    tmp_path: Path, key: Path
) -> None:
    root = tmp_path / "bag"
    root.mkdir()
    (root / "a").write_bytes(b"a")
    checksig.make_bag(root, algorithm=["md5", "sha256"])
    for name in ("tagmanifest-sha256.txt", "manifest-md5.txt"):
        (root / name).unlink()
    unlist_md5 = root / "tagmanifest-md5.txt"
    rows = [r for r in unlist_md5.read_text().splitlines() if not r.endswith("manifest-md5.txt")]
    unlist_md5.write_text("".join(f"{row}\n" for row in rows))
    sign(unlist_md5)
    assert checksig.audit(root, trust=key, include=["data/"]).ok
    with pytest.raises(SignatureUntrusted, match="weaker than required"):
        checksig.audit(root, trust=key, include=["data/"], min_strength="strong")


def test_what_is_left_of_a_bag_without_its_declaration_is_not_trusted(bag: Path, key: Path) -> None:
    sign(bag / "tagmanifest-sha512.txt")
    for name in ("bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt"):
        (bag / name).unlink()
    (bag / "tagmanifest-sha256.txt").unlink()
    with pytest.raises(SignatureUntrusted, match=r"is of a bag, and bagit\.txt is not there"):
        checksig.audit(bag, trust=key, ignore_missing=True)


def test_where_to_fetch_from_is_not_told_if_nobody_has_signed_it(bag: Path, key: Path) -> None:
    (bag / "data" / "a").unlink()
    (bag / "fetch.txt").write_text("http://evil.example/x 1 data/a\n")
    sign(bag / "tagmanifest-sha512.txt")
    [failure] = [f for f in checksig.audit(bag, trust=key).failures if f.path == "data/a"]
    assert "evil" not in failure.detail
    [failure] = [f for f in checksig.audit(bag).failures if f.path == "data/a"]
    assert "evil" in failure.detail


@pytest.mark.parametrize("suffix", [".zip", ".whl"])
def test_why_a_stranger_proves_nothing_is_told_whatever_is_in_the_archive(
    tmp_path: Path, key: Path, suffix: str
) -> None:
    files = {"a.py": b"a"}
    path = tmp_path / f"x-1-py3-none-any{suffix}"
    pack(path, wheel(files) if suffix == ".whl" else {LIST: sums(files), **files})
    sign(path, OTHER)
    with pytest.raises(SignatureUntrusted, match="which you do not trust"):
        checksig.audit(path, trust=key)


def test_an_unsigned_tag_manifest_lists_nothing_beside_what_signed_ones_do(
    bag: Path, key: Path
) -> None:
    sign(bag / "tagmanifest-sha512.txt")
    (bag / "extra.txt").write_bytes(b"extra")
    with (bag / "tagmanifest-sha256.txt").open("a") as file:
        file.write(f"{sha256(b'extra')}  extra.txt\n")
    with pytest.raises(SignatureUntrusted, match=r"extra\.txt"):
        checksig.audit(bag, trust=key)


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_a_signed_bag_in_an_archive_is_proved_by_its_tag_manifest(
    bag: Path, key: Path, tmp_path: Path, suffix: str
) -> None:
    sign(bag / "tagmanifest-sha512.txt")
    files = {str(p.relative_to(bag)): p.read_bytes() for p in bag.rglob("*") if p.is_file()}
    path = pack(tmp_path / f"bag{suffix}", files)
    assert checksig.verify(path, trust=key).signatures
    path = pack(tmp_path / f"other{suffix}", files | {"data/a": b"A"})
    assert not checksig.audit(path, trust=key).ok
    del files["tagmanifest-sha512.txt.minisig"]
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.audit(pack(tmp_path / f"bare{suffix}", files), trust=key)


# Entries


def test_entries_come_with_signatures_that_the_caller_has_checked(
    tmp_path: Path, key: Path
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").write_bytes(b"a")
    (root / LIST).write_bytes(sums({"a": b"a"}))
    made = checksig.check_signature(sign(root / LIST), trust=key)
    entries = [Entry("a", sha256(b"a"), "sha256")]
    given = (each for each in [made])
    report = checksig.verify(root, entries=entries, signatures=given, require_signature=True)
    assert report.signatures == (made,)
    (root / "a").write_bytes(b"A")
    assert not checksig.audit(root, entries=entries, signatures=[made]).ok


def test_entries_without_signatures_are_not_signed(tmp_path: Path, key: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    entries = [Entry("a", sha256(b"a"), "sha256")]
    for options in ({"require_signature": True}, {"signers": 2}):
        with pytest.raises(SignatureUntrusted, match="0 signatures"):
            checksig.audit(tmp_path, entries=entries, **options)
    with pytest.raises(SignatureUntrusted, match="no bytes that they could be over"):
        checksig.audit(tmp_path, entries=entries, trust=key)
    with pytest.raises(TypeError, match="signatures need entries"):
        checksig.audit(tmp_path, signatures=[object()])  # type: ignore[list-item]


def test_entries_over_members_of_an_archive_come_with_signatures_too(
    tmp_path: Path, key: Path
) -> None:
    path = sign(pack(tmp_path / "x.tar.gz", FILES))
    made = checksig.check_signature(path, trust=key)
    entries = [Entry(name, sha256(data), "sha256") for name, data in FILES.items()]
    report = checksig.verify(path, entries=entries, signatures=[made], signers=1)
    assert report.signatures == (made,)
