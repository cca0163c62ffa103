"""What files of keys and signatures are made of: DER, fields of SSH, packets of OpenPGP, JSON.

Each is taken apart into pieces of bytes, and can be put together again out of others.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: The kind of what is encoded, what it is, and how to encode something else.
Found = tuple[str, bytes, "Callable[[bytes], bytes]"]

_SIGNATURE: Final = 2  # the packet

# DER, SSH, OpenPGP


def der(data: bytes) -> list[bytes] | None:
    """Return the elements of a sequence or a set, or of what is tagged; None if it is none."""
    if len(data) < 4 or data[0] not in (0x30, 0x31, *range(0xA0, 0xA8)):
        return None
    rest = _element(data)
    if rest is None or rest[1]:
        return None
    found, inside = [], rest[0]
    while inside:
        element = _element(inside)
        if element is None:
            return None
        size = len(inside) - len(element[1])
        found.append(inside[:size])
        inside = element[1]
    return found


def _element(data: bytes) -> tuple[bytes, bytes] | None:
    """Return what is in the first element, and what follows it."""
    if len(data) < 2:
        return None
    size, at = data[1], 2
    if size & 0x80:
        width = size & 0x7F
        if not 1 <= width <= 3:
            return None
        size, at = int.from_bytes(data[2 : 2 + width], "big"), 2 + width
    return (data[at : at + size], data[at + size :]) if at + size <= len(data) else None


def as_der(tag: int, parts: Sequence[bytes]) -> bytes:
    inside = b"".join(parts)
    size = len(inside)
    if size < 128:
        return bytes([tag, size]) + inside
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + inside


def wire(data: bytes) -> list[bytes] | None:
    """Return the fields of SSH with their lengths, and before them what has none; None if none."""
    magic = 10 if data.startswith(b"SSHSIG") else 0
    found, at = [data[:magic]], magic
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if at + 4 + size > len(data):
            break
        found.append(data[at : at + 4 + size])
        at += 4 + size
    if len(found) < 3 or (not magic and not re.match(rb"(sk-)?(ssh|ecdsa|rsa)-", data[4:10])):
        return None
    return [*found, *([data[at:]] if at < len(data) else [])]


def packets(data: bytes) -> list[bytes] | None:
    """Return the packets of OpenPGP that bytes are made of; None if they are not."""
    found, at = [], 0
    while at < len(data):
        head = _header(data[at:])
        if head is None or at + sum(head) > len(data):
            return None
        found.append(data[at : at + sum(head)])
        at += sum(head)
    return found or None


def _header(data: bytes) -> tuple[int, int] | None:
    """Return the sizes of the header of a packet and of its body; None if it is no packet."""
    if len(data) < 2 or not data[0] & 0x80:
        return None
    if not data[0] & 0x40:
        width = 1 << (data[0] & 3)
        return None if width == 8 else (1 + width, int.from_bytes(data[1 : 1 + width], "big"))
    first = data[1]
    if first < 192:
        return 2, first
    if first < 224:
        return 3, (first - 192 << 8) + int.from_bytes(data[2:3], "big") + 192
    return (6, int.from_bytes(data[2:6], "big")) if first == 255 else None


#: Between the subpackets that are hashed and those that are not: none is of this length.
_BETWEEN: Final = b"\0"


def subpackets(
    packet: bytes,
) -> Iterator[tuple[list[bytes], Callable[[Sequence[bytes]], bytes]]]:
    """Yield the subpackets of a signature of version 4, those that are not hashed last."""
    head = _header(packet)
    tag = packet[0] & 0x3F if packet[0] & 0x40 else packet[0] >> 2 & 0x0F
    if head is None or tag != _SIGNATURE or packet[head[0] : head[0] + 1] != b"\4":
        return
    body = packet[head[0] :]
    areas, at = [], 4
    for _ in range(2):
        size = int.from_bytes(body[at : at + 2], "big")
        areas.append(body[at + 2 : at + 2 + size])
        at += 2 + size

    def put(new: Sequence[bytes]) -> bytes:
        between = new.index(_BETWEEN) if _BETWEEN in new else len(new)
        halves = [b"".join(new[:between]), b"".join(e for e in new[between:] if e != _BETWEEN)]
        said = b"".join(len(half).to_bytes(2, "big") + half for half in halves)
        whole = body[:4] + said + body[at:]
        return bytes([0xC2, 255]) + len(whole).to_bytes(4, "big") + whole

    yield [*_split(areas[0]), _BETWEEN, *_split(areas[1])], put


def _split(area: bytes) -> list[bytes]:
    found = []
    while area:
        first = area[0]
        head = 1 if first < 192 else 2 if first < 255 else 5
        size = first if head == 1 else (first - 192 << 8) + int.from_bytes(area[1:2], "big") + 192
        size = int.from_bytes(area[1:5], "big") if head == 5 else size
        found.append(area[: head + size])
        area = area[head + size :]
    return found


# JSON


class _Object(list[tuple[str, Any]]):
    """The fields of an object, of which two may have the same name."""


class _Text(bytes):
    """JSON that is written as it stands."""


def parsed(data: bytes) -> Any:
    """Return what JSON says: an object or an array; None if it is none."""
    if data.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(data, object_pairs_hook=_Object)
    except ValueError:
        return None


_Style = tuple[bytes, bytes]


def style(data: bytes) -> _Style:
    return (b", ", b": ") if b'": ' in data else (b",", b":")


def _dump(value: Any, style: _Style) -> bytes:
    if isinstance(value, _Text):
        return bytes(value)
    if isinstance(value, (_Object, list)):
        is_object = isinstance(value, _Object)
        rows = style[0].join(_parts(value, style))
        return b"{%b}" % rows if is_object else b"[%b]" % rows
    return json.dumps(value).encode()


def _parts(value: list[Any], style: _Style) -> list[bytes]:
    if isinstance(value, _Object):
        return [_dump(k, style) + style[1] + _dump(each, style) for k, each in value]
    return [_dump(each, style) for each in value]


_Put = Any


def _nodes(value: Any, replace: Callable[[Any], Any]) -> Iterator[tuple[Any, Callable[[Any], Any]]]:
    """Yield each value in a document, and what returns the document with another in its place."""
    yield value, replace
    if not isinstance(value, list):
        return
    for at, each in enumerate(value):
        name, inner = each if isinstance(value, _Object) else (None, each)

        def put(new: Any, at: int = at, name: str | None = name) -> Any:
            copy = type(value)(value)
            copy[at] = new if name is None else (name, new)
            return replace(copy)

        yield from _nodes(inner, put)


def strings(document: Any, style: _Style) -> Iterator[Found]:
    for value, put in _nodes(document, lambda new: new):
        if isinstance(value, str) and len(value) >= 20:
            yield (
                "string",
                value.encode(),
                lambda new, put=put: _dump(  # type: ignore[misc]
                    put(new.decode("latin-1")), style
                ),
            )


def containers(
    document: Any, style: _Style
) -> Iterator[tuple[str, list[bytes], Callable[[Sequence[bytes]], bytes]]]:
    for value, put in _nodes(document, lambda new: new):
        if isinstance(value, list) and value:
            is_object = isinstance(value, _Object)

            def joined(
                new: Sequence[bytes],
                put: Callable[[Any], Any] = put,
                edges: bytes = b"{}" if is_object else b"[]",
            ) -> bytes:
                inside = edges[:1] + style[0].join(new) + edges[1:]
                return _dump(put(_Text(inside)), style)

            yield "fields" if is_object else "items", _parts(value, style), joined
