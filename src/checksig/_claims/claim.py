"""Claims: lists of digests, who signed them, and what else they say, as values."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig._bridge.packed import name_of
from checksig._formats import coreutils
from checksig._names import below

if TYPE_CHECKING:
    from checksig._bridge.wire import List
    from checksig._places import Place
    from checksig._results import Result, Signature, Source


class Slice(NamedTuple):
    """One of several parts of a claim: the files whose names fall into it."""

    number: int  # from 0
    of: int  # how many there are


class Claim(NamedTuple):
    """All that is said of the files of a place. A value: it can be kept, sent, and cut."""

    lists: tuple[List, ...]  # as the core takes them: bytes, and never millions of objects
    sources: tuple[Source, ...] = ()  # of the lists, in their order; of entries there is none
    signatures: tuple[Signature, ...] = ()  # over the lists, by trusted keys
    unchecked: tuple[str, ...] = ()  # paths of signatures that no trusted key is for
    remarks: tuple[str, ...] = ()  # how lists were read, where that is more than they say
    own: tuple[bytes, ...] = ()  # names of the claim's own files, which are never unlisted
    unverified: tuple[bytes, ...] = ()  # names that are listed as something else than a file
    #: The directory in which no file may be unlisted, whatever the rules say; "" is the root.
    whole: str | None = None
    #: Whether files that are not listed are looked for at all.
    looks: bool = True
    unbound: tuple[bytes, ...] = ()  # patterns of files that need not be listed
    notes: tuple[tuple[str, str], ...] = ()  # on files that may be missing, by path
    settled: tuple[Result, ...] = ()  # verdicts that need no file to be read
    members: int | None = None  # of an archive that is signed as a whole
    part: Slice | None = None

    def own_in(self, place: Place) -> tuple[bytes, ...]:
        """Return names that are never unlisted: the claim's own, and those of links and the like.

        Where a directory is listed, or a link, a file is one that nobody has listed; and so is all
        that is in a directory, which is never unlisted itself.
        """
        return (*self.own, *[name for name in self.unverified if _is_special(place, name)])

    def cut(self, of: int) -> list[Claim]:
        """Return the claim in so many parts, which together say what it says.

        All that is said about a file is in one of them. What belongs to no file, and what the
        claim has settled by itself, is in the first. All have the sources, for results to name.
        """
        rest = self._replace(
            own=self.own + self.unverified,
            unverified=(),
            signatures=(),
            unchecked=(),
            remarks=(),
            settled=(),
            members=None,
        )
        return [(rest if number else self)._replace(part=Slice(number, of)) for number in range(of)]


def _is_special(place: Place, name: bytes) -> bool:
    """Whether there is something under a name that is neither a file nor a directory."""
    if place.root is not None:
        path = os.path.join(place.root, name)
        if os.path.islink(path):
            return True
        return os.path.lexists(path) and not (os.path.isfile(path) or os.path.isdir(path))
    found = place.find(name)
    return found is not None and found.fault is not None


def path_of(lists: tuple[List, ...], digest: str) -> str | None:
    """Return the path for which a digest is listed, in hexadecimal, if there is one."""
    for each in lists:
        for spelled in {digest.encode(), digest.upper().encode()}:
            name = coreutils.name_of(each.text, spelled) or name_of(each.lines, spelled)
            if name:
                return os.fsdecode(below(each.base, name))
    return None
