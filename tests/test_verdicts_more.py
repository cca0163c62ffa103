"""What lists say besides digests, and what is beside them: sizes, other lists, copies, headers."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import tarfile
from typing import TYPE_CHECKING

import pytest
from trees import sha1, sha256

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

A = sha256(b"a")
A512 = hashlib.sha512(b"a").hexdigest()
MD5 = hashlib.md5(b"a").hexdigest()  # noqa: S324 (what people have)
SAFE = base64.urlsafe_b64encode(hashlib.sha256(b"a").digest()).decode().rstrip("=")


def put(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def found(report: checksig.Report) -> dict[str, Status]:
    return {failure.path: failure.status for failure in report.failures}


def metalink(*files: str) -> str:
    return f'<metalink xmlns="urn:ietf:params:xml:ns:metalink">{"".join(files)}</metalink>'


#: Lists of ``a`` with a digest, and of ``b``, which has three bytes, with its size alone.
SIZES = {
    "l.mtree": f"#mtree\na type=file sha256={A}\nb type=file size=3\n",
    "l.csv": "a,1,E8B7BE43,\nb,3,\n",
    "Manifest": f"DATA a 1 SHA512 {A512}\nDATA b 3\n",
    "l.meta4": metalink(
        f'<file name="a"><hash type="sha-256">{A}</hash></file>',
        '<file name="b"><size>3</size></file>',
    ),
    "datapackage.json": json.dumps(
        {"resources": [{"path": "a", "hash": f"sha256:{A}"}, {"path": "b", "bytes": 3}]}
    ),
    "checksums.jsonl": '{"schema":"checksig.list/1"}\n'
    f'{{"path":"a","size":1,"digests":{{"sha256":"{A}"}}}}\n'
    '{"path":"b","size":3,"digests":{}}\n',
    "x.dvc": f"outs:\n- md5: {MD5}\n  size: 1\n  path: a\n- size: 3\n  path: b\n",
    "info/paths.json": json.dumps(
        {
            "paths": [
                {"_path": "a", "path_type": "hardlink", "sha256": A, "size_in_bytes": 1},
                {"_path": "b", "path_type": "hardlink", "size_in_bytes": 3},
            ],
            "paths_version": 1,
        }
    ),
    "x.dist-info/RECORD": f"a,sha256={SAFE},1\nb,,3\n",
}


@pytest.mark.parametrize("name", SIZES)
def test_what_is_listed_without_a_digest_has_to_be_there_with_its_size(
    tmp_path: Path, name: str
) -> None:
    put(tmp_path, {"a": b"a", "b": b"xyz", name: SIZES[name].encode()})
    target = tmp_path / name
    report = checksig.verify(target)
    assert (report.files, report.unverified) == (1, 1)
    assert report.counts[Status.OK] == 1
    (tmp_path / "b").write_bytes(b"four")
    assert found(checksig.audit(target)) == {"b": Status.MISMATCH}
    (tmp_path / "b").unlink()
    assert found(checksig.audit(target)) == {"b": Status.MISSING}
    assert checksig.verify(target, ignore_missing=True).unverified == 0
    assert checksig.verify(target, exclude=["b"]).excluded == 1
    (tmp_path / "b").mkdir()
    assert found(checksig.audit(target)) == {"b": Status.NOT_REGULAR}


def test_a_list_of_sizes_alone_verifies_nothing(tmp_path: Path) -> None:
    put(tmp_path, {"b": b"xyz", "l.csv": b"b,3,\n"})
    with pytest.raises(checksig.ManifestError, match="no file is listed with a digest: sizes"):
        checksig.audit(tmp_path / "l.csv")
    report = checksig.audit(tmp_path / "l.csv", size_only=True)
    assert (report.verdict, report.ok, report.counts[Status.OK]) == ("NOT VERIFIED", False, 1)
    (tmp_path / "b").write_bytes(b"four")
    assert found(checksig.audit(tmp_path / "l.csv", size_only=True)) == {"b": Status.MISMATCH}
    put(tmp_path, {"b": b"xyz", "l.mtree": b"#mtree\nb type=file\n"})
    with pytest.raises(checksig.ManifestError, match="no file is listed with a digest"):
        checksig.audit(tmp_path / "l.mtree", size_only=True)
    put(tmp_path, {"a": b"a", "SHA256SUMS": f"{A}  a\n".encode(), "l.mtree": b"#mtree\nb size=3\n"})
    with pytest.raises(checksig.VerificationError):
        checksig.verify(tmp_path, require=["b"])


def test_a_digest_in_another_list_verifies_what_a_size_does_not(tmp_path: Path) -> None:
    lists = {"l.mtree": b"#mtree\na type=file size=1\n", "SHA256SUMS": f"{A}  a\n".encode()}
    put(tmp_path, {"a": b"a", **lists})
    assert (checksig.verify(tmp_path).files, checksig.verify(tmp_path).unverified) == (1, 0)
    (tmp_path / "l.mtree").write_bytes(b"#mtree\na type=file size=2\n")
    assert found(checksig.audit(tmp_path)) == {"a": Status.MISMATCH}


def test_a_file_where_a_directory_or_a_link_is_listed_is_unlisted(tmp_path: Path) -> None:
    text = f"#mtree\na type=file sha256={A}\nd type=dir\n..\nl type=link link=a\n"
    put(tmp_path, {"a": b"a", "l.mtree": text.encode()})
    (tmp_path / "d").mkdir()
    (tmp_path / "l").symlink_to("a")
    assert checksig.verify(tmp_path, complete=True).unverified == 2
    (tmp_path / "d").rmdir()
    (tmp_path / "l").unlink()
    put(tmp_path, {"d": b"evil", "l": b"evil"})
    report = checksig.audit(tmp_path, complete=True)
    assert found(report) == {"d": Status.UNLISTED, "l": Status.UNLISTED}


def test_what_is_in_a_listed_directory_is_unlisted(tmp_path: Path) -> None:
    """To be listed is for a directory to be there: nothing is said of what is in it."""
    text = f"#mtree\n. type=dir\na type=file sha256={A}\nd type=dir\n..\nl type=link link=a\n"
    put(tmp_path, {"a": b"a", "l.mtree": text.encode(), "d/evil": b"", "l/evil": b""})
    evil = {"d/evil": Status.UNLISTED, "l/evil": Status.UNLISTED}
    assert found(checksig.audit(tmp_path, complete=True)) == evil
    assert checksig.verify(tmp_path).counts[Status.UNLISTED] == 2


@pytest.mark.parametrize("kind", ["dir", "link", "fifo"])
def test_what_is_of_another_kind_than_listed_is_unlisted(tmp_path: Path, kind: str) -> None:
    text = f"#mtree\na type=file sha256={A}\nx type={kind}\n"
    put(tmp_path, {"a": b"a", "l.mtree": text.encode()})
    for other in ("dir", "link", "fifo", "file"):
        if other == "dir":
            put(tmp_path, {"x/inside": b""})
        elif other == "link":
            (tmp_path / "x").symlink_to("nowhere")
        elif other == "fifo":
            os.mkfifo(tmp_path / "x")
        else:
            (tmp_path / "x").touch()
        alone = {} if other == kind != "dir" else {"x/inside" if other == "dir" else "x"}
        assert set(found(checksig.audit(tmp_path, complete=True))) == set(alone), other
        shutil.rmtree(tmp_path / "x") if other == "dir" else (tmp_path / "x").unlink()


def test_a_compiled_file_without_a_digest_is_listed(tmp_path: Path) -> None:
    record = f"a,sha256={SAFE},1\nx/__pycache__/m.pyc,,\nx.dist-info/RECORD,,\n"
    put(tmp_path, {"a": b"a", "x/__pycache__/m.pyc": b"", "x.dist-info/RECORD": record.encode()})
    assert checksig.verify(tmp_path / "x.dist-info/RECORD", complete=True).unverified == 2
    (tmp_path / "x/__pycache__/m.pyc").unlink()
    assert checksig.verify(tmp_path / "x.dist-info/RECORD", complete=True).ok


def test_a_file_in_an_archive_where_a_directory_is_listed_is_unlisted(tmp_path: Path) -> None:
    text = f"#mtree\na type=file sha256={A}\nd type=dir\n"
    put(tmp_path / "t", {"a": b"a", "d": b"evil", "l.mtree": text.encode()})
    with tarfile.open(tmp_path / "t.tar", "w") as archive:
        archive.add(tmp_path / "t", ".")
    report = checksig.audit(tmp_path / "t.tar", complete=True)
    assert found(report) == {"d": Status.UNLISTED}


# --- names of lists ---


@pytest.mark.parametrize("name", ["SHASUMS", "shasums.txt", "SHA-SUMS.txt", "a.sha"])
def test_a_list_called_sha_holds_no_other_digests(tmp_path: Path, name: str) -> None:
    put(tmp_path, {"a": b"a", name: f"{MD5}  a\n".encode()})
    with pytest.raises(checksig.ManifestError, match="wrong length: that of MD5"):
        checksig.audit(tmp_path / name)
    for digest in (sha1(b"a"), A, A512):
        (tmp_path / name).write_text(f"{digest}  a\n")
        assert checksig.verify(tmp_path / name).files == 1
    (tmp_path / name).write_text(f"MD5 (a) = {MD5}\n")  # it says so
    assert checksig.verify(tmp_path / name).files == 1
    for text in (f"{MD5}  a\n", f"# MD5\n{MD5}  a\n", f"a {MD5}\nb {MD5}\n", "a E8B7BE43\n"):
        (tmp_path / name).write_text(text)
        for path in (tmp_path / name, tmp_path / "a", tmp_path):
            with pytest.raises((checksig.ManifestError, checksig.VerificationError)):
                checksig.verify(path)
    (tmp_path / name).write_text(f"{MD5}  a\n")
    with pytest.raises(checksig.ManifestError):
        checksig.convert(tmp_path / name, format="jsonl")


def test_a_bare_digest_is_read_under_the_name_of_a_family(tmp_path: Path) -> None:
    put(tmp_path, {"a.iso": b"a", "MD5SUMS": f"{MD5}  a.iso\n".encode()})
    for digest in (sha1(b"a"), A, A512):
        (tmp_path / "a.iso.sha").write_text(f"{digest}\n")
        for path in (tmp_path, tmp_path / "a.iso", tmp_path / "a.iso.sha"):
            assert checksig.verify(path).files == 1
        (tmp_path / "a.iso.sha").write_text(f"{digest[:-1]}{'0' if digest[-1] != '0' else '1'}\n")
        for path in (tmp_path, tmp_path / "a.iso", tmp_path / "a.iso.sha"):
            assert found(checksig.audit(path)) == {"a.iso": Status.MISMATCH}


@pytest.mark.parametrize(
    "name",
    ["checksums-1.2.3.txt", "checksums_linux.txt", "tool_checksums_v1.txt", "md5list.txt",
     "MD5LIST", "FastqMd5.txt", "sums.txt", "SUMS", "x.chk", "sha256hashes.txt"],
)  # fmt: skip
def test_a_list_of_a_rarer_name_is_found_by_its_content(tmp_path: Path, name: str) -> None:
    digest = A if "256" in name else MD5
    put(tmp_path, {"a": b"a", name: f"{digest}  a\n".encode()})
    assert checksig.verify(tmp_path).files == 1
    (tmp_path / name).write_text("nothing of the kind\n")
    with pytest.raises(checksig.ManifestError, match="has the name of one, but is not one"):
        checksig.audit(tmp_path)


@pytest.mark.parametrize("ending", [".bak", "-old", ".orig", ".1", ".20240101", ".rej", ".tmp"])
def test_a_copy_of_a_list_is_not_read_and_told(tmp_path: Path, ending: str) -> None:
    old = {f"SHA256SUMS{ending}": f"{sha256(b'b')}  a\n{A}  gone\n".encode()}
    put(tmp_path, {"a": b"a", "SHA256SUMS": f"{A}  a\n".encode(), **old})
    report = checksig.verify(tmp_path)
    assert report.remarks == (f"SHA256SUMS{ending} is a copy of a list, and was not read",)
    assert report.counts[Status.UNLISTED] == 1
    (tmp_path / "SHA256SUMS").unlink()
    assert not checksig.audit(tmp_path).ok  # it is all that there is


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("SHA256SUMS", "SHA256SUMS.1"),  # of another file
        ("SHA256SUMS", "SHA256SUMS_2"),
        ("SHA256SUMS-1.2", "SHA256SUMS-1.2.3"),
        ("checksums", "checksums_2024"),
    ],
)
def test_a_list_of_what_the_other_does_not_list_is_no_copy(
    tmp_path: Path, name: str, other: str
) -> None:
    files = {name: f"{A}  a\n".encode(), other: f"{A}  b\n".encode()}
    put(tmp_path, {"a": b"a", "b": b"changed", **files})
    assert found(checksig.audit(tmp_path)) == {"b": Status.MISMATCH}


def test_the_length_of_a_digest_is_no_number_of_a_copy(tmp_path: Path) -> None:
    put(tmp_path, {"a": b"a", "SHA512": f"{A512}  a\n".encode()})
    (tmp_path / "SHA512-256").write_text(f"{'0' * 64}  a\n")
    assert found(checksig.audit(tmp_path)) == {"a": Status.MISMATCH}


def test_what_a_copy_lists_is_looked_for_as_the_core_does(tmp_path: Path) -> None:
    put(tmp_path, {"r/a": b"a", "r/b": b"b", "l/SHA256SUMS": f"{A}  a\n".encode()})
    (tmp_path / "l/SHA256SUMS.new").write_text(f"{A}  b\n")
    assert found(checksig.audit(tmp_path / "l", root=tmp_path / "r")) == {"b": Status.MISMATCH}
    put(tmp_path / "w", {"a": b"a", "d/f": b"f", "SHA256SUMS": f"{A}  a\n".encode()})
    (tmp_path / "w/SHA256SUMS.old").write_text(f"{A} *d\\f\n")
    assert found(checksig.audit(tmp_path / "w")) == {"d/f": Status.MISMATCH}


@pytest.mark.parametrize(
    ("name", "beside", "text"),
    [
        ("x y", "x.mtree", f"#mtree\n./x\\040y type=file sha256={'0' * 64}\n"),
        ("\u00e9", "datapackage.json", json.dumps({"resources": [
            {"path": "\u00e9", "hash": f"sha256:{'0' * 64}"}]})),
        ("x&y", "x.meta4", metalink(
            f'<file name="x&amp;y"><hash type="sha-256">{"0" * 64}</hash></file>')),
        ("x\\y", "SHA256SUMS", f"\\{'0' * 64}  x\\\\y\n"),
    ],
)  # fmt: skip
def test_a_list_beside_one_file_may_escape_its_name(
    tmp_path: Path, name: str, beside: str, text: str
) -> None:
    put(tmp_path, {name: b"a", beside: text.encode()})
    (tmp_path / "MD5SUMS").write_text(f"MD5 ({name}) = {MD5}\n")
    assert found(checksig.audit(tmp_path / name)) == {name: Status.MISMATCH}


def test_a_size_beside_an_archive_counts(tmp_path: Path) -> None:
    put(tmp_path / "t", {"a": b"a", "SHA256SUMS": f"{A}  a\n".encode()})
    with tarfile.open(tmp_path / "t.tar", "w") as archive:
        archive.add(tmp_path / "t", ".")
    for size in (9, (tmp_path / "t.tar").stat().st_size):
        (tmp_path / "t.tar.meta4").write_text(
            metalink(f'<file name="t.tar"><size>{size}</size></file>')
        )
        assert checksig.audit(tmp_path / "t.tar").ok == (size != 9)


def test_a_commit_in_a_file_called_sha_is_no_list(tmp_path: Path) -> None:
    put(tmp_path, {"commit.sha": b"0123456789abcdef0123456789abcdef01234567\n"})
    checksig.create(tmp_path)
    assert checksig.verify(tmp_path, complete=True).files == 1


def test_a_copy_beside_one_file_is_told_as_well(tmp_path: Path) -> None:
    old = f"{sha256(b'b')}  a.iso\n".encode()
    put(tmp_path, {"a.iso": b"a", "SHA256SUMS": f"{A}  a.iso\n".encode(), "SHA256SUMS.old": old})
    report = checksig.verify(tmp_path / "a.iso")
    assert report.remarks[1:] == ("SHA256SUMS.old is a copy of a list, and was not read",)


def test_a_size_counts_beside_one_file_and_proves_nothing(tmp_path: Path) -> None:
    put(tmp_path, {"a.iso": b"a", "x.mtree": b"#mtree\na.iso type=file size=7\n"})
    assert found(checksig.audit(tmp_path / "a.iso")) == {"a.iso": Status.MISMATCH}
    (tmp_path / "SHA256SUMS").write_text(f"{A}  a.iso\n")
    assert found(checksig.audit(tmp_path / "a.iso")) == {"a.iso": Status.MISMATCH}
    put(tmp_path, {"b.iso": b"b", "b.mtree": b"#mtree\nb.iso type=file size=1\n"})
    with pytest.raises(checksig.ManifestError):
        checksig.verify(tmp_path / "b.iso")


def test_a_list_in_clear_text_beside_one_file_asks_for_a_key(tmp_path: Path) -> None:
    signed = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{A}  a.iso\n"
    put(tmp_path, {"a.iso": b"a", "SHA256SUMS.asc": signed.encode()})
    with pytest.raises(checksig.ManifestError, match="--trust"):
        checksig.verify(tmp_path / "a.iso")


# --- what stands above the first entry ---


@pytest.mark.parametrize(
    "above", ["SHA256 checksum", "# sha256", "a.iso:", "SHA256:", "; comment", "// c", "-----"]
)
def test_text_above_a_bare_digest_is_a_header(tmp_path: Path, above: str) -> None:
    put(tmp_path, {"a.iso": b"a", "a.iso.sha256": f"{above}\n{A}\n".encode()})
    assert checksig.verify(tmp_path).files == 1
    (tmp_path / "a.iso.sha256").write_text(f"{A}\n# made by hand\n")
    assert checksig.verify(tmp_path).files == 1
    for digest in (
        A[:-4],
        " ".join(A[at : at + 4] for at in range(0, 64, 4)),
        A[:14] + ":" + A[14:],
    ):
        (tmp_path / "a.iso.sha256").write_text(f"{digest}\n{A}\n")  # a digest is no header
        with pytest.raises((checksig.ManifestError, checksig.VerificationError)):
            checksig.verify(tmp_path)


@pytest.mark.parametrize(
    "comment", ["# Algorithm: SHA3-256", "## SHA3-256", "# SHA3-256 checksums", "# sha3-256sum"]
)
def test_a_comment_that_names_an_algorithm_says_what_the_lines_are_in(
    tmp_path: Path, comment: str
) -> None:
    digest = hashlib.sha3_256(b"a").hexdigest()
    put(tmp_path, {"a": b"a", "checksums.txt": f"{comment}\n{digest}  a\n".encode()})
    assert checksig.verify(tmp_path).algorithm == "sha3-256"
    for said in ("# MD5 and SHA256", "# File hash", "# The hash", "# release HASH", "# FILE HASH"):
        (tmp_path / "checksums.txt").write_text(f"{said}\n{A}  a\n")
        assert checksig.verify(tmp_path).algorithm == "sha256"


@pytest.mark.parametrize("tag", ["SHA2-512/256", "SHA512-256", "SHA512/256"])
def test_openssl_has_other_names_for_algorithms(tmp_path: Path, tag: str) -> None:
    digest = hashlib.new("sha512_256", b"a").hexdigest()
    put(tmp_path, {"a": b"a", "sums.txt": f"{tag}(a)= {digest}\n".encode()})
    assert checksig.verify(tmp_path).algorithm == "sha512-256"
    blake = hashlib.blake2b(b"a").hexdigest()
    (tmp_path / "sums.txt").write_text(f"BLAKE2b512(a)= {blake}\n")
    assert checksig.verify(tmp_path).algorithm == "blake2b"


def test_the_name_of_a_directory_is_that_of_no_file(tmp_path: Path) -> None:
    put(tmp_path, {"a": b"a", "SHA256SUMS": f"{A}  a/\n{A}  a/.\n".encode()})
    report = checksig.audit(tmp_path)
    assert {each.status for each in report.failures} == {Status.NOT_REGULAR}


def test_no_entry_of_a_caller_is_one_without_a_digest(tmp_path: Path) -> None:
    put(tmp_path, {"a": b"a"})
    with pytest.raises(ValueError, match="no algorithm is called"):
        checksig.audit(tmp_path, entries=[checksig.Entry("a", "", "no-digest", 1)])


# --- Windows ---


def test_a_name_that_is_escaped_may_have_backslashes_for_slashes(tmp_path: Path) -> None:
    """As ``sha256sum`` of Git for Windows writes it."""
    put(tmp_path, {"sub/a": b"a", "SHA256SUMS": f"\\{A} *sub\\\\a\n".encode()})
    report = checksig.verify(tmp_path)
    assert report.remarks == ("SHA256SUMS: 1 name with backslashes for slashes",)


def test_hashdeep_of_windows_writes_backslashes(tmp_path: Path) -> None:
    head = "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n"
    put(tmp_path, {"sub/a": b"a", "k.hashdeep": f"{head}1,{A},.\\sub\\a\n".encode()})
    assert checksig.verify(tmp_path).files == 1


# --- lists that lie where their names are not ---


def test_a_directory_whose_list_is_for_another_says_so(tmp_path: Path) -> None:
    put(tmp_path, {"usr/a": b"a", "DEBIAN/md5sums": f"{MD5}  usr/a\n".encode()})
    assert checksig.verify(tmp_path / "DEBIAN/md5sums").files == 1
    with pytest.raises(checksig.ManifestError, match="is for a directory outside of this one"):
        checksig.audit(tmp_path / "DEBIAN")


# --- bags ---


def test_a_manifest_of_a_bag_that_cannot_be_computed_counts_beside_one_that_can(
    tmp_path: Path,
) -> None:
    put(tmp_path, {"a": b"a"})
    checksig.make_bag(tmp_path, algorithm="md5")
    (tmp_path / "manifest-snefru.txt").write_text(f"{'0' * 128}  data/a\n")
    (tmp_path / "tagmanifest-md5.txt").unlink()
    report = checksig.verify(tmp_path)
    assert "manifest-snefru.txt: 1 digest not computed: SNEFRU" in report.remarks
    (tmp_path / "manifest-md5.txt").unlink()
    assert found(checksig.audit(tmp_path)) == {"data/a": Status.UNSUPPORTED}


# --- explaining ---


@pytest.mark.parametrize(
    ("there", "listed", "ways"),
    [
        ("Cafe\u0301/a", "Caf\u00e9/a", "its Unicode form"),
        ("Dir/Sub/a", "dir/sub/A", "letter case"),
        ("Cafe\u0301/A", "Caf\u00e9/a", "its Unicode form and letter case"),
        ("dir/a", "Dir\\A", "backslashes and letter case"),
    ],
)
def test_a_name_that_differs_in_any_of_its_parts_is_explained(
    tmp_path: Path, there: str, listed: str, ways: str
) -> None:
    put(tmp_path, {there: b"a", "SHA256SUMS": f"{A}  {listed}\n".encode()})
    [failure] = checksig.audit(tmp_path).failures
    assert failure.diagnosis == f"there is {there}: its name differs in {ways} alone"


def test_a_file_that_was_renamed_is_found_by_its_bytes_if_that_is_cheap(tmp_path: Path) -> None:
    put(tmp_path, {"d/b.tgz": b"a", "SHA256SUMS": f"{A}  d/a.tgz\n".encode()})
    [failure] = checksig.audit(tmp_path).failures
    assert failure.diagnosis == "its bytes are in d/b.tgz"
    for number in range(70):
        (tmp_path / "d" / f"{number}").write_bytes(b"x")
    [failure] = checksig.audit(tmp_path).failures
    assert failure.diagnosis == ""


def test_no_option_is_named_that_does_not_help(tmp_path: Path, cli: Callable[..., Answer]) -> None:
    put(tmp_path, {"a": b"a", "SHA256SUMS": f"{A}  a\n".encode()})
    answer = cli("verify", tmp_path, "--require", "zz")
    assert (answer.code, "perhaps" in answer.out) == (1, False)


def test_few_lists_are_all_named(tmp_path: Path, cli: Callable[..., Answer]) -> None:
    put(tmp_path, {"a": b"a", "SHA256SUMS": f"{A}  a\n".encode()})
    (tmp_path / "a.sha1").write_text(f"{sha1(b'a')}  a\n")
    assert "SHA256SUMS, a.sha1" in cli("verify", tmp_path).out
    for name in ("b.sha1", "c.sha1"):
        (tmp_path / name).write_text(f"{sha1(b'a')}  a\n")
    assert "SHA256SUMS and 3 other lists" in cli("verify", tmp_path).out
