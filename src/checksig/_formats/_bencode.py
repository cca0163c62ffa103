"""Bencoding, read strictly: what it says has one spelling, so a value and its bytes are the same.

Source: BEP 3, "bencoding". Keys are sorted, and there once; numbers have no zeros in front.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

if TYPE_CHECKING:
    Value: TypeAlias = "int | bytes | list[Value] | dict[bytes, Value]"

#: Of lists and dictionaries in each other: a path has a dictionary for each directory.
_DEEPEST: Final = 100
_NUMBER: Final = rb"i(0|-?[1-9][0-9]{0,17})e"
_LENGTH: Final = rb"(0|[1-9][0-9]{0,17}):"


class _Reader:
    """A document, and how far it has been read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def fail(self, reason: str) -> NoReturn:
        raise ValueError(f"it is not bencoded: {reason} at byte {self.at:,}")

    def value(self, depth: int = 0) -> Value:
        if depth > _DEEPEST:
            self.fail("it is nested too deeply")
        first = self.data[self.at : self.at + 1]
        if first == b"i":
            return self._number()
        if first not in (b"l", b"d"):
            return self._text()
        self.at += 1
        found: Value = self._list(depth) if first == b"l" else self._dictionary(depth)
        self.at += 1
        return found

    def _number(self) -> int:
        match = re.compile(_NUMBER).match(self.data, self.at)
        if not match:
            self.fail("a number is not one")
        self.at = match.end()
        return int(match[1])

    def _text(self) -> bytes:
        match = re.compile(_LENGTH).match(self.data, self.at)
        if not match or match.end() + int(match[1]) > len(self.data):
            self.fail("a value is none, or cut off")
        start, self.at = match.end(), match.end() + int(match[1])
        return self.data[start : self.at]

    def _more(self) -> bool:
        return self.data[self.at : self.at + 1] != b"e"

    def _list(self, depth: int) -> list[Value]:
        found: list[Value] = []
        while self._more():
            found.append(self.value(depth + 1))
        return found

    def _dictionary(self, depth: int) -> dict[bytes, Value]:
        found: dict[bytes, Value] = {}
        last: bytes | None = None
        while self._more():
            key = self._text()
            if last is not None and key <= last:
                self.fail("keys are not sorted, or one is there twice")
            found[key] = self.value(depth + 1)
            last = key
        return found


def load(data: bytes) -> Value:
    """Return what a document says.

    Raises:
        ValueError: it is none, or is spelled otherwise than it should be.
    """
    reader = _Reader(data)
    found = reader.value()
    if reader.at != len(data):
        reader.fail("there is more behind its end")
    return found


def dump(value: Value) -> bytes:
    """Return the only spelling of a value."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%b" % (len(value), value)
    if isinstance(value, list):
        return b"l%be" % b"".join(map(dump, value))
    return b"d%be" % b"".join(dump(key) + dump(each) for key, each in value.items())
