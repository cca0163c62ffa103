"""The shared library of the Go core: loaded once in each process, and declared.

``core/cmd/libchecksig/checksig.h`` is the contract of every function called here.

The library is loaded by the first call, never by an import. A Go runtime does not
survive ``fork()``: its threads are gone in the child, and a call waits for them forever. So a
process that was forked after its parent had begun to load must not use what it inherited. On
Linux it loads a private copy instead, out of an anonymous file: the dynamic loader knows
libraries by name, device and inode, and would hand out the inherited one for any path of the
original. Elsewhere two Go runtimes do not fit into one process, and the call raises.

``CDLL`` (not ``PyDLL``) gives up the interpreter lock for as long as a call lasts.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from _thread import allocate_lock  # threading's, which takes a millisecond

from checksig import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

ABI_VERSION: Final = 16
# Return codes: see checksig.h. The others are those of checksig_next.
CODES: Final = {
    -3: "the run has ended already",
    -4: "bad argument",
    -5: "a fault inside the library",
    -7: "this process has too few file descriptors left",
}

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
    "checksig_settle": (ctypes.c_int, (ctypes.c_int64, ctypes.c_char_p, ctypes.c_int64)),
    "checksig_offer": (
        ctypes.c_int,
        (ctypes.c_int64, ctypes.c_char_p, ctypes.c_int64, ctypes.c_int64),
    ),
    "checksig_fetch": (ctypes.c_int, (ctypes.c_int64, ctypes.c_char_p, ctypes.c_int64)),
    "checksig_cancel": (ctypes.c_int, (ctypes.c_int64,)),
    "checksig_free": (ctypes.c_int, (ctypes.c_int64,)),
    "checksig_describe": (ctypes.c_int64, (_BUFFER, ctypes.c_int64)),
    "checksig_hasher": (ctypes.c_int64, (ctypes.c_char_p, ctypes.c_int64)),
    # c_void_p takes bytes as well as buffers.
    "checksig_update": (ctypes.c_int, (ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)),
    "checksig_update_each": (
        ctypes.c_int,
        (ctypes.c_char_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64),
    ),
    "checksig_sum": (ctypes.c_int64, (ctypes.c_int64, _BUFFER, ctypes.c_int64)),
    "checksig_hash": (
        ctypes.c_int64,
        (
            *(ctypes.c_char_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64),
            *(_BUFFER, ctypes.c_int64),
        ),
    ),
    "checksig_check_signature": (
        ctypes.c_int,
        (ctypes.c_char_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64),
    ),
    "checksig_certificates": (
        ctypes.c_int64,
        (ctypes.c_char_p, ctypes.c_int64, _BUFFER, ctypes.c_int64),
    ),
}


class _State:
    """The library that this process uses."""

    def __init__(self) -> None:
        self.lock = allocate_lock()
        self.library: ctypes.CDLL | None = None
        self.begun = False  # loading has begun, in this process
        self.generation = 0  # forks, from the process that first loaded, to this one

    def after_fork_in_child(self) -> None:
        # A thread that held the lock in the parent does not exist here to release it.
        self.lock = allocate_lock()
        self.library = None
        if self.begun or self.generation:
            self.generation += 1
        self.begun = False


#: To be asked first: in most calls the library is there.
state = _State()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=state.after_fork_in_child)


def library() -> ctypes.CDLL:
    """Return the library, loaded by the first call in each process."""
    if state.library is not None:
        return state.library
    with state.lock:
        if state.library is None:
            state.begun = True
            state.library = _declare(_load())
        return state.library


def _load() -> ctypes.CDLL:
    try:
        return _private_copy() if state.generation else ctypes.CDLL(LIBRARY)
    except OSError as error:
        if state.generation:
            raise forked(f"no private copy could be loaded: {error}") from error
        raise errors.LibraryError(f"cannot load the library: {error}") from error


def _private_copy() -> ctypes.CDLL:
    if not sys.platform.startswith("linux"):
        raise forked("a second copy of the library cannot be loaded on this platform")
    descriptor = os.memfd_create("checksig")
    try:
        with open(LIBRARY, "rb") as original, open(descriptor, "wb", closefd=False) as copy:
            copy.write(original.read())
        # The loader compares names before inodes, and /proc/self/fd/N may be what an ancestor
        # loaded. So the name differs with each generation.
        return ctypes.CDLL(f"/proc/self/{'./' * state.generation}fd/{descriptor}")
    finally:
        os.close(descriptor)  # the mapping stays


def forked(reason: str) -> errors.ForkedProcessError:
    """Return the error about what belongs to the parent of this process."""
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
    size = 1 << 16
    while True:
        buffer = ctypes.create_string_buffer(size)
        length = checked(library().checksig_describe(buffer, size))
        if length <= size:
            description: dict[str, Any] = json.loads(buffer.raw[:length])
            return description
        size = length


def checked(code: int) -> int:
    """Return what a function of the library returned.

    Raises:
        LibraryError: that is the code of an error.
    """
    if code < 0:
        raise errors.LibraryError(CODES.get(code, f"unknown code {code}"))
    return code
