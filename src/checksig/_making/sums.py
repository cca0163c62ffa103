"""The lines of lists that the core reads, with the algorithms that it would find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._bridge import algorithms
from checksig._entries import Entry
from checksig._formats import Hint, sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line


def parse(data: bytes, untagged: str | None) -> Iterator[Line]:
    """Yield what is in a list. ``untagged`` is the algorithm of lines that name none."""
    return map(settled, sums.read(data, Hint("", untagged)))


def settled(line: Line) -> Line:
    """Return a line; an entry that names no algorithm has the one of its digest's length."""
    if isinstance(line, Entry) and not line.algorithm:
        return line._replace(algorithm=by_size(len(line.digest) // 2) or "")
    return line


def by_size(size: int) -> str | None:
    """Return the algorithm that an untagged digest of so many bytes is taken for."""
    rows = algorithms.main_rows()
    names = (r["name"] for r in rows if r["size"] == size and r["strength"] != "none")
    return next(names, None)
