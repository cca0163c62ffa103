"""A row of the table of list formats."""

from __future__ import annotations

import re
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
    #: Whether these bytes look like a list of this format; a few KiB are enough.
    sniff: Callable[[bytes], bool]
    #: A pattern of the names that its lists have, empty if they have none of their own. It has its
    #: flags as in ``(?ais:...)`` and no named groups: those of all formats are compiled as one.
    names: str = ""
    #: What a name says, where that takes more than a pattern. It is asked about names that some
    #: pattern of the table matches, and about those that end like NAME.ALGORITHM, and no others.
    name_rule: Callable[[str, Container[str]], NameMatch | None] | None = None
    #: Whether the content is like that of other formats, so that only the name tells.
    by_name_only: bool = False
    #: The directory that names are relative to, as seen from the one that the list is in.
    base: str = "."
    #: Yield what is in the list; None if the core reads this format by itself. Raises ValueError
    #: if it is no list of this format at all: broken JSON, or no header.
    parse: Callable[[bytes, Hint], Iterator[Line]] | None = None
    #: Return the list of these files, which are sorted by path; None if it is only read. Raises
    #: UnwritableNameError for a name, and ValueError for digests, that it cannot hold.
    write: Callable[[Iterable[Listed]], bytes] | None = None
    #: The only algorithm that its lists are known to have.
    algorithm: str | None = None
    #: Whether ``write`` can say of a symbolic link where it leads.
    links: bool = False

    def match_name(self, name: str, algorithms: Container[str]) -> NameMatch | None:
        """Return what a file's name says about the list in it; None if it is no name of these."""
        if self.name_rule:
            return self.name_rule(name, algorithms)
        if self.names and re.fullmatch(self.names, name):
            return NameMatch(self, self.algorithm)
        return None
