"""Output of ``cksum``: a CRC in decimal digits, a size in bytes, and a name.

Source: POSIX.1-2024, "cksum", with which it has been since 1988. Names are as they are: one with a
line break would end its line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._blocks import SIZE, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import decode, encode, sample
from checksig._formats._values import digests_of_one, size, untagged, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import Block, Columns, Line, Listed
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_TITLE: Final = "a list of cksum"
_ALGORITHM: Final = "crc"
LINE: Final = r"(?s)(?P<sum>0|[1-9][0-9]{0,9}) (?P<size>[0-9]+) (?P<name>.+)"
#: A number above this is none of 16 bits, as those of ``sum`` are.
SHORT: Final = 0xFFFF


_PLAIN: Final = rf"(0|[1-9][0-9]{{0,9}}+) {SIZE} ([^\n\r]++)"


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    if hint.algorithm != "cksum":  # which is another name of it
        untagged(hint, _ALGORITHM)
    return blocks(data, Reader(_PLAIN, _plain, _careful))


def _plain(found: Groups, numbers: range) -> Columns | None:
    sums, sizes, paths = found
    values = list(map(int, sums))
    if max(values) >= 1 << 32:
        return None
    return columns(paths, [list(map("{:08x}".format, values))], [_ALGORITHM], numbers, sizes)


def _careful(line: str, number: int) -> list[Line]:
    if not line:
        return []
    match = re.fullmatch(LINE, line)
    try:
        if not match or int(match["sum"]) >= 1 << 32:
            raise ValueError("it is not a checksum, a size and a name")
        digest = f"{int(match['sum']):08x}"
        return [Entry(match["name"], digest, _ALGORITHM, number, size(match["size"]))]
    except ValueError as error:
        return [Malformed(number, str(error))]


def _sniff(data: bytes) -> bool:
    found = [decode(line) for line in sample(data)]
    matches = [match for line in found if (match := re.fullmatch(LINE, line))]
    long = any(int(match["sum"]) > SHORT for match in matches)
    return long and len(found) <= 2 * len(matches)


def _write(files: Iterable[Listed]) -> bytes:
    rows = list(files)
    if other := {kind for file in rows for kind in file.digests} - {_ALGORITHM}:
        raise ValueError(f"{_TITLE} holds the CRC of POSIX alone, not {', '.join(sorted(other))}")
    return encode(
        "".join(
            f"{int(digest, 16)} {file.size} {_writable(name)}\n"
            for file, (name, digest) in zip(rows, digests_of_one(rows, _TITLE), strict=True)
        )
    )


def _writable(name: str) -> str:
    if "\n" in name or "\r" in name:
        raise unwritable(name, _TITLE, "a line break would end its line")
    return name


FORMAT: Final = Format(
    name="cksum",
    title="cksum of POSIX",
    used_by="Unix since 1988",
    sniff=_sniff,
    parse=by_line(_blocks),
    blocks=_blocks,
    write=_write,
    default_name="cksum.txt",
    algorithm=_ALGORITHM,
    sizes_needed=True,
)
