"""Output of ``sum``: a checksum of 16 bits in decimal digits, a number of blocks, and a name.

Source: the coreutils, "sum invocation". That of BSD has five digits, with zeros in front, and
blocks of 1,024 bytes in a column of five characters; that of System V has neither, and blocks of
512 bytes. Ensembl publishes such lists. A checksum of 16 bits verifies next to nothing, and is said
to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._entries import Entry, Malformed
from checksig._formats._blocks import Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import decode, sample, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

#: Numbers to 65,535, of five digits; and of blocks, as long as 64 bits go.
_FIVE: Final = "(?:[0-5][0-9]{4}|6(?:[0-4][0-9]{3}|5(?:[0-4][0-9]{2}|5(?:[0-2][0-9]|3[0-5]))))"
_SHORT: Final = "(?:0|[1-9][0-9]{0,3})"
_BLOCKS: Final = "[0-9]{1,18}"

#: What only lines of the one, or only lines of the other, look like; and lines of both.
_OF_BSD: Final = rf"(?:{_FIVE}  {{1,4}}{_BLOCKS}|0[0-9]{{4}} {_BLOCKS}) ."
_OF_SYSV: Final = rf"{_SHORT} {_BLOCKS} ."
_OF_BOTH: Final = rf"(?!0){_FIVE} {_BLOCKS} ."


class _Kind(NamedTuple):
    """One of the two."""

    name: str  # as an algorithm
    blocks: str  # what its blocks are called as an algorithm
    pattern: str  # of a line: the checksum, the blocks, the name


_KINDS: Final = (
    _Kind("bsd", "blocks-1024", rf"({_FIVE}) ( {{0,4}}{_BLOCKS}) (.+)"),
    _Kind("sysv", "blocks-512", rf"((?!0[0-9]){_FIVE}|{_SHORT}) ({_BLOCKS}) (.+)"),
)


def _kinds(data: bytes) -> list[_Kind]:
    """Return which of both all lines can be of that are of one or the other."""
    # A line feed that is looked for by itself is found in a third of the time.
    pieces = [f"\n{text}" for text in texts(data)]
    bsd, sysv, both = (
        any(re.search(f"\n{pattern}", text) for text in pieces)
        for pattern in (_OF_BSD, _OF_SYSV, _OF_BOTH)
    )
    if not (bsd or sysv or both):
        return []
    return [kind for kind, other in zip(_KINDS, (sysv, bsd), strict=True) if not other]


def _kind(data: bytes, hint: Hint) -> _Kind:
    """Return which of both a list is of.

    Raises:
        ValueError: it may be of both, or of neither.
    """
    kinds = _kinds(data)
    if hint.algorithm:
        kinds = [kind for kind in kinds if hint.algorithm in (kind.name, kind.blocks)]
    if len(kinds) != 1:
        said = "either BSD or System V" if kinds else "neither BSD nor System V alone"
        raise ValueError(f"its checksums may be of {said}: choose the algorithm, bsd or sysv")
    return kinds[0]


class _Sums(dict[str, str]):
    """Checksums in hexadecimal, by their decimal digits."""

    def __missing__(self, text: str) -> str:
        self[text] = found = f"{int(text):04x}"
        return found


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    kind = _kind(data, hint)

    known = _Sums()  # there are few

    def plain(found: Groups, numbers: range) -> Columns | None:
        sums = list(map(known.__getitem__, found[0]))
        sizes = [f"{int(text):016x}" for text in found[1]]
        return columns(found[2], (sums, sizes), (kind.name, kind.blocks), numbers)

    def careful(line: str, number: int) -> list[Line]:
        if not line:
            return []
        match = re.fullmatch(f"(?s){kind.pattern}", line)
        if not match:
            return [Malformed(number, "it is not a checksum, a number of blocks and a name")]
        return [
            Entry(match[3], f"{int(match[1]):04x}", kind.name, number),
            Entry(match[3], f"{int(match[2]):016x}", kind.blocks, number),
        ]

    return blocks(data, Reader(kind.pattern, plain, careful))


def _sniff(data: bytes) -> bool:
    found = [decode(line) for line in sample(data)]
    fits = [row for row in found if re.match(f"{_OF_BSD}|{_OF_SYSV}|{_OF_BOTH}", row)]
    return bool(fits and _kinds(b"\n".join(sample(data)))) and len(found) <= 2 * len(fits)


FORMAT: Final = Format(
    name="sum",
    title="sum of BSD and System V",
    used_by="Ensembl",
    sniff=_sniff,
    parse=by_line(_blocks),
    blocks=_blocks,
)
