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
from checksig._claims import lists, parsing
from checksig._claims.naming import name_of
from checksig._entries import Malformed
from checksig._names import escape, leads_out
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from checksig._places import Item, Place
    from checksig._trust.policy import Policy

#: Numbers as logrotate and Emacs have them, dates, and what package managers keep. Other numbers
#: are versions, and lengths of digests.
_COPY: Final = (
    rb"(?is)(.*[a-z])(?:[-._](?:bak|backup|old|orig|original|prev|rej|saved?|sw[a-p]|te?mp|part"
    rb"|partial|new|copy)|\.[0-9]{1,2}|\.~[0-9]+|[.-](?:19|20)[0-9]{2}-?[0-9]{2}-?[0-9]{2}"
    rb")~?"
)
_KEPT: Final = rb"(?is)(.*[a-z])\.(?:dpkg-(?:old|new|dist)|rpm(?:save|new|orig)|ucf-(?:old|dist))"


def is_copy(home: Place, item: Item, names: Container[bytes], place: Place) -> bool:
    """Whether a file that is called like a copy of a list is one.

    Args:
        home: The place that both lie in.
        item: The file.
        names: What else lies there.
        place: The place that the names in them are of.
    """
    match = re.fullmatch(_KEPT, item.name) or re.fullmatch(_COPY, item.name)
    if not match or match[1] not in names:
        return False
    original = home.find(match[1])
    if original is None or not _formats.match_name(_base(match[1]), by_name()):
        return False
    try:
        listed = listed_in(home, original, place)
        copied = listed_in(home, item, place)
        return bool(listed) and all(n in listed or place.find(n) is None for n in copied)
    except (ManifestError, ValueError):
        return False  # one of them is no list


def _base(name: bytes) -> str:
    return os.fsdecode(name.rpartition(b"/")[2])


def listed_in(home: Place, item: Item, place: Place, policy: Policy | None = None) -> set[bytes]:
    """Return the names in a list that lies in one place, below the root of another or the same.

    Raises:
        ManifestError, TrustError: it cannot be read, or is in a signature that does not hold.
        ValueError: it is no list of its format.
    """
    manifest = lists.read(home, item, place, policy)
    manifest = lists.based(manifest) if home is place else manifest
    return {
        name_of(manifest, row, place)
        for row in parsing.lines(manifest)
        if not isinstance(row, Malformed) and not leads_out(row.path)
    }


def said_of(copies: Iterable[bytes]) -> tuple[str, ...]:
    """Return what a report says of copies."""
    names = [escape(os.fsdecode(name)) for name in copies]
    return tuple([f"{name} is a copy of a list, and was not read" for name in names])
