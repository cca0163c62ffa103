"""Tables of JPEGSheriff, which cfv reads and writes with ``-t crc``.

Source: cfv(1), and what it writes. Columns under ``Filename``, ``Filesize``, the dimensions of a
picture and ``CRC-32``, between two lines of dashes; whatever is outside of them is a comment.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, new_entry
from checksig._formats._format import Format
from checksig._formats._lines import lines, sample
from checksig._formats._values import looks_like_a_digest, size, untagged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_HEADER: Final = r"(?i)Filename\s.*CRC-?32"
_DASHES: Final = r"-+(?:\s+-+){1,4}\s*"
_SIZE: Final = r"(?i)Filename\s+Filesize\s"
_DIMENSIONS: Final = r"(?i)\sW\s+x\s+H\s|Dimensions"

#: In characters: a name and a few numbers. Nothing longer is given to a regular expression.
_MAX_LINE: Final = 1 << 14


def _sniff(data: bytes) -> bool:
    found = [line.decode("latin-1") for line in sample(data)]
    return any(
        re.match(_HEADER, line) and re.fullmatch(_DASHES, dashes)
        for line, dashes in pairwise(found)
    )


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    kind = untagged(hint, "crc32")
    row: re.Pattern[str] | None = None
    inside = False
    number = 0
    for number, line in enumerate(lines(data), 1):
        if line.startswith("-") and len(line) <= _MAX_LINE and re.fullmatch(_DASHES, line):
            if not inside and not row:
                raise ValueError("no line that begins with Filename is above the dashes")
            inside = not inside
        elif inside and row and line.strip():
            yield _line(line, row, kind, number)
        elif not inside and len(line) <= _MAX_LINE and re.match(_HEADER, line):
            row = _layout(line)
    if row is None:
        raise ValueError("no line names the columns: Filename, Filesize and CRC-32")
    if inside:
        yield Malformed(number, "the list is cut off: no line of dashes ends it")


def _layout(header: str) -> re.Pattern[str]:
    """Return what matches a row under this header."""
    length = r"(?P<size>[0-9.,]+)\s+" if re.match(_SIZE, header) else "(?P<size>)"
    dimensions = (
        r"[0-9]+\s*x\s*[0-9]+\s+" if " x " in header or re.search(_DIMENSIONS, header) else ""
    )
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
    sniff=_sniff,
    names=r"(?ais:[^.].*\.crc)",  # those that begin with a dot are Hadoop's
    weak=True,
    parse=_parse,
    backslashes=True,
)
