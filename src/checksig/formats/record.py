"""RECORD of a wheel, and of an installed package.

Source: packaging.python.org, "Recording installed projects" and "Binary distribution format". CSV
in the default dialect, UTF-8: a path, ``ALGORITHM=`` and base64 for URLs without padding, a size.
The hash may be missing: that of RECORD itself is, and those of compiled files are.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

from checksig._types import Entry
from checksig.formats._format import Claim, Format, Malformed, Unverified
from checksig.formats._lines import lines, sample
from checksig.formats._values import from_base64, size

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from checksig.formats._format import Hint, Line

_LINE: Final = re.compile(rb'(?:[^",]+|".+"),[A-Za-z0-9_-]+=[A-Za-z0-9_-]{6,}=*,[0-9]*')


def _claim(name: str, algorithms: Container[str]) -> Claim | None:
    del algorithms
    return Claim(FORMAT) if name == "RECORD" else None


def _sniff(data: bytes) -> bool:
    return any(_LINE.fullmatch(line) for line in sample(data))


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    text = lines(data)
    # Only inside quotes does it matter that the lines have lost their ends.
    reader = csv.reader((line + "\n" for line in text) if b'"' in data else text, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            for row in reader:
                if row:
                    yield _line(row, number)
                number = reader.line_num + 1
        except csv.Error as error:
            yield Malformed(number, f"it is not CSV: {error}")
        else:
            return


def _line(row: list[str], number: int) -> Line:
    if len(row) != 3:
        return Malformed(number, f"there are {len(row)} fields, not 3")
    path, digest, length = row
    if not digest:
        return Unverified(path, number, "listed without a digest")
    algorithm, equals, encoded = digest.partition("=")
    if not equals or not algorithm:
        return Malformed(number, "the digest is not ALGORITHM=BASE64")
    try:
        return Entry(
            path, from_base64(encoded), algorithm, number, size(length) if length else None
        )
    except ValueError as error:
        return Malformed(number, str(error))


FORMAT: Final = Format(
    name="record",
    title="RECORD of a wheel",
    claim=_claim,
    sniff=_sniff,
    parse=_parse,
    base="..",
)
