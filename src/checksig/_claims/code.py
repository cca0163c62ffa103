"""Code of Python as ``marshal`` writes it, for comparison.

The same code need not be the same bytes: whether a value is noted for later references depends on
who else holds it at the time. ``marshal.loads`` must not be given what an attacker may have
written, so this reads the bytes into plain values, and makes no code of them.

Source: ``Python/marshal.c`` of CPython 3.11 to 3.14.
"""

from __future__ import annotations

from typing import Any, Final

_REF: Final = 0x80
#: How deep values may be in one another: further than any compiler goes without being asked to.
_DEPTH: Final = 150

#: In bytes, of values that have no length.
_FIXED: Final = {**dict.fromkeys("NFTS.", 0), "i": 4, "g": 8, "y": 16}
#: The bytes that the length takes of what is kept as it is; all kinds of text are one.
_SIZED: Final = {"s": 4, "t": 4, "u": 4, "a": 4, "A": 4, "z": 1, "Z": 1}
_TEXT: Final = "tuaAzZ"
_TUPLES: Final = {"(": 4, ")": 1, ">": 4}


def parsed(data: bytes) -> Any:
    """Return a value for comparison: it is equal to that of other bytes for the same code.

    Raises:
        ValueError: it is nothing that the compiler makes.
    """
    reader = _Reader(data)
    value = reader.value(0)
    if reader.position != len(data):
        raise ValueError("there is more behind the code")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.position = 0
        self._data = data
        self._noted: list[Any] = []

    def value(self, depth: int) -> Any:
        """Return the next value."""
        if depth > _DEPTH:
            raise ValueError("it is nested too deeply")
        [first] = self._bytes(1)
        kind = chr(first & ~_REF)
        if kind == "r":
            number = self._number(4)
            if number >= len(self._noted) or self._noted[number] is None:
                raise ValueError("a reference leads nowhere")
            return self._noted[number]
        place = len(self._noted)
        if first & _REF:
            self._noted.append(None)
        value = self._of_kind(kind, depth)
        if first & _REF:
            self._noted[place] = value
        return value

    def _of_kind(self, kind: str, depth: int) -> Any:
        if kind in _FIXED:
            return kind, self._bytes(_FIXED[kind])
        if kind in _SIZED:
            data = self._bytes(self._number(_SIZED[kind]))
            return ("text" if kind in _TEXT else kind), data
        if kind == "l":  # digits of 15 bits, whose number is negative for a negative number
            count = self._number(4)
            return kind, count, self._bytes(2 * min(count, (1 << 32) - count))
        if kind in _TUPLES:
            count = self._number(_TUPLES[kind])
            values = [self.value(depth + 1) for _ in range(count)]
            plain = all(isinstance(value[-1], bytes) for value in values)
            # A set has no order. What is in one has: nothing here is worth an exponential hash.
            return (
                (kind, frozenset(values)) if kind == ">" and plain else ("(>"[kind == ">"], values)
            )
        if kind == ":":
            return kind, [self.value(depth + 1) for _ in range(3)]
        if kind == "c":
            return self._code(depth)
        raise ValueError("a value is of no kind that the compiler makes")

    def _code(self, depth: int) -> Any:
        """Return code without the name of its file, which is where it was compiled."""
        head = self._bytes(20)
        values = [self.value(depth + 1) for _ in range(8)]
        del values[5]
        line = self._bytes(4)
        return "c", [head, line, *values, self.value(depth + 1), self.value(depth + 1)]

    def _number(self, size: int) -> int:
        return int.from_bytes(self._bytes(size), "little")

    def _bytes(self, size: int) -> bytes:
        found = self._data[self.position : self.position + size]
        if len(found) != size:
            raise ValueError("it ends in the middle of a value")
        self.position += size
        return found
