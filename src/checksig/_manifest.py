"""Find and read the list that a directory is checked against."""

from __future__ import annotations

import os
import stat
from typing import Final, NamedTuple

from checksig import _algorithms, formats
from checksig._text import escape, quoted
from checksig.errors import ManifestError

StrPath = str | os.PathLike[str] | bytes

#: In bytes: who can write a list should not be able to use up the memory of who reads it.
_MAX_SIZE: Final = 1 << 30

_EXAMPLES: Final = "sha1sum.txt, SHA256SUMS or checksums.txt"


class Manifest(NamedTuple):
    """A list of digests, read once: these bytes and no others are what files are held to."""

    root: bytes  # the directory that the names in it are relative to
    path: str
    data: bytes
    format: formats.Format
    algorithm: str | None  # that the name of the list stands for
    names: list[bytes]  # that the list itself has below the root


def load(path: StrPath, manifest: StrPath | None = None) -> Manifest:
    """Read the list of a directory, or the list at ``path``.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in.
        manifest: The list for the directory ``path``, wherever it lies.

    Raises:
        ManifestError: there is no list, or more than one to choose from, or it cannot be read.
    """
    place = os.fsencode(path)
    if manifest is not None:
        return _read(place, os.fsencode(manifest))
    if _is_directory(place):
        found = find(place)
        if name_below(place, os.path.realpath(found)) is None:
            raise ManifestError(
                f"{quoted(found)} is a link that leads out of the directory; name the list outright"
            )
        return _read(place, found)
    return _read(os.path.dirname(place) or b".", place)


def find(root: bytes) -> bytes:
    """Return the path of the one list in a directory that is called like a list."""
    known = _algorithms.by_name()
    try:
        with os.scandir(root) as found:
            names = sorted(
                entry.name
                for entry in found
                if formats.claim(os.fsdecode(entry.name), known) and not entry.is_dir()
            )
    except OSError as error:
        raise _unreadable(root, error) from error
    paths = [os.path.join(root, name) for name in names]
    if len(paths) == 1:
        return paths[0]
    if not paths:
        raise ManifestError(
            f"no list of digests in {quoted(root)}: none of its files is called "
            f"{_EXAMPLES}, or the like"
        )
    candidates = [os.fsdecode(path) for path in paths]
    listed = "\n".join(f"  {escape(candidate)}" for candidate in candidates)
    raise ManifestError(
        f"{len(paths)} lists of digests in {quoted(root)}, name the one to check with:\n{listed}",
        candidates,
    )


def _read(root: bytes, path: bytes) -> Manifest:
    try:
        data = _read_regular(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    shown = os.fsdecode(path)
    name = os.path.basename(path)
    found = formats.detect(os.fsdecode(name), data, _algorithms.by_name())
    # A list that is a link is there twice: as the link, and as what it leads to.
    places = (name_below(root, path), name_below(root, os.path.realpath(path)))
    names = [name for name in places if name is not None]
    return Manifest(root, shown, data, found.format, found.algorithm, names)


def _read_regular(path: bytes) -> bytes:
    # O_NONBLOCK: a FIFO without a writer would hold up open().
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        if status.st_size > _MAX_SIZE:
            raise OSError(f"the list is larger than {_MAX_SIZE} bytes")
        data = file.read(status.st_size + 1) or b""  # None: nothing to be had without waiting
        if len(data) != status.st_size:
            raise OSError("it changed while it was read")
        return data


def name_below(root: bytes, path: bytes) -> bytes | None:
    """Return the name that a path has below the root; None if it lies elsewhere."""
    directory = os.path.realpath(os.path.dirname(path) or b".")
    place = os.path.join(directory, os.path.basename(path))
    name = os.path.relpath(place, os.path.realpath(root))
    return None if name.split(os.fsencode(os.sep))[0] == b".." else name


def _is_directory(path: bytes) -> bool:
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: bytes, error: OSError) -> ManifestError:
    return ManifestError(f"cannot read {quoted(path)}: {error.strerror or error}")
