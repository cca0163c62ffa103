"""Which files need not be read again to list them.

A file is trusted if it is a regular file, no link, and both its content (mtime) and its inode
(ctime) were last changed before the list was begun, which is the mtime that ``create`` gives to a
list; if the list remembers its size and its mtime, these have to be the same. A file that was put
in the place of another has a new ctime, with whatever mtime it came. Who sets the clock back, or
changes what the device has, deceives this. The digest is then the old one, and verifying fails.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._bridge import handles as _ffi
from checksig._bridge import packed as _packed
from checksig._bridge import records as _run
from checksig._bridge import request as _request
from checksig._entries import Entry
from checksig._making import listed as _listed
from checksig.errors import CreateError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checksig._entries import Listed
    from checksig._results import Algorithm

#: In nanoseconds: the times of files are no finer on some file systems (FAT).
_GRAIN: Final = 2_000_000_000


class Old(NamedTuple):
    """What lists said before."""

    files: dict[str, Listed]
    began: int  # when the oldest of the lists was begun, in nanoseconds since the epoch


def read(lists: Iterable[bytes]) -> Old:
    """Return what lists say, as far as they exist.

    Raises:
        CreateError: one of them cannot be read to its last line.
    """
    files: dict[str, Listed] = {}
    times: list[int] = []
    for path in lists:
        if not os.path.lexists(path):
            continue
        times.append(os.lstat(path).st_mtime_ns)
        try:
            found = _listed.read(path).files
        except ManifestError as error:
            raise CreateError(f"cannot update the list: {error}") from error
        for file in found:
            before = files.get(file.path, file)
            files[file.path] = file._replace(digests=before.digests | file.digests)
    return Old(files, min(times, default=0))


def unchanged(
    root: bytes, old: Old, algorithms: Sequence[Algorithm], choice: Mapping[str, Any]
) -> list[Listed]:
    """Return the files that are trusted, of those that are chosen, with these digests alone."""
    names = [algorithm.name for algorithm in algorithms]
    trusted: dict[str, Listed] = {}
    for file in old.files.values():
        if all(name in file.digests for name in names):
            size = _size(root, file, old.began)
            if size is not None:
                digests = {name: file.digests[name] for name in names}
                trusted[file.path] = file._replace(size=size, digests=digests)
    return [trusted[path] for path in _chosen(root, trusted, names[0], choice)]


def _size(root: bytes, file: Listed, began: int) -> int | None:
    """Return the size of a file in bytes, or None if it may have changed."""
    try:
        status = os.lstat(os.path.join(root, os.fsencode(file.path)))
    except (OSError, ValueError):
        return None
    same = (
        stat.S_ISREG(status.st_mode)
        and max(status.st_mtime_ns, status.st_ctime_ns) + _GRAIN < began
        and file.size in (-1, status.st_size)
        and file.mtime_ns in (None, status.st_mtime_ns)
    )
    return status.st_size if same else None


def _chosen(
    root: bytes, files: Mapping[str, Listed], algorithm: str, choice: Mapping[str, Any]
) -> list[str]:
    """Return which files the patterns choose, and the core finds inside the root, sorted."""
    if not files:
        return []
    entries = [Entry(f.path, f.digests[algorithm], algorithm, 0, f.size) for f in files.values()]
    settings = {**choice["settings"], "size_only": True, "keep_ok": True}
    lists = [_request.List(lines=_packed.pack_entries(entries))]
    request = _request.request(
        "verify", root=root, names=choice["names"], lists=lists, settings=settings
    )
    return sorted(
        result.path
        for step in _run.steps(_ffi.Run(request))
        for result in step.results
        if result.ok
    )
