"""Digests that are taken from the list before: their files need not be read again.

A digest is reused if its file is a regular file, no link, and both its content (mtime) and its
inode (ctime) were last changed before the list was begun, which is the mtime that ``create`` gives
to a list; if the list remembers its size and its mtime, these have to be the same. A file that was
put in the place of another has a new ctime, with whatever mtime it came. Who sets the clock back,
or changes what the device has, deceives this. The digest is then the old one, and verifying fails.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import packed, wire
from checksig._entries import Entry
from checksig._making import listed
from checksig.errors import CreateError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checksig._entries import Listed
    from checksig._making.list_request import ListRequest

#: In nanoseconds: the times of files are no finer on some file systems (FAT).
_GRAIN: Final = 2_000_000_000


class PreviousList(NamedTuple):
    """The files of lists that are to be updated."""

    files: dict[str, Listed]
    began: int  # when the oldest of the lists was begun, in nanoseconds since the epoch


#: There is none.
NONE: Final = PreviousList({}, 0)


def reused(wanted: ListRequest, previous: PreviousList) -> list[Listed]:
    """Return the files whose digests are kept, sorted, with the digests asked for alone.

    Raises:
        CreateError: nothing would tell damage, as no algorithm of the list is asked for.
    """
    names = [algorithm.name for algorithm in wanted.algorithms]
    for file in previous.files.values():
        if file.digests and not any(name in file.digests for name in names):
            held = ", ".join(sorted(file.digests))
            raise CreateError(
                f"cannot update the list: it holds {held}, and changed files are compared with "
                "that; ask for that as well, or make a new list"
            )
    kept: dict[str, Listed] = {}
    for file in previous.files.values():
        if all(name in file.digests for name in names):
            size = _size(wanted.root, file, previous.began)
            if size is not None:
                digests = {name: file.digests[name] for name in names}
                kept[file.path] = file._replace(size=size, digests=digests)
    return [kept[path] for path in _chosen(wanted, kept, names[0])]


def read(lists: Iterable[bytes]) -> PreviousList:
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
            found = listed.read(path).files
        except ManifestError as error:
            raise CreateError(f"cannot update the list: {error}") from error
        for file in found:
            before = files.get(file.path, file)
            files[file.path] = file._replace(digests=before.digests | file.digests)
    return PreviousList(files, min(times, default=0))


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


def _chosen(wanted: ListRequest, files: Mapping[str, Listed], algorithm: str) -> list[str]:
    """Return which files the patterns choose, and the core finds inside the root, sorted."""
    if not files:
        return []
    entries = [Entry(f.path, f.digests[algorithm], algorithm, 0, f.size) for f in files.values()]
    settings = {"symlinks": wanted.symlinks, "size_only": True, "keep_ok": True}
    lists = [wire.List(lines=packed.pack_entries(entries))]
    request = wire.request(
        "verify", root=wanted.root, names=wanted.patterns, lists=lists, settings=settings
    )
    return sorted(
        result.path for batch in wire.batches(request) for result in batch.results if result.ok
    )
