"""Headers of 7-Zip archives: which members there are. Whatever is not understood is an error.

Source: "7zFormat.txt" of the LZMA SDK; for modes of Unix in attributes, p7zip.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._places.archive.file import MAX_PIECE
from checksig._places.archive.seven.coders import Decoded
from checksig._places.archive.seven.cursor import UNKNOWN, Cursor
from checksig._places.archive.seven.streams import streams_of
from checksig._places.archive.windows import Window

if TYPE_CHECKING:
    from checksig._places.archive.seven.coders import Folder
    from checksig._places.archive.seven.streams import Stream
    from checksig._places.archive.windows import File

MAGIC: Final = b"7z\xbc\xaf\x27\x1c"

#: Magic, version, a checksum of the rest; of the header at the end: where, how long, a checksum.
_START: Final = struct.Struct("<6sBBIQQI")
#: A header that is compressed may be so once more.
_MOST_ENCODED: Final = 4

# What begins a part of a header.
_END, _HEADER, _PROPERTIES, _STREAMS, _FILES, _ENCODED = 0, 1, 2, 4, 5, 23
_EMPTY, _EMPTY_FILE, _ANTI, _NAMES, _ATTRIBUTES = 14, 15, 16, 17, 21
#: Of members, which says nothing of their bytes: three times, a comment, and padding.
_PASSED_OVER: Final = (18, 19, 20, 22, 25)


class Member(NamedTuple):
    """A name in an archive, and the bytes under it."""

    name: str
    stream: Stream | None  # None if it is empty, or a directory
    directory: bool
    attributes: int


class Contents(NamedTuple):
    """All that a header speaks of."""

    folders: list[Folder]
    members: list[Member]


def read(file: File, budget: int) -> Contents:
    """Read the header of an archive.

    Args:
        file: The archive.
        budget: How many bytes it may grow to.

    Raises:
        OSError: it is cut short or damaged, wants too much, or is not understood.
    """
    size = file.seek(0, os.SEEK_END)
    start = Window(file, 0, _START.size).read()
    if len(start) < _START.size:
        raise EOFError("it is cut short")
    _, version, _, crc, offset, length, header_crc = _START.unpack(start)
    if version or zlib.crc32(start[12:]) != crc:
        raise OSError("its start is damaged, or of another version")
    if _START.size + offset + length != size:
        raise OSError("it is cut short, or something follows its end")
    header = Window(file, _START.size + offset, length).read()
    if zlib.crc32(header) != header_crc:
        raise OSError("its header is damaged")
    for _ in range(_MOST_ENCODED):
        part = Cursor(header)
        kind = part.byte() if header else _END
        if kind == _END:
            return Contents([], [])
        if kind == _HEADER:
            return _contents(part, budget)
        if kind != _ENCODED:
            break
        header = _decoded(file, part, budget)
    raise OSError(UNKNOWN)


def _decoded(file: File, part: Cursor, budget: int) -> bytes:
    """Return a header that is compressed, or not, somewhere in the archive."""
    folders, streams = streams_of(part, _START.size, budget)
    if len(folders) != 1 or len(streams) != 1 or folders[0].size > MAX_PIECE:
        raise OSError(UNKNOWN)
    stream = Decoded(file, folders[0])
    data = b"".join(iter(lambda: stream.read(1 << 20), b""))
    if zlib.crc32(data) != folders[0].crc or len(data) != folders[0].size:
        raise OSError("its header is damaged")
    return data


def _contents(part: Cursor, budget: int) -> Contents:
    kind = part.byte()
    if kind == _PROPERTIES:
        while part.byte() != _END:
            part.take(part.number())
        kind = part.byte()
    folders: list[Folder] = []
    streams: list[Stream] = []
    if kind == _STREAMS:
        folders, streams = streams_of(part, _START.size, budget)
        kind = part.byte()
    members: list[Member] = []
    if kind == _FILES:
        members = _members(part, streams)
        kind = part.byte()
    if kind != _END or part.left or (streams and not members):
        raise OSError(UNKNOWN)
    return Contents(folders, members)


def _members(part: Cursor, streams: list[Stream]) -> list[Member]:
    count = part.count()
    said = _said_of_members(part)
    empty = said[_EMPTY].bits(count) if _EMPTY in said else [False] * count
    empties = sum(empty)
    files = iter(said[_EMPTY_FILE].bits(empties) if _EMPTY_FILE in said else [False] * empties)
    if _ANTI in said and any(said[_ANTI].bits(empties)):
        raise OSError("it has a member that deletes another")
    attributes = said[_ATTRIBUTES].attributes(count) if _ATTRIBUTES in said else [0] * count
    names = _names(said[_NAMES], count) if _NAMES in said else []
    if len(names) != count or count - empties != len(streams) or any(p.left for p in said.values()):
        raise OSError(UNKNOWN)
    bytes_ = iter(streams)
    return [
        Member(name, None, not next(files), each)
        if nothing
        else Member(name, next(bytes_), False, each)
        for name, nothing, each in zip(names, empty, attributes, strict=True)
    ]


def _said_of_members(part: Cursor) -> dict[int, Cursor]:
    found: dict[int, Cursor] = {}
    while (kind := part.byte()) != _END:
        data = part.take(part.number())
        if kind in _PASSED_OVER:
            continue
        if kind in found or kind not in (_EMPTY, _EMPTY_FILE, _ANTI, _NAMES, _ATTRIBUTES):
            raise OSError(UNKNOWN)
        found[kind] = Cursor(data)
    return found


def _names(part: Cursor, count: int) -> list[str]:
    part.expect(0)
    *names, rest = part.take(part.left).decode("utf-16-le").split("\0", count)
    if rest:
        raise OSError(UNKNOWN)
    return names
