"""RECORD of a wheel, and of an installed package.

Source: packaging.python.org, "Recording installed projects" and "Binary distribution format". CSV
in the default dialect, UTF-8: a path, ``ALGORITHM=`` and base64 for URLs without padding, a size.
The hash may be missing: that of RECORD itself is, and those of compiled files are.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, Unverified, in_blocks, new_entry, without_digest
from checksig._formats._blocks import SIZE, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import lines, sample
from checksig._formats._values import algorithm, column_from_base64, from_base64, size
from checksig._names import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_LINE: Final = rb'(?:[^",]+|".+"),[A-Za-z0-9_-]+=[A-Za-z0-9_-]{6,}=*,[0-9]*'


#: Without quotes, and with all three fields.
_PLAIN: Final = rf"([^,\n\r]++),([A-Za-z0-9_-]++)=([A-Za-z0-9_-]++),{SIZE}"

#: What Python makes of a source, and makes again if it is gone.
_MAY_BE_GONE: Final = ".pyc"


def _sniff(data: bytes) -> bool:
    return any(re.fullmatch(_LINE, line) for line in sample(data))


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    if b'"' in data:  # a row may have several lines
        return in_blocks(_quoted(data))
    return blocks(data, Reader(_PLAIN, _plain, _careful))


def _plain(found: Groups, numbers: range) -> Columns | None:
    paths, algorithms, encoded, sizes = found
    digests = column_from_base64(encoded)
    return columns(paths, [digests], [algorithms], numbers, sizes) if digests else None


def _careful(line: str, number: int) -> Iterable[Line]:
    return [_line(line.split(","), number)] if line and not line.isspace() else []


def _quoted(data: bytes) -> Iterator[Line]:
    reader = csv.reader((line + "\n" for line in lines(data)), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Malformed(number, f"it is not CSV: {error}")
            continue
        if row and not (len(row) == 1 and row[0].isspace()):
            yield _line(row, number)


def _line(row: list[str], number: int) -> Line:
    if len(row) != 3:
        return Malformed(number, f"it has {counted(len(row), 'field')}, not 3")
    path, digest, length = row
    name, _, encoded = digest.partition("=")
    try:
        count = size(length) if length else None
        if not digest and path.endswith(_MAY_BE_GONE):
            return Unverified(path, number, "listed without a digest")
        if not digest:
            return without_digest(path, number, count)
        return new_entry((path, from_base64(encoded), algorithm(name), number, count))
    except ValueError as error:
        return Malformed(number, str(error))


FORMAT: Final = Format(
    name="record",
    title="RECORD of a wheel",
    used_by="wheels and installed packages of Python",
    sniff=_sniff,
    names="RECORD",
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
    base="..",
)
