"""The same list in another format, without a look at any file."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from trees import sha1, sha256

import checksig
from checksig._making import listed as _listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Answer

A, B = sha256(b"a"), sha256(b"b")
TEXT = f"{A}  a\n{B}  sub/b\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A list of files that are not there."""
    path = tmp_path / "SHA256SUMS"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize("name", ["jsonl", "pooch", "bagit"])
def test_there_and_back_is_the_same_list(source: Path, name: str) -> None:
    there = checksig.convert(source, name)
    assert (there.files, there.source) == (2, "coreutils")
    source.unlink()
    back = checksig.convert(there.paths[0], "coreutils")
    assert (back.paths, back.source) == ((str(source),), name)
    assert source.read_text() == TEXT


def test_sizes_and_times_go_along(good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    checksig.create(good, format="jsonl", algorithm=["md5", "sha256"])
    before = (good / "checksums.jsonl").read_text()
    checksig.convert(good / "checksums.jsonl", "jsonl", output=good.parent / "again")
    assert (good.parent / "again").read_text() == before
    checksig.convert(good / "checksums.jsonl", "hashdeep")
    assert f"1,{hashlib.md5(b'a').hexdigest()},{A},a\n" in (good / "hashdeep.txt").read_text()  # noqa: S324
    assert checksig.verify(good / "hashdeep.txt").files == 3


def test_several_algorithms_are_several_lists_or_tags(good: Path) -> None:
    (good / "sha1sum.txt").unlink()
    checksig.create(good, format="jsonl", algorithm=["sha1", "sha256"])
    source = good / "checksums.jsonl"
    done = checksig.convert(source, "coreutils")
    assert [Path(path).name for path in done.paths] == ["SHA1SUMS", "SHA256SUMS"]
    done = checksig.convert(source, "coreutils", style="tag")
    assert [Path(path).name for path in done.paths] == ["CHECKSUMS"]
    assert len(checksig.verify(good).manifests) == 4
    with pytest.raises(checksig.CreateError, match="leave out the output"):
        checksig.convert(source, "coreutils", output=good / "x")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nonsense", "line 3: not a digest"),
        (f"{A[2:]}  c", "line 3: the digest has the wrong length"),
        (f"{B}  a", "a is listed twice, with different digests"),
        (f"{A}  ../c", r"line 3: ../c leads out"),
        (f"{A}  /c", r"line 3: /c leads out"),
        (f"SHA5 (c) = {A}", "line 3: the algorithm 'SHA5' is not known"),
        (f"\\{A}  \\x", "line 3: a backslash"),
    ],
)
def test_a_line_that_cannot_be_taken_over_is_an_error(
    source: Path, line: str, message: str
) -> None:
    with source.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(checksig.ManifestError, match=message):
        checksig.convert(source, "jsonl")
    assert not list(source.parent.glob("*.jsonl"))


def test_a_file_without_a_digest_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.dist-info").mkdir()
    record = tmp_path / "x.dist-info/RECORD"
    digest = base64.urlsafe_b64encode(bytes.fromhex(A)).decode().rstrip("=")
    record.write_text(f"x.py,sha256={digest},1\nx.dist-info/RECORD,,\n")
    with pytest.raises(checksig.ManifestError, match="RECORD"):
        checksig.convert(record, "jsonl")
    record.write_text(f"x.py,sha256={digest},1\n")
    done = checksig.convert(record, "coreutils")
    assert done.paths == (str(tmp_path / "SHA256SUMS"),), "names are relative to that directory"


def test_a_format_that_needs_sizes_does_not_invent_them(source: Path) -> None:
    with pytest.raises(checksig.CreateError, match='that of "a" is not listed'):
        checksig.convert(source, "hashdeep")
    checksig.convert(source, "jsonl")
    assert json.loads((source.parent / "checksums.jsonl").read_text().splitlines()[1]) == {
        "path": "a",
        "digests": {"sha256": A},
    }


def test_a_file_that_lacks_an_algorithm_is_not_dropped_from_a_list(source: Path) -> None:
    source.write_text(f"SHA256 (a) = {A}\nSHA256 (b) = {B}\nSHA1 (a) = {sha1(b'a')}\n")
    with pytest.raises(checksig.CreateError, match='"b" does not have all'):
        checksig.convert(source, "coreutils")
    done = checksig.convert(source, "coreutils", style="tag")
    assert Path(done.paths[0]).read_text().count("\n") == 3


def test_names_that_are_not_utf8_survive(source: Path) -> None:
    source.write_bytes(A.encode() + b"  \xff\n\\" + B.encode() + b"  new\\nline\\\\\n")
    checksig.convert(source, "jsonl")
    source.unlink()
    checksig.convert(source.parent / "checksums.jsonl", "coreutils", zero=True)
    assert source.read_bytes() == b"".join(
        [B.encode(), b"  new\nline\\\0", A.encode(), b"  \xff\0"]
    )


def test_an_existing_list_is_replaced_only_by_force(
    cli: Callable[..., Answer], source: Path
) -> None:
    (source.parent / "registry.txt").write_text("precious")
    assert cli("convert", source, "-f", "pooch").code == 2
    assert (source.parent / "registry.txt").read_text() == "precious"
    answer = cli("convert", source, "-f", "pooch", "--force")
    assert answer.out == f"CONVERTED  2 files · {source.parent}/registry.txt\n"
    answer = cli("convert", source, "-f", "pooch", "-o", "-")
    assert answer.out == f"a sha256:{A}\nsub/b sha256:{B}\n"


#: Lines of every style, and what the core makes of them.
LINES = [
    b"%b  a",
    b"%b *a",
    b"%b a",
    b"%b\t a",
    b" \t%b  a",
    b"%b   a",
    b"%b  *a",
    b"%b  a\r",
    b"\\%b  a\\nb",
    b"\\%b  a\\",
    b"%b  ",
    b"%b ",
    b"%b",
    b"SHA256 (a) = %b",
    b"SHA256(a)= %b",
    b"SHA256(a) = %b",
    b"SHA256 (a)= %b",
    b"SHA256 (a)) = x) = %b",
    b"SHA256 () = %b",
    b"SHA256 (a) = %b0",
    b"\\SHA256 (a\\\\) = %b",
    b"#%b  a",
    b" # %b  a",
]


@pytest.mark.parametrize("line", LINES, ids=repr)
def test_lists_of_the_coreutils_are_read_as_the_core_reads_them(
    tmp_path: Path, line: bytes
) -> None:
    """The grammar is there twice: in Go, for checking, and in Python."""
    path = tmp_path / "SHA256SUMS"
    filler = B.encode() + (b" filler\n" if line == LINES[2] else b"  filler\n")
    path.write_bytes(filler + line.replace(b"%b", A.encode()) + b"\n")
    report = checksig.audit(path, keep_results=True)
    malformed = any(r.status is checksig.Status.MALFORMED for r in report.failures)
    core = {os.fsencode(r.path) for r in report.results or () if r.path}
    if malformed:
        with pytest.raises(checksig.ManifestError):
            _listed.read(os.fsencode(path))
    else:
        mine = {os.fsencode(file.path) for file in _listed.read(os.fsencode(path)).files}
        assert mine == core
