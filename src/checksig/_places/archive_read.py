"""How zip and tar are read: in place, in pieces, and no further than a budget."""

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
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many bytes each byte of an archive may stand for, beyond the first ``FREE``. Text is below
#: 20, logs reach 100; what is made to exhaust its reader has 1,000 and more.
MAX_RATIO: Final = 200
FREE: Final = 64 << 20

#: In bytes: of the directory of a zip, of a header of a tar, of a list in either.
MAX_PIECE: Final = 256 << 20

_BLOCK: Final = 512

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
    tarfile.LNKTYPE: "a link to another member",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a FIFO",
}


class Fault(NamedTuple):
    """Why a member is not to be read."""

    status: Status
    reason: str


DIRECTORY: Final = Fault(Status.NOT_REGULAR, "a directory")
DOUBLED: Final = Fault(Status.UNREADABLE, "more than one member has this name")


class Member(NamedTuple):
    """What is in an archive under a name."""

    name: bytes  # clean, with slashes
    size: int  # in bytes, as the archive says
    #: How to get at it: in a tar, where its bytes begin. A member with holes needs more.
    entry: zipfile.ZipInfo | tarfile.TarInfo | int | None
    fault: Fault | None = None


class Reader(Protocol):
    """What zip and tar are read through."""

    parallel: bool  # whether members can be read at the same time
    forward: bool  # whether what has gone by is had by beginning again, and no other way

    def members(self) -> Iterator[tuple[str, Member]]: ...

    def open(self, member: Member) -> io.BufferedIOBase: ...


def clean(name: str) -> bytes:
    """Return the shortest spelling of a name that is not unsafe."""
    parts = (part for part in name.split("/") if part not in ("", "."))
    return "/".join(parts).encode("utf-8", "surrogateescape")


def position(member: Member) -> int:
    """Return where a member is, to read all in their order."""
    entry = member.entry
    if isinstance(entry, zipfile.ZipInfo):
        return entry.header_offset
    if isinstance(entry, tarfile.TarInfo):
        return entry.offset_data
    return entry or 0


def open_regular(path: bytes) -> Piecewise:
    """Open a regular file; raise OSError if it is something else."""
    # O_NONBLOCK: a FIFO without a writer would hold up open().
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    file = Piecewise(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError("not a regular file")
    return file


class Piecewise(io.FileIO):
    """A file of which nobody gets much at once: zipfile reads as much as the archive says."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_PIECE:
            raise OSError(f"its directory has {size:,} bytes, and {MAX_PIECE:,} are the limit")
        return super().read(size) or b""


def reader(file: Piecewise, path: bytes, budget: int) -> Reader:
    """Return what reads a file, by its name. A tar grows to as many bytes as the budget has."""
    if path.lower().endswith((b".zip", b".whl")):
        return _Zip(file)
    return _Tar(file, budget)


class _Zip:
    parallel = True
    forward = False

    def __init__(self, file: Piecewise) -> None:
        self._zip = zipfile.ZipFile(file)

    def members(self) -> Iterator[tuple[str, Member]]:
        for info in self._zip.infolist():
            name = info.orig_filename
            fault = DIRECTORY if info.is_dir() else _zip_fault(info)
            yield name, Member(clean(name), info.file_size, info, fault)

    def open(self, member: Member) -> io.BufferedIOBase:
        if not isinstance(member.entry, zipfile.ZipInfo):
            raise OSError("not a regular file")
        return self._zip.open(member.entry)  # type: ignore[return-value]


def _zip_fault(info: zipfile.ZipInfo) -> Fault | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        link = kind == stat.S_IFLNK
        return Fault(Status.NOT_REGULAR, "a symbolic link" if link else "not a regular file")
    if info.flag_bits & 1:
        return Fault(Status.UNREADABLE, "it is encrypted")
    return None


class _Tar:
    parallel = False

    def __init__(self, file: Piecewise, budget: int) -> None:
        bytes_ = _decompressed(file)
        self.forward = not isinstance(bytes_, io.BufferedReader)
        self._stream = _Metered(bytes_, budget)
        self._tar = tarfile.TarFile(fileobj=cast("Any", self._stream), encoding="utf-8")

    def members(self) -> Iterator[tuple[str, Member]]:
        end = 0
        seen: list[tarfile.TarInfo] = vars(self._tar)["members"]
        while (info := self._tar.next()) is not None:
            # A TarInfo takes a kilobyte, and the file keeps them all.
            seen.clear()
            entry = info if info.issparse() else info.offset_data
            yield info.name, Member(clean(info.name), info.size, entry, _tar_fault(info))
            end = self._tar.offset
        self._expect_end(end)

    def _expect_end(self, offset: int) -> None:
        # tarfile takes a header that is cut short or damaged for the end. It was read just now: to
        # go back to it may mean to decompress everything again.
        if self._stream.tell() != offset + _BLOCK or self._stream.latest.strip(b"\0"):
            raise tarfile.ReadError("it is cut short, or damaged")
        while piece := self._stream.read(1 << 20):
            if piece.strip(b"\0"):
                raise tarfile.ReadError("there is something behind its end")

    def open(self, member: Member) -> io.BufferedIOBase:
        if isinstance(member.entry, int):
            info = tarfile.TarInfo()
            info.offset_data, info.size = member.entry, member.size
        elif isinstance(member.entry, tarfile.TarInfo):
            info = member.entry
        else:
            raise OSError("not a regular file")
        file = self._tar.extractfile(info)
        if file is None:
            raise OSError("not a regular file")
        return file  # type: ignore[return-value]


def _tar_fault(info: tarfile.TarInfo) -> Fault | None:
    if info.isreg():
        return None
    if info.isdir():
        return DIRECTORY
    return Fault(Status.NOT_REGULAR, _KINDS.get(info.type, "not a regular file"))


def _decompressed(file: Piecewise) -> io.BufferedIOBase:
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
    """What an archive is decompressed to, up to a number of bytes."""

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
