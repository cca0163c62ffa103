"""BCJ2: programs for x86, whose calls and jumps were taken out into streams of their own.

Main code comes first; where it has the byte of a call or a jump, a bit says whether its target is
in the stream of calls, or of jumps, as an address and not as a distance. Bits are in a range coder.

Source: "bcj2.txt", "Bcj2.h" and the method as "7zFormat.txt" has it, in the LZMA SDK.
"""

from __future__ import annotations

import io
import re
from typing import Any, Final

_PIECE: Final = 1 << 16
#: A call, a jump, or the second byte of a jump with a condition.
_BRANCH: Final = rb"[\xe8\xe9]|(?<=\x0f)[\x80-\x8f]"
_CALL, _JUMP = 0xE8, 0xE9
_ESCAPE, _CONDITION = 0x0F, 0x80

# Of the range coder: bits of a probability, how fast it moves, and where the range is widened.
_BITS, _SPEED, _TOP = 11, 5, 1 << 24
_EVEN: Final = 1 << (_BITS - 1)


class _Bits:
    """The bits of a range coder."""

    def __init__(self, source: io.RawIOBase) -> None:
        self._source = _buffered(source)
        self._range: int = 0xFFFFFFFF
        self._code: int = int.from_bytes(_exactly(self._source, 5), "big")
        if self._code > self._range:
            raise OSError("its branches are damaged")
        self._chances: dict[int, int] = {}

    def next(self, context: int) -> bool:
        """Return the next bit of a context."""
        if self._range < _TOP:
            self._range <<= 8
            self._code = self._code << 8 | _exactly(self._source, 1)[0]
        chance = self._chances.get(context, _EVEN)
        bound = (self._range >> _BITS) * chance
        if self._code < bound:
            self._range = bound
            self._chances[context] = chance + ((1 << _BITS) - chance >> _SPEED)
            return False
        self._range -= bound
        self._code -= bound
        self._chances[context] = chance - (chance >> _SPEED)
        return True


class Branches(io.RawIOBase):
    """The code with its branches."""

    def __init__(
        self,
        main: io.RawIOBase,
        calls: io.RawIOBase,
        jumps: io.RawIOBase,
        bits: io.RawIOBase,
        *,
        size: int,
    ) -> None:
        """Begin with the first byte."""
        self._main, self._left = main, size
        self._calls, self._jumps = _buffered(calls), _buffered(jumps)
        self._bits = _Bits(bits)
        self._search = re.compile(_BRANCH).search
        self._made = 0  # bytes so far
        self._before = 0  # the byte in front of the next
        self._ready = b""

    def readable(self) -> bool:
        """Return that it is read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer; return how many bytes: 0 at the end."""
        view = memoryview(buffer)[: self._left]
        while view and not self._ready:
            piece = self._main.read(_PIECE)
            if not piece:
                raise EOFError("it is cut short")
            self._ready = self._decoded(piece)
        found = self._ready[: len(view)]
        self._ready = self._ready[len(view) :]
        view[: len(found)] = found
        self._left -= len(found)
        return len(found)

    def _decoded(self, piece: bytes) -> bytes:
        found = bytearray()
        at = 0
        while (end := self._branch(piece, at)) >= 0:
            found += piece[at : end + 1]
            before = piece[end - 1] if end > at else self._before
            opcode = self._before = piece[end]
            at = end + 1
            if self._bits.next(before if opcode == _CALL else -1 if opcode == _JUMP else -2):
                target = _exactly(self._calls if opcode == _CALL else self._jumps, 4)
                next_one = self._made + len(found) + 4
                distance = (int.from_bytes(target, "big") - next_one) & 0xFFFFFFFF
                found += distance.to_bytes(4, "little")
                self._before = distance >> 24
        found += piece[at:]
        self._before = piece[-1] if at < len(piece) else self._before
        self._made += len(found)
        return bytes(found)

    def _branch(self, piece: bytes, at: int) -> int:
        """Return where the next branch is, from an offset on; -1 if there is none."""
        if at == len(piece):
            return -1
        first = piece[at]
        if first in {_CALL, _JUMP} or (self._before == _ESCAPE and first & 0xF0 == _CONDITION):
            return at
        match = self._search(piece, at + 1)  # which looks back no further than to the first
        return match.start() if match else -1


def _buffered(source: io.RawIOBase) -> io.BufferedIOBase:
    return io.BufferedReader(source, _PIECE)


def _exactly(source: io.BufferedIOBase, size: int) -> bytes:
    found = source.read(size)
    if len(found) != size:
        raise EOFError("it is cut short")
    return found
