"""A row of the table of list formats."""

from __future__ import annotations

import re
from types import MappingProxyType

from checksig._classes import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from typing import Literal, Protocol, TypeAlias

    from checksig._entries import Block, Line, Listed
    from checksig._results import Algorithm

    #: How lines are laid out, in the one format where there is a choice.
    Style: TypeAlias = Literal["text", "binary", "tag"]

    class StyledWriter(Protocol):
        """A ``write`` with a choice."""

        def __call__(
            self, files: Iterable[Listed], *, style: Style, zero: bool, tags: Mapping[str, str]
        ) -> bytes:
            """Return the list of these files.

            Args:
                files: As for ``write``.
                style: How lines are laid out.
                zero: Whether they end with a NUL byte.
                tags: What the BSDs call each algorithm, for lines that say it.
            """
            ...


class Hint(NamedTuple):
    """The name of a list, and its algorithm: known before it is read."""

    name: str  # of its file, without directories
    algorithm: str | None = None  # that the name, or the caller, says
    family: str = ""  # of algorithms, that the name says if it says none of them


class NameMatch(NamedTuple):
    """A format, and the algorithm that the name of the list stands for."""

    format: Format
    algorithm: str | None = None
    #: Whether files that are no lists have such names as well. Only the content tells then.
    weak: bool = False
    #: The family of algorithms that the name says, if it says no more: "sha".
    family: str = ""


class Tree(NamedTuple):
    """The tree that a list is for, as the list has it. Names are relative to the list's base."""

    lists: tuple[str, ...] = ()  # names of lists that it lists, which are followed
    unbound: tuple[str, ...] = ()  # patterns, as in .gitignore, of files that need not be listed
    elsewhere: frozenset[str] = frozenset()  # names of files that may lie elsewhere
    #: Groups of files with the same in them: where one is there, the others may be missing.
    variants: tuple[frozenset[str], ...] = ()
    loose: bool = False  # whether those of lists may be files of another kind

    def names(self, path: str) -> bool:
        """Whether a file may be missing, under some condition."""
        return path in self.elsewhere or any(path in group for group in self.variants)


class Packages(NamedTuple):
    """The way to the archives of packages that the lines of a list are about.

    Lines with one number are about one package: one of its archives has to be there.
    """

    #: Return what the path of a line and the name of its archive have in common; empty: nothing.
    key: Callable[[str], str] = str
    #: Return the same for the path of an archive, the likeliest first; None: its last part tells.
    keys: Callable[[str], Sequence[str]] | None = None
    #: Whether an archive has to have one of the digests that are listed, and not all.
    any_digest: bool = False
    #: Whether digests are of what is in archives, and not of their bytes.
    contents: bool = False

    def keys_of(self, path: str) -> Sequence[str]:
        """Return what the path of an archive may have in common with lines, the likeliest first."""
        return self.keys(path) if self.keys else (self.key(path.rpartition("/")[2]),)


class Pieces(NamedTuple):
    """The digests of pieces of equal length of all files of a list, one behind the other."""

    called: str = ""  # what the list is called elsewhere, for people
    length: int = 0  # of a piece, in bytes; 0: lines have digests of their own
    digests: bytes = b""  # SHA-1 of each piece
    #: The numbers of the lines of all files in their order, and their sizes; 0 for zeros between.
    files: tuple[tuple[int, int], ...] = ()


def as_pattern(name: str) -> str:
    """Return a name as a pattern of .gitignore that matches it alone."""
    return re.sub(r"([\\*?\[\]!# ])", r"\\\1", name)


