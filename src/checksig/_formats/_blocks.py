"""Lists that are read by column: many lines by one regular expression, and all others with care.

A format states what a plain line looks like, in one expression, and how it is read. What has an
escape, a fault or anything else about it is no plain line: it is read with care, one by one, as are
lines between such lines. Both ways have to say the same of a plain line; the careful one decides
what is right, and tests hold the other to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from operator import eq
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, TypeVar

from checksig._entries import Columns
from checksig._formats._lines import texts

if TYPE_CHECKING:
    from checksig._entries import Block, Line
    from checksig._formats._format import Hint

_T = TypeVar("_T")

#: In characters. So few that Python's garbage collector has nothing to do with the lines.
_PIECE: Final = 1 << 16

#: Of fewer plain lines in a row no columns are made, which takes as long as to read some lines.
FEW: Final = 8

#: Of a size: without a sign, and short enough for 63 bits.
SIZE: Final = "([0-9]{1,18}+)"

#: Of a digest: an even number of digits is :func:`columns`'s business. Sets of three ranges or more
#: are looked up in a table, and others compared one by one, which takes thrice as long.
DIGEST: Final = "([0-9A-Fa-f]++)"

#: What the groups of an expression matched in many lines, group by group.
Groups: TypeAlias = Sequence[Sequence[str]]

#: Makes columns of what the groups of the expression matched, in lines of these numbers; None if
#: they are to be read with care all the same.
Plain: TypeAlias = Callable[[Groups, range], Columns | None]


class Reader(NamedTuple):
    """The two ways to read lines, with what is known of the list so far."""

    pattern: str  # of a plain line; its first group is never empty, and it has another
    plain: Plain
    careful: Callable[[str, int], Iterable[Line]]  # takes a line, and its number


def blocks(data: bytes, reader: Reader) -> Iterator[Block]:
    """Yield what is in a list."""
    # Each line is one match, and the first group of one that is not plain is empty.
    find = re.compile(rf"(?m)^{reader.pattern}$|^.*+").findall
    first = 1
    for text in texts(data, _PIECE):
        rows = find(text)
        columns = list(zip(*rows, strict=True))
        found = None
        if len(rows) >= FEW and "" not in columns[0]:
            found = reader.plain(columns, range(first, first + len(rows)))
        if found:
            yield found
        else:
            yield from _mixed(text.split("\n"), rows, first, reader)
        first += len(rows)


def _mixed(
    lines: list[str], rows: list[tuple[str, ...]], first: int, reader: Reader
) -> Iterator[Block]:
    """Yield what is in lines of which some are not plain. The order stays as it is."""
    kept: list[Line] = []
    odd = [at for at, row in enumerate(rows) if not row[0]]
    start = 0
    try:
        for end in (*odd, len(rows)):
            found = None
            if end - start >= FEW:
                columns = list(zip(*rows[start:end], strict=True))
                found = reader.plain(columns, range(first + start, first + end))
            if found:
                yield kept
                yield found
                kept, start = [], end
            for at in range(start, min(end + 1, len(rows))):
                kept.extend(reader.careful(lines[at], first + at))
            start = end + 1
    except ValueError:
        yield kept
        raise
    yield kept


def by_line(
    read: Callable[[bytes, Hint], Iterator[Block]],
) -> Callable[[bytes, Hint], Iterator[Line]]:
    """Return what yields line by line what is read in blocks."""

    def lines(data: bytes, hint: Hint) -> Iterator[Line]:
        for block in read(data, hint):
            yield from block.entries() if isinstance(block, Columns) else block

    return lines


def several(groups: Groups) -> Groups:
    """Return the groups of an expression of which the last ones may match in all lines, or none.

    Nothing if they match in some, of which no columns can be made.
    """
    used = [column for column in groups if any(column)]
    return [] if any("" in column for column in used) else used


def twice(kinds: Groups) -> bool:
    """Whether there is a line with two digests in one algorithm."""
    return len(kinds) > 1 and any(map(eq, *kinds))


def columns(
    paths: Sequence[str],
    digests: Groups,
    algorithms: Sequence[str] | Groups,
    lines: Sequence[int],
    sizes: Sequence[str] | None = None,
) -> Columns | None:
    """Return the entries of files, of which each has as many digests as all others.

    None if there are digests that are no whole number of bytes.

    Args:
        paths: Those of the files.
        digests: By algorithm.
        algorithms: Of the digests: one for all files, or one for each.
        lines: The numbers of their lines.
        sizes: In decimal digits, if they are known.
    """
    if any(length & 1 for column in digests for length in set(map(len, column))):
        return None
    count, times = len(paths), len(digests)
    kinds = [[kind] * count if isinstance(kind, str) else kind for kind in algorithms]
    lengths = [None] * count if sizes is None else list(map(int, sizes))
    if times == 1:
        return Columns(paths, digests[0], kinds[0], lines, lengths)
    return Columns(
        _often(paths, times),
        woven(digests),
        woven(kinds),
        _often(lines, times),
        _often(lengths, times),
    )


def _often(column: Iterable[_T], times: int) -> list[_T]:
    """Return a column with each of its rows so many times."""
    return woven(list(repeat(column, times)))


def woven(columns: Sequence[Iterable[_T]]) -> list[_T]:
    """Return the first row of each column, then the second of each, and so on."""
    return list(chain.from_iterable(zip(*columns, strict=True)))
