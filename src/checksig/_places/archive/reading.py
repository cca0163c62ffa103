"""Zip and tar, read in place, in pieces, and no further than a budget."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from checksig._names import shortest
from checksig._places.archive import headers
from checksig._places.archive.file import MAX_PIECE
from checksig._places.archive.windows import Stored, Window, with_holes
from checksig._places.place import Fault, Item
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._places.archive.file import Piecewise, PiecewiseBytes

    #: The stream of a member.
    Opened = io.BufferedIOBase | io.RawIOBase

#: How many bytes each byte of an archive may stand for, beyond the first ``FREE``. Text is below
#: 20, logs reach 100; what is made to exhaust its reader has 1,000 and more.
MAX_RATIO: Final = 200
FREE: Final = 64 << 20

_BLOCK: Final = 512
_EMPTY: Final = 2  # bytes of nothing, deflated: as Java packs directories

#: What zipfile, tarfile and what they read with raise on bytes that are no archive.
BROKEN: Final = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,  # a method of compression, or encryption, that is not there
    struct.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    RecursionError,
    OverflowError,
)

_KINDS: Final = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a FIFO",
}

DIRECTORY: Final = Fault(Status.NOT_REGULAR, "a directory", "ignored")
#: A hard link, as tar stores the second name of a file.
LINKED: Final = Fault(Status.NOT_REGULAR, "a link to a member that is not before it")
TWOFOLD: Final = Fault(Status.UNREADABLE, "a file to some programs, else a directory", "reported")
DOUBLED: Final = Fault(Status.UNREADABLE, "more than one member has this name", "reported")


class Reader(Protocol):
    """The way through a zip or a tar. The pin of an item says how to get at its bytes.

    In a zip it is the ZipInfo; in a tar the offset of the bytes, or for a member with holes, which
    needs more, the TarInfo.
    """

    parallel: bool  # whether members can be read at the same time
    forward: bool  # whether what has gone by is had by beginning again, and no other way

    def members(self) -> Iterator[tuple[str, Item]]: ...

    def open(self, item: Item) -> Opened: ...


def clean(name: str) -> bytes:
    """Return the shortest spelling of a name that is not unsafe."""
    return shortest(name).encode("utf-8", "surrogateescape")


def position(item: Item) -> int:
    """Return where the bytes of a member are, to read all in their order."""
    if isinstance(item.pin, zipfile.ZipInfo):
        return item.pin.header_offset
    if isinstance(item.pin, tarfile.TarInfo):
        return item.pin.offset_data
    return item.pin if isinstance(item.pin, int) else 0


class Guarded:
    """The stream of a member: it ends with an OSError, and no other, if it is not whole."""

    def __init__(self, file: Opened, size: int) -> None:
        """Take a stream that has so many bytes, as the archive says."""
        self._file, self._left, self._size = file, size, size

    def readinto(self, buffer: memoryview, /) -> int:
        """Read into a buffer; return how many bytes: 0 at the end."""
        try:
            count = self._file.readinto(buffer)
        except BROKEN as error:
            raise OSError(str(error) or type(error).__name__) from error
        count = count or 0
        self._left -= count
        if count == 0 < len(buffer) and self._left:
            read = self._size - self._left
            raise OSError(f"it has {read} bytes, and the archive says {self._size}")
        if count == 0 < len(buffer):
            headers.expect_no_rest(self._file)
        return count


def reader(file: Piecewise | PiecewiseBytes, path: bytes, budget: int) -> Reader:
    """Return what reads a file, by its name. A tar grows to as many bytes as the budget has."""
    if path.lower().endswith((b".zip", b".whl")):
        return _Zip(file)
    return _Tar(file, budget)


class _Zip:
    parallel = True
    forward = False

    def __init__(self, file: Piecewise | PiecewiseBytes) -> None:
        self._file, self._zip = file, zipfile.ZipFile(file)

    def members(self) -> Iterator[tuple[str, Item]]:
        headers.expect_all_named(self._at, self._zip.infolist(), self._zip.start_dir)
        for info in self._zip.infolist():
            name = info.orig_filename
            fault = _zip_fault(info)
            item = Item(clean(name), info.file_size, fault, info)
            # A stream that goes on after its size is longer than the archive says: that shows only
            # to who asks for more. (To copy the rest of what is known takes longer than all else.)
            info.file_size += 1
            yield name, item

    def open(self, item: Item) -> Opened:
        if not isinstance(item.pin, zipfile.ZipInfo):
            raise OSError("not a regular file")
        data = headers.expect_agreement(self._at, item.pin, item.size)
        if item.pin.compress_type == zipfile.ZIP_STORED:
            return Stored(self._file, data, item.pin)
        # As ZipFile.open does, which has read the header for itself, twice, in three pieces.
        packed = cast("Any", Window(self._file, data, item.pin.compress_size))
        return cast("io.BufferedIOBase", zipfile.ZipExtFile(packed, "r", item.pin))

    def _at(self, offset: int, size: int) -> bytes:
        """Return bytes at an offset, wherever others read meanwhile."""
        if isinstance(self._file, io.FileIO):
            return os.pread(self._file.fileno(), size, offset)
        return bytes(self._file.getbuffer()[offset : offset + size])


def _zip_fault(info: zipfile.ZipInfo) -> Fault | None:
    if info.is_dir():
        full = info.file_size or info.compress_size > _EMPTY
        return Fault(Status.UNREADABLE, "a directory with bytes", "reported") if full else DIRECTORY
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        link = kind == stat.S_IFLNK
        return Fault(Status.NOT_REGULAR, "a symbolic link" if link else "not a regular file")
    if info.flag_bits & 1:
        return Fault(Status.UNREADABLE, "it is encrypted")
    if headers.has_another_name(info):
        return Fault(Status.UNREADABLE, "it has two names", "reported")
    return None


class _Tar:
    def __init__(self, file: Piecewise | PiecewiseBytes, budget: int) -> None:
        bytes_ = decompressed(file)
        self.forward = not isinstance(bytes_, io.BufferedReader)
        self.parallel, self._file = not self.forward, file
        self._stream = _Metered(bytes_, budget)
        self._tar = tarfile.TarFile(fileobj=cast("Any", self._stream), encoding="utf-8")

    def members(self) -> Iterator[tuple[str, Item]]:
        end = 0
        seen: list[tarfile.TarInfo] = vars(self._tar)["members"]
        while (info := self._tar.next()) is not None:
            # A TarInfo takes a kilobyte, and the file keeps them all.
            seen.clear()
            pin = info if info.issparse() else info.offset_data
            if info.islnk():
                yield info.name, Item(clean(info.name), 0, LINKED, linked=clean(info.linkname))
            else:
                yield info.name, Item(clean(info.name), info.size, _tar_fault(info), pin)
            end = self._tar.offset
        self._expect_end(end)

    def _expect_end(self, offset: int) -> None:
        # tarfile takes a header that is cut short or damaged for the end. It was read just now: to
        # go back to it may mean to decompress everything again.
        if self._stream.tell() != offset + _BLOCK or self._stream.latest.strip(b"\0"):
            raise tarfile.ReadError("it is cut short, or damaged")
        while piece := self._stream.read(1 << 20):
            if piece.strip(b"\0"):
                raise tarfile.ReadError("something follows its end")

    def open(self, item: Item) -> Opened:
        if not self.forward and isinstance(item.pin, int):
            return Window(self._file, item.pin, item.size)
        if not self.forward and isinstance(item.pin, tarfile.TarInfo):
            return with_holes(self._file, item.pin)
        if isinstance(item.pin, int):
            info = tarfile.TarInfo()
            info.offset_data, info.size = item.pin, item.size
        elif isinstance(item.pin, tarfile.TarInfo):
            info = item.pin
        else:
            raise OSError("not a regular file")
        file = self._tar.extractfile(info)
        if file is None:
            raise OSError("not a regular file")
        return file  # type: ignore[return-value]


def _tar_fault(info: tarfile.TarInfo) -> Fault | None:
    if info.isreg():
        names = (info.name, info.pax_headers.get("path", ""))  # which tarfile strips
        return TWOFOLD if any(name.endswith("/") for name in names) else None
    if info.isdir():
        return DIRECTORY
    return Fault(Status.NOT_REGULAR, _KINDS.get(info.type, "not a regular file"))


def decompressed(file: Piecewise | PiecewiseBytes) -> io.BufferedIOBase:
    """Return what reads the bytes that were compressed, by how they begin."""
    magic = file.read(6)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file, mode="rb")
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if magic == b"\xfd7zXZ\0":
        return lzma.LZMAFile(file, format=lzma.FORMAT_XZ)
    return io.BufferedReader(file)


class _Metered:
    """The bytes that an archive is decompressed to, up to a number."""

    def __init__(self, file: io.BufferedIOBase, budget: int) -> None:
        self._file, self._budget = file, budget
        self.name, self.mode = None, "rb"
        self.latest = b""  # what was read last

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_PIECE:
            raise OSError(f"a header of it has {size:,} bytes, and {MAX_PIECE:,} are the limit")
        self._within(self._file.tell() + size)
        self.latest = self._file.read(size)
        return self.latest

    def seek(self, offset: int) -> int:
        self._within(offset)
        return self._file.seek(offset)

    def tell(self) -> int:
        return self._file.tell()

    def _within(self, offset: int) -> None:
        if offset > self._budget + MAX_PIECE:
            raise OSError(f"it would grow to more than {MAX_RATIO} times its size")
