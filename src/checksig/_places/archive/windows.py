"""Members whose bytes lie in an archive as they are: each is read wherever others read."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
import zlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from checksig._places.archive.file import limited

if TYPE_CHECKING:
    from checksig._places.archive.file import Piecewise, PiecewiseBytes

    #: A file, or a stretch of one.
    File: TypeAlias = "Piecewise | PiecewiseBytes | Window"

    class Stream(Protocol):
        """Bytes that come as they are decompressed."""

        def tell(self) -> int: ...
        def seek(self, offset: int, /) -> int: ...
        def read(self, size: int, /) -> bytes: ...


class Window(io.RawIOBase):
    """A stretch of an archive. Its position is its own, and so several threads may read windows."""

    def __init__(self, file: File, start: int, size: int) -> None:
        """Begin with its first byte."""
        self._file, self._start, self._size, self._at = file, start, size, 0

    @property
    def size(self) -> int:
        """In bytes."""
        return self._size

    def readable(self) -> bool:
        """Return that it is read."""
        return True

    def seekable(self) -> bool:
        """Return that it has a middle."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to an offset in it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """Read so many bytes, or all there are: zipfile reads as much as the archive says."""
        left = max(self._size - self._at, 0)
        size = left if size is None or size < 0 else min(size, left)
        limited(size)
        return super().read(size) or b""

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer; return how many bytes: 0 at the end."""
        count = self.read_at(memoryview(buffer), self._at)
        self._at += count
        return count

    def read_at(self, view: memoryview, offset: int) -> int:
        """Read into a buffer, and leave it where it is; return how many bytes."""
        return read_at(self._file, view[: max(self._size - offset, 0)], self._start + offset)


def read_at(file: File, view: memoryview, offset: int) -> int:
    """Read into a buffer, and leave the file where it is; return how many bytes."""
    if isinstance(file, Window):
        return file.read_at(view, offset)
    if isinstance(file, io.FileIO) and hasattr(os, "preadv"):
        return os.preadv(file.fileno(), [view], offset) if len(view) else 0
    if isinstance(file, io.FileIO):  # macOS
        data = os.pread(file.fileno(), len(view), offset)
        view[: len(data)] = data
        return len(data)
    with file.getbuffer() as whole:
        found = whole[offset : offset + len(view)]
        view[: len(found)] = found
        return len(found)


class Stretch(io.RawIOBase):
    """A member in a stream that others read meanwhile, and that goes there by itself."""

    def __init__(self, stream: Stream, start: int, size: int) -> None:
        """Begin with its first byte."""
        self._stream, self._at, self._end = stream, start, start + size

    @property
    def left(self) -> int:
        """The number of bytes that are to be read yet."""
        return self._end - self._at

    def readable(self) -> bool:
        """Return that it is read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer; return how many bytes: 0 at the end."""
        view = memoryview(buffer)
        if self._stream.tell() != self._at:
            self._stream.seek(self._at)
        found = self._stream.read(min(len(view), self.left))
        view[: len(found)] = found
        self._at += len(found)
        return len(found)


class Stored(Window):
    """A member of a zip that is not compressed. It does not end if its checksum is another.

    In its ZipInfo, the size is one more than the archive says (see ``_Zip.members``).
    """

    def __init__(self, file: File, start: int, info: zipfile.ZipInfo) -> None:
        """Begin with its first byte."""
        # A byte more than its size shows that it goes on: nobody needs the rest.
        super().__init__(file, start, min(info.compress_size, info.file_size))
        self._info, self._crc = info, 0

    def seekable(self) -> bool:
        """Return that it is read from its first byte to its last, for its checksum."""
        return False

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer; return how many bytes: 0 at the end."""
        count = super().readinto(buffer)
        self._crc = zlib.crc32(memoryview(buffer)[:count], self._crc)
        if self._at == self._size and self._crc != self._info.CRC:
            raise zipfile.BadZipFile(f"Bad CRC-32 for file {self._info.filename!r}")
        return count


def with_holes(file: File, info: tarfile.TarInfo) -> io.BufferedIOBase:
    """Return the stream of a member of a tar that is not all there."""
    whole = io.BufferedReader(Window(file, 0, 1 << 62))
    return tarfile.ExFileObject(cast("Any", SimpleNamespace(fileobj=whole)), info)
