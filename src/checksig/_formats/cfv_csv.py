"""Comma-separated lists of cfv: csv, csv2 and csv4.

Source: cfv(1). ``NAME,SIZE,CRC32,``, ``NAME,SIZE,`` and ``NAME,SIZE,CRC32,DIRECTORY,``: every
field is followed by a comma. A name with a comma or a quote is in quotes.
"""

from __future__ import annotations

import csv
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, new_entry, without_digest
from checksig._formats._blocks import DIGEST, SIZE, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import sample
from checksig._formats._values import hexadecimal, size, untagged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_TEXT: Final = rb'(?:"(?:[^"]|"")+"|[^",]+),'
_LINE: Final = _TEXT + rb'[0-9]+,(?:[0-9A-Fa-f]{8},(?:(?:"(?:[^"]|"")*"|[^",]*),)?)?'
#: Without quotes and a directory.
_PLAIN: Final = rf'([^,"\n\r]++),{SIZE},{DIGEST},'


def _sniff(data: bytes) -> bool:
    found = sample(data)
    return 0 < len(found) <= 2 * sum(re.fullmatch(_LINE, line) is not None for line in found)


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    kind = untagged(hint, "crc32")

    def plain(found: Groups, numbers: range) -> Columns | None:
        paths, sizes, digests = found
        return columns(paths, [digests], [kind], numbers, sizes)

    return blocks(data, Reader(_PLAIN, plain, partial(_careful, kind)))


def _careful(kind: str, line: str, number: int) -> list[Line]:
    if not line or line.isspace():
        return []
    try:
        if '"' in line:
            return [_line(next(csv.reader([line], strict=True), list[str]()), kind, number)]
        return [_line(line.split(","), kind, number)]
    except csv.Error as error:
        return [Malformed(number, f"it is not CSV: {error}")]
    except ValueError as error:
        return [Malformed(number, str(error))]


def _line(row: list[str], kind: str, number: int) -> Line:
    if len(row) not in (3, 4, 5) or row[-1]:
        raise ValueError("it is not NAME,SIZE,CRC32, or NAME,SIZE,CRC32,DIRECTORY, or NAME,SIZE,")
    name, length = row[0], size(row[1])
    if len(row) == 3:
        return without_digest(name, number, length)
    if len(row) == 5 and row[3]:
        between = "" if row[3].endswith(("/", "\\")) else "/"
        name = f"{row[3]}{between}{name}"
    return new_entry((name, hexadecimal(row[2]), kind, number, length))


# Most files called NAME.csv are data, and no lists: names say nothing.
FORMAT: Final = Format(
    name="csv",
    title="csv of cfv",
    used_by="users of cfv",
    sniff=_sniff,
    parse=by_line(_blocks),
    blocks=_blocks,
    backslashes=True,
)
