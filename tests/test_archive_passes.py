"""How often an archive is read, and what that takes."""

from __future__ import annotations

import random
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from archives import pack, sums
from test_bag import listing
from test_digests import reference
from trees import sha1, sha256

import checksig
from checksig import Entry, Status
from checksig._places.archive import file as files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Passes = Callable[[Path], int]

COMPRESSED = [".tar.gz", ".tar.bz2", ".tar.xz"]
#: They do not compress, so that how much was read says how often.
FILES = {f"{number:02}": random.Random(number).randbytes(100_000) for number in range(20)}
LIST = {"SHA256SUMS": sums(FILES)}


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Passes:
    """Returns how often an archive was read from its beginning to its end."""
    amount = 0
    original = files.Piecewise.read

    def read(self: files.Piecewise, size: int | None = -1, /) -> bytes:
        nonlocal amount
        data = original(self, size)
        amount += len(data)
        return data

    monkeypatch.setattr(files.Piecewise, "read", read)
    return lambda path: round(amount / path.stat().st_size)


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_a_compressed_tar_with_the_list_before_its_files_is_read_once(
    tmp_path: Path, passes: Passes, suffix: str
) -> None:
    path = pack(tmp_path / f"x{suffix}", LIST | FILES)
    assert checksig.verify(path).counts[Status.OK] == 20
    assert passes(path) == 1


@pytest.mark.parametrize("name", ["SHA256SUMS", "checksums.txt", "files.hashdeep", "x.jsonl"])
@pytest.mark.parametrize("suffix", COMPRESSED)
def test_a_compressed_tar_whose_list_lies_elsewhere_is_read_once(
    tmp_path: Path, passes: Passes, suffix: str, name: str
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for file, content in FILES.items():
        (root / file).write_bytes(content)
    format_ = {"files.hashdeep": "hashdeep", "x.jsonl": "jsonl"}.get(name, "coreutils")
    checksig.create(root, algorithm="sha256", output=tmp_path / name, format=format_)
    path = pack(tmp_path / f"x{suffix}", FILES)
    assert checksig.verify(path, manifest=tmp_path / name, complete=True).files == 20
    assert passes(path) == 1


def test_a_compressed_tar_against_entries_is_read_once(tmp_path: Path, passes: Passes) -> None:
    path = pack(tmp_path / "x.tgz", FILES)
    entries = [Entry(name, sha256(content), "SHA256") for name, content in FILES.items()]
    assert checksig.verify(path, entries=iter(entries)).files == 20
    assert passes(path) == 1


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_what_came_before_its_list_is_read_again(
    tmp_path: Path, passes: Passes, suffix: str
) -> None:
    path = pack(tmp_path / f"x{suffix}", FILES | LIST)
    assert checksig.verify(path).counts[Status.OK] == 20
    assert passes(path) == 2


def test_a_guess_that_was_wrong_changes_no_verdict(tmp_path: Path, passes: Passes) -> None:
    """A list in the middle, another algorithm behind the files, and one that nobody expects."""
    names = list(FILES)
    lines = [f"SHA256 ({name}) = {sha256(FILES[name])}\n" for name in names[:10]] * 150
    lines += [f"SHA1 ({name}) = {sha1(FILES[name])}\n" for name in names[10:]]
    half = {name: FILES[name] for name in names[:5]}
    files = half | {"checksums.txt": "".join(lines).encode()} | FILES
    path = pack(tmp_path / "x.tar.gz", files | {"SHA1SUMS": f"{sha1(b'?')}  07\n".encode()})
    report = checksig.audit(path)
    assert {(f.path, f.status, f.algorithm) for f in report.failures} == {
        ("07", Status.MISMATCH, "sha1")
    }
    assert report.counts[Status.OK] == 19
    assert passes(path) == 2  # and to the middle, for the diagnosis


@pytest.mark.parametrize("first", [True, False])
def test_a_bag_in_a_compressed_tar_is_held_to_its_tag_manifest(
    tmp_path: Path, passes: Passes, *, first: bool
) -> None:
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "manifest-sha256.txt": listing("sha256", FILES).encode(),
    }
    tags["tagmanifest-sha1.txt"] = "".join(
        f"{sha1(content)}  {name}\n" for name, content in tags.items()
    ).encode()
    payload = {f"data/{name}": content for name, content in FILES.items()}
    path = pack(tmp_path / "x.tar.gz", tags | payload if first else payload | tags)
    assert checksig.verify(path).counts[Status.OK] == 22
    assert passes(path) == (1 if first else 2)


@pytest.mark.parametrize("inside", [True, False])
def test_the_only_algorithm_allowed_is_the_one_that_is_guessed(
    tmp_path: Path, passes: Passes, *, inside: bool
) -> None:
    lines = "".join(f"{reference('blake3', data)}  {name}\n" for name, data in FILES.items())
    (tmp_path / "checksums.txt").write_text(lines)
    lists = {"checksums.txt": lines.encode()} if inside else {}
    path = pack(tmp_path / "x.tar.gz", lists | FILES)
    manifest = None if inside else tmp_path / "checksums.txt"
    assert checksig.verify(path, algorithm="blake3", manifest=manifest).algorithm == "blake3"
    assert passes(path) == 1


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_the_end_of_a_tar_is_found_wherever_it_lies(tmp_path: Path, suffix: str) -> None:
    """In the buffers of what decompresses."""
    for size in range(0, 9000, 512):
        files = {"SHA256SUMS": sums({"a": bytes(size)}), "a": bytes(size)}
        assert checksig.verify(pack(tmp_path / f"x{suffix}", files)).files == 1


def test_a_compressed_tar_says_how_far_it_has_been_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checksig._places.archive._TELL_AFTER", 0)
    path = pack(tmp_path / "x.tar.gz", LIST | FILES)
    said: list[checksig.Progress] = []
    checksig.verify(path, progress=said.append)
    assert len(said) > 20
    assert said[0].bytes < said[15].bytes <= said[15].total_bytes
    assert (said[-1].files, said[-1].total_files) == (20, 20)
    assert said[-1].bytes == said[-1].total_bytes == sum(map(len, FILES.values()))


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz"])
def test_members_that_are_ok_take_little_memory(tmp_path: Path, suffix: str) -> None:
    """The names have to be known; results of members that are right need not be kept."""

    def peak(count: int) -> int:
        files = {f"directory/{number:07}": b"" for number in range(count)}
        path = pack(tmp_path / f"{count}{suffix}", {"SHA256SUMS": sums(files), **files})
        del files
        tracemalloc.start()
        try:
            assert checksig.verify(path).counts[Status.OK] == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)
    few, many = peak(1_000), peak(8_000)
    assert (many - few) / 7_000 < 1_100  # bytes: about 900, and 1,400 if results are kept
