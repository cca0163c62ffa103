"""Small streams are hashed together, and each is judged as if it were alone."""

from __future__ import annotations

import ctypes
import errno
import io
import json
import os
import random
import struct
import tracemalloc
import zipfile
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from archives import pack, sums
from places import Memory
from test_digests import BY_RHASH, reference
from test_places import check

import checksig
from checksig import Entry, Status
from checksig._bridge import bundles, handles
from checksig._bridge import library as _ffi
from checksig._bridge.bundles import Bundle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from checksig._bridge.hashing import Hashed, Readable
    from checksig._places import Fault, Item

pytestmark = pytest.mark.kernels

BAD_ARGUMENT, PANIC = -4, -5
#: Around blocks, BLAKE3's chunks, the buffers of lanes, and the longest piece of a message.
SIZES = [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1023, 1024, 1025, 4096, 32_768, 131_073]
MAIN = [a.name for a in checksig.algorithms() if not a.name.startswith("blake2b-")]


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def hash_all(algorithms: list[str], messages: list[bytes], **settings: object) -> list[str]:
    """The digests of messages that lie one behind the other."""
    ends = [0]
    for each in messages:
        ends.append(ends[-1] + len(each))
    rows = [
        number for start, each in zip(ends, messages, strict=False) for number in (start, len(each))
    ]
    header = json.dumps({"algorithms": algorithms, **settings}).encode() + b"\n"
    size = sum(len(reference(name, b"")) // 2 for name in algorithms)
    data = handles.lend(bytearray(b"".join(messages) or b"?"))
    request = header + struct.pack(f"<{len(rows)}Q", *rows)
    digests = handles.hash_all(request, data, size * len(messages)).hex()
    return [digests[start : start + 2 * size] for start in range(0, len(digests), 2 * size)]


@pytest.mark.parametrize("off", ["", "*/avx512*", "*/avx*", "*/*"])
@pytest.mark.parametrize("algorithm", MAIN)
def test_messages_hashed_together_have_their_own_digests(algorithm: str, off: str) -> None:
    messages = [content(size) for size in SIZES] * 2
    wanted = [reference(algorithm, each) for each in messages]
    assert hash_all([algorithm], messages, disable=off) == wanted


def test_all_algorithms_hash_messages_together() -> None:
    messages = [content(size) for size in SIZES]
    wanted = ["".join(reference(name, each) for name in MAIN) for each in messages]
    assert hash_all(MAIN, messages) == wanted
    assert hash_all(["MD5", "md5"], [b"abc"]) == [2 * reference("md5", b"abc")]


HEADER = b'{"algorithms": ["md5"]}\n'


@pytest.mark.parametrize(
    ("request_", "data"),
    [
        (b"", b"a"),
        (HEADER[:-1], b"a"),
        (b"{}\n", b"a"),
        (b'{"algorithms": []}\n', b"a"),
        (b'{"algorithms": ["sha0"]}\n', b"a"),
        (HEADER + struct.pack("<Q", 0), b"a"),
        (HEADER + struct.pack("<QQ", 0, 2), b"a"),
        (HEADER + struct.pack("<QQ", 2, 0), b"a"),
        (HEADER + struct.pack("<QQ", 1, (1 << 64) - 1), b"a"),
        (HEADER + struct.pack("<QQ", (1 << 64) - 1, 2), b"a"),
        (HEADER + struct.pack("<QQQQ", 0, 1, 1, 1), b"a"),
    ],
)
def test_messages_that_make_no_sense_are_a_bad_argument(request_: bytes, data: bytes) -> None:
    library, buffer = _ffi.library(), ctypes.create_string_buffer(64)
    arguments = (request_, len(request_), data, len(data), buffer, 64)
    assert library.checksig_hash(*arguments) == BAD_ARGUMENT
    assert buffer.raw == bytes(64)


def test_null_and_negative_are_bad_arguments_and_room_is_asked_for() -> None:
    library, buffer = _ffi.library(), ctypes.create_string_buffer(64)
    request = HEADER + struct.pack("<QQQQ", 0, 3, 3, 0)
    good = (request, len(request), b"abc", 3, buffer, 64)
    for at, wrong in enumerate((None, -1) * 3):
        arguments = (*good[:at], wrong, *good[at + 1 :])
        assert library.checksig_hash(*arguments) == BAD_ARGUMENT
    assert library.checksig_hash(*good[:5], 31) == 32
    assert buffer.raw == bytes(64)
    assert library.checksig_hash(*good) == 32
    assert buffer.raw[:32].hex() == reference("md5", b"abc") + reference("md5", b"")
    assert buffer.raw[32:] == bytes(32)
    with pytest.raises(checksig.LibraryError, match="digests of 32 bytes"):
        handles.hash_all(request, handles.lend(bytearray(b"abc")), 64)


def test_no_messages_have_no_digests() -> None:
    assert hash_all(["md5"], []) == []


def test_a_panic_is_an_exception() -> None:
    with pytest.raises(checksig.LibraryError, match="fault inside"):
        hash_all(["md5"], [b"abc"], fault=True)


class Stream(io.BytesIO):
    """Gives some bytes at a time, and in the end an error, or nothing for now."""

    def __init__(self, data: bytes, end: OSError | None = None, *, ends: bool = True) -> None:
        super().__init__(data)
        self._error, self._ends = end, ends

    def readinto(self, buffer: memoryview, /) -> int | None:  # type: ignore[override]
        """Read on."""
        size = super().readinto(buffer[:100_000])
        if size == 0 and self._error:
            raise self._error
        return size if size or self._ends else None


def test_streams_of_any_size_are_hashed_by_their_own_algorithms() -> None:
    """Whatever they were said to be: smaller, larger, or of no known size."""
    said = (lambda n: n, lambda n: n + 10, lambda n: max(0, n - 10), lambda _: 0, lambda _: -1)
    bundle: Bundle[tuple[int, tuple[str, ...]]] = Bundle()
    found: list[tuple[tuple[int, tuple[str, ...]], Hashed]] = []
    added = 0
    for size in [*SIZES, bundles.SMALL, bundles.SMALL + 1]:
        for expected in said:
            for algorithms in (("sha256",), ("md5",), ("sha1", "blake3")):
                stream = Stream(content(size))
                for each in bundle.add((size, algorithms), stream, algorithms, expected(size)):
                    found += each
                added += 1
    found += chain.from_iterable(bundle.rest())
    assert len(found) == added == 300
    for (size, algorithms), hashed in found:
        assert hashed.size == size
        wanted = {name: reference(name, content(size)) for name in algorithms}
        assert {name: digest.hex() for name, digest in hashed.digests.items()} == wanted
    assert list(bundle.rest()) == []


def test_a_stream_that_fails_takes_no_other_with_it() -> None:
    bundle: Bundle[str] = Bundle()
    assert list(bundle.add("a", io.BytesIO(b"a"), ("md5",), 1)) == []
    broken = Stream(b"x" * 1500, OSError(errno.EIO, "broken"))
    with pytest.raises(OSError, match="broken"):
        list(bundle.add("broken", broken, ("md5",), 2000))
    with pytest.raises(BlockingIOError):
        list(bundle.add("later", Stream(b"x", ends=False), ("md5",), 2))
    assert list(bundle.add("b", io.BytesIO(b"b"), ("md5",), 1)) == []
    [found] = bundle.rest()
    assert {key: hashed.digests["md5"].hex() for key, hashed in found} == {
        "a": reference("md5", b"a"),
        "b": reference("md5", b"b"),
    }


def test_what_is_held_comes_before_an_error_of_a_large_stream() -> None:
    bundle: Bundle[str] = Bundle()
    assert list(bundle.add("a", io.BytesIO(b"a"), ("md5",), 1)) == []
    found: list[str] = []
    large = bundle.add("b", Stream(b"x", OSError(errno.EIO, "broken")), ("md5",), 1 << 40)
    with pytest.raises(OSError, match="broken"):
        found.extend(key for each in large for key, _ in each)
    assert found == ["a"]


def test_what_was_held_for_a_while_waits_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(bundles.time, "monotonic", lambda: now)
    bundle: Bundle[str] = Bundle()
    assert list(bundle.add("a", io.BytesIO(b"a"), ("md5",), 1)) == []
    now += 0.04
    assert list(bundle.add("b", io.BytesIO(b"b"), ("md5",), 1)) == []
    now += 0.02
    [found] = bundle.add("c", io.BytesIO(b"c"), ("md5",), 1)
    assert [key for key, _ in found] == ["a", "b"]


def test_a_bundle_holds_no_more_than_its_room() -> None:
    bundle: Bundle[int] = Bundle()
    zeros = bytes(bundles.SMALL)
    tracemalloc.start()
    try:
        found = [
            key
            for number in range(40)
            for each in bundle.add(number, io.BytesIO(zeros), ("crc32",), len(zeros))
            for key, _ in each
        ]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == list(range(len(found)))
    assert 40 - 16 <= len(found) < 40
    assert bundles.ROOM <= peak < bundles.ROOM + (1 << 20)


class Faulty(Memory):
    """A place where a name says what its stream does."""

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield streams, some of which fail, or are not as long as their items say."""
        for item, stream in super().open(items):
            assert isinstance(stream, io.BytesIO)
            data = stream.getvalue()
            if item.name.startswith(b"fails"):
                yield item, Stream(data[:-1], OSError(errno.EIO, "Input/output error"))
            elif item.name.startswith(b"short"):
                yield item, Stream(data[:-1])
            elif item.name.startswith(b"long"):
                yield item, Stream(data + b"+")
            else:
                yield item, stream


@pytest.mark.parametrize("parallel", [True, False])
@pytest.mark.parametrize("size", [2, 4096, 300_000])
def test_faults_in_the_middle_of_a_bundle_are_those_of_their_own_files(
    size: int, *, parallel: bool
) -> None:
    names = [f"{kind}{i}" for i in range(12) for kind in ("ok", "fails", "short", "wrong", "long")]
    files = {name: random.Random(name).randbytes(size) for name in names}
    listed = sums(files)
    files |= {name: files[name][::-1][:-1] + b"?" for name in names if name.startswith("wrong")}
    place = Faulty(
        {name.encode(): [data] for name, data in files.items()} | {b"SHA256SUMS": [listed]}
    )
    if parallel:
        place.traits = frozenset({"all", "parallel"})
    report = check(place)
    wrong = {"fails": Status.UNREADABLE, "short": Status.MISMATCH, "long": Status.MISMATCH}
    wrong["wrong"] = Status.MISMATCH
    wanted = {name: wrong[name.rstrip("0123456789")] for name in names if not name.startswith("ok")}
    assert {each.path: each.status for each in report.failures} == wanted
    assert report.counts[Status.OK] == 12
    sizes = {each.path.rstrip("0123456789"): each.size for each in report.failures}
    assert sizes == {"fails": None, "short": size - 1, "long": size + 1, "wrong": size}


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_members_of_any_size_are_checked_by_all_that_is_listed(tmp_path: Path, suffix: str) -> None:
    """By one algorithm, by several, by others than their neighbours."""
    files = {f"{n}-{size}": content(size) for n in range(2) for size in (*SIZES, 300_000, 2 << 20)}
    computed = [name for name in MAIN if name not in BY_RHASH]  # others are left out beside strong
    chosen = [MAIN[:1], MAIN[1:2], MAIN[2:5], ["blake3"], ["blake3", "sha256"], computed]
    entries = [
        Entry(name, reference(algorithm, data), algorithm)
        for i, (name, data) in enumerate(files.items())
        for algorithm in chosen[i % len(chosen)]
    ]
    path = pack(tmp_path / f"x{suffix}", files)
    report = checksig.verify(path, entries=entries, complete=True)
    assert report.files == report.counts[Status.OK] == len(files) == 40
    for i in range(0, len(entries), 7):
        digest = entries[i].digest
        flipped = digest[:-1] + ("0" if digest[-1] != "0" else "1")
        wrong = [
            *entries[:i],
            Entry(entries[i].path, flipped, entries[i].algorithm),
            *entries[i + 1 :],
        ]
        [failure] = checksig.audit(path, entries=wrong).failures
        assert (failure.path, failure.status) == (entries[i].path, Status.MISMATCH)


def test_a_damaged_member_of_a_zip_takes_no_other_with_it(tmp_path: Path) -> None:
    files = {f"{i:03}": content(2000 + i) for i in range(200)}
    path = pack(tmp_path / "x.zip", files | {"SHA256SUMS": sums(files)}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    for name in ("050", "199"):
        data[data.index(files[name])] ^= 1
    path.write_bytes(data)
    report = checksig.audit(path)
    assert {r.path for r in report.failures} == {"050", "199"}
    assert report.counts[Status.OK] == 198


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_it_does_not_matter_how_many_are_hashed_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    files = {f"{i}": content(i * 10) for i in range(50)}
    path = pack(tmp_path / f"x{suffix}", files)
    listed = [Entry(name, reference("sha1", data), "sha1") for name, data in files.items()]
    listed[20] = Entry("20", "0" * 40, "sha1")

    def audited() -> list[tuple[object, ...]]:
        report = checksig.audit(path, entries=listed, keep_results=True)
        return sorted((r.path, r.status, r.found, r.size, r.detail) for r in report.results or ())

    together = audited()
    monkeypatch.setattr(bundles, "SMALL", -1)
    assert audited() == together
    assert len(together) == 50


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_a_rate_does_not_hold_results_back(tmp_path: Path, suffix: str) -> None:
    """Of files that are read in a moment each, the first is told before the last is read."""
    files = {f"{i}": content(20_000) for i in range(10)}
    path = pack(tmp_path / f"x{suffix}", files, zipfile.ZIP_STORED)
    entries = [Entry(name, reference("md5", data), "md5") for name, data in files.items()]
    seen: list[int] = []
    options: dict[str, object] = {"entries": entries, "bwlimit": 400_000, "workers": 1}
    report = checksig.verify(path, progress=lambda p: seen.append(p.files), **options)  # type: ignore[arg-type]
    assert report.files == 10
    assert len(set(seen)) > 4


def test_memory_is_flat_over_many_calls() -> None:
    def resident() -> int:
        with open("/proc/self/statm") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def call(times: int) -> int:
        for _ in range(times):
            hash_all(["sha256", "md5"], [b"abc"] * 20)
        return resident()

    before = call(100)
    # A leak of the buffers of one call would be 250 MiB.
    assert call(500) - before < 32 << 20
