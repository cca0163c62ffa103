"""Output of ``gpg --print-md SHA512 NAME`` and ``gpg --print-mds NAME``.

Source: the source of GnuPG, ``print_hex`` in gpg.c. Digits stand in groups, which go on in the
lines below, indented. A name of more than 38 characters has a line of its own. Releases of Apache
were published so for many years.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format
from checksig._formats._lines import decode, head, lines
from checksig._formats._values import by_length, hexadecimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_DIGITS: Final = r"[0-9A-F]{2,8}(?: {1,2}[0-9A-F]{2,8})*"
_BEHIND: Final = rf"(?: *(?P<kind>[A-Z][A-Z0-9/-]*) = )?(?P<digits>{_DIGITS})?"
_FIRST: Final = rf"(?s)(?P<name>.+): {_BEHIND} *"
_NEXT: Final = rf" *{_BEHIND} *"

#: What these lists have and no others: a name and groups of digits, or groups alone.
_SNIFF: Final = rf"(?m)^[^\n]+: (?:\n *)?(?: *[A-Z][A-Z0-9/-]* = )?{_DIGITS}(?: |\n)"
#: So many groups make a digest: of the shortest, eight digits by eight.
_GROUPS: Final = 3


class _Record:
    """A digest that may go on."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.number = name, number
        self.kind, self.digits = "", ""

    def add(self, match: re.Match[str]) -> None:
        """Take what stands behind a name, or in a line below it."""
        if kind := match["kind"]:
            if self.kind or self.digits:
                raise ValueError("there is a second digest for one name")
            self.kind = kind
        self.digits += (match["digits"] or "").replace(" ", "")

    def line(self, hint: Hint) -> Line:
        """Return what was said."""
        try:
            # Without its name, the algorithm is that of the list's name, or the length tells.
            digest = hexadecimal(self.digits)
            kind = self.kind or hint.algorithm or by_length(digest)
            return Entry(self.name, digest, kind, self.number)
        except ValueError as error:
            return Malformed(self.number, str(error))


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    record: _Record | None = None
    match_first, match_next = re.compile(_FIRST).fullmatch, re.compile(_NEXT).fullmatch
    for number, line in enumerate(lines(data), 1):
        match = match_next(line) if record and line.strip() else None
        if record and match:
            try:
                record.add(match)
            except ValueError as error:
                yield Malformed(number, str(error))
            continue
        if record:
            yield record.line(hint)
            record = None
        if not line.strip():
            continue
        if match := match_first(line):
            record = _Record(match["name"], number)
            record.add(match)
        else:
            yield Malformed(number, "it is not a name and groups of digits")
    if record:
        yield record.line(hint)


def _sniff(data: bytes) -> bool:
    text = decode(head(data)).replace("\r\n", "\n") + "\n"
    match = re.search(_SNIFF, text)
    return match is not None and len(match[0].rpartition(": ")[2].split()) >= _GROUPS


FORMAT: Final = Format(
    name="print-md",
    title="gpg --print-md",
    used_by="releases of Apache",
    sniff=_sniff,
    names=r"(?is:.+\.mds)",
    weak=True,
    parse=_parse,
)
