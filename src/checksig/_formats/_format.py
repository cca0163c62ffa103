"""What a list format is, and what is in a list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from checksig._results import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator


#: Makes an Entry of a tuple of all its fields, in half the time that Entry() takes: most of reading
#: a list is making these.
new_entry: Final[Callable[[tuple[str, str, str, int, int | None]], Entry]] = partial(
    tuple.__new__,  # pyright: ignore[reportUnknownMemberType] (the class decides)
    Entry,
)


class Malformed(NamedTuple):
    """A line that cannot be understood. The files that it was meant for are not checked."""

    line: int  # of the list, from 1; in JSON, the number of the record
    reason: str


class Unverified(NamedTuple):
    """A file that is listed, and that nothing in the list can verify. It is never ok."""

    path: str  # empty if it is no file of the tree
    line: int
    reason: str
    link: str | None = None  # where it leads, if it is a symbolic link; who asks for links gets it


#: What a list holds. Whatever is not a comment is one of these.
Line: TypeAlias = Entry | Malformed | Unverified


class Hint(NamedTuple):
    """What is known about a list before it is read."""

    name: str  # of its file, without directories
    algorithm: str | None = None  # that the name, or whoever calls, says


class Listed(NamedTuple):
    """A file for a list that is written."""

    path: str  # as in Entry
    size: int  # in bytes; negative if it is not known
    digests: dict[str, str]  # the name of an algorithm, and the digest in hexadecimal
    mtime_ns: int | None = None  # since the epoch
    link: str | None = None  # where it leads, if it is a symbolic link: it has no digests then


class Claim(NamedTuple):
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
    claim: Callable[[str, Container[str]], Claim | None]
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
