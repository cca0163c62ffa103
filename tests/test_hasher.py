"""The streaming hasher keeps the contract of checksig.h, and hashes what hashlib hashes."""

from __future__ import annotations

import ctypes
import errno
import io
import json
import multiprocessing
import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from test_digests import reference
from trees import plant

import checksig
from checksig._bridge import handles, wire
from checksig._bridge import hashing as _hasher
from checksig._bridge import library as _ffi

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kernels

BAD_HANDLE, BAD_ARGUMENT, PANIC = -3, -4, -5
MAIN = [a.name for a in checksig.algorithms() if not a.name.startswith("blake2b-")]


def make(*algorithms: str, **settings: object) -> handles.Hasher:
    return handles.Hasher(json.dumps({"algorithms": algorithms, **settings}).encode())


def handle_of(hasher: handles.Hasher) -> int:
    [handle] = hasher._handles
    return handle


@pytest.mark.parametrize("size", [0, 1, 1023, 65_535, 65_536, (1 << 20) + 7, 3_000_000])
def test_a_stream_has_the_digests_of_its_bytes(size: int) -> None:
    """At once, by all algorithms: in one goroutine, or in one for each."""
    content = random.Random(size).randbytes(size)
    hashed = _hasher.hash_stream(io.BytesIO(content), MAIN)
    assert hashed.size == size
    found = {name: digest.hex() for name, digest in hashed.digests.items()}
    assert found == {name: reference(name, content) for name in MAIN}
    assert len(found) == len(MAIN) >= 19


def test_pieces_do_not_matter_and_the_stream_may_go_on_after_a_sum() -> None:
    content = random.Random(1).randbytes(300_000)
    size = sum(algorithm.size for algorithm in checksig.algorithms() if algorithm.name in MAIN)
    with make(*MAIN) as hasher:
        at = 0
        for length in (0, 1, 63, 64, 65, 1000, 70_000, 100_000, 128_807):
            hasher.update(content[at : at + length], length)
            at += length
            digests = hasher.digests(size).hex()
            assert digests == "".join(reference(name, content[:at]) for name in MAIN)
    assert at == len(content)


#: Around the borders of blocks and of BLAKE3's chunks: as many as there are lanes, and as many as
#: are hashed at a time.
BORDERS = sorted(
    {
        max(0, 1024 * chunks + past)
        for chunks in (0, 1, 2, 3, 8, 9, 15, 16, 17, 18, 32, 33, 255, 256, 257, 258, 513)
        for past in (-1, 0, 1, 63, 64, 65, 127, 128, 129)
    }
)


@pytest.mark.parametrize("off", ["", "*/avx512*", "*/avx*", "*/c", "*/standard", "*/*"])
@pytest.mark.parametrize("algorithm", ["blake3", "blake2b", "blake2b-256", "sha256", "sha224"])
def test_a_stream_has_the_same_digest_in_any_pieces_by_any_kernel(algorithm: str, off: str) -> None:
    rng = random.Random(7)
    content = rng.randbytes(BORDERS[-1])
    for length in BORDERS:
        with make(algorithm, disable=off) as hasher:
            at = 0
            while at < length:
                size = min(rng.randrange(1, 2 << rng.randrange(20)), length - at)
                hasher.update(content[at : at + size], size)
                at += size
            wanted = reference(algorithm, content[:length])
            assert hasher.digests(len(wanted) // 2).hex() == wanted


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(checksig.UnknownAlgorithmError):
        _hasher.hash_stream(io.BytesIO(b""), ["sha0"])


def test_a_stream_that_cannot_be_read_has_no_digest() -> None:
    class Broken(io.RawIOBase):
        def readinto(self, buffer: object) -> int:
            raise OSError(errno.EIO, "broken")

    with pytest.raises(OSError, match="broken"):
        _hasher.hash_stream(Broken(), ["md5"])


def test_a_stream_with_nothing_for_now_has_no_digest() -> None:
    read, write = os.pipe()
    os.set_blocking(read, False)
    with open(read, "rb", buffering=0) as file, pytest.raises(BlockingIOError):  # noqa: PTH123
        _hasher.hash_stream(file, ["md5"])
    os.close(write)


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"{}",
        b"nonsense",
        b'{"algorithms": []}',
        b'{"algorithms": ["sha0"]}',
        b'{"algorithms": ["md5"], "disable": "no/such"}',
    ],
)
def test_a_request_without_sense_is_a_bad_argument(request_: bytes) -> None:
    with pytest.raises(checksig.LibraryError, match="bad argument"):
        handles.Hasher(request_)


