"""Archives of 7-Zip, whose headers lie behind all members.

Bytes are compressed in folders, several members in each: what has gone by is had by decompressing
the folder again.
"""

from __future__ import annotations

import io
import stat
import zlib
from typing import TYPE_CHECKING, Any, Final

from checksig._places.archive.reading import DIRECTORY, TWOFOLD, clean
from checksig._places.archive.seven.coders import Decoded
from checksig._places.archive.seven.headers import MAGIC, read
from checksig._places.archive.windows import Stretch
from checksig._places.place import Fault, Item
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._places.archive.reading import Opened
    from checksig._places.archive.seven.headers import Member
    from checksig._places.archive.seven.streams import Stream
    from checksig._places.archive.windows import File

__all__ = ["MAGIC", "SevenZip"]

# Attributes of Windows; with the last, the upper half is a mode of Unix.
_DIRECTORY: Final = 0x10
_REPARSE_POINT: Final = 0x400
_UNIX: Final = 0x8000
_UPPER: Final = 16


class SevenZip:
    """The way through an archive. The pin of an item is its number."""

    parallel = False
    forward = True

    def __init__(self, file: File, budget: int) -> None:
        """Read its headers.

        Args:
            file: The archive.
            budget: How many bytes it may grow to.

        Raises:
            OSError: they are damaged, or not understood.
        """
        self._file = file
        self._folders, self._members = read(file, budget)
        self._number = -1  # of the folder that is open
        self._folder: Decoded | None = None

    def members(self) -> Iterator[tuple[str, Item]]:
        """Yield the members."""
        for number, each in enumerate(self._members):
            size = each.stream.size if each.stream else 0
            yield each.name, Item(clean(each.name), size, self._fault(each), number)

    def _fault(self, member: Member) -> Fault | None:
        mode = member.attributes >> _UPPER if member.attributes & _UNIX else 0
        kind = stat.S_IFMT(mode)
        if member.attributes & _REPARSE_POINT or kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            link = kind in {0, stat.S_IFLNK}
            return Fault(Status.NOT_REGULAR, "a symbolic link" if link else "not a regular file")
        if member.directory:
            return DIRECTORY
        if member.attributes & _DIRECTORY or kind == stat.S_IFDIR or member.name.endswith("/"):
            return TWOFOLD
        why = self._folders[member.stream.folder].fault if member.stream else ""
        return Fault(Status.UNREADABLE, why) if why else None

    def open(self, item: Item) -> Opened:
        """Return the stream of a member.

        Raises:
            OSError: it cannot be decompressed.
        """
        if not isinstance(item.pin, int):
            raise OSError("not a regular file")
        stream = self._members[item.pin].stream
        if stream is None:
            return io.BytesIO()
        if self._folder is None or stream.folder != self._number:
            self._folder = Decoded(self._file, self._folders[stream.folder])
            self._number = stream.folder
        return _Bytes(self._folder, stream)


class _Bytes(Stretch):
    """The bytes of a member. They do not end if their checksum is another."""

    def __init__(self, folder: Decoded, stream: Stream) -> None:
        super().__init__(folder, stream.offset, stream.size)
        self._expected, self._crc = stream.crc, 0

    def readinto(self, buffer: Any, /) -> int:
        count = super().readinto(buffer)
        self._crc = zlib.crc32(memoryview(buffer)[:count], self._crc)
        if self.left == 0 and self._expected not in {None, self._crc}:
            raise OSError("its checksum is another")
        return count
