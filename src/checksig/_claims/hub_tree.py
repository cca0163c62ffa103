"""Listings of the hub of Hugging Face that its client keeps: which file has which digest.

Source: huggingface_hub, ``_tree_cache.py``, format 1.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from checksig import _files
from checksig._places import Item

if TYPE_CHECKING:
    from checksig._places import Directory

#: In bytes. A million files take 200 MB.
_MAX_SIZE: Final = 256 << 20
_FORMAT: Final = 1


def read(place: Directory, commit: bytes) -> dict[str, str] | None:
    """Return the digests of all files of a commit by their names; None if no listing is there.

    Raises:
        ValueError: there is one, and it cannot be read, or understood.
    """
    try:
        data = place.read(Item(path(commit)), _MAX_SIZE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(_files.reason(error)) from error
    try:
        found: Any = json.loads(data)
        if (version := found["format_version"]) != _FORMAT:
            raise ValueError(f"format {version!r} is not known"[:100])
        digests = {
            str(path): str(row.get("lfs_sha256") or row["blob_id"])
            for path, row in found["files"].items()
        }
        os.fsencode("".join(digests))  # half a pair of surrogates is in no name
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("it is no listing of the hub") from error
    return digests


def path(commit: bytes) -> bytes:
    """Return the name that the listing of a commit has in a repository."""
    return os.path.join(b"trees", commit + b".json")
