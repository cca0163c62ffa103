"""Directories: the names of files in them, and below them."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from checksig._files import unreadable
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARCHIVES: Final = (
    *(b".zip", b".whl", b".tar", b".tgz", b".tbz2", b".txz"),
    *(b".tar.gz", b".tar.bz2", b".tar.xz"),
)


def files_in(root: bytes) -> Iterator[bytes]:
    """Yield the names in a directory.

    Raises:
        ManifestError: it cannot be read.
    """
    try:
        with os.scandir(root) as found:
            yield from (entry.name for entry in found)
    except OSError as error:
        raise unreadable(root, error, ManifestError) from error


def files_below(root: bytes) -> Iterator[bytes]:
    """Yield the names of all files below a directory.

    Raises:
        ManifestError: one of the directories cannot be read.
    """

    def stop(error: OSError) -> None:
        raise unreadable(error.filename, error, ManifestError) from error

    for directory, _, names in os.walk(root, onerror=stop):
        for name in names:
            yield os.path.relpath(os.path.join(directory, name), root)


def own_names(root: bytes, path: bytes, *, linked: bool = True) -> list[bytes]:
    """Return the names below the root that a list, or its signature, has itself.

    A list that is a link is there twice: as the link, and as what it leads to, if ``linked``. Not
    so a signature: it has bytes that nobody signed, which could do harm under another name.
    """
    paths = [path, os.path.realpath(path)] if linked else [path]
    names = (name_below(root, each) for each in paths)
    return [name for name in names if name is not None]


def name_below(root: bytes, path: bytes) -> bytes | None:
    """Return the name that a path has below the root; None if it lies elsewhere."""
    directory = os.path.realpath(os.path.dirname(path) or b".")
    resolved = os.path.join(directory, os.path.basename(path))
    name = os.path.relpath(resolved, os.path.realpath(root))
    return None if name.split(os.fsencode(os.sep))[0] == b".." else name


def is_directory(path: bytes) -> bool:
    """Whether a path is one of a directory.

    Raises:
        ManifestError: there is nothing at the path.
    """
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except OSError as error:
        raise unreadable(path, error, ManifestError) from error


def is_archive(path: bytes) -> bool:
    """Whether a path is that of a file which is called like an archive."""
    return path.lower().endswith(_ARCHIVES) and not os.path.isdir(path)
