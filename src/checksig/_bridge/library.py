"""The bridge to the Go core: the only module that uses ctypes.

``core/cmd/libchecksig/checksig.h`` is the contract of every function called here.

Three rules keep the bridge safe.

*Loading.* The library is loaded by the first call, never by an import. A Go runtime does not
survive ``fork()``: its threads are gone in the child, and a call waits for them forever. So a
process that was forked after its parent had begun to load must not use what it inherited. On
Linux it loads a private copy instead, out of an anonymous file: the dynamic loader knows
libraries by name, device and inode, and would hand out the inherited one for any path of the
original. Elsewhere two Go runtimes do not fit into one process, and the call raises.

*Memory.* Buffers are allocated here and lent to the core for one call. The core copies a
request before ``checksig_start`` returns. The one string that it allocates is the message of
the C function ``verify``, which this package does not use.

*Waiting.* ``checksig_next`` waits no longer than ``WAIT_MS``, so that Python runs its signal
handlers; ``checksig_free`` waits twice that at most.
``CDLL`` (not ``PyDLL``) gives up the interpreter lock for as long as a call lasts.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import sys
import threading
from typing import Any, Final, NamedTuple, Self

from checksig import errors

ABI_VERSION: Final = 2
WAIT_MS: Final = 50
BUFFER_SIZE: Final = 1 << 18

# Return codes: see checksig.h.
END: Final = -1
FAILED: Final = -2
MORE_ROOM: Final = -6
_CODES: Final = {
    -3: "the run has ended already",
    -4: "bad argument",
    -5: "a fault inside the library",
}

# struct checksig_progress and struct checksig_record.
PROGRESS: Final = struct.Struct("<IIqqqq2Qqqq10q")
RECORD: Final = struct.Struct("<qqIIIIIIHBB4x")

_FILE_NAMES: Final = {"win32": "_checksig.dll", "darwin": "_checksig.dylib"}
LIBRARY: Final = os.path.join(
    os.path.dirname(__file__), _FILE_NAMES.get(sys.platform, "_checksig.so")
)

_BUFFER: Final = ctypes.POINTER(ctypes.c_char)

#: Every function of the library: its result and its arguments.
FUNCTIONS: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    # c_void_p, not c_char_p: ctypes would turn that into bytes and lose the pointer to free.
    "verify": (ctypes.c_void_p, (ctypes.c_char_p,)),
    "checksig_abi_version": (ctypes.c_int, ()),
    "checksig_start": (ctypes.c_int64, (ctypes.c_char_p, ctypes.c_int64)),
    "checksig_next": (ctypes.c_int64, (ctypes.c_int64, _BUFFER, ctypes.c_int64, ctypes.c_int64)),
    "checksig_cancel": (ctypes.c_int, (ctypes.c_int64,)),
    "checksig_free": (ctypes.c_int, (ctypes.c_int64,)),
    "checksig_describe": (ctypes.c_int64, (_BUFFER, ctypes.c_int64)),
    "checksig_hasher": (ctypes.c_int64, (ctypes.c_char_p, ctypes.c_int64)),
    # c_void_p takes bytes as well as buffers.
    "checksig_update": (ctypes.c_int, (ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)),
    "checksig_sum": (ctypes.c_int64, (ctypes.c_int64, _BUFFER, ctypes.c_int64)),
}


class Batch(NamedTuple):
    """What one call of ``checksig_next`` brought."""

    progress: tuple[int, ...]  # the fields of struct checksig_progress
    records: bytes  # packed RECORDs
    varying: bytes  # their names, digests and texts, end to end


class _State:
    """Which library this process uses."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.library: ctypes.CDLL | None = None
        self.begun = False  # loading has begun, in this process
        self.generation = 0  # forks, from the process that first loaded, to this one

    def after_fork_in_child(self) -> None:
        # A thread that held the lock in the parent does not exist here to release it.
        self.lock = threading.Lock()
        self.library = None
        if self.begun or self.generation:
            self.generation += 1
        self.begun = False


_state = _State()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_state.after_fork_in_child)


def library() -> ctypes.CDLL:
    """Return the library, loaded by the first call in each process."""
    if _state.library is not None:
        return _state.library
    with _state.lock:
        if _state.library is None:
            _state.begun = True
            _state.library = _declare(_load())
        return _state.library


def _load() -> ctypes.CDLL:
    try:
        return _private_copy() if _state.generation else ctypes.CDLL(LIBRARY)
    except OSError as error:
        if _state.generation:
            raise _forked(f"no private copy could be loaded: {error}") from error
        raise errors.LibraryError(f"cannot load the library: {error}") from error


def _private_copy() -> ctypes.CDLL:
    if not sys.platform.startswith("linux"):
        raise _forked("a second copy of the library cannot be loaded on this platform")
    descriptor = os.memfd_create("checksig")
    try:
        with open(LIBRARY, "rb") as original, open(descriptor, "wb", closefd=False) as copy:
            copy.write(original.read())
        # The loader compares names before inodes, and /proc/self/fd/N may be what an ancestor
        # loaded. So the name differs with each generation.
        return ctypes.CDLL(f"/proc/self/{'./' * _state.generation}fd/{descriptor}")
    finally:
        os.close(descriptor)  # the mapping stays


