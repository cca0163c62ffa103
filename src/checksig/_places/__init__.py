"""Where files lie: directories and archives, as names and bytes.

A place knows neither lists nor digests nor verdicts. ``place`` has the protocol; each kind of place
is one module, and ``open_place`` chooses.
"""

from __future__ import annotations

import os
import stat

from checksig._files import unreadable
from checksig._names import quoted
from checksig._places import filesystem, store
from checksig._places.directory import Directory
from checksig._places.filesystem import is_address, of_object, plain, shown
from checksig._places.place import (
    ChangedError,
    Fault,
    Item,
    Place,
    Remote,
    Said,
    Served,
    Vouching,
    indexed,
    remote,
    served,
    vouching,
)
from checksig.errors import ArchiveError, ManifestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from checksig._options.values import Network
    from checksig._places.place import Unlisted

__all__ = [
    "ChangedError",
    "Directory",
    "Fault",
    "Item",
    "Place",
    "Remote",
    "Said",
    "Served",
    "Unlisted",
    "Vouching",
    "home_of",
    "indexed",
    "is_address",
    "is_archive",
    "is_packed",
    "may_be_archive",
    "of_object",
    "open_place",
    "plain",
    "quoted_path",
    "remote",
    "served",
    "shown",
    "vouching",
]


_ARCHIVES: Final = (
    *(b".zip", b".whl", b".tar", b".tgz", b".tbz2", b".txz"),
    *(b".tar.gz", b".tar.bz2", b".tar.xz"),
)


#: Endings of archives that are looked into if nothing is said of them as files. What lies at an
#: address is told by them, and what lies here by its first bytes.
_PACKAGES: Final = (
    *(b".7z", b".apk", b".conda", b".crate", b".deb", b".gem", b".jar", b".nupkg", b".rpm"),
    *(b".tar.zst", b".tzst"),
)


def is_archive(path: bytes) -> bool:
    """Whether a path is called like that of an archive."""
    return path.lower().endswith(_ARCHIVES)


def may_be_archive(path: bytes) -> bool:
    """Whether a path is called like that of an archive, or of a package that is one."""
    return path.lower().endswith((*_ARCHIVES, *_PACKAGES))


def is_packed(path: bytes) -> bool:
    """Whether a file is an archive by its name, or else by how it begins."""
    from checksig._places.telling import looks_like_an_archive  # noqa: PLC0415 (most are none)

    return is_archive(path) or looks_like_an_archive(path)


def quoted_path(path: bytes) -> str:
    """Return a path, or an address without its secrets, in quotes."""
    return quoted(os.fsencode(shown(os.fsdecode(path))))


def home_of(path: bytes, place: Place, network: Network) -> tuple[Place, bytes]:
    """Return the place that a file lies in, and its name there.

    Args:
        path: The path of the file.
        place: Where it may be.
        network: How servers are asked.

    Raises:
        ManifestError: there is no such place.
    """
    path = plain(path)
    if not is_address(path):
        return Directory(os.path.dirname(path)), os.path.basename(path)
    if (there := remote(place)) and os.fsencode(there.show(there.name)) == path:
        return place, there.name
    home = _opened(path, network)
    return home, home.name


def _opened(path: bytes, network: Network) -> Remote:
    address = os.fsdecode(path)
    return store.opened(address, network) if store.is_address(path) else filesystem.opened(address)


def open_place(path: bytes, network: Network) -> Place:
    """Open the place at a path. Of a file that is no archive, that is its directory.

    Args:
        path: A path, or the address of a directory elsewhere, or of a file in it.
        network: How servers are asked.

    Raises:
        ArchiveError: an archive cannot be read.
        ManifestError: there is nothing at the path.
    """
    if b"\0" in path:
        raise ManifestError(f"cannot read {quoted(path)}: no path has a zero byte")
    if b"://" in path and is_address(path):
        return _opened(path, network)
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
