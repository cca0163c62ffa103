"""Listings of the hub of Hugging Face that its client keeps: which file has which digest.

Source: huggingface_hub, ``_tree_cache.py``, format 1.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from checksig._places import Item

if TYPE_CHECKING:
    from checksig._places import Directory

#: In bytes. A million files take 200 MB.
_MAX_SIZE: Final = 256 << 20
_FORMAT: Final = 1


def read(place: Directory, commit: bytes) -> dict[str, str] | None:
    """Return the digests of all files of a commit by their names; None if no listing is there.

    One that cannot be read, or understood, is none.
    """
    name = os.path.join(b"trees", commit + b".json")
    try:
        found: Any = json.loads(place.read(Item(name), _MAX_SIZE))
        if found["format_version"] != _FORMAT:
            return None
        digests = {
            str(path): str(row.get("lfs_sha256") or row["blob_id"])
            for path, row in found["files"].items()
        }
        os.fsencode("".join(digests))  # half a pair of surrogates is in no name
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return digests
