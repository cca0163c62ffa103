"""Files that are held to the names that Git gives them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files
from checksig._bridge.algorithms import GIT_SHA1
from checksig._bridge.hashing import Stoppable
from checksig._classes import replace
from checksig._places import ChangedError, Fault
from checksig._results import Result, Status

if TYPE_CHECKING:
    from checksig._bridge.hashing import Readable
    from checksig._options.reading import Cancel
    from checksig._places import Item, Place

_PIECE: Final = 1 << 18


class Named(NamedTuple):
    """A file with the name that Git gives it."""

    item: Item  # with its size
    path: str  # in the report
    name: str  # hexadecimal
    source: str  # who says so


def verdict(place: Place, named: Named, cancel: Cancel | None) -> Result:
    """Return the verdict on a file.

    Args:
        place: The place that it lies in.
        named: It.
        cancel: Whether it is wanted no more.
    """
    item, path, name, source = named
    unread = Result(path, Status.UNREADABLE, GIT_SHA1.name, name, manifest=source)
    for _, stream in place.open([item]):
        if isinstance(stream, Fault):
            return replace(unread, status=stream.status, detail=stream.reason)
        try:
            found = _hashed(Stoppable(stream, None, cancel), item.size)
        except ChangedError as error:
            return replace(unread, status=Status.CHANGED, detail=_files.reason(error))
        except OSError as error:
            return replace(unread, detail=_files.reason(error))
        status = Status.OK if found == name.lower() else Status.MISMATCH
        return replace(unread, status=status, found=found, size=item.size)
    return replace(unread, detail="it cannot be opened")


def _hashed(stream: Readable, size: int) -> str:
    """Return the name that Git gives the bytes of a stream.

    Raises:
        OSError: it cannot be read, or has another size.
    """
    if size < 0:
        raise OSError("nobody says how large it is, which Git hashes first")
    digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    room, total = memoryview(bytearray(max(1, min(_PIECE, size + 1)))), 0
    while read := stream.readinto(room):
        digest.update(room[:read])
        total += read
        if total > size:
            break
    if total != size:
        raise ChangedError(f"it has not the {size:,} bytes that it had")
    return digest.hexdigest()
