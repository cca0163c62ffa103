"""Lines of lists: files with a digest, lines that cannot be understood, files that have none.

And what has become of the files of a list since it was made.
"""

from __future__ import annotations

from functools import partial
from itertools import islice

from checksig._classes import NamedTuple
from checksig._names import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Final, Literal, TypeAlias

    #: Of what is listed and is no file.
    Kind: TypeAlias = Literal["", "link", "directory", "special"]


class Entry(NamedTuple):
    """One digest of a file in a list. A file with several digests has several entries.

    A tuple, not a dataclass, because lists have millions of them.
    """

    path: str  #: below the root, with slashes; bytes that are not UTF-8 as os.fsdecode has them
    digest: str  #: hexadecimal
    algorithm: str  #: by any of its names
    line: int = 0  #: of the list, from 1; 0 if there is none
    size: int | None = None  #: in bytes, if the list says so


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


#: The reason of what is listed as a link, in lists that do not say where it leads.
A_LINK: Final = "a symbolic link, not a file"


class Unverified(NamedTuple):
    """A file that is listed, and that nothing in the list can verify. It is never ok."""

    path: str  # empty if it is no file of the tree
    line: int
    reason: str
    link: str | None = None  # where it leads, if it is a symbolic link; who asks for links gets it
    is_file: bool = False  # that has to be there, with the size, if that is known
    kind: Kind = ""  # of what is no file; else it is one that may be gone
    size: int | None = None  # in bytes


def without_digest(path: str, line: int, size: int | None = None) -> Unverified:
    """Return the line of a file that is listed without a digest, perhaps with its size."""
    return Unverified(path, line, "listed without a digest", is_file=True, size=size)


#: A line of a list. Whatever is not a comment is one of these.
Line: TypeAlias = Entry | Malformed | Unverified


class Columns(NamedTuple):
    """Many entries of a list, by column: a row of the five is an Entry.

    To make an Entry of each line takes longer than to read them.
    """

    paths: Sequence[str]
    digests: Sequence[str]
    algorithms: Sequence[str]
    lines: Sequence[int]
    sizes: Sequence[int | None]

    def entries(self) -> Iterator[Entry]:
        """Yield the rows."""
        return map(new_entry, zip(*self, strict=True))


#: Some lines of a list, in their order.
Block: TypeAlias = Columns | list[Line]

#: So many lines that Python's garbage collector does not look at them before they are packed and
#: gone: it begins after 700 new objects, and with thousands takes up to a third of the time.
_BLOCK: Final = 512


def in_blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """Yield lines in blocks; before an error, those that came before it."""
    lines, more = iter(lines), True
    while more:
        block: list[Line] = []
        try:
            block.extend(islice(lines, _BLOCK))
        except ValueError:
            yield block
            raise
        more = len(block) == _BLOCK
        yield block


class Listed(NamedTuple):
    """A file for a list that is written."""

    path: str  # as in Entry
    size: int  # in bytes; negative if it is not known
    digests: dict[str, str]  # the name of an algorithm, and the digest in hexadecimal
    mtime_ns: int | None = None  # since the epoch
    link: str | None = None  # where it leads, if it is a symbolic link: it has no digests then
    version: str = ""  # of the object, if the store that it is in keeps versions


class Changes(NamedTuple):
    """The files of an updated list, compared with the old list. All are sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()  #: with another size, or another time
    removed: tuple[str, ...] = ()  #: gone, or left out by patterns
    moved: tuple[tuple[str, str], ...] = ()  #: from, and to: with the same digests
    #: With the size and the time that they had, and other digests. Nobody writes so.
    damaged: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return how many there are of each."""
        return ", ".join(
            f"{len(names):,} {what}" for what, names in self._asdict().items() if names
        )

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what has happened to each file, and its name."""
        for what, names in self._asdict().items():
            for name in names:
                yield what, " → ".join(map(escape, [name] if isinstance(name, str) else name))
