"""Files of OpenPGP, taken apart: armour, clear text, messages, and the signatures in them.

Source: RFC 9580, section 6 (armour) and section 7 (clear text). Packets are read by Sequoia. All
blocks of a file are read: ``cat */SHA256SUMS.asc`` is how several people publish together. What
stands outside of the blocks of a signature is signed by nobody, so it is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes import _openpgp_frames, _packets
from checksig._schemes._scheme import SchemeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._schemes._packets import Packet

SIGNATURE: Final = "SIGNATURE"
CLEAR: Final = "SIGNED MESSAGE"
MESSAGE: Final = "MESSAGE"

#: A line of a block's edge, and what the block is.
_EDGE: Final = re.compile(rb"-----(BEGIN|END) PGP ([A-Z ]+)-----[ \t\r]*")
#: The one header that clear text may have (section 7).
_HASH: Final = re.compile(rb"Hash: *[A-Za-z0-9-]+(?:, *[A-Za-z0-9-]+)*[ \t\r]*")
#: What a line of clear text may end in, and what is not signed of it.
_BLANKS: Final = b" \t\r"


class Message(NamedTuple):
    """The content of a file of signatures."""

    content: bytes | None  # what is signed, if the file holds it
    signatures: list[Packet]  # the packets


class _Block(NamedTuple):
    kind: str
    rows: list[bytes]  # its lines, with the edges


def read(data: bytes) -> Message:
    """Return what a file holds.

    Raises:
        SchemeError: it is damaged, or something stands in it that nobody signed.
    """
    if data.lstrip()[:1] != b"-":
        return _message(data)
    found = list(_blocks(data))
    kinds = [block.kind for block in found]
    if kinds == [CLEAR, SIGNATURE]:
        return Message(_clear(found[0]), _signatures(found[1]))
    if kinds == [MESSAGE]:
        return _message(_inside(found[0]))
    if set(kinds) == {SIGNATURE}:
        return Message(None, [packet for block in found for packet in _signatures(block)])
    if kinds.count(CLEAR) > 1:
        raise SchemeError("there are several clear texts in it: put each into a file of its own")
    raise SchemeError(f"it is made of {' and '.join(kinds).lower()}, which is not a signature")


def armours(data: bytes) -> list[bytes]:
    """Return what each block of armour in a file of certificates holds, or the file without any.

    What stands around them is a comment, unless it holds the beginning of a block.

    Raises:
        SchemeError: a block is damaged, or begins within a line: it could be what revokes a key.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    found = [_inside(block) for block in _blocks(data, comments=True)]
    if data.count(b"-----BEGIN PGP ") != len(found):
        raise SchemeError("a block of armour in it begins within a line")
    return found or [data]


def _blocks(data: bytes, *, comments: bool = False) -> Iterator[_Block]:
    """Yield the blocks of a file. Clear text ends where its signature begins.

    Raises:
        SchemeError: a block has no end, or there is text outside, and no comments may be.
    """
    block: _Block | None = None
    for row in data.split(b"\n"):
        edge = _EDGE.fullmatch(row)
        kind = edge[2].decode() if edge else ""
        begins = edge is not None and edge[1] == b"BEGIN"
        if block is None or (block.kind == CLEAR and begins and kind == SIGNATURE):
            if block is not None:
                yield block
            if begins:
                block = _Block(kind, [row])
            elif row.strip() and not comments:
                raise SchemeError("there is text in it that is outside of every signature")
            continue
        block.rows.append(row)
        if edge and not begins and kind == block.kind != CLEAR:
            yield block
            block = None
        elif edge:
            raise SchemeError("a block in it begins or ends where it should not")
    if block is not None:
        raise SchemeError("a block in it has no end")


def _inside(block: _Block) -> bytes:
    return _openpgp_frames.dearmoured(block.rows[1:-1])


def _signatures(block: _Block) -> list[Packet]:
    return _only_signatures(list(_packets.read(_openpgp_frames.frames(_inside(block)))))


def _only_signatures(packets: list[Packet]) -> list[Packet]:
    packets = [packet for packet in packets if packet.tag not in _IGNORED]
    if not packets or not all(packet.tag == _packets.SIGNATURE for packet in packets):
        raise SchemeError("it is damaged, or not a detached signature")
    return packets


def _clear(block: _Block) -> bytes:
    """Return the text that is signed, without the end of its last line, which is not.

    Raises:
        SchemeError: it is damaged.
    """
    rows = iter(block.rows[1:])
    for row in rows:
        if not row.strip(_BLANKS):
            break
        if not _HASH.fullmatch(row):
            raise SchemeError("there is a header in its clear text that is not signed")
    else:
        raise SchemeError("its clear text has no beginning")
    found: list[bytes] = []
    for row in rows:
        text = row.removeprefix(b"- ").rstrip(_BLANKS)
        if row[:1] == b"-" and row[:2] != b"- ":
            raise SchemeError("a line of its clear text begins with a dash that is not escaped")
        if b"\r" in text:
            raise SchemeError("a line of its clear text has a return in it")
        found.append(text)
    return b"\n".join(found)


#: Packets that a message is known by: one-pass signatures, compressed data, texts.
_HOLDS: Final = (4, 8, 11)
#: Packets that say nothing.
_IGNORED: Final = ("Marker", "Padding")


def _message(data: bytes) -> Message:
    """Return what packets hold: signatures alone, or around one text, which may be compressed."""
    frames = list(_openpgp_frames.frames(data))
    if not any(frame.tag in _HOLDS for frame in frames):
        return Message(None, _only_signatures(list(_packets.read(frames))))
    signatures: list[Packet] = []
    texts: list[bytes] = []
    once = 0
    for packet in _packets.read(_openpgp_frames.decompressed(frames)):
        once += packet.tag == _packets.ONE_PASS
        if packet.tag == _packets.SIGNATURE:
            signatures.append(packet)
        elif packet.tag == _packets.LITERAL:
            texts.append(packet.text or b"")
        elif packet.tag not in (_packets.ONE_PASS, *_IGNORED):
            raise SchemeError("it is damaged, or not a signature")
    if len(texts) != 1 or not signatures or once not in (0, len(signatures)):
        raise SchemeError(
            f"it holds {len(texts)} texts and {len(signatures)} signatures, of {once} announced"
        )
    return Message(texts[0], signatures)


#: Packets of signatures and messages by their numbers: those above, signatures and texts.
_FRAMED: Final = (2, 4, 10, 21, 8, 11)
_BEGINS: Final = {8: b"\0\1\2\3", 11: b"btul1"}  # what data begins with (5.6 and 5.9)


def is_framed(data: bytes) -> bool:
    """Whether a file without armour is made of packets to its end (RFC 9580, section 4.2).

    A signature of RSA alone is any bytes, and so begins like a packet now and then.
    """
    try:
        return all(_is_usual(tag, body) for tag, body in _openpgp_frames.frames(data))
    except SchemeError:
        return False


def _is_usual(tag: int, body: bytes) -> bool:
    first = body[:1]
    return bool(first) and tag in _FRAMED and first in _BEGINS.get(tag, first)