def test_bad_arguments_are_answered_with_their_code() -> None:
    library, buffer = _ffi.library(), ctypes.create_string_buffer(64)
    assert library.checksig_hasher(None, 0) == BAD_ARGUMENT
    assert library.checksig_hasher(b"{}", -1) == BAD_ARGUMENT
    assert library.checksig_update(12345, b"a", 1) == BAD_HANDLE
    assert library.checksig_sum(12345, buffer, 64) == BAD_HANDLE
    with make("md5") as hasher:
        handle = handle_of(hasher)
        assert library.checksig_update(handle, None, 0) == BAD_ARGUMENT
        assert library.checksig_update(handle, b"a", -1) == BAD_ARGUMENT
        assert library.checksig_sum(handle, None, 64) == BAD_ARGUMENT
        assert library.checksig_sum(handle, buffer, -1) == BAD_ARGUMENT
        with pytest.raises(ValueError, match="4 bytes of 3"):
            hasher.update(b"abc", 4)
    assert library.checksig_update(handle, b"a", 1) == BAD_HANDLE
    assert library.checksig_free(handle) == BAD_HANDLE
    with pytest.raises(checksig.LibraryError, match="closed"):
        hasher.update(b"a", 1)


def test_sum_says_how_much_room_it_needs() -> None:
    buffer = ctypes.create_string_buffer(64)
    with make("md5", "sha1") as hasher:
        assert _ffi.library().checksig_sum(handle_of(hasher), buffer, 35) == 36
        assert buffer.raw == bytes(64)
        assert _ffi.library().checksig_sum(handle_of(hasher), buffer, 36) == 36
        assert buffer.raw[:36].hex() == reference("md5", b"") + reference("sha1", b"")
        with pytest.raises(checksig.LibraryError, match="digests of 36 bytes"):
            hasher.digests(16)


def test_the_handles_of_runs_and_hashers_are_not_each_other_s(tmp_path: Path) -> None:
    root = plant(tmp_path, {"a": b"a"})
    run = handles.Run(wire.request("hash", paths=[os.fsencode(root / "a")]))
    run.start()
    library, buffer = _ffi.library(), ctypes.create_string_buffer(1 << 16)
    with make("md5") as hasher:
        assert library.checksig_update(run._handles[0], b"a", 1) == BAD_HANDLE
        assert library.checksig_sum(run._handles[0], buffer, 64) == BAD_HANDLE
        handle = handle_of(hasher)
        assert library.checksig_next(handle, buffer, len(buffer), 0) == BAD_HANDLE
        assert library.checksig_cancel(handle) == BAD_HANDLE
    run.close()


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_a_panic_is_an_exception_and_leaves_no_digest(size: int) -> None:
    with make("md5", "sha1", fault=True) as hasher:
        for _ in range(2):
            with pytest.raises(checksig.LibraryError, match="fault inside"):
                hasher.update(bytes(size), size)
        with pytest.raises(checksig.LibraryError, match="fault inside"):
            hasher.digests(36)


def test_calls_for_one_hasher_wait_for_each_other() -> None:
    """All pieces are the same, so their order does not show; a lost or torn one would."""
    piece, times, threads = bytes(range(256)) * 300, 50, 4
    with make("sha256", "md5") as hasher:

        def update(_: int) -> None:
            for _ in range(times):
                hasher.update(piece, len(piece))

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(update, range(threads)))
        whole = piece * times * threads
        wanted = reference("sha256", whole) + reference("md5", whole)
        assert hasher.digests(48).hex() == wanted


def test_a_hasher_can_be_freed_while_it_is_updated() -> None:
    content = bytes(50_000_000)
    hasher = make("sha256", "sha512")
    library, handle = _ffi.library(), handle_of(hasher)
    codes: list[int] = []
    thread = threading.Thread(
        target=lambda: codes.append(library.checksig_update(handle, content, len(content)))
    )
    thread.start()
    hasher.close()
    thread.join()
    assert codes[0] in {0, BAD_HANDLE}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_hasher_belongs_to_its_process() -> None:
    def in_child(hasher: handles.Hasher, answers: object) -> None:
        try:
            hasher.update(b"a", 1)
        except checksig.ForkedProcessError:
            hasher.close()
            with make("md5") as own:
                own.update(b"abc", 3)
                answers.send(own.digests(16).hex())  # type: ignore[attr-defined]

    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    with make("md5") as hasher:
        child = context.Process(target=in_child, args=(hasher, theirs))
        child.start()
        assert ours.poll(30)
        assert ours.recv() == reference("md5", b"abc")
        child.join(30)
        hasher.update(b"abc", 3)
        assert hasher.digests(16).hex() == reference("md5", b"abc")


def test_memory_is_flat_over_many_hashers() -> None:
    def resident() -> int:
        with open("/proc/self/statm") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def call(times: int) -> int:
        for _ in range(times):
            _hasher.hash_stream(io.BytesIO(b"abc"), MAIN)
        return resident()

    before = call(200)
    # A leak of one buffer a call would be 1,500 MiB.
    assert call(1_500) - before < 32 << 20
