"""A caller's question about a place, and what is found for it."""

from __future__ import annotations

import os

from checksig._classes import NamedTuple
from checksig._names import escape, leads_out, shortest
from checksig._options.values import Network
from checksig._places.standard_input import STDIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Final

    from checksig._claims.claim import Claim
    from checksig._claims.parsing import Manifest
    from checksig._entries import Entry
    from checksig._formats import Format
    from checksig._options import StrPath
    from checksig._places import Place
    from checksig._results import Result, Signature, Strength


class Renaming(NamedTuple):
    """The way from a name in a list to the name of a file. Without anything, they are the same."""

    strip: int = 0  # directories that names begin with, and that are left out
    within: tuple[str, ...] = ()  # directories that are put before them then
    by_name: bool = False  # whether the last part does, if only one file is called so
    strip_root: bool = False  # whether absolute names below the directory are names in it

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Renaming:
        """Return how names change by all of :class:`NameOptions`, settled.

        Raises:
            ValueError: they would lead out of the directory.
        """
        prefix = options["prefix"] or ""
        if leads_out(prefix):
            raise ValueError(f'prefix "{escape(prefix)}" leads out of the directory')
        within = tuple(filter(None, shortest(prefix).split("/")))
        by_name, strip_root = options["by_name"], options["strip_root"]
        return cls(options["strip"] or 0, within, by_name=by_name, strip_root=strip_root)


#: Names are as they are listed.
AS_LISTED: Final = Renaming()


class Ask(NamedTuple):
    """The list that a caller asks for."""

    path: bytes
    manifest: StrPath | Sequence[StrPath] | None = None
    known: StrPath | Sequence[StrPath] = ()  # lists that files are looked up in, by digest
    entries: Iterable[Entry] | None = None
    signatures: tuple[Signature, ...] = ()  # over what the entries were taken from
    recursive: bool = False
    complete: bool = False  # whether a file that is not listed fails
    links: bool = False  # whether symbolic links that lists record are compared
    least: Strength | None = None  # the strength that is asked for
    only: str | None = None  # the only algorithm that lists may use
    root: StrPath | None = None  # that names are relative to, if not the directory of the list
    format: Format | None = None  # of the list, if the caller says it
    #: Files of the directory at the path that are asked about by themselves; none: all of it.
    names: tuple[bytes, ...] = ()
    digests: tuple[str, ...] = ()  # that the caller gives for the one of them
    renaming: Renaming = AS_LISTED  # of names that are listed
    network: Network = Network()  # how servers are asked
    versions: bool = False  # whether versions of objects count, if a list has some

    def of_file(self) -> Ask:
        """Return the same about the file at the path by itself."""
        if self.path == STDIN:
            return self._replace(names=(STDIN,))
        directory, name = os.path.split(self.path)
        return self._replace(path=directory or b".", names=(name,))

    def path_of(self, name: bytes) -> bytes:
        """Return the path of one of the files that are asked about by themselves."""
        return name if self.path in (b".", STDIN) else os.path.join(self.path, name)

    @property
    def is_named(self) -> bool:
        """Whether the caller gives the list, so that none is looked for."""
        return self.manifest is not None or self.entries is not None or bool(self.known)


class Part(NamedTuple):
    """A place, and what is said of it."""

    place: Place
    claim: Claim
    below: bytes = b""  # where the place is, if it is part of another: a name in that


class Found(NamedTuple):
    """Lists, and the place that their names are of."""

    place: Place
    manifests: list[Manifest]
    faults: tuple[Result, ...] = ()  # verdicts on lists that cannot be read
    whole: bool = True  # whether all that the lists say counts, and not only the lines on one file
    remarks: tuple[str, ...] = ()  # on files that were not read as lists
