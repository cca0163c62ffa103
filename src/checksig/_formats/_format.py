"""A row of the table of list formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from checksig._entries import Line, Listed


class Hint(NamedTuple):
    """What is known about a list before it is read."""

    name: str  # of its file, without directories
    algorithm: str | None = None  # that the name, or whoever calls, says


class NameMatch(NamedTuple):
    """A format, and the algorithm that the name of the list stands for."""

    format: Format
    algorithm: str | None = None


class Format(NamedTuple):
    """A row of the table of list formats."""

    #: What ``-f`` takes and reports print.
    name: str
    #: What people call it.
    title: str
    #: Whether a file of this name is a list of this format, and in which algorithm.
    match_name: Callable[[str, Container[str]], NameMatch | None]
    #: Whether these bytes look like a list of this format; a few KiB are enough.
    sniff: Callable[[bytes], bool]
    #: Yield what is in the list; None if the core reads this format by itself. Raises ValueError
    #: if it is no list of this format at all: broken JSON, or no header.
    parse: Callable[[bytes, Hint], Iterator[Line]] | None = None
    #: Return the list of these files, which are sorted by path; None if it is only read. Raises
    #: UnwritableNameError for a name, and ValueError for digests, that it cannot hold.
    write: Callable[[Iterable[Listed]], bytes] | None = None
    #: Whether ``write`` can say of a symbolic link where it leads.
    links: bool = False
    #: The directory that names are relative to, as seen from the one that the list is in.
    base: str = "."
    #: Whether the content is like that of other formats, so that only the name tells.
    by_name_only: bool = False
