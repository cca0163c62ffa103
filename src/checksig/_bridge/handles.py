"""Runs and hashers: things in the core that Python holds by a handle.

*Memory.* Buffers are allocated here and lent to the core for one call. The core copies a request
before ``checksig_start`` returns. The one string that it allocates is the message of the C function
``verify``, which this package does not use.

*Waiting.* ``checksig_next`` waits no longer than ``WAIT_MS``, so that Python runs its signal
handlers; ``checksig_free`` waits twice that at most.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct

from checksig import errors
from checksig._bridge.library import CODES, checked, forked, library, state
from checksig._classes import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Self

WAIT_MS: Final = 50
BUFFER_SIZE: Final = 1 << 18

# What checksig_next returns besides a count: see checksig.h.
END: Final = -1
FAILED: Final = -2
MORE_ROOM: Final = -6

# struct checksig_progress.
PROGRESS: Final = struct.Struct("<IIqqqq2Qqqqqqq10q")
# struct checksig_record.
RECORD: Final = struct.Struct("<qqIIIIIIHBBBBBxI4x")


class Packed(NamedTuple):
    """The bytes that one call of ``checksig_next`` brought."""

    progress: tuple[int, ...]  # the fields of struct checksig_progress
    records: bytes  # packed RECORDs
    varying: bytes  # their names, digests and texts, end to end


class Run:
    """A run of the core: to be started, asked for results, and closed.

    It belongs to the process that started it.
    """

    def __init__(self, request: bytes) -> None:
        """Keep what will be asked for."""
        self._request = request
        self._process = os.getpid()
        self._handles: list[int] = []  # one, while the run is there
        self._library = state.library or library()
        self._buffer = ctypes.create_string_buffer(BUFFER_SIZE)
        self.wait_ms = WAIT_MS  # how long next waits for results

    def start(self) -> None:
        """Start what the request asks for, and forget the request: the core has a copy."""
        request, self._request = self._request, b""
        # map and extend run no bytecode, so Ctrl-C, which is looked at between bytecodes, cannot
        # come between the core's making a handle and our having it. A run whose handle got lost
        # would go on for as long as it likes.
        self._handles.extend(map(self._library.checksig_start, (request,), (len(request),)))
        if self._handles[0] < 0:
            checked(self._handles.pop())

    def next(self) -> Packed:
        """Wait at most ``wait_ms`` for results; there may be none yet.

        Raises:
            EOFError: there are no more; its argument is the final progress.
            ChecksigError: the run failed.
            ForkedProcessError: the run belongs to the parent of this process.
        """
        if os.getpid() != self._process or not self._handles:
            raise self._lost()
        size, handle = len(self._buffer), self._handles[0]
        code = self._library.checksig_next(handle, self._buffer, size, self.wait_ms)
        if code < 0 and code not in (END, FAILED, MORE_ROOM):
            checked(code)
        progress = PROGRESS.unpack_from(self._buffer)
        count, need = progress[:2]
        if code == END:
            raise EOFError(progress)
        if code == FAILED:
            raise _failure(self._bytes(PROGRESS.size, PROGRESS.size + need))
        if code == MORE_ROOM:
            self._buffer = ctypes.create_string_buffer(need)
            return self.next()
        split = PROGRESS.size + count * RECORD.size
        return Packed(
            progress,
            self._bytes(PROGRESS.size, split),
            self._bytes(split, PROGRESS.size + code),
        )

    def settle(self, settlements: bytes) -> None:
        """Say what pending files are; see ``checksig_settle``.

        Raises:
            LibraryError: they are not pending, or this cannot be said of them.
            ForkedProcessError: the run belongs to the parent of this process.
        """
        if os.getpid() != self._process or not self._handles:
            raise self._lost()
        handle = self._handles[0]
        checked(self._library.checksig_settle(handle, settlements, len(settlements)))

    def offer(self, items: bytes, wait_ms: int) -> bool:
        """Hand over more of the items there are, or none after the last; see ``checksig_offer``.

        Returns:
            Whether they were taken. If not, records have to be taken before they are offered again.

        Raises:
            LibraryError: the run takes none, or an item makes no sense.
            ForkedProcessError: the run belongs to the parent of this process.
        """
        if os.getpid() != self._process or not self._handles:
            raise self._lost()
        taken = self._library.checksig_offer(self._handles[0], items, len(items), wait_ms)
        return checked(taken) == 1

    def fetch(self, orders: bytes) -> None:
        """Say where pending files are to be read; see ``checksig_fetch``.

        Raises:
            LibraryError: they are not pending, or an order makes no sense.
            ForkedProcessError: the run belongs to the parent of this process.
        """
        if os.getpid() != self._process or not self._handles:
            raise self._lost()
        checked(self._library.checksig_fetch(self._handles[0], orders, len(orders)))

    def _lost(self) -> errors.ChecksigError:
        if os.getpid() != self._process:
            return forked(f"this run belongs to process {self._process}")
        return errors.LibraryError(CODES[-3])

    def _bytes(self, start: int, end: int) -> bytes:
        return bytes(memoryview(self._buffer)[start:end])

    def close(self) -> None:
        """End the run, if it has not ended, and give up what it holds."""
        # The child of the process that started the run has nothing to give up.
        if self._handles and os.getpid() == self._process:
            self._library.checksig_free(self._handles[0])
        self._handles.clear()


class Hasher:
    """A stream of bytes and the digests that the core computes of it: to be closed.

    It belongs to the process that made it.
    """

    def __init__(self, request: bytes) -> None:
        """Make a hasher; the request is that of ``checksig_hasher``."""
        self._process = os.getpid()
        self._handles: list[int] = []  # one, until the hasher is closed
        # As in Run.start.
        self._handles.extend(map(library().checksig_hasher, (request,), (len(request),)))
        if self._handles[0] < 0:
            checked(self._handles.pop())

    def update(self, data: bytes | ctypes.Array[ctypes.c_char], size: int) -> None:
        """Hash the first ``size`` bytes of ``data``, which nobody may change meanwhile."""
        if not 0 <= size <= len(data):
            raise ValueError(f"{size} bytes of {len(data)}")
        checked(library().checksig_update(self.handle(), data, size))

    def digests(self, size: int) -> bytes:
        """Return the digests of the stream so far, end to end, which take ``size`` bytes."""
        buffer = ctypes.create_string_buffer(size)
        if (length := checked(library().checksig_sum(self.handle(), buffer, size))) != size:
            raise errors.LibraryError(f"digests of {length} bytes, not of {size}")
        return buffer.raw

    def handle(self) -> int:
        """Return what the core knows the hasher by.

        Raises:
            LibraryError: it was closed.
            ForkedProcessError: it belongs to the parent of this process.
        """
        if os.getpid() != self._process:
            raise forked(f"this hasher belongs to process {self._process}")
        if not self._handles:
            raise errors.LibraryError("the hasher is closed")
        return self._handles[0]

    def close(self) -> None:
        """Give up what the hasher holds."""
        # As in Run.close.
        if self._handles and os.getpid() == self._process:
            library().checksig_free(self._handles[0])
        self._handles.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hash_all(request: bytes, data: ctypes.Array[ctypes.c_char], size: int) -> bytes:
    """Return the digests of messages that lie in ``data``, end to end, which take ``size`` bytes.

    The request is that of ``checksig_hash``. Nobody may change the data meanwhile.
    """
    buffer = ctypes.create_string_buffer(size)
    code = library().checksig_hash(request, len(request), data, len(data), buffer, size)
    if (length := checked(code)) != size:
        raise errors.LibraryError(f"digests of {length} bytes, not of {size}")
    return buffer.raw


def update_each(table: bytes, data: ctypes.Array[ctypes.c_char]) -> None:
    """Hash the next bytes of several hashers, which lie in ``data``, side by side.

    The table is that of ``checksig_update_each``. Nobody may change the data meanwhile.
    """
    checked(library().checksig_update_each(table, len(table), data, len(data)))


def lend(memory: bytearray) -> ctypes.Array[ctypes.c_char]:
    """Return memory as a hasher takes it. It keeps its size for as long as this is there."""
    return (ctypes.c_char * len(memory)).from_buffer(memory)


_KINDS: Final[dict[str, type[errors.ChecksigError]]] = {
    "signature": errors.SignatureError,
    "root": errors.ManifestError,
    "cancelled": errors.CancelledError,
}


def _failure(text: bytes) -> errors.ChecksigError:
    failure = json.loads(text)
    if failure["kind"] == "manifest":
        return errors.ManifestError(failure["message"], failure["list"])
    return _KINDS.get(failure["kind"], errors.LibraryError)(failure["message"])
