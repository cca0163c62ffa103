"""A caller's question about a place, and what is found for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig._places.standard_input import STDIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._claims.claim import Claim
    from checksig._claims.lists import Manifest
    from checksig._entries import Entry
    from checksig._formats import Format
    from checksig._options import StrPath
    from checksig._places import Place
    from checksig._results import Result, Signature, Strength


class Ask(NamedTuple):
    """The list that a caller asks for."""

    path: bytes
    manifest: StrPath | Sequence[StrPath] | None = None
    entries: Iterable[Entry] | None = None
    signatures: tuple[Signature, ...] = ()  # over what the entries were taken from
    recursive: bool = False
    links: bool = False  # whether symbolic links that lists record are compared
    least: Strength | None = None  # the strength that is asked for
    root: StrPath | None = None  # that names are relative to, if not the directory of the list
    format: Format | None = None  # of the list, if the caller says it
    #: Files of the directory at the path that are asked about by themselves; none: all of it.
    names: tuple[bytes, ...] = ()
    digests: tuple[str, ...] = ()  # that the caller gives for the one of them
    by_name: bool = False  # whether the last part of a name that is listed may do

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
        return self.manifest is not None or self.entries is not None


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
