"""Tables of JPEGSheriff, which cfv reads and writes with ``-t crc``.

Source: cfv(1), and what it writes. Columns under ``Filename``, ``Filesize``, the dimensions of a
picture and ``CRC-32``, between two lines of dashes; whatever is outside of them is a comment.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, new_entry
from checksig._formats._blocks import SIZE, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import sample
from checksig._formats._values import looks_like_a_digest, size, untagged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_HEADER: Final = r"(?i)Filename\s.*CRC-?32"
_DASHES: Final = r"-+(?:\s+-+){1,4}\s*"
_SIZE: Final = r"(?i)Filename\s+Filesize\s"
_DIMENSIONS: Final = r"(?i)\sW\s+x\s+H\s|Dimensions"

#: In characters: a name and a few numbers. Nothing longer is given to a regular expression.
_MAX_LINE: Final = 1 << 14

#: A row with a size, without dimensions, and with nothing behind the checksum. It is not too long.
_PLAIN: Final = (
    rf"(?!.{{{_MAX_LINE + 1}}})"
    rf"([^ \t\n\r]++(?: [^ \t\n\r]++)*+(?<=[!-~]))  ++{SIZE} ++([0-9A-Fa-f]{{8}}) *+"
)


def _sniff(data: bytes) -> bool:
    found = [line.decode("latin-1") for line in sample(data)]
    return any(
        re.match(_HEADER, line) and re.fullmatch(_DASHES, dashes)
        for line, dashes in pairwise(found)
    )


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    table = _Table(untagged(hint, "crc32"))
    yield from blocks(data, Reader(_PLAIN, table.plain, table.line))
    yield list(table.end())


class _Table:
    """The rows under the last header."""

    def __init__(self, kind: str) -> None:
        self._kind = kind  # the algorithm
        self._row: re.Pattern[str] | None = None  # what matches a row under that header
        self._is_plain = False  # whether plain rows have all the columns that it names
        self._inside = False  # between two lines of dashes
        self._number = 0  # of the last line

    def plain(self, found: Groups, numbers: range) -> Columns | None:
        paths, sizes, digests = found
        if not self._inside or not self._is_plain:
            return None
        self._number = numbers[-1]
        return columns(paths, [digests], [self._kind], numbers, sizes)

    def line(self, line: str, number: int) -> Iterator[Line]:
        self._number = number
        if line.startswith("-") and len(line) <= _MAX_LINE and re.fullmatch(_DASHES, line):
            if not self._inside and not self._row:
                raise ValueError("no line that begins with Filename is above the dashes")
            self._inside = not self._inside
        elif self._inside and self._row and line.strip():
            yield _line(line, self._row, self._kind, number)
        elif not self._inside and len(line) <= _MAX_LINE and re.match(_HEADER, line):
            has_size, has_dimensions = _has_size(line), _has_dimensions(line)
            self._is_plain = has_size and not has_dimensions
            self._row = _layout(line)

    def end(self) -> Iterator[Line]:
        if self._row is None:
            raise ValueError("no line names the columns: Filename, Filesize and CRC-32")
        if self._inside:
            yield Malformed(self._number, "the list is cut off: no line of dashes ends it")


def _has_size(header: str) -> bool:
    return re.match(_SIZE, header) is not None


def _has_dimensions(header: str) -> bool:
    return " x " in header or re.search(_DIMENSIONS, header) is not None


def _layout(header: str) -> re.Pattern[str]:
    """Return what matches a row under this header."""
    length = r"(?P<size>[0-9.,]+)\s+" if _has_size(header) else "(?P<size>)"
    dimensions = r"[0-9]+\s*x\s*[0-9]+\s+" if _has_dimensions(header) else ""
    # What follows the checksum is understood only if there is a column of it.
    after = r"(?P<after>\s.*)?" if re.sub(_HEADER, "", header).strip() else r"(?P<after>\s*)"
    return re.compile(rf"(?P<name>.*\S)\s+{length}{dimensions}(?P<digest>[0-9a-fA-F]{{8}}){after}")


def _line(line: str, row: re.Pattern[str], kind: str, number: int) -> Line:
    match = row.fullmatch(line) if len(line) <= _MAX_LINE else None
    if not match:
        return Malformed(number, "it is not a row of the table")
    if any(map(looks_like_a_digest, (match["after"] or "").split())):
        return Malformed(number, "one more digest stands where the description is")
    digits = match["size"].replace(",", "").replace(".", "")
    try:
        length = size(digits) if match["size"] else None
    except ValueError as error:
        return Malformed(number, str(error))
    return new_entry((match["name"], match["digest"], kind, number, length))


FORMAT: Final = Format(
    name="crc",
    title="crc of JPEGSheriff and cfv",
    used_by="users of JPEGSheriff and cfv",
    sniff=_sniff,
    names=r"(?ais:[^.].*\.crc)",  # those that begin with a dot are Hadoop's
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
    backslashes=True,
)
