"""``SIGNATURE`` of distributions of Perl: the lines that Module::Signature signs.

Source: the documentation of Module::Signature. An algorithm, a digest and a name; blanks in names
have a backslash before them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._blocks import DIGEST, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import decode, sample
from checksig._formats._values import hexadecimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

#: In digits: MD5 is the shortest.
_SHORTEST: Final = 32
_LINE: Final = r"(?s)(?P<kind>[A-Z][A-Z0-9]+) (?P<digest>[0-9A-Fa-f]{32,}) (?P<name>.+)"


#: The same without escapes.
_PLAIN: Final = rf"([A-Z][A-Z0-9]++) {DIGEST} ([^\\\n\r]++)"


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    return blocks(data, Reader(_PLAIN, _plain, _careful))


def _plain(found: Groups, numbers: range) -> Columns | None:
    kinds, digests, paths = found
    if min(map(len, digests)) < _SHORTEST:
        return None
    return columns(paths, [digests], [list(map(str.lower, kinds))], numbers)


def _careful(line: str, number: int) -> list[Line]:
    if not line.strip():
        return []
    match = re.fullmatch(_LINE, line)
    try:
        if not match:
            raise ValueError("it is not an algorithm, a digest and a name")
        if "\\" in match["name"].replace("\\ ", ""):
            raise ValueError("a backslash in the name is not before a blank")
        name = match["name"].replace("\\ ", " ")
        return [Entry(name, hexadecimal(match["digest"]), match["kind"].lower(), number)]
    except ValueError as error:
        return [Malformed(number, str(error))]


def _sniff(data: bytes) -> bool:
    found = [decode(line) for line in sample(data)]
    return 0 < len(found) <= 2 * sum(re.fullmatch(_LINE, line) is not None for line in found)


FORMAT: Final = Format(
    name="module-signature",
    title="SIGNATURE of Perl distributions",
    used_by="distributions of Perl",
    sniff=_sniff,
    names="SIGNATURE",
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
)
