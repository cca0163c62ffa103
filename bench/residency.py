"""Which pages of a file are in the page cache: mincore(2), which Python does not have.

A read with RWF_NOWAIT would not do: it finds nothing, and has the kernel read ahead.
"""

from __future__ import annotations

import ctypes
import mmap
import os

_mincore = ctypes.CDLL(None, use_errno=True).mincore
_mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]


def pages(descriptor: int) -> bytes:
    """Return a byte for each page of an open file: 1 if it is in the page cache, else 0."""
    size = os.fstat(descriptor).st_size
    if size == 0:
        return b""
    found = ctypes.create_string_buffer(-(-size // mmap.PAGESIZE))
    # A private mapping that could be written, since ctypes takes no address of any other.
    with mmap.mmap(descriptor, size, access=mmap.ACCESS_COPY) as mapping:
        first = ctypes.c_char.from_buffer(mapping)
        code = _mincore(ctypes.addressof(first), size, found)
        del first  # a mapping that is pointed to cannot be closed
    if code != 0:
        raise OSError(ctypes.get_errno(), "mincore")
    return bytes(flag & 1 for flag in found.raw)
