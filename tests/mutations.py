"""Changes of files that know what the files are made of.

A file is taken apart as far as its bytes say how: lines, blocks of armour, base64, packets and
subpackets of OpenPGP, fields of SSH, DER, JSON, and whatever of these is inside of another. Any
byte may be changed at any depth, and any piece doubled, dropped, swapped or moved.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import taken_apart

if TYPE_CHECKING:
    from taken_apart import Found

_BLOCK: Final = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]+)-----\r?\n(?:[^\n]*: [^\n]*\n)*\n?"
    rb"((?:[A-Za-z0-9+/=]+\r?\n)+?)(=[A-Za-z0-9+/]{4}\r?\n)?-----END \1-----"
)
_BASE64: Final = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/=])")
_DEPTH: Final = 6


class Place(NamedTuple):
    """Bytes in a file, and how to put others there."""

    kind: str  # what they are in, from the outside to the inside
    data: bytes
    put: Callable[[bytes], bytes]  # return the file


class Pieces(NamedTuple):
    """Bytes that are made of pieces."""

    kind: str
    pieces: Sequence[bytes]
    put: Callable[[Sequence[bytes]], bytes]  # return the file


class Change(NamedTuple):
    """A file that has changed, and how."""

    how: str
    data: Callable[[], bytes]


def places(data: bytes) -> list[Place]:
    """Return a file, and what is encoded in it."""
    return list(_places(Place("", data, lambda new: new), _DEPTH))


def _places(place: Place, depth: int) -> Iterator[Place]:
    yield place
    if depth:
        for inner in _inside(place):
            yield from _places(inner, depth - 1)


def _inside(place: Place) -> Iterator[Place]:
    for kind, data, put in _encoded(place.data):
        yield Place(f"{place.kind}/{kind}", data, lambda new, put=put: place.put(put(new)))  # type: ignore[misc]


def _encoded(data: bytes) -> Iterator[Found]:
    """Yield what is encoded in bytes: its kind, what it is, and how to encode something else."""
    if (document := taken_apart.parsed(data)) is not None:
        yield from taken_apart.strings(document, taken_apart.style(data))
    elif (parts := taken_apart.der(data)) is not None:
        for at, part in enumerate(parts):
            yield (
                "der",
                part,
                lambda new, at=at, parts=parts: taken_apart.as_der(  # type: ignore[misc]
                    data[0], [*parts[:at], new, *parts[at + 1 :]]
                ),
            )
    elif (fields := taken_apart.wire(data)) is not None:
        for at, field in enumerate(fields):
            if at:
                yield (
                    "field",
                    field[4:],
                    lambda new, at=at, fields=fields: b"".join(  # type: ignore[misc]
                        [*fields[:at], len(new).to_bytes(4, "big") + new, *fields[at + 1 :]]
                    ),
                )
    elif taken_apart.packets(data) is None:
        yield from _texts(data)


def _texts(data: bytes) -> Iterator[Found]:
    blocks = list(_BLOCK.finditer(data))
    for match in blocks:
        start, end = match.start(2), match.end(3) if match[3] else match.end(2)
        inside = _decoded(match[2])
        if inside is None:
            continue
        yield (
            "armour",
            inside,
            lambda new, start=start, end=end: (  # type: ignore[misc]
                data[:start] + _rows(new) + data[end:]
            ),
        )
    for match in _BASE64.finditer(data):
        start, end = match.span()
        if any(block.start() <= start < block.end() for block in blocks):
            continue
        inside = _decoded(match[0])
        if inside is None:
            continue
        yield (
            "base64",
            inside,
            lambda new, start=start, end=end: (  # type: ignore[misc]
                data[:start] + base64.b64encode(new) + data[end:]
            ),
        )


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except ValueError:
        return None


def _rows(data: bytes) -> bytes:
    text = base64.b64encode(data)
    return b"".join(text[at : at + 64] + b"\n" for at in range(0, len(text), 64))


# Pieces


def pieces(place: Place) -> Iterator[Pieces]:
    """Yield the ways in which bytes are made of pieces."""

    def found(kind: str, parts: Sequence[bytes], put: Callable[[Sequence[bytes]], bytes]) -> Pieces:
        name = f"{place.kind}/{kind}"
        return Pieces(name, parts, lambda new: place.put(put(new)))

    data = place.data
    yield found("all", [data], b"".join)
    if (document := taken_apart.parsed(data)) is not None:
        for kind, parts, put in taken_apart.containers(document, taken_apart.style(data)):
            yield found(kind, parts, put)
    elif (parts := taken_apart.der(data)) is not None:
        yield found("der", parts, lambda new: taken_apart.as_der(data[0], new))
    elif (fields := taken_apart.wire(data)) is not None:
        yield found("fields", fields, b"".join)
    elif (packets := taken_apart.packets(data)) is not None:
        yield found("packets", packets, b"".join)
        for at, packet in enumerate(packets):
            for parts, put_packet in taken_apart.subpackets(packet):
                yield found(
                    "subpackets",
                    parts,
                    lambda new, at=at, put=put_packet: b"".join(  # type: ignore[misc]
                        [*packets[:at], put(new), *packets[at + 1 :]]
                    ),
                )
    elif data[:2] in (b"Ed", b"ED") and len(data) in (42, 74):
        yield found("parts", [data[:2], data[2:10], data[10:]], b"".join)
    else:
        for kind, ends in (("blocks", rb"(?<=-----\n)(?=-----B)"), ("lines", rb"(?<=\n)")):
            parts = [each for each in re.split(ends, data) if each]
            if len(parts) > 1:
                yield found(kind, parts, b"".join)


def changes(place: Place) -> Iterator[Change]:
    """Yield what becomes of a file if its pieces at a place are changed."""
    for kind, parts, put in pieces(place):
        for how, new in _rearranged(list(parts)):
            if new != list(parts):
                yield Change(f"{kind} {how}", partial(put, new))


def _rearranged(parts: list[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    for at, part in enumerate(parts):
        rest = [*parts[:at], *parts[at + 1 :]]
        yield f"doubled {at}", [*parts[:at], part, *parts[at:]]
        yield f"dropped {at}", rest
        yield f"moved {at} to the end", [*rest, part]
        yield f"moved {at} to the start", [part, *rest]
        yield f"doubled {at} at the end", [*parts, part]
    for at, (one, two) in enumerate(pairwise(parts)):
        yield f"swapped {at}", [*parts[:at], two, one, *parts[at + 2 :]]


#: What becomes of a byte, and of what follows it.
_BYTES: Final[Sequence[tuple[str, Callable[[int, bytes], bytes]]]] = (
    ("^ 1", lambda byte, rest: bytes([byte ^ 1]) + rest),
    ("^ 0x80", lambda byte, rest: bytes([byte ^ 0x80]) + rest),
    ("^ 0x20", lambda byte, rest: bytes([byte ^ 0x20]) + rest),
    ("0", lambda _, rest: b"\0" + rest),
    ("255", lambda _, rest: b"\xff" + rest),
    ("dropped", lambda _, rest: rest),
    ("doubled", lambda byte, rest: bytes([byte, byte]) + rest),
    ("swapped", lambda byte, rest: rest[:1] + bytes([byte]) + rest[1:]),
    ("the last one", lambda byte, _: bytes([byte])),
)


class Bytes:
    """All changes of single bytes at some places."""

    def __init__(self, places: Sequence[Place]) -> None:
        """Count them."""
        self._places = places
        self._ends = list(accumulate(len(each.data) * len(_BYTES) for each in places))

    def __len__(self) -> int:
        return self._ends[-1]

    def __getitem__(self, number: int) -> Change:
        """Return one of them."""
        index = bisect_right(self._ends, number)
        place = self._places[index]
        at, way = divmod(number - (self._ends[index - 1] if index else 0), len(_BYTES))
        how, become = _BYTES[way]
        data = place.data
        new = data[:at] + become(data[at], data[at + 1 :])
        return Change(f"{place.kind} byte {at} {how}", partial(place.put, new))
