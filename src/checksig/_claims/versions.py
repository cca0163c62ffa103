"""The versions of objects that a list says beside their digests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig._names import below, shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._claims.parsing import Manifest


def listed(manifests: Sequence[Manifest]) -> dict[bytes, str] | None:
    """Return the versions that a list has, by the names of files below the root.

    Those of a file that is listed twice are empty. None if there are several lists, or not all
    lines of the one count, or it has none.
    """
    if len(manifests) != 1 or manifests[0].lines is not None:
        return None
    [manifest] = manifests
    versions = manifest.format.versions
    if not versions:
        return None
    found: dict[bytes, str] = {}
    for path, version in versions(manifest.text or manifest.data):
        name = os.fsencode(shortest(os.fsdecode(below(manifest.base, os.fsencode(path)))))
        found[name] = "" if name in found else version
    return found or None
