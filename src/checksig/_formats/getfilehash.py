r"""Lists of PowerShell's Get-FileHash: blocks, a table, or CSV.

Source: the documentation of Microsoft.PowerShell.Utility, and lists as they are published. A
list is made by ``| Format-List``, by nothing (that is the table), by ``| Export-Csv`` or by
``| ConvertTo-Csv``. Lists are often appended to each other: each header begins anew.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format, Hint
from checksig._formats._lines import head, lines
from checksig._formats._values import algorithm, hexadecimal, other_digests
from checksig._formats._windows import below_the_list, called_after
from checksig._names import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checksig._entries import Line

_ALGORITHM, _HASH, _PATH = _FIELDS = ("Algorithm", "Hash", "Path")
_TABLE: Final = "Algorithm +Hash +Path *"
_DASHES: Final = "-+ +-+ +-+ *"
#: Above CSV, unless -NoTypeInformation is given; PowerShell 6 and later leave it out.
_TYPE: Final = r"#TYPE [A-Za-z0-9_.]+ *"
#: Of CSV: they follow the culture, or -Delimiter.
_SEPARATORS: Final = (",", ";", "\t", "|")
#: What stands in the place of what does not fit into a column.
_CUT: Final = ("...", "\u2026")
#: In hexadecimal digits: MD5 is the shortest.
_SHORTEST: Final = 32


class _Layout:
    """The lines above the first header, none of which is understood."""

    def line(self, number: int, line: str) -> Iterator[Line]:
        if line.strip():
            yield Malformed(number, "it is above the first header")

    def end(self) -> Iterator[Line]:
        yield from ()


class _Blocks(_Layout):
    """The layout of Format-List: a property a line, wrapped where it is long."""

    def __init__(self, after: str) -> None:
        self._after = after
        self._begin()

    def _begin(self) -> None:
        self._fields: dict[str, list[str]] = {}
        self._number = 0  # of the first line
        self._label = ""  # of the property that an indented line goes on with
        self._indent = 0
        self._bad = False  # and told to be

    def line(self, number: int, line: str) -> Iterator[Line]:
        if not line.strip():
            yield from self.end()
        elif line[0] in " \t":
            if self._label:
                self._fields[self._label].append(self._rest(line))
            else:
                yield self._fault(number, "it goes on with nothing")
        elif found := _labelled(line):
            label, value = found
            if label == next(iter(self._fields), None):  # without a blank line between
                yield from self.end()
            if label in self._fields:
                yield self._fault(number, f"the block has {label} twice")
                return
            self._number = self._number or number
            self._fields[label] = [value]
            self._label, self._indent = label, len(line) - len(value)
        else:
            yield self._fault(number, "it is not NAME : VALUE")

    def _rest(self, line: str) -> str:
        # Words are parted behind blanks, which stay where they are: only the indent goes.
        indent = line[: self._indent]
        return line[self._indent :] if not indent.strip() else line.lstrip()

    def _fault(self, number: int, reason: str) -> Malformed:
        self._bad, self._label = True, ""
        return Malformed(number, reason)

    def end(self) -> Iterator[Line]:
        fields = {label: "".join(parts).rstrip() for label, parts in self._fields.items()}
        number, bad = self._number, self._bad
        self._begin()
        missing = [label for label in _FIELDS if label not in fields]
        if not fields or bad:
            return
        if missing:
            yield Malformed(number, f"the block has no {missing[0]}")
        else:
            yield from _read(fields, number, self._after)


class _Table(_Layout):
    """The layout of Format-Table: columns, of which only the last may have blanks in it."""

    def __init__(self, after: str) -> None:
        self._after = after
        self._ruled = False

    def line(self, number: int, line: str) -> Iterator[Line]:
        line = line.rstrip()
        if not line:
            return
        if not self._ruled:
            self._ruled = True
            if not re.fullmatch(_DASHES, line):
                yield Malformed(number, "there is no line of dashes below the header")
            return
        row = re.split(" +", line, maxsplit=2)
        if len(row) < 3 or not row[0]:
            yield Malformed(number, "it is not an algorithm, a hash and a path")
        elif row[1].endswith(_CUT) or row[2].endswith(_CUT) or row[2].startswith(_CUT):
            yield Malformed(number, "it was cut off to fit into the table")
        else:
            yield from _read(dict(zip(_FIELDS, row, strict=True)), number, self._after)


class _Csv(_Layout):
    """The layout of Export-Csv: a header, rows, and perhaps further columns."""

    def __init__(self, header: list[str], separator: str, after: str) -> None:
        self._header = header
        self._separator = separator
        self._after = after

    def line(self, number: int, line: str) -> Iterator[Line]:
        if not line.strip():
            return
        try:
            row = _row(line, self._separator)
        except csv.Error as error:
            yield Malformed(number, f"it is not CSV: {error}")
            return
        if len(row) == len(self._header):
            yield from _read(dict(zip(self._header, row, strict=True)), number, self._after)
        else:
            found = counted(len(row), "field")
            yield Malformed(number, f"it has {found}, and the header {len(self._header)}")


def _row(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator, strict=True), list[str]())


def _labelled(line: str) -> tuple[str, str] | None:
    """Split ``Hash      : 00``. YAML has no blank before the colon."""
    label, _, value = line.partition(":")
    if label[-1:] == " " and value[:1] in (" ", ""):
        return label.rstrip(), value[1:]
    return None


def _read(fields: Mapping[str, str], number: int, after: str) -> Iterator[Line]:
    """Yield what the fields of one file say."""
    try:
        if not fields[_PATH]:
            raise ValueError("the path is empty")
        path = below_the_list(fields[_PATH], after)
        digests = [(algorithm(fields[_ALGORITHM]), hexadecimal(fields[_HASH]))]
        digests += other_digests(fields, _FIELDS)
    except ValueError as error:
        yield Malformed(number, str(error))
        return
    for name, digest in digests:
        yield Entry(path, digest, name, number)


def _begun(line: str, layout: _Layout, after: str) -> _Layout | None:
    """Return the layout that a line begins, if it does."""
    if all(map(line.__contains__, _FIELDS)):
        if re.fullmatch(_TABLE, line):
            return _Table(after)
        for separator in _SEPARATORS:
            if header := _header(line, separator):
                return _Csv(header, separator, after)
    if line.startswith(_FIELDS) and not isinstance(layout, _Blocks):
        found = _labelled(line)
        return _Blocks(after) if found and found[0] in _FIELDS else None
    return None


def _header(line: str, separator: str) -> list[str] | None:
    """Return the columns of CSV, each once, if a line has their names."""
    try:
        found = _row(line, separator)
    except csv.Error:
        return None
    return found if len(set(found)) == len(found) and set(found).issuperset(_FIELDS) else None


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    after = called_after(hint)
    layout = _Layout()
    typed = 0  # the number of a line #TYPE, for the header that has to follow
    for number, line in enumerate(lines(data), 1):
        begun = _begun(line, layout, after)
        if typed and not isinstance(begun, _Csv):
            yield Malformed(typed, "there is no header below #TYPE")
        typed = 0
        if begun:
            yield from layout.end()
            layout = begun
            if not isinstance(begun, _Blocks):
                continue
        elif line.startswith("#") and re.fullmatch(_TYPE, line):
            typed = number
            continue
        yield from layout.line(number, line)
    if typed:
        yield Malformed(typed, "there is no header below #TYPE")
    yield from layout.end()


def _sniff(data: bytes) -> bool:
    text = head(data)
    if not all(field.encode() in text for field in _FIELDS):
        return False
    found = list(_parse(text, Hint("")))
    good = sum(isinstance(line, Entry) and len(line.digest) >= _SHORTEST for line in found)
    # In prose, and in a guide that shows how it is done, more is something else.
    return 0 < len(found) <= 2 * good


FORMAT: Final = Format(
    name="getfilehash",
    title="Get-FileHash of PowerShell",
    used_by="Windows",
    sniff=_sniff,
    parse=_parse,
    backslashes=True,
)
