"""Digests of bytes that do not lie in a file of their own: members of archives, pipes, objects."""

from __future__ import annotations

import errno
import json
import os
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from checksig._bridge import handles
from checksig._bridge.algorithms import lookup

if TYPE_CHECKING:
    from collections.abc import Sequence

#: In bytes. Longer reads are no faster.
_PIECE: Final = 1 << 20


class Readable(Protocol):
    """A binary stream: a file, a member of an archive, a pipe."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Read into a buffer; return how many bytes: 0 at the end, None if there are none yet."""


class Hashed(NamedTuple):
    """The size and the digests of a stream."""

    size: int  # in bytes
    digests: dict[str, bytes]  # by the name of the algorithm


def hash_stream(file: Readable, algorithms: Sequence[str], expected: int | None = None) -> Hashed:
    """Read a stream to its end, once, and return its digests by all these algorithms.

    Args:
        file: The stream.
        algorithms: By any of their names.
        expected: How many bytes there probably are: few need no large buffer, which takes longer
            to make than they take to hash.

    Raises:
        UnknownAlgorithmError: one of them is the name of none.
        OSError: reading failed. There is no digest of half a stream.
        BlockingIOError: the stream has no more for now.
    """
    rows = [lookup(name) for name in algorithms]
    disable = os.environ.get("CHECKSIG_DISABLE", "")
    request = {"algorithms": [row.name for row in rows], "disable": disable}
    room = _PIECE if expected is None else max(1, min(_PIECE, expected + 1))
    total, memory = 0, bytearray(room)
    view, lent = memoryview(memory), handles.lend(memory)
    with handles.Hasher(json.dumps(request).encode()) as hasher:
        while size := file.readinto(view):
            hasher.update(lent, size)
            total += size
        if size is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        digests = hasher.digests(sum(row.size for row in rows))
    ends = [0]
    for row in rows:
        ends.append(ends[-1] + row.size)
    parts = (digests[start:end] for start, end in pairwise(ends))
    return Hashed(total, dict(zip(algorithms, parts, strict=True)))
