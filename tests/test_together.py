"""Large streams are hashed side by side, and each is judged as if it were alone."""

from __future__ import annotations

import ctypes
import errno
import io
import json
import os
import random
import struct
import tarfile
import threading
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest
from archives import pack, sums
from test_bundles import Faulty, Stream
from test_digests import reference
from test_places import check
from trees import sha256

import checksig
from checksig import Entry, Status
from checksig._bridge import bundles, handles, together
from checksig._bridge import library as _ffi
from checksig._bridge.hashing import Hashed
from checksig._bridge.together import MOST, PIECE, Together
from checksig._checking import streams, threads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checksig._options import Trait

pytestmark = pytest.mark.kernels

BAD_HANDLE, BAD_ARGUMENT, PANIC = -3, -4, -5
MAIN = [a.name for a in checksig.algorithms() if not a.name.startswith("blake2b-")]
KINDS = [(".tar", 0), (".zip", zipfile.ZIP_STORED), (".zip", zipfile.ZIP_DEFLATED)]


def content(seed: object, size: int) -> bytes:
    return random.Random(repr(seed)).randbytes(size)


def make(*algorithms: str, **settings: object) -> handles.Hasher:
    return handles.Hasher(json.dumps({"algorithms": algorithms, **settings}).encode())


def table(*rows: tuple[handles.Hasher | int, int, int]) -> bytes:
    """The table of checksig_update_each."""
    return b"".join(
        struct.pack("<qQQ", row[0] if isinstance(row[0], int) else row[0].handle(), *row[1:])
        for row in rows
    )


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly every stream is large, and a piece of it is a kilobyte."""
    monkeypatch.setattr(bundles, "SMALL", 100)
    monkeypatch.setattr(streams, "SMALL", 100)
    monkeypatch.setattr(streams, "PIECE", 1024)
    monkeypatch.setattr(streams, "_LEAST", 1024)


@pytest.mark.parametrize("off", ["", "*/avx512*", "*/avx*", "*/*"])
@pytest.mark.parametrize("algorithm", MAIN)
def test_pieces_of_streams_that_are_hashed_together_make_their_digests(
    algorithm: str, off: str
) -> None:
    """However long they are, and whoever else has a piece at the time."""
    dice, data = random.Random(algorithm), content(1, 40_000)
    hashers = [make(algorithm, disable=off) for _ in range(21)]
    so = [b""] * len(hashers)
    for _ in range(6):
        rows: list[tuple[handles.Hasher, int, int]] = []
        for i in dice.sample(range(len(hashers)), dice.randint(1, len(hashers))):
            start = dice.randrange(20_000)
            size = dice.choice([0, 1, 64, 127, 128, 129, 1024, 1025, 9000, 20_000])
            rows.append((hashers[i], start, size))
            so[i] += data[start : start + size]
        handles.update_each(table(*rows), handles.lend(bytearray(data)))
        size = len(reference(algorithm, b"")) // 2
        assert [each.digests(size).hex() for each in hashers] == [
            reference(algorithm, each) for each in so
        ]


def test_a_table_that_makes_no_sense_hashes_nothing() -> None:
    library, data = _ffi.library(), b"abc"
    one, other = make("md5"), make("sha1", "crc32")
    for wrong, code in (
        (table((one, 0, 3))[:-1], BAD_ARGUMENT),
        (table((one, 0, 4)), BAD_ARGUMENT),
        (table((one, 4, 0)), BAD_ARGUMENT),
        (table((one, 3, (1 << 64) - 1)), BAD_ARGUMENT),
        (table((other, 0, 1), (one, 0, 1), (one, 1, 1)), BAD_ARGUMENT),
        (table((one, 0, 1), (other, 0, 1), (12345, 0, 1)), BAD_HANDLE),
    ):
        assert library.checksig_update_each(wrong, len(wrong), data, 3) == code
    good = table((one, 0, 3), (other, 1, 0))
    for at, value in enumerate((None, -1, None, -1)):
        arguments = [good, len(good), data, 3]
        arguments[at] = value
        assert library.checksig_update_each(*arguments) == BAD_ARGUMENT
    assert one.digests(16).hex() == reference("md5", b"")
    handles.update_each(good, handles.lend(bytearray(data)))
    assert library.checksig_update_each(b"", 0, b"", 0) == 0
    assert one.digests(16).hex() == reference("md5", b"abc")
    assert other.digests(24).hex() == reference("sha1", b"") + reference("crc32", b"")


def test_after_a_panic_none_of_the_streams_has_digests() -> None:
    """It is not known how far each of them is."""
    data = handles.lend(bytearray(b"abc"))
    one, other, faulty = make("md5"), make("md5"), make("md5", fault=True)
    with pytest.raises(checksig.LibraryError, match="fault inside"):
        handles.update_each(table((one, 0, 3), (faulty, 0, 3)), data)
    for broken in (one, faulty):
        with pytest.raises(checksig.LibraryError, match="fault inside"):
            broken.digests(16)
        with pytest.raises(checksig.LibraryError, match="fault inside"):
            handles.update_each(table((broken, 0, 3), (other, 0, 3)), data)
    assert other.digests(16).hex() == reference("md5", b"")


def test_calls_for_the_same_streams_wait_for_each_other() -> None:
    """In whatever order they name them: none of them waits forever."""
    hashers = [make("md5") for _ in range(4)]
    data = handles.lend(bytearray(bytes(5000)))

    def write(order: list[handles.Hasher]) -> None:
        for _ in range(100):
            handles.update_each(table(*((each, 0, 5000) for each in order)), data)

    writers = [threading.Thread(target=write, args=(order,)) for order in (hashers, hashers[::-1])]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    assert {each.digests(16).hex() for each in hashers} == {reference("md5", bytes(10**6))}


def all_of(running: Together[str]) -> dict[str, Hashed | OSError]:
    found: dict[str, Hashed | OSError] = {}
    while running:
        found |= running.step()
    return found


def test_streams_that_end_sooner_or_later_have_their_own_digests() -> None:
    sizes = [0, 1, 1023, 1024, 1025, 2048, 5000, 99_999]
    chosen = [("sha256",), ("md5", "blake3"), ("sha256",), ("sha1", "sha512", "crc32")]
    with Together[str](1024) as running:
        for i, size in enumerate(sizes):
            running.start(str(size), Stream(content(size, size)), chosen[i % 4])
        found = all_of(running)
    assert len(found) == len(sizes)
    for i, size in enumerate(sizes):
        hashed = found[str(size)]
        assert isinstance(hashed, Hashed)
        assert hashed.size == size
        assert {name: digest.hex() for name, digest in hashed.digests.items()} == {
            name: reference(name, content(size, size)) for name in chosen[i % 4]
        }


def test_a_stream_that_breaks_beside_others_fails_alone() -> None:
    """And has no digest of what came before."""
    with Together[str](1024) as running:
        running.start("a", Stream(b"a" * 9000), ("md5",))
        running.start("broken", Stream(b"b" * 3000, OSError(errno.EIO, "broken")), ("md5",))
        running.start("later", Stream(b"b" * 3000, ends=False), ("md5",))
        running.start("b", Stream(b"b" * 9000), ("md5",))
        found = all_of(running)
    assert {key: type(each) for key, each in found.items()} == {
        "a": Hashed,
        "broken": OSError,
        "later": BlockingIOError,
        "b": Hashed,
    }
    for key in "ab":
        hashed = found[key]
        assert isinstance(hashed, Hashed)
        assert hashed.digests["md5"].hex() == reference("md5", key.encode() * 9000)


def test_streams_are_held_in_pieces_and_no_longer_than_they_last() -> None:
    running: Together[int] = Together()
    zeros = bytes(8 << 20)
    library = _ffi.library()
    tracemalloc.start()
    try:
        for number in range(MOST):
            running.start(number, io.BytesIO(zeros), ("crc32",))
        known = [each.hasher.handle() for each in running._streams]
        assert running.step() == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert MOST * PIECE <= peak < MOST * PIECE + (1 << 20)
    running.close()
    assert len(running) == 0
    assert {library.checksig_free(handle) for handle in known} == {BAD_HANDLE}


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("size", [150, 4096, 70_001])
def test_faults_of_streams_side_by_side_are_those_of_their_own_files(
    size: int, workers: int
) -> None:
    names = [f"{kind}{i}" for i in range(12) for kind in ("ok", "fails", "short", "wrong", "long")]
    files = {name: content(name, size) for name in names}
    listed = sums(files)
    files |= {name: files[name][:-1] + b"?" for name in names if name.startswith("wrong")}
    place = Faulty(
        {name.encode(): [data] for name, data in files.items()} | {b"SHA256SUMS": [listed]}
    )
    found: frozenset[Trait] = frozenset({"all", "parallel", "abreast"})
    place.traits = found
    report = check(place, workers=workers)
    wrong = {"fails": Status.UNREADABLE, "short": Status.MISMATCH, "long": Status.MISMATCH}
    wrong["wrong"] = Status.MISMATCH
    wanted = {name: wrong[name.rstrip("0123456789")] for name in names if not name.startswith("ok")}
    assert {each.path: each.status for each in report.failures} == wanted
    assert report.counts[Status.OK] == 12


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(("suffix", "method"), KINDS)
def test_large_members_are_checked_by_all_that_is_listed(
    tmp_path: Path, suffix: str, method: int
) -> None:
    files = {f"{i}": content(i, 2000 * i + i % 3) for i in range(40)}
    chosen = [["sha256"], ["md5"], MAIN, ["sha512", "sha1"]]
    entries = [
        Entry(name, reference(algorithm, data), algorithm)
        for i, (name, data) in enumerate(files.items())
        for algorithm in chosen[i % 4]
    ]
    path = pack(tmp_path / f"x{suffix}", files, method)
    report = checksig.verify(path, entries=entries, complete=True)
    assert report.files == report.counts[Status.OK] == 40
    wrong = [Entry("30", "0" * 128, "sha512"), *entries]
    [failure] = checksig.audit(path, entries=wrong).failures
    assert (failure.path, failure.status) == ("30", Status.MISMATCH)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(("suffix", "method"), KINDS[:2])
def test_a_damaged_large_member_takes_no_other_with_it(
    tmp_path: Path, suffix: str, method: int
) -> None:
    """The checksum of a zip is another then; a tar has none."""
    files = {f"{i:02}": content(i, 20_000) for i in range(30)}
    path = pack(tmp_path / f"x{suffix}", files | {"SHA256SUMS": sums(files)}, method)
    data = bytearray(path.read_bytes())
    data[data.index(files["07"]) + 9000] ^= 1
    path.write_bytes(data)
    report = checksig.audit(path)
    assert [each.path for each in report.failures] == ["07"]
    assert report.failures[0].status is (Status.MISMATCH if suffix == ".tar" else Status.UNREADABLE)
    assert report.counts[Status.OK] == 29


def test_the_checksum_of_a_stored_member_counts_even_if_its_digest_is_right(
    tmp_path: Path,
) -> None:
    """Other programs refuse to unpack it."""
    files = {"a": b"hello", "empty": b"", "b": b"there"}
    path = pack(tmp_path / "x.zip", files | {"SHA256SUMS": sums(files)}, zipfile.ZIP_STORED)
    with zipfile.ZipFile(path) as file:
        crcs = [struct.pack("<I", file.getinfo(name).CRC) for name in ("a", "b")]
        places = [file.getinfo("empty").header_offset + 14, file.start_dir]
    data = bytearray(path.read_bytes().replace(crcs[0], b"\1\2\3\4"))
    data[places[0]] = data[data.index(b"PK\1\2", data.index(b"PK\1\2") + 4) + 16] = 1
    path.write_bytes(data)
    report = checksig.audit(path)
    assert {(each.path, each.status) for each in report.failures} == {
        ("a", Status.UNREADABLE),
        ("empty", Status.UNREADABLE),
    }
    assert report.counts[Status.OK] == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_that_is_said_to_take_all_memory_takes_none(tmp_path: Path, method: int) -> None:
    """Neither as a list nor as a file: the archive says that it is small, and packed is huge."""
    files = {"a": b"hello"}
    path = pack(tmp_path / "x.zip", files | {"SHA256SUMS": sums(files)}, method)
    data = bytearray(path.read_bytes())
    packed, start = struct.pack("<I", 1 << 30), (1 << 30) + (1 << 16)
    header, entry, directory = data.rindex(b"PK\3\4"), data.rindex(b"PK\1\2"), data.index(b"PK\1\2")
    data[header + 18 : header + 22] = data[entry + 20 : entry + 24] = packed
    struct.pack_into("<I", data, len(data) - 6, start)
    with path.open("wb") as file:  # what is said to be there, is
        file.write(data[:directory])
        file.seek(start)
        file.write(data[directory:])
    entries = [Entry(name, sha256(content), "sha256") for name, content in files.items()]
    tracemalloc.start()
    try:
        with pytest.raises(checksig.ManifestError, match="cannot read"):
            checksig.verify(path)
        [failure] = checksig.audit(
            path, entries=[*entries, Entry("SHA256SUMS", "0" * 64, "sha256")]
        ).failures
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (failure.path, failure.status) == ("SHA256SUMS", Status.UNREADABLE)
    assert peak < 64 << 20


@pytest.mark.usefixtures("small_pieces")
def test_members_of_a_tar_that_have_holes_are_read_side_by_side(tmp_path: Path) -> None:
    """Two stretches of bytes in a file of zeros each, as PAX has them (format 0.1)."""
    files = {"plain": content("plain", 20_000)}
    with tarfile.open(tmp_path / "x.tar", "w", format=tarfile.PAX_FORMAT) as file:
        for i in range(5):
            parts = content(i, 3000), content(-i, 500)
            files[f"hole{i}"] = bytes(1000) + parts[0] + bytes(4000) + parts[1] + bytes(1500)
            info = tarfile.TarInfo(f"hole{i}")
            info.size = 3500
            info.pax_headers = {
                "GNU.sparse.name": f"hole{i}",
                "GNU.sparse.size": "10000",
                "GNU.sparse.map": "1000,3000,8000,500",
            }
            file.addfile(info, io.BytesIO(b"".join(parts)))
        info = tarfile.TarInfo("plain")
        info.size = 20_000
        file.addfile(info, io.BytesIO(files["plain"]))
    entries = [Entry(name, sha256(data), "sha256") for name, data in files.items()]
    assert checksig.verify(tmp_path / "x.tar", entries=entries, complete=True).files == 6


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(("suffix", "method"), KINDS)
def test_an_archive_that_changes_while_members_are_read_side_by_side_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, method: int
) -> None:
    files = {f"{i}": content(i, 20_000) for i in range(10)}
    path = pack(tmp_path / f"x{suffix}", files | {"SHA256SUMS": sums(files)}, method)
    step = Together[object].step

    def late(self: Together[object]) -> list[tuple[object, Hashed | OSError]]:
        os.utime(path, ns=(1, 1))
        return step(self)

    monkeypatch.setattr(Together, "step", late)
    with pytest.raises(checksig.ArchiveError, match="changed while it was read"):
        checksig.audit(path)


@pytest.mark.usefixtures("small_pieces")
def test_a_run_that_is_cancelled_lets_go_of_streams_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{i}": content(i, 30_000) for i in range(8)}
    path = pack(tmp_path / "x.tar", files)
    entries = [Entry(name, sha256(data), "sha256") for name, data in files.items()]
    cancel = threading.Event()

    def step(_: Together[object]) -> list[tuple[object, Hashed | OSError]]:
        cancel.set()
        return original(_)

    original = Together[object].step
    monkeypatch.setattr(Together, "step", step)
    with pytest.raises(checksig.CancelledError):
        checksig.verify(path, entries=entries, cancel=cancel)


def test_what_tasks_yield_comes_as_it_is_there() -> None:
    stopped, go_on = threading.Event(), threading.Event()

    def task(number: int) -> Iterator[int]:
        yield number
        go_on.wait(60)
        yield -number

    found = threads.at_once([task(1), task(2)], 2, stopped)
    assert {next(found), next(found)} == {1, 2}
    go_on.set()
    assert {*found} == {-1, -2}
    assert not stopped.is_set()


def test_a_task_that_fails_ends_the_others_and_its_error_is_the_one_that_is_told() -> None:
    stopped = threading.Event()

    def waits() -> Iterator[int]:
        while not stopped.is_set():
            time.sleep(0.001)
        yield 1

    def fails() -> Iterator[int]:
        yield 2
        raise checksig.LibraryError("as it should")

    found: list[int] = []
    with pytest.raises(checksig.LibraryError, match="as it should"):
        found.extend(threads.at_once([waits(), fails(), waits(), waits()], 2, stopped))
    assert found in ([], [2])
    assert stopped.is_set()


def test_the_table_of_streams_is_that_of_the_contract() -> None:
    assert together._ROW.size == 24
    assert _ffi.FUNCTIONS["checksig_update_each"][0] is ctypes.c_int
