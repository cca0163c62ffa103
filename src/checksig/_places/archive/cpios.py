"""Archives of ``cpio``, as RPM packages have them, compressed or not.

Source: the manual of libarchive, cpio(5), "New ASCII Format". Of several names of one file, all but
the last come without bytes.
"""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._places.archive.compression import decompressed
from checksig._places.archive.reading import DIRECTORY, LINKED, TWOFOLD, clean
from checksig._places.archive.tars import Metered
from checksig._places.archive.windows import Stretch
from checksig._places.place import Fault, Item
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._places.archive.reading import Opened
    from checksig._places.archive.windows import File

_HEADER: Final = 110  # in bytes: a magic number, and thirteen numbers of eight digits
_MAGIC: Final = rb"07070[12](?:[0-9A-Fa-f]{8}){13}"
_END: Final = "TRAILER!!!"
_MOST_NAME: Final = 1 << 16
_PIECE: Final = 1 << 20


class _Header(NamedTuple):
    node: tuple[int, int, int]  # a file, which may have several names
    mode: int
    names: int
    size: int
    name: str
    data: int  # the offset of the bytes


class Cpio:
    """The way through a cpio archive. The pin of an item is the offset of its bytes."""

    parallel = False
    forward = True

    def __init__(self, file: File, budget: int) -> None:
        """Begin with the first member.

        Args:
            file: The archive.
            budget: How many bytes it may grow to.
        """
        self._stream = Metered(decompressed(file), budget)

    def members(self) -> Iterator[tuple[str, Item]]:
        """Yield the members. Names that come before their bytes are yielded behind these."""
        nodes: dict[tuple[int, int, int], str] = {}  # the name that has the bytes
        waiting: dict[tuple[int, int, int], list[_Header]] = {}
        at = 0
        while (header := self._header(at)).name != _END:
            at = _aligned(header.data + header.size)
            several = stat.S_ISREG(header.mode) and header.names > 1
            if several and header.node in nodes:
                if header.size:
                    raise OSError("a file in it has its bytes twice")
                yield header.name, _linked(header.name, nodes[header.node])
            elif several and not header.size:
                waiting.setdefault(header.node, []).append(header)
            else:
                yield header.name, _item(header)
                nodes[header.node] = header.name
                for each in waiting.pop(header.node, ()):
                    yield each.name, _linked(each.name, header.name)
        for each in [each for headers in waiting.values() for each in headers]:
            yield each.name, _item(each)  # an empty file
        self._expect_end(_aligned(header.data))

    def _header(self, at: int) -> _Header:
        self._stream.seek(at)
        found = self._stream.read(_HEADER)
        if not re.fullmatch(_MAGIC, found):
            raise OSError("it is no cpio archive that is read, or cut short")
        numbers = [int(found[start : start + 8], 16) for start in range(6, _HEADER, 8)]
        node, mode, _, _, names, _, size, major, minor, _, _, length, _ = numbers
        name = self._stream.read(length) if 1 < length <= _MOST_NAME else b""
        if len(name) != length or name.find(b"\0") != length - 1:
            raise OSError("a name in it is cut short, or damaged")
        text = name[:-1].decode("utf-8", "surrogateescape")
        data = _aligned(at + _HEADER + length)
        return _Header((major, minor, node), mode, names, size, text, data)

    def _expect_end(self, at: int) -> None:
        self._stream.seek(at)
        while piece := self._stream.read(_PIECE):
            if piece.strip(b"\0"):
                raise OSError("something follows its end")

    def open(self, item: Item) -> Opened:
        """Return the stream of a member."""
        if not isinstance(item.pin, int):
            raise OSError("not a regular file")
        return Stretch(self._stream, item.pin, item.size)


def _aligned(offset: int) -> int:
    return -(-offset // 4) * 4


def _item(header: _Header) -> Item:
    fault = None
    if stat.S_ISDIR(header.mode):
        fault = DIRECTORY
    elif not stat.S_ISREG(header.mode):
        link = stat.S_ISLNK(header.mode)
        fault = Fault(Status.NOT_REGULAR, "a symbolic link" if link else "not a regular file")
    elif header.name.endswith("/"):
        fault = TWOFOLD
    return Item(clean(header.name), header.size, fault, header.data)


def _linked(name: str, first: str) -> Item:
    return Item(clean(name), 0, LINKED, linked=clean(first))
