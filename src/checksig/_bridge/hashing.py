"""Digests of bytes that do not lie in a file of their own: members of archives, pipes, objects."""

from __future__ import annotations

import errno
import json
import os
import struct
import threading
import time
from base64 import b64encode
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from checksig._bridge import handles, wire
from checksig._bridge.algorithms import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checksig._options.reading import Cancel
    from checksig._results import Algorithm

#: In bytes. Longer reads are no faster.
_PIECE: Final = 1 << 20
#: In bytes: the longest digest of BLAKE3 that the core gives.
LONGEST: Final = 1 << 26
#: In seconds: how long nobody looks whether a stream is still wanted.
_PATIENCE: Final = 0.05


class Readable(Protocol):
    """A binary stream: a file, a member of an archive, a pipe."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Read into a buffer; return how many bytes: 0 at the end, None if there are none yet."""


class Pace:
    """A bound on the bytes a second that several streams read together."""

    def __init__(self, rate: int | None) -> None:
        """Begin now. None: as many as can be."""
        self._rate = rate
        self._due = time.monotonic()
        self._lock = threading.Lock()

    @property
    def bounded(self) -> bool:
        """Whether there is a bound."""
        return bool(self._rate)

    def keep(self, size: int, expect_wanted: Callable[[], None]) -> None:
        """Note bytes that were read, and wait until they are due.

        Args:
            size: How many.
            expect_wanted: Called now and then, and before; it raises if nobody waits any more.
        """
        expect_wanted()
        if not self._rate:
            return
        with self._lock:
            due = self._due = max(self._due, time.monotonic()) + size / self._rate
        while (left := due - time.monotonic()) > 0:
            time.sleep(min(left, _PATIENCE))
            expect_wanted()


class Stoppable(NamedTuple):
    """A stream that ends with an error when nothing waits for it any more, and keeps a pace."""

    file: Readable
    stopped: Cancel | None = None
    cancel: Cancel | None = None
    pace: Pace | None = None

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Read on."""
        self._expect_wanted()
        size = self.file.readinto(buffer)
        if self.pace:
            self.pace.keep(size or 0, self._expect_wanted)
        return size

    def _expect_wanted(self) -> None:
        if self.stopped is not None and self.stopped.is_set():
            raise OSError("stopped")
        if self.cancel is not None:
            wire.expect_wanted(self.cancel)


class Hashed(NamedTuple):
    """The size and the digests of a stream."""

    size: int  # in bytes
    digests: dict[str, bytes]  # by the name of the algorithm


def hash_stream(
    file: Readable,
    algorithms: Sequence[str],
    expected: int | None = None,
    begun: bytes = b"",
) -> Hashed:
    """Read a stream to its end, once, and return its digests by all these algorithms.

    Args:
        file: The stream.
        algorithms: By any of their names.
        expected: How many bytes there probably are: few need no large buffer, which takes longer
            to make than they take to hash.
        begun: The first bytes of the stream, which were read.

    Raises:
        UnknownAlgorithmError: one of them is the name of none.
        OSError: reading failed. There is no digest of half a stream.
        BlockingIOError: the stream has no more for now.
    """
    rows = [lookup(name) for name in algorithms]
    room = _PIECE if expected is None else max(1, min(_PIECE, expected + 1))
    with handles.Hasher(header(rows)) as hasher:
        hasher.update(begun, len(begun))
        total = len(begun) + _update(hasher, file, room)
        digests = hasher.digests(sum(row.size for row in rows))
    return Hashed(total, dict(zip(algorithms, cut(digests, rows), strict=True)))


class Blake3(NamedTuple):
    """BLAKE3 with a key, or with more or other bytes of its output than the first 32.

    The core computes it in plain Go: see LONGEST for how much it gives.
    """

    key: bytes | None = None  #: 32 bytes
    context: str | None = None  #: derive a key for it; not with a key
    start: int = 0  #: where the digest begins in the output, in bytes
    size: int = 32  #: of the digest, in bytes

    def of(self, file: Readable) -> bytes:
        """Read a stream to its end, and return its digest.

        Raises:
            OSError: reading failed.
            LibraryError: the fields make no sense.
        """
        mode = {"from": self.start, "size": self.size, "context": self.context}
        if self.key is not None:
            mode["key"] = b64encode(self.key).decode()
        with handles.Hasher(json.dumps({"blake3": mode}).encode()) as hasher:
            _update(hasher, file, _PIECE)
            return hasher.digests(self.size)


def _update(hasher: handles.Hasher, file: Readable, room: int) -> int:
    """Hash a stream to its end, so many bytes at a time, and return how many there were."""
    total, memory = 0, bytearray(room)
    view, lent = memoryview(memory), handles.lend(memory)
    while size := file.readinto(view):
        hasher.update(lent, size)
        total += size
    if size is None:
        raise nothing_for_now()
    return total


def fill(view: memoryview, file: Readable) -> int:
    """Read until a buffer is full, or the stream ends; return how many bytes there are.

    Raises:
        OSError: reading failed.
        BlockingIOError: the stream has no more for now.
    """
    end = 0
    while end < len(view) and (size := file.readinto(view[end:])) != 0:
        if size is None:
            raise nothing_for_now()
        end += size
    return end


def header(rows: Iterable[Algorithm]) -> bytes:
    """Return the request of a hasher."""
    disable = os.environ.get("CHECKSIG_DISABLE", "")
    return json.dumps({"algorithms": [row.name for row in rows], "disable": disable}).encode()


def cut(digests: bytes, rows: Iterable[Algorithm]) -> Iterator[bytes]:
    """Yield each of the digests that stand end to end."""
    end = 0
    for row in rows:
        start, end = end, end + row.size
        yield digests[start:end]


def nothing_for_now() -> OSError:
    """Return the error about a stream that has no more for now."""
    return BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


class Block(NamedTuple):
    """Files that were hashed, one behind the other in the order of their paths."""

    first: int  # the place of the first among all, from 0
    files: int  # how many
    digests: bytes  # end to end
    sizes: Sequence[int]  # in bytes


def hash_together(
    paths: Iterable[bytes], algorithms: Sequence[str], *, compared: bool = False
) -> Iterator[list[Block]]:
    """Hash files, and yield blocks of them, in the order of their paths, as soon as they are there.

    The first that is yielded are none: the core is at work then. What is in no block has no digest.
    That takes a tenth of the time that a Result for each takes.

    Args:
        paths: Of the files.
        algorithms: What to hash them with: their digests stand end to end.
        compared: Whether the digests are held against others. If not, each file is looked at again
            after it was read, to see that it has not changed.
    """
    settings = {"algorithms": [*algorithms], "together": True, "compared": compared}
    run = handles.Run(wire.request("hash", paths=paths, settings=settings))
    try:
        run.start()
        yield []
        while True:
            yield list(_blocks(run.next()))
    except EOFError:
        return
    finally:
        run.close()


def _blocks(packed: handles.Packed) -> Iterator[Block]:
    start, varying = 0, packed.varying
    for record in handles.RECORD.iter_unpack(packed.records):
        _, _, name, listed, text, digests, line, _, found, _, _, kind, stat, _, count = record
        sizes = start + name
        own = sizes + listed + found
        start = own + text + digests + stat
        if kind == wire.LINES:
            numbers = struct.unpack(f"<{count}q", varying[sizes : sizes + listed])
            yield Block(line - 1, count, varying[own : own + text], numbers)