def _forked(reason: str) -> errors.ForkedProcessError:
    return errors.ForkedProcessError(
        f"this process was forked from one that uses checksig, and {reason}; "
        "start processes with 'spawn' or 'forkserver'"
    )


def _declare(loaded: ctypes.CDLL) -> ctypes.CDLL:
    try:
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype = result
            function.argtypes = arguments
    except AttributeError as error:
        raise errors.LibraryError(f"{LIBRARY} is another library: {error}") from error
    if (found := loaded.checksig_abi_version()) != ABI_VERSION:
        raise errors.LibraryError(
            f"{LIBRARY} has ABI {found}, not {ABI_VERSION}: reinstall checksig"
        )
    return loaded


def describe() -> dict[str, Any]:
    """Return the library's description of itself: version, algorithms, names of statuses."""
    size = 1 << 14
    while True:
        buffer = ctypes.create_string_buffer(size)
        length = _checked(library().checksig_describe(buffer, size))
        if length <= size:
            description: dict[str, Any] = json.loads(buffer.raw[:length])
            return description
        size = length


def _checked(code: int) -> int:
    if code < 0:
        raise errors.LibraryError(_CODES.get(code, f"unknown code {code}"))
    return code


class Run:
    """A run of the core: to be started, asked for results, and closed.

    It belongs to the process that started it.
    """

    def __init__(self, request: bytes) -> None:
        """Keep what will be asked for."""
        self._request = request
        self._process = os.getpid()
        self._handles: list[int] = []  # one, while the run is there
        self._buffer = ctypes.create_string_buffer(BUFFER_SIZE)

    def start(self) -> None:
        """Start what the request asks for, and forget the request: the core has a copy."""
        request, self._request = self._request, b""
        # map and extend run no bytecode, so Ctrl-C, which is looked at between bytecodes, cannot
        # come between the core's making a handle and our having it. A run whose handle got lost
        # would go on for as long as it likes.
        self._handles.extend(map(library().checksig_start, (request,), (len(request),)))
        _checked(self._handles[0])

    def next(self) -> Batch:
        """Wait at most ``WAIT_MS`` for results; there may be none yet.

        Raises:
            EOFError: there are no more; its argument is the final progress.
            ChecksigError: the run failed.
            ForkedProcessError: the run belongs to the parent of this process.
        """
        if os.getpid() != self._process:
            raise _forked(f"this run belongs to process {self._process}")
        if not self._handles:
            raise errors.LibraryError(_CODES[-3])
        size = len(self._buffer)
        code = library().checksig_next(self._handles[0], self._buffer, size, WAIT_MS)
        if code < 0 and code not in (END, FAILED, MORE_ROOM):
            _checked(code)
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
        return Batch(
            progress,
            self._bytes(PROGRESS.size, split),
            self._bytes(split, PROGRESS.size + code),
        )

    def _bytes(self, start: int, end: int) -> bytes:
        return bytes(memoryview(self._buffer)[start:end])

    def close(self) -> None:
        """End the run, if it has not ended, and give up what it holds."""
        # The child of the process that started the run has nothing to give up.
        if self._handles and os.getpid() == self._process:
            library().checksig_free(self._handles[0])
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
            _checked(self._handles.pop())

    def update(self, data: bytes | ctypes.Array[ctypes.c_char], size: int) -> None:
        """Hash the first ``size`` bytes of ``data``, which nobody may change meanwhile."""
        if not 0 <= size <= len(data):
            raise ValueError(f"{size} bytes of {len(data)}")
        _checked(library().checksig_update(self._handle(), data, size))

    def digests(self, size: int) -> bytes:
        """Return the digests of the stream so far, end to end, which take ``size`` bytes."""
        buffer = ctypes.create_string_buffer(size)
        if (length := _checked(library().checksig_sum(self._handle(), buffer, size))) != size:
            raise errors.LibraryError(f"digests of {length} bytes, not of {size}")
        return buffer.raw

    def _handle(self) -> int:
        if os.getpid() != self._process:
            raise _forked(f"this hasher belongs to process {self._process}")
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


def lend(memory: bytearray) -> ctypes.Array[ctypes.c_char]:
    """Return memory as a hasher takes it. It keeps its size for as long as this is there."""
    return (ctypes.c_char * len(memory)).from_buffer(memory)


_KINDS: Final[dict[str, type[errors.ChecksigError]]] = {
    "signature": errors.SignatureError,
    "manifest": errors.ManifestError,
    "root": errors.ManifestError,
    "cancelled": errors.ChecksigError,
}


def _failure(text: bytes) -> errors.ChecksigError:
    failure = json.loads(text)
    error = _KINDS.get(failure["kind"], errors.LibraryError)(failure["message"])
    if isinstance(error, errors.ManifestError):
        error.number = failure["list"]
    return error
