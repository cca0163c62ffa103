"""Where files lie: directories and archives, as names and bytes.

A place knows neither lists nor digests nor verdicts. ``place`` has the protocol; each kind of place
is one module, and ``open_place`` chooses.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from checksig._files import unreadable
from checksig._places.directory import Directory
from checksig._places.place import Fault, Item, Place, Unlisted
from checksig.errors import ArchiveError, ManifestError

if TYPE_CHECKING:
    from typing import Final

__all__ = ["Directory", "Fault", "Item", "Place", "Unlisted", "is_archive", "open_place"]

_ARCHIVES: Final = (
    *(b".zip", b".whl", b".tar", b".tgz", b".tbz2", b".txz"),
    *(b".tar.gz", b".tar.bz2", b".tar.xz"),
)


def is_archive(path: bytes) -> bool:
    """Whether a path is called like that of an archive."""
    return path.lower().endswith(_ARCHIVES)


def open_place(path: bytes) -> Place:
    """Open the place at a path. Of a file that is no archive, that is its directory.

    Raises:
        ArchiveError: an archive cannot be read.
        ManifestError: there is nothing at the path.
    """
    try:
        is_directory = stat.S_ISDIR(os.stat(path).st_mode)
    except OSError as error:
        if is_archive(path):
            raise unreadable(path, error, ArchiveError) from error
        raise unreadable(path, error, ManifestError) from error
    if not is_directory and is_archive(path):
        from checksig._places.archive import Archive  # noqa: PLC0415 (zipfile takes 10 ms)

        return Archive(path)
    return Directory(path if is_directory else os.path.dirname(path) or b".")