class Format(NamedTuple):
    """A row of the table of list formats."""

    #: What ``-f`` takes and reports print.
    name: str
    #: What people call it.
    title: str
    #: Who publishes or writes such lists.
    used_by: str
    #: Whether these bytes look like a list of this format; a few KiB are enough.
    sniff: Callable[[bytes], bool]
    #: A pattern of the names that its lists have, empty if they have none of their own.
    names: str = ""
    #: Whether files that are no lists are called so as well: see ``NameMatch``.
    weak: bool = False
    #: Return what a name says, where that takes more than a pattern. It is asked about names that
    #: it is told by, and some formats about those that end like NAME.ALGORITHM; no others.
    name_rule: Callable[[str, Container[str]], NameMatch | None] | None = None
    #: Whether the content is like that of other formats, so that only the name tells.
    by_name_only: bool = False
    #: The directory that names are relative to, as seen from the one that the list is in.
    base: str = "."
    #: The same for lists in directories of certain names: a pattern of their names, and the base.
    bases: Mapping[str, tuple[str, str]] = MappingProxyType({})
    #: Return the same for a list at a path, where that takes more.
    base_rule: Callable[[str], str] | None = None
    #: Return what a list says of the tree that it is for, besides digests of files; None if it is
    #: one of those of the format that say nothing.
    tree: Callable[[bytes], Tree | None] | None = None
    #: The way from lines to files, if lines are about packages: the list then is one only where an
    #: archive of these lies beside it, or if it is named outright.
    packages: Packages | None = None
    #: Return the digests of pieces in a list whose lines may have none of their own.
    pieces: Callable[[bytes], Pieces] | None = None
    #: Yield what is in the list; None if the core reads this format by itself. Raises ValueError
    #: if it is no list of this format at all: broken JSON, or no header.
    parse: Callable[[bytes, Hint], Iterator[Line]] | None = None
    #: The same in blocks, of a format of which long lists are read by column; else None.
    blocks: Callable[[bytes, Hint], Iterator[Block]] | None = None
    #: Whether the core reads its lists, and writes them if their lines end as lines of text do.
    by_core: bool = False
    #: The same as ``parse``, of a format that the core reads: for what is in a list, when no file
    #: is checked. An entry has no algorithm if only the length of its digest tells.
    read: Callable[[bytes, Hint], Iterator[Line]] | None = None
    #: Yield the path of each file and when it was changed, in nanoseconds since the epoch, which
    #: no entry says; None if the format has no times.
    times: Callable[[bytes], Iterator[tuple[str, int | None]]] | None = None
    #: Yield the path of each line about a file, and the version of the object that the line says:
    #: empty if it says none; None if the format has no versions.
    versions: Callable[[bytes], Iterator[tuple[str, str]]] | None = None
    #: Return the list of these files, which are sorted by path; None if it is only read. Raises
    #: UnwritableNameError for a name, and ValueError for digests, that it cannot hold.
    write: Callable[[Iterable[Listed]], bytes] | None = None
    #: The same in a chosen style; None if there is no choice.
    write_styled: StyledWriter | None = None
    #: What a list is called, so that it is found; or a function that returns it. That takes the
    #: algorithms and, of a list for one file, the path of the file.
    default_name: str | Callable[[Sequence[Algorithm], str], str] = ""
    #: The only algorithm that its lists are known to have.
    algorithm: str | None = None
    #: Whether a list holds one algorithm, so that several make several lists. Tags hold any.
    one_algorithm: bool = False
    #: A pattern of what stands behind the name of a file, ``a.iso``, in that of a list for it.
    of_one: str = ""
    #: Whether a list is for one file alone.
    for_one_file: bool = False
    #: Whether a list cannot be written without the sizes of files.
    sizes_needed: bool = False
    #: Whether programs of Windows write such lists, in whose names a backslash is a slash.
    backslashes: bool = False
    #: Whether ``write`` can say of a symbolic link where it leads.
    links: bool = False

    def lines(self, data: bytes, hint: Hint) -> Iterator[Line]:
        """Yield what is in a list. Raises ValueError if it is no list of this format at all."""
        read = self.read or self.parse
        return read(data, hint) if read else iter(())

    def match_name(self, name: str, algorithms: Container[str]) -> NameMatch | None:
        """Return what a file's name says about the list in it; None if it is no name of these."""
        if self.name_rule:
            return self.name_rule(name, algorithms)
        if self.names and re.fullmatch(self.names, name):
            return NameMatch(self, self.algorithm, self.weak)
        return None
