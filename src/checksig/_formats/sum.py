"""Output of ``sum``: a checksum of 16 bits in decimal digits, a number of blocks, and a name.

Source: the coreutils, "sum invocation". That of BSD has five digits, with zeros in front, and
blocks of 1,024 bytes in a column of five characters; that of System V has neither, and blocks of
512 bytes. Ensembl publishes such lists. A checksum of 16 bits verifies next to nothing, and is said
to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format
from checksig._formats._lines import decode, lines, sample
from checksig._formats.cksum import SHORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_BSD: Final = r"(?s)(?P<sum>[0-9]{5}) (?P<blocks> {0,4}[0-9]+) (?P<name>.+)"
_SYSV: Final = r"(?s)(?P<sum>0|[1-9][0-9]{0,4}) (?P<blocks>[0-9]+) (?P<name>.+)"
#: The patterns of both, and what their blocks are called as an algorithm.
_KINDS: Final = {"bsd": (_BSD, "blocks-1024"), "sysv": (_SYSV, "blocks-512")}
#: Of blocks, as long as 64 bits go.
_MOST: Final = 18


def _match(pattern: str, line: str) -> re.Match[str] | None:
    match = re.fullmatch(pattern, line)
    return match if match and int(match["sum"]) <= SHORT and len(match["blocks"]) <= _MOST else None


def _fitting(rows: Iterable[str]) -> list[str]:
    """Return the lines that are of one or the other."""
    return [row for row in rows if any(_match(pattern, row) for pattern, _ in _KINDS.values())]


def _kinds(rows: Iterable[str]) -> set[str]:
    """Return which of both all lines can be of."""
    rows = list(rows)
    return {
        kind
        for kind, (pattern, _) in _KINDS.items()
        if rows and all(_match(pattern, row) for row in rows)
    }


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    found = [line for line in lines(data) if line]
    kinds = _kinds(_fitting(found))
    if hint.algorithm:
        kinds &= {kind for kind, (_, blocks) in _KINDS.items() if hint.algorithm in (kind, blocks)}
    if len(kinds) != 1:
        said = "either BSD or System V" if kinds else "neither BSD nor System V alone"
        raise ValueError(f"its checksums may be of {said}: choose the algorithm, bsd or sysv")
    [kind] = kinds
    pattern, blocks = _KINDS[kind]
    for number, line in enumerate(lines(data), 1):
        if not line:
            continue
        if match := _match(pattern, line):
            yield Entry(match["name"], f"{int(match['sum']):04x}", kind, number)
            yield Entry(match["name"], f"{int(match['blocks']):016x}", blocks, number)
        else:
            yield Malformed(number, "it is not a checksum, a number of blocks and a name")


def _sniff(data: bytes) -> bool:
    found = [decode(line) for line in sample(data)]
    fits = _fitting(found)
    return bool(_kinds(fits)) and len(found) <= 2 * len(fits)


FORMAT: Final = Format(
    name="sum",
    title="sum of BSD and System V",
    used_by="Ensembl",
    sniff=_sniff,
    parse=_parse,
)
