"""The way through an archive: its members, and the bytes of each, in place and in pieces."""

from __future__ import annotations

import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from checksig._names import shortest
from checksig._places.archive import headers
from checksig._places.place import Fault, Item
from checksig._results import Status

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    #: The stream of a member.
    Opened = io.BufferedIOBase | io.RawIOBase

#: How many bytes each byte of an archive may stand for, beyond the first ``FREE``. Text is below
#: 20, logs reach 100; what is made to exhaust its reader has 1,000 and more.
MAX_RATIO: Final = 200
FREE: Final = 64 << 20

#: How many members an archive may have. Each takes 1 KB of memory, or 2 KB in a zip.
MAX_MEMBERS: Final = 1 << 20

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

DIRECTORY: Final = Fault(Status.NOT_REGULAR, "a directory", "ignored")
#: A hard link, as tar stores the second name of a file.
LINKED: Final = Fault(Status.NOT_REGULAR, "a link to a member that is not before it")
TWOFOLD: Final = Fault(Status.UNREADABLE, "a file to some programs, else a directory", "reported")
DOUBLED: Final = Fault(Status.UNREADABLE, "more than one member has this name", "reported")


class Reader(Protocol):
    """The way through an archive. The pin of an item says how to get at its bytes."""

    parallel: bool  # whether members can be read at the same time
    forward: bool  # whether what has gone by is had by beginning again, and no other way

    def members(self) -> Iterator[tuple[str, Item]]: ...

    def open(self, item: Item) -> Opened: ...


def clean(name: str) -> bytes:
    """Return the shortest spelling of a name that is not unsafe."""
    return shortest(name).encode("utf-8", "surrogateescape")


class Within(NamedTuple):
    """The pin of a member of an archive that is in another."""

    number: int  # of that archive
    item: Item  # the member, as that archive has it


def position(item: Item) -> int:
    """Return where the bytes of a member are, to read all in their order."""
    if isinstance(item.pin, Within):
        return (item.pin.number << 64) + position(item.pin.item)
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
