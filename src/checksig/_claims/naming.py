"""The names that entries of lists have in a place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig._names import below, leads_out, shortest

if TYPE_CHECKING:
    from checksig._claims.parsing import Manifest
    from checksig._entries import Entry, Unverified
    from checksig._places import Place


def name_of(manifest: Manifest, row: Entry | Unverified, place: Place) -> bytes:
    """Return the name of an entry below the root, as the core takes it.

    In lists that programs of Windows write, a backslash stands for a slash if there is nothing of
    the name as it stands, and something of the other.
    """
    name = below(manifest.base, os.fsencode(shortest(row.path)))
    if "\\" not in row.path or not manifest.format.backslashes or place.find(name) is not None:
        return name
    path = row.path.replace("\\", "/")
    other = below(manifest.base, os.fsencode(shortest(path)))
    return other if not leads_out(path) and place.find(other) is not None else name
