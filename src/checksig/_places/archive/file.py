"""The file of an archive, read in pieces: whoever made it chooses what they are said to be."""

from __future__ import annotations

import io
import os
import stat
from typing import Final

#: In bytes: of the directory of a zip, of a header of a tar, of a list in either.
MAX_PIECE: Final = 256 << 20


def open_regular(path: bytes) -> Piecewise:
    """Open a regular file; raise OSError if it is something else."""
    # O_NONBLOCK: a FIFO without a writer would hold up open().
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    file = Piecewise(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError("not a regular file")
    return file


def look(file: Piecewise, *, pinned: bool) -> tuple[int, int, int, int]:
    """Return what tells a file from what it was; ``pinned``: down to its owner and its mode."""
    status = os.fstat(file.fileno())
    # Who replaces signed bytes can set their time back, but not that of the inode.
    changed = status.st_ctime_ns if pinned else 0
    return status.st_size, status.st_mtime_ns, status.st_ino, changed


class Piecewise(io.FileIO):
    """A file of which nobody gets much at once: zipfile reads as much as the archive says."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(limited(size)) or b""


class PiecewiseBytes(io.BytesIO):
    """The same of bytes in memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(limited(size))


def limited(size: int | None) -> int | None:
    """Return how much is to be read, unless it is more than anybody needs at once."""
    if size is not None and size > MAX_PIECE:
        raise OSError(f"its directory has {size:,} bytes, and {MAX_PIECE:,} are the limit")
    return size
