"""RPM packages: two headers, and a payload, which rpm unpacks.

Names are those of files below the root of a system. The headers and the payload as it is lie in
``RPM``. Source: the RPM documentation, "RPM V4 package format".
"""

from __future__ import annotations

import os
import struct
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._places.archive.cpios import Cpio
from checksig._places.archive.file import MAX_PIECE
from checksig._places.archive.layers import Layer, Layers
from checksig._places.archive.windows import Window
from checksig._places.place import Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checksig._places.archive.reading import Opened
    from checksig._places.archive.windows import File

MAGIC: Final = b"\xed\xab\xee\xdb"
_LEAD: Final = 96  # in bytes, of which nothing counts any more
_HEADER: Final = struct.Struct(">4s4xII")  # a magic number, the numbers of tags, and of bytes
_MAGIC: Final = b"\x8e\xad\xe8\x01"
_TAG: Final = 16  # in bytes
_ALIGNED: Final = 8


class _Stretches:
    """Parts of a file, as members. The pin of an item is the stretch."""

    parallel = False
    forward = False

    def __init__(self, parts: Mapping[str, Window]) -> None:
        self._parts = parts

    def members(self) -> Iterator[tuple[str, Item]]:
        for name, each in self._parts.items():
            yield name, Item(name.encode(), each.size, pin=name)

    def open(self, item: Item) -> Opened:
        found = self._parts[str(item.pin)]
        return Window(found, 0, found.size)


def layers(file: File, budget: int) -> Layers:
    """Return the way through a package.

    Args:
        file: The package.
        budget: How many bytes its payload may grow to.

    Raises:
        OSError: it is cut short, or damaged.
    """
    size = file.seek(0, os.SEEK_END)
    signature = _header(file, _LEAD, size)
    end = _LEAD + signature.size
    header = _header(file, -(-end // _ALIGNED) * _ALIGNED, size)
    start = -(-end // _ALIGNED) * _ALIGNED + header.size
    payload = Window(file, start, size - start)
    parts = {"rpm-signature": signature, "rpm-header": header, "payload": payload}
    return Layers(
        [Layer("RPM", partial(_Stretches, parts)), Layer("", partial(Cpio, payload, budget))]
    )


def _header(file: File, at: int, size: int) -> Window:
    found = Window(file, at, _HEADER.size).read()
    if len(found) == _HEADER.size:
        magic, tags, data = _HEADER.unpack(found)
        length = _HEADER.size + tags * _TAG + data
        if magic == _MAGIC and length <= MAX_PIECE and at + length <= size:
            return Window(file, at, length)
    raise OSError("a header of it is cut short, or damaged")
