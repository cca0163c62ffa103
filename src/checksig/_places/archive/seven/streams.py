"""Folders in an archive of 7-Zip, and the members that share their bytes.

No number is believed before the bytes that it speaks of are there.

Source: "7zFormat.txt" of the LZMA SDK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._places.archive.reading import MAX_MEMBERS, MAX_RATIO
from checksig._places.archive.seven.coders import Coder, Folder, why_not
from checksig._places.archive.seven.cursor import UNKNOWN

if TYPE_CHECKING:
    from checksig._places.archive.seven.cursor import Cursor

_MOST_CODERS: Final = 32

# What begins a part.
_END = 0
_PACKED, _FOLDERS, _SUBSTREAMS = 6, 7, 8
_SIZES, _CHECKSUMS, _FOLDER, _UNPACKED, _COUNTS = 9, 10, 11, 12, 13

# Of the flags of a coder.
_METHOD_SIZE, _COMPLEX, _HAS_PROPERTIES, _RESERVED = 0x0F, 0x10, 0x20, 0xC0


class Stream(NamedTuple):
    """The bytes of a member."""

    folder: int
    offset: int
    size: int
    crc: int | None


def streams_of(part: Cursor, behind: int, budget: int) -> tuple[list[Folder], list[Stream]]:
    """Return folders, and the streams of members in their order.

    Args:
        part: A header, where it begins to speak of streams.
        behind: In bytes: what is in front of all streams.
        budget: How many bytes a folder may grow to.

    Raises:
        EOFError: it is cut short.
        OSError: it is not understood, or a folder would grow to more.
    """
    packed: list[tuple[int, int]] = []
    folders: list[Folder] = []
    kind = part.byte()
    if kind == _PACKED:
        packed = _packed(part, behind)
        kind = part.byte()
    if kind == _FOLDERS:
        folders = _folders(part, packed, budget)
        kind = part.byte()
    streams = [Stream(at, 0, each.size, each.crc) for at, each in enumerate(folders)]
    if kind == _SUBSTREAMS:
        streams = _substreams(part, folders)
        kind = part.byte()
    if kind != _END:
        raise OSError(UNKNOWN)
    return folders, streams


def _packed(part: Cursor, at: int) -> list[tuple[int, int]]:
    """Return where the streams in the archive begin, and how long they are."""
    at += part.number()
    count = part.count()
    part.expect(_SIZES)
    found: list[tuple[int, int]] = []
    for size in [part.number() for _ in range(count)]:
        found.append((at, size))
        at += size
    kind = part.byte()
    if kind == _CHECKSUMS:
        part.checksums(count)  # those of members are checked
        kind = part.byte()
    if kind != _END:
        raise OSError(UNKNOWN)
    return found


class _Shape(NamedTuple):
    """The coders of a folder, without their sizes."""

    coders: list[tuple[bytes, bytes, tuple[int, ...]]]  # methods, properties, inputs
    last: int
    packed: int  # how many streams of the archive are read


def _folders(part: Cursor, packed: list[tuple[int, int]], budget: int) -> list[Folder]:
    part.expect(_FOLDER)
    count = part.count()
    part.expect(0)
    shapes = [_shape(part) for _ in range(count)]
    part.expect(_UNPACKED)
    sizes = [[part.number() for _ in shape.coders] for shape in shapes]
    checksums: list[int | None] = [None] * count
    kind = part.byte()
    if kind == _CHECKSUMS:
        checksums = part.checksums(count)
        kind = part.byte()
    if kind != _END or sum(shape.packed for shape in shapes) != len(packed):
        raise OSError(UNKNOWN)
    if any(size > budget for each in sizes for size in each):
        raise OSError(f"it would grow to more than {MAX_RATIO} times its size")
    found: list[Folder] = []
    at = 0
    for shape, outputs, crc in zip(shapes, sizes, checksums, strict=True):
        coders = tuple(
            Coder(method, properties, size, inputs)
            for (method, properties, inputs), size in zip(shape.coders, outputs, strict=True)
        )
        streams = tuple(packed[at : at + shape.packed])
        found.append(Folder(coders, shape.last, streams, crc, why_not(coders)))
        at += shape.packed
    return found


def _shape(part: Cursor) -> _Shape:
    coders: list[tuple[bytes, bytes, range]] = []
    inputs = 0
    for _ in range(_few(part)):
        flags = part.byte()
        method = part.take(flags & _METHOD_SIZE)
        several, outputs = (_few(part), _few(part)) if flags & _COMPLEX else (1, 1)
        if flags & _RESERVED or outputs != 1:
            raise OSError(UNKNOWN)
        properties = part.take(part.number()) if flags & _HAS_PROPERTIES else b""
        coders.append((method, properties, range(inputs, inputs + several)))
        inputs += several
    sources = {part.number(): part.number() for _ in coders[1:]}  # coders, of inputs
    last = set(range(len(coders))) - set(sources.values())
    free = [at for at in range(inputs) if at not in sources]
    order = free if len(free) == 1 else [part.number() for _ in free]
    if len(last) != 1 or sorted(order) != free:
        raise OSError(UNKNOWN)
    sources.update({at: ~number for number, at in enumerate(order)})
    bound = [(method, said, tuple(sources[at] for at in each)) for method, said, each in coders]
    shape = _Shape(bound, last.pop(), len(free))
    if _reached(shape, shape.last) != len(coders):
        raise OSError(UNKNOWN)
    return shape


def _reached(shape: _Shape, number: int) -> int:
    """Return how many coders take part in what one gives. None feeds two, so there is an end."""
    inputs = shape.coders[number][2]
    return 1 + sum(_reached(shape, each) for each in inputs if each >= 0)


def _few(part: Cursor) -> int:
    count = part.number()
    if not 1 <= count <= _MOST_CODERS:
        raise OSError(UNKNOWN)
    return count


def _substreams(part: Cursor, folders: list[Folder]) -> list[Stream]:
    kind, counts = part.byte(), [1] * len(folders)
    if kind == _COUNTS:
        counts = [part.number() for _ in folders]
        kind = part.byte()
    if sum(counts) > MAX_MEMBERS or (kind != _SIZES and max(counts, default=0) > 1):
        raise OSError(UNKNOWN)
    places: list[tuple[int, int, int]] = []
    for at, (folder, count) in enumerate(zip(folders, counts, strict=True)):
        offset = 0
        for _ in range(count - 1):
            size = part.number()
            places.append((at, offset, size))
            offset += size
        if count:
            places.append((at, offset, folder.size - offset))
        if offset > folder.size:
            raise OSError(UNKNOWN)
    if kind == _SIZES:
        kind = part.byte()
    known = [folders[at].crc if counts[at] == 1 else None for at, _, _ in places]
    unknown = known.count(None)
    others: list[int | None] = [None] * unknown
    if kind == _CHECKSUMS:
        others = part.checksums(unknown)
        kind = part.byte()
    if kind != _END:
        raise OSError(UNKNOWN)
    rest = iter(others)
    return [
        Stream(*place, next(rest) if crc is None else crc)
        for place, crc in zip(places, known, strict=True)
    ]
