"""Where files lie: directories and archives, as names and bytes.

A place knows neither lists nor digests nor verdicts. ``place`` has the protocol; each kind of place
is one module, and ``open_place`` chooses.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from checksig._files import unreadable
from checksig._places import store
from checksig._places.directory import Directory
from checksig._places.place import Fault, Item, Place, Said, Served, Unlisted, served
from checksig._places.store import is_address
from checksig.errors import ArchiveError, ManifestError

if TYPE_CHECKING:
    from typing import Final

    from checksig._options.values import Network

__all__ = [
    "Directory",
    "Fault",
    "Item",
    "Place",
    "Said",
    "Served",
    "Unlisted",
    "home_of",
    "is_address",
    "is_archive",
    "open_place",
    "served",
]


_ARCHIVES: Final = (
    *(b".zip", b".whl", b".tar", b".tgz", b".tbz2", b".txz"),
    *(b".tar.gz", b".tar.bz2", b".tar.xz"),
)


def is_archive(path: bytes) -> bool:
    """Whether a path is called like that of an archive."""
    return path.lower().endswith(_ARCHIVES)


def home_of(path: bytes, place: Place, network: Network) -> tuple[Place, bytes]:
    """Return the place that a file lies in, and its name there.

    Args:
        path: The path of the file.
        place: Where it may be.
        network: How servers are asked.

    Raises:
        ManifestError: there is no such place.
    """
    if not is_address(path):
        return Directory(os.path.dirname(path)), os.path.basename(path)
    if (server := served(place)) and os.fsencode(server.show(server.name)) == path:
        return place, server.name
    home = store.opened(os.fsdecode(path), network)
    return home, home.name


def open_place(path: bytes, network: Network) -> Place:
    """Open the place at a path. Of a file that is no archive, that is its directory.

    Args:
        path: A path, or the address of a directory on a server, or of a file in it.
        network: How servers are asked.

    Raises:
        ArchiveError: an archive cannot be read.
        ManifestError: there is nothing at the path.
    """
    if b"://" in path and is_address(path):
        return store.opened(os.fsdecode(path), network)
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
