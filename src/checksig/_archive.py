"""Archives as places with files in them: zip and tar, read in place and never unpacked.

Whoever makes an archive chooses every number in it, so what it may cost to read is bounded. A name
in it makes no path: names are compared with those of a list, and nothing else.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import stat
import struct
import tarfile
import threading
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

from checksig import _hasher
from checksig._text import quoted
from checksig._types import Status
from checksig.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from types import TracebackType

    from checksig._hasher import Hashed

#: How many bytes each byte of an archive may stand for, beyond the first ``_FREE``. Text is below
#: 20, logs reach 100; what is made to exhaust its reader has 1,000 and more.
_MAX_RATIO: Final = 200
_FREE: Final = 64 << 20

#: How many members an archive may have. Each takes about 1 KB of memory.
_MAX_MEMBERS: Final = 1 << 20

#: In bytes: of the directory of a zip, of a header of a tar, of a list in either.
_MAX_PIECE: Final = 256 << 20

_DRIVE: Final = r"[A-Za-z]:"
_BLOCK: Final = 512

#: What zipfile, tarfile and what they read with raise on bytes that are no archive.
_BROKEN: Final = (
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


_DIRECTORY: Final = Fault(Status.NOT_REGULAR, "a directory")
_DOUBLED: Final = Fault(Status.UNREADABLE, "more than one member has this name")


class Member(NamedTuple):
    """What is in an archive under a name."""

    name: bytes  # clean, with slashes
    size: int  # in bytes, as the archive says
    entry: zipfile.ZipInfo | tarfile.TarInfo | None
    fault: Fault | None = None


class Answer(NamedTuple):
    """What came of reading a member."""

    name: bytes
    hashed: Hashed | None
    reason: str = ""  # why there is no digest


class _Reader(Protocol):
    """What zip and tar are read through."""

    parallel: bool  # whether members can be read at the same time

    def members(self, keep: Callable[[str], bool]) -> Iterator[tuple[str, Member]]: ...

    def open(self, member: Member) -> io.BufferedIOBase: ...


class Archive:
    """An archive, open: its members by name, and what is wrong with them. To be closed."""

    def __init__(self, path: bytes, keep: Callable[[str], bool]) -> None:
        """Open an archive, and read its names.

        Args:
            path: Of a regular file.
            keep: Whether the bytes of a member are wanted before those of all others, by name.

        Raises:
            ArchiveError: it cannot be read, or wants more than an archive may.
        """
        self.root = path
        self.prefix = b""
        self.unsafe: list[str] = []  # the names that lead elsewhere, as they are
        self._members: dict[bytes, Member] = {}
        self._directories: set[bytes] = set()
        try:
            self._file = _open_regular(path)
        except OSError as error:
            raise self._broken(error) from error
        try:
            self._status = self._look()
            self._reader = _reader(self._file, path, self._budget)
            self._take(keep)
        except _BROKEN as error:
            self._file.close()
            raise self._broken(error) from error
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        """Return the archive."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def _budget(self) -> int:
        return _FREE + _MAX_RATIO * self._status[0]

    def _broken(self, error: BaseException) -> ArchiveError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return ArchiveError(f"cannot read {quoted(self.root)}: {reason}")

    def _look(self) -> tuple[int, int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns, status.st_ino

    def _take(self, keep: Callable[[str], bool]) -> None:
        total = 0
        for name, member in self._reader.members(keep):
            if _is_unsafe(name):
                self.unsafe.append(name)
            elif member.fault is _DIRECTORY:
                self._directories.add(member.name)
            else:
                self._add(member)
            total += member.size
            if len(self._members) + len(self._directories) + len(self.unsafe) > _MAX_MEMBERS:
                raise ArchiveError(f"{quoted(self.root)} has more than {_MAX_MEMBERS:,} members")
            if total > self._budget:
                raise ArchiveError(
                    f"{quoted(self.root)} would grow to more than {self._budget:,} bytes, which is "
                    f"more than {_MAX_RATIO} times its size"
                )
        self._mark_doubled()

    def _add(self, member: Member) -> None:
        if member.name in self._members:
            member = member._replace(fault=_DOUBLED)
        self._members[member.name] = member
        directory = os.path.dirname(member.name)
        while directory and directory not in self._directories:
            self._directories.add(directory)
            directory = os.path.dirname(directory)

    def _mark_doubled(self) -> None:
        """Note the names that are those of a file and of a directory."""
        for name in self._directories & self._members.keys():
            self._members[name] = self._members[name]._replace(fault=_DOUBLED)

    def below(self, directory: bytes) -> None:
        """Take a directory that everything is in as the root of all names."""
        start = len(directory) + 1
        self.prefix = directory + b"/"
        self._members = {
            name[start:]: member._replace(name=name[start:])
            for name, member in self._members.items()
        }
        self._directories = {name[start:] for name in self._directories}

    def names(self) -> list[bytes]:
        """Return the names of all members but directories."""
        return list(self._members)

    def directories(self) -> list[bytes]:
        """Return the names of all directories that are no files as well."""
        return list(self._directories - self._members.keys())

    def member(self, name: bytes) -> Member:
        """Return the member of a clean name, which may be that of a directory."""
        return self._members.get(name) or Member(name, 0, None, _DIRECTORY)

    def doubled(self) -> Iterator[Member]:
        """Yield the members of whose name there is more than one."""
        for member in self._members.values():
            if member.fault is _DOUBLED:
                yield member

    def top(self) -> list[bytes]:
        """Return the names of what is at the top, but for directories."""
        return [name for name in self._members if b"/" not in name]

    def has(self, name: bytes) -> bool:
        """Whether there is a member of that name."""
        return name in self._members

    def sizes_below(self, directory: bytes) -> Iterator[int]:
        """Yield the sizes of the members below a directory, in bytes."""
        start = directory + b"/"
        return (each.size for name, each in self._members.items() if name.startswith(start))

    def read(self, name: bytes) -> bytes:
        """Return the bytes of a list.

        Raises:
            OSError: they cannot be had.
        """
        member = self._members[name]
        if member.fault:
            raise OSError(member.fault.reason)
        if member.size > _MAX_PIECE:
            raise OSError(f"the list is larger than {_MAX_PIECE} bytes")
        try:
            with self._reader.open(member) as file:
                data = file.read()
        except _BROKEN as error:
            raise OSError(str(error) or type(error).__name__) from error
        if len(data) != member.size:
            raise OSError("it is cut short")
        return data

    def hash(
        self, wanted: Mapping[bytes, Sequence[str]], workers: int | None
    ) -> Generator[Answer, None, None]:
        """Read members, each once, and yield their digests by the algorithms wanted.

        Raises:
            ArchiveError: the archive has become another meanwhile.
        """
        members = sorted((self._members[name] for name in wanted), key=_position)
        stopped = threading.Event()

        def answer(member: Member) -> Answer:
            return self._answer(member, wanted[member.name], stopped)

        if not self._reader.parallel or workers == 1 or len(members) == 1:
            yield from map(answer, members)
        else:
            with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
                try:
                    yield from pool.map(answer, members)
                finally:
                    stopped.set()
                    pool.shutdown(cancel_futures=True)
        if self._look() != self._status:
            raise ArchiveError(f"{quoted(self.root)} changed while it was read")

    def _answer(
        self, member: Member, algorithms: Sequence[str], stopped: threading.Event
    ) -> Answer:
        try:
            with self._reader.open(member) as file:
                hashed = _hasher.hash_stream(_Stoppable(file, stopped), algorithms)
        except _BROKEN as error:
            return Answer(member.name, None, str(error) or type(error).__name__)
        if hashed.size != member.size:
            reason = f"it has {hashed.size} bytes, and the archive says {member.size}"
            return Answer(member.name, None, reason)
        return Answer(member.name, hashed)


class _Stoppable(NamedTuple):
    """A stream that ends with an error when nobody waits for it any more."""

    file: io.BufferedIOBase
    stopped: threading.Event

    def readinto(self, buffer: memoryview, /) -> int | None:
        if self.stopped.is_set():
            raise OSError("stopped")
        return self.file.readinto(buffer)


def _is_unsafe(name: str) -> bool:
    """Whether a name could lead out of a directory, on any system."""
    return (
        name.startswith("/")
        or "\\" in name
        or "\0" in name
        or re.match(_DRIVE, name) is not None
        or ".." in name.split("/")
    )


def clean(name: str) -> bytes:
    """Return the shortest spelling of a name that is not unsafe."""
    parts = (part for part in name.split("/") if part not in ("", "."))
    return "/".join(parts).encode("utf-8", "surrogateescape")


def _position(member: Member) -> int:
    entry = member.entry
    if entry is None:
        return 0
    return entry.header_offset if isinstance(entry, zipfile.ZipInfo) else entry.offset


def _open_regular(path: bytes) -> _Piecewise:
    # O_NONBLOCK: a FIFO without a writer would hold up open().
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    file = _Piecewise(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError("not a regular file")
    return file


class _Piecewise(io.FileIO):
    """A file of which nobody gets much at once: zipfile reads as much as the archive says."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_PIECE:
            raise OSError(f"its directory has {size:,} bytes, and {_MAX_PIECE:,} are the limit")
        return super().read(size) or b""


def _reader(file: _Piecewise, path: bytes, budget: int) -> _Reader:
    if path.lower().endswith((b".zip", b".whl")):
        return _Zip(file)
    return _Tar(file, budget)


class _Zip:
    parallel = True

    def __init__(self, file: _Piecewise) -> None:
        self._zip = zipfile.ZipFile(file)

    def members(self, keep: Callable[[str], bool]) -> Iterator[tuple[str, Member]]:
        del keep  # any member can be read at any time
        for info in self._zip.infolist():
            name = info.orig_filename
            fault = _DIRECTORY if info.is_dir() else _zip_fault(info)
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

    def __init__(self, file: _Piecewise, budget: int) -> None:
        self._stream = _Metered(_decompressed(file), budget)
        self._kept: dict[int, bytes] = {}  # by offset
        self._tar = tarfile.TarFile(fileobj=cast("Any", self._stream), encoding="utf-8")

    def members(self, keep: Callable[[str], bool]) -> Iterator[tuple[str, Member]]:
        end = 0
        while (info := self._tar.next()) is not None:
            member = Member(clean(info.name), info.size, info, _tar_fault(info))
            if keep(info.name) and not member.fault and info.size <= _MAX_PIECE:
                with self.open(member) as file:
                    self._kept[info.offset] = file.read()
            yield info.name, member
            end = self._tar.offset
        self._expect_end(end)

    def _expect_end(self, offset: int) -> None:
        # tarfile takes a header that is cut short or damaged for the end.
        self._stream.seek(offset)
        first = self._stream.read(_BLOCK)
        if len(first) < _BLOCK or first.strip(b"\0"):
            raise tarfile.ReadError("it is cut short, or damaged")
        while piece := self._stream.read(1 << 20):
            if piece.strip(b"\0"):
                raise tarfile.ReadError("there is something behind its end")

    def open(self, member: Member) -> io.BufferedIOBase:
        if not isinstance(member.entry, tarfile.TarInfo):
            raise OSError("not a regular file")
        kept = self._kept.get(member.entry.offset)
        if kept is not None:
            return io.BytesIO(kept)
        file = self._tar.extractfile(member.entry)
        if file is None:
            raise OSError("not a regular file")
        return file  # type: ignore[return-value]


def _tar_fault(info: tarfile.TarInfo) -> Fault | None:
    if info.isreg():
        return None
    if info.isdir():
        return _DIRECTORY
    return Fault(Status.NOT_REGULAR, _KINDS.get(info.type, "not a regular file"))


def _decompressed(file: _Piecewise) -> io.BufferedIOBase:
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

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MAX_PIECE:
            raise OSError(f"a header of it has {size:,} bytes, and {_MAX_PIECE:,} are the limit")
        self._within(self._file.tell() + size)
        return self._file.read(size)

    def seek(self, offset: int) -> int:
        self._within(offset)
        return self._file.seek(offset)

    def tell(self) -> int:
        return self._file.tell()

    def _within(self, offset: int) -> None:
        if offset > self._budget + _MAX_PIECE:
            raise OSError(f"it would grow to more than {_MAX_RATIO} times its size")
