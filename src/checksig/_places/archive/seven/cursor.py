"""The bytes of a header of 7-Zip, one thing behind the other.

Source: "7zFormat.txt" of the LZMA SDK.
"""

from __future__ import annotations

from typing import Final

from checksig._places.archive.reading import MAX_MEMBERS

UNKNOWN: Final = "its header is not understood"


class Cursor:
    """A header, which is read from its start to its end.

    Raises:
        EOFError: it is cut short.
        OSError: it is not understood.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise EOFError("its header is cut short")
        self._at += size
        return self._data[self._at - size : self._at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """Return a number of up to 64 bits: leading ones of its first byte count further bytes."""
        first = self.byte()
        more = 8 - (first ^ 0xFF).bit_length()
        high = first & (0x7F >> more)
        return high << 8 * more | int.from_bytes(self.take(more), "little")

    def count(self) -> int:
        """Return a number of things, each of which takes a byte at least."""
        found = self.number()
        if found > self.left:
            raise EOFError("its header is cut short")
        if found > MAX_MEMBERS:
            raise OSError(f"it has more than {MAX_MEMBERS:,} members, or folders")
        return found

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[at // 8] >> 7 - at % 8 & 1) for at in range(count)]

    def some(self, count: int) -> list[bool]:
        """Return which of so many have a value."""
        return [True] * count if self.byte() else self.bits(count)

    def checksums(self, count: int) -> list[int | None]:
        return [self._word() if has else None for has in self.some(count)]

    def attributes(self, count: int) -> list[int]:
        has = self.some(count)
        self.expect(0)
        return [self._word() if each else 0 for each in has]

    def _word(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def expect(self, byte: int) -> None:
        if self.byte() != byte:
            raise OSError(UNKNOWN)
