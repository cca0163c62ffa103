"""Packets of OpenPGP by their headers: out of armour, and out of compressed data.

Source: RFC 9580, section 4.2 (headers), 5.6 and 9.4 (compressed data), 6.2 (armour). Sequoia reads
what is in packets. It is given them behind plain headers, one after the other, so it sees those
that are seen here; and none that is compressed, for which it would take memory without a limit.
"""

from __future__ import annotations

import binascii
import bz2
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._schemes._scheme import SchemeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

COMPRESSED: Final = 8

#: Types whose length may be told in parts, or not at all: compressed, encrypted and literal data.
_DATA: Final = (COMPRESSED, 9, 11, 18)
#: In bytes: what a message may be when it is decompressed.
LARGEST: Final = 256 << 20


class Frame(NamedTuple):
    """A packet: its type, and what stands behind its header."""

    tag: int
    body: bytes


def dearmoured(rows: Sequence[bytes]) -> bytes:
    """Return what the lines of a block of armour hold, between its first and its last one.

    The checksum at its end is not looked at (section 6.1).

    Raises:
        SchemeError: it is damaged.
    """
    found = [row.strip() for row in rows]
    headers = next((at for at, row in enumerate(found) if b":" not in row), len(found))
    found = [row for row in found[headers:] if row]
    if found and found[-1][:1] == b"=" and len(found[-1]) == 5:
        del found[-1]
    try:
        return binascii.a2b_base64(b"".join(found), strict_mode=True)
    except binascii.Error as error:
        raise SchemeError(f"its armour is damaged: {error}") from None


class Cursor:
    """Bytes to be read from their start."""

    def __init__(self, data: bytes) -> None:
        """Begin at their start."""
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        """Return the next so many bytes.

        Raises:
            SchemeError: there are fewer.
        """
        if size > len(self.data) - self.at:
            raise SchemeError("a packet in it ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int) -> int:
        """Return the number that the next so many bytes are."""
        return int.from_bytes(self.take(size), "big")

    def natural(self) -> bytes:
        """Return a number of any length, as it is packed: its bits first (section 3.2)."""
        return self.take((self.number(2) + 7) // 8)

    def rest(self) -> bytes:
        """Return what is left."""
        return self.take(len(self.data) - self.at)


def frames(data: bytes) -> Iterator[Frame]:
    """Yield the packets that bytes are made of.

    Raises:
        SchemeError: they are not made of packets to their end.
    """
    at = Cursor(data)
    while at.at < len(data):
        head = at.number(1)
        if not head & 0x80:
            raise SchemeError("it is damaged: something in it is not a packet")
        new = bool(head & 0x40)
        tag = head & 0x3F if new else head >> 2 & 0x0F
        parts = list(_parts(at)) if new else [_old(at, head & 3)]
        if tag not in _DATA and (len(parts) > 1 or (not new and head & 3 == 3)):
            raise SchemeError("it is damaged: a packet in it does not say how long it is")
        yield Frame(tag, b"".join(parts))


def _parts(at: Cursor) -> Iterator[bytes]:
    """Yield the parts of a body: one, or several of which each has a length (4.2.1)."""
    part = True
    while part:
        first = at.number(1)
        part = 224 <= first < 255
        if part:
            yield at.take(1 << (first & 0x1F))
        elif first < 192:
            yield at.take(first)
        elif first == 255:
            yield at.take(at.number(4))
        else:
            yield at.take((first - 192 << 8) + at.number(1) + 192)


def _old(at: Cursor, kind: int) -> bytes:
    """Return a body whose length is told in the old way (4.2.2)."""
    return at.rest() if kind == 3 else at.take(at.number(1 << kind))


def framed(packets: Iterable[Frame]) -> bytes:
    """Return packets behind headers of one kind.

    Raises:
        SchemeError: one is compressed.
    """
    return b"".join([_framed(packet) for packet in packets])


def _framed(packet: Frame) -> bytes:
    if packet.tag == COMPRESSED:
        raise SchemeError("there is a compressed packet in it where there should be none")
    return bytes((0xC0 | packet.tag, 255)) + len(packet.body).to_bytes(4, "big") + packet.body


def decompressed(packets: Iterable[Frame]) -> Iterator[Frame]:
    """Yield the packets of a message, and those that are in a compressed one.

    Raises:
        SchemeError: it cannot be decompressed, or not as the only one.
    """
    left = 1
    for packet in packets:
        if packet.tag != COMPRESSED or not left:
            yield packet
            continue
        left -= 1
        yield from frames(_decompressed(packet.body))


def _decompressed(body: bytes) -> bytes:
    algorithm, data = body[:1], body[1:]
    if algorithm == b"\0":
        return data
    make = _DECOMPRESSORS.get(algorithm)
    if make is None:
        raise SchemeError(f"it is compressed in a way that is not known: {algorithm.hex()}")
    unpacker = make()
    try:
        found: bytes = unpacker.decompress(data, LARGEST + 1)
    except (zlib.error, OSError, ValueError, EOFError) as error:
        raise SchemeError(f"it cannot be decompressed: {error}") from None
    if len(found) > LARGEST:
        raise SchemeError(f"there are more than {LARGEST >> 20} MiB in it when it is decompressed")
    if not unpacker.eof or unpacker.unused_data:
        raise SchemeError("its compressed data does not end where it should")
    return found


#: By the number of the algorithm (section 9.4).
_DECOMPRESSORS: Final[dict[bytes, Callable[[], Any]]] = {
    b"\1": lambda: zlib.decompressobj(-zlib.MAX_WBITS),
    b"\2": zlib.decompressobj,
    b"\3": bz2.BZ2Decompressor,
}
