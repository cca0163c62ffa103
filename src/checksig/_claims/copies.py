"""Copies of lists, as editors and programs keep them: ``SHA256SUMS.bak``, ``SHA256SUMS.1``.

Such a copy is as old as the last change of its list, and wrong ever since. It is passed over, but
only if nothing is lost: whatever it lists, and is there, stands in the list as well.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from checksig import _formats
from checksig._bridge.algorithms import by_name
from checksig._claims import lists
from checksig._entries import Entry
from checksig._names import below, escape, leads_out, shortest
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from checksig._places import Item, Place

#: Numbers as logrotate has them, and dates. Others are versions, and lengths of digests.
_COPY: Final = (
    rb"(?is)(.*[a-z])(?:[-._](?:bak|backup|old|orig|original|prev|rej|saved?|sw[a-p]|te?mp|part"
    rb"|partial|new|copy)|\.[0-9]{1,2}|\.(?:19|20)[0-9]{6})~?"
)


def is_copy(place: Place, item: Item, names: Container[bytes]) -> bool:
    """Whether a file that is called like a copy of a list is one.

    Args:
        place: The place that both lie in.
        item: The file.
        names: What else lies there.
    """
    match = re.fullmatch(_COPY, item.name)
    if not match or match[1] not in names:
        return False
    original = place.find(match[1])
    if original is None or not _formats.match_name(_base(match[1]), by_name()):
        return False
    try:
        listed = _listed_in(place, original)
        return all(n in listed or place.find(n) is None for n in _listed_in(place, item))
    except (ManifestError, ValueError):
        return False  # one of them is no list


def _base(name: bytes) -> str:
    return os.fsdecode(name.rpartition(b"/")[2])


def _listed_in(place: Place, item: Item) -> set[bytes]:
    """Return the names in a list."""
    manifest = lists.read(place, item, place, None)
    directory = item.name.rpartition(b"/")[0]
    return {
        below(directory, os.fsencode(shortest(row.path)))
        for row in lists.lines(manifest)
        if isinstance(row, Entry) and not leads_out(row.path)
    }


def said_of(copies: Iterable[bytes]) -> tuple[str, ...]:
    """Return what a report says of copies."""
    names = [escape(os.fsdecode(name)) for name in copies]
    return tuple([f"{name} is a copy of a list, and was not read" for name in names])
