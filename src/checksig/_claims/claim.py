"""Claims: lists of digests, who signed them, and what else they say, as values."""

from __future__ import annotations

import os
import stat

from checksig._classes import NamedTuple
from checksig._formats import coreutils
from checksig._names import below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final, Literal

    from checksig._bridge.wire import List
    from checksig._entries import Kind
    from checksig._places import Place
    from checksig._results import Result, Signature, Source


class Extent(NamedTuple):
    """The part of a claim that a check is about, as the core has it: see checksig.h, "part"."""

    part: Literal["", "files", "lists", "others"] = ""
    #: Names from one on, and before another, that are looked for if they are not listed.
    span: tuple[bytes, ...] = ()
    names: bool | None = None  # whether names of files that are ok are kept; None: if they are few


WHOLE: Final = Extent()


class Claim(NamedTuple):
    """All that is said of the files of a place. A value: it can be kept, sent, and cut."""

    lists: tuple[List, ...]  # as the core takes them: bytes, and never millions of objects
    sources: tuple[Source, ...] = ()  # of the lists, in their order; of entries there is none
    signatures: tuple[Signature, ...] = ()  # over the lists, by trusted keys
    unchecked: tuple[str, ...] = ()  # paths of signatures that no trusted key is for
    remarks: tuple[str, ...] = ()  # how lists were read, where that is more than they say
    own: tuple[bytes, ...] = ()  # names of the claim's own files, which are never unlisted
    unverified: tuple[tuple[bytes, Kind], ...] = ()  # names that are listed as no file, and kinds
    #: The directory in which no file may be unlisted, whatever the rules say; "" is the root.
    whole: str | None = None
    #: Whether files that are not listed are looked for at all.
    looks: bool = True
    unbound: tuple[bytes, ...] = ()  # patterns of files that need not be listed
    notes: tuple[tuple[str, str], ...] = ()  # on files that may be missing, by path
    settled: tuple[Result, ...] = ()  # verdicts that need no file to be read
    members: int | None = None  # of an archive that is signed as a whole
    extent: Extent = WHOLE
    versions: Mapping[bytes, str] | None = None  # of files in a store, by their names, if listed

    def own_in(self, place: Place) -> tuple[bytes, ...]:
        """Return names that are never unlisted: the claim's own, and what is there as it is listed.

        Where a directory is listed, a file or a link is one that nobody has listed, and so is what
        is in a directory, whatever is said of that.
        """
        there = [name for name, kind in self.unverified if _is_there(place, name, kind)]
        return (*self.own, *there)


def _is_there(place: Place, name: bytes, kind: Kind) -> bool:
    if place.root is None:
        item = place.find(name)
        return not kind or (kind != "directory" and item is not None and item.fault is not None)
    try:
        mode = os.lstat(os.path.join(place.root, name)).st_mode
    except OSError:
        return False
    if kind == "link":
        return stat.S_ISLNK(mode)
    if kind == "special":
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
    return not kind and (stat.S_ISREG(mode) or stat.S_ISLNK(mode))


def path_of(lists: tuple[List, ...], digest: str) -> str | None:
    """Return the path for which a digest is listed, in hexadecimal, if there is one."""
    from checksig._bridge.packed import name_of  # noqa: PLC0415 (few ask)

    for each in lists:
        for spelled in {digest.encode(), digest.upper().encode()}:
            name = coreutils.name_of(each.text, spelled, zero=each.zero)
            name = name or name_of(each.lines, spelled)
            if name:
                return os.fsdecode(below(each.base, name))
    return None
