"""Digests of files in the order in which they are named.

Regular files are hashed by the core, many at a time. Everything else - standard input, FIFOs,
devices, files that say less than they hold - is read here, one after the other, when its turn has
come. That is also how errors are found out: the core only says that it did not hash a file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from io import BufferedReader
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from checksig import _ffi, _hasher, _request, _run
from checksig._types import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from io import FileIO

Item = TypeVar("Item")

STDIN: Final = b"-"

#: How many files are handed to the core at a time: few at first, so that there is something to
#: show soon; never so many that it matters how much memory the results take that came out of order.
CHUNKS: Final = (64, 1 << 10, 1 << 14, 1 << 16)

_PIECE: Final = 1 << 20

#: BLAKE2b with digests that the core does not have, because they are too short to rely on.
_SHORT: Final = {f"blake2b-{bits}": bits // 8 for bits in range(8, 128, 8)}


class Hashed(NamedTuple):
    """The digest of a file in hexadecimal, and its size in bytes."""

    digest: str
    size: int


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield lists of items, as many as are hashed at a time."""
    iterator = iter(items)
    for size in chain(CHUNKS, repeat(CHUNKS[-1])):
        if not (chunk := list(islice(iterator, size))):
            return
        yield chunk


def in_order(
    names: Sequence[bytes], algorithms: Sequence[str], before_waiting: Callable[[], object]
) -> Iterator[Hashed | OSError]:
    """Yield the digest of each file, or why there is none.

    Args:
        names: Of the files; ``-`` is standard input.
        algorithms: What to hash each of them with, as the core calls it.
        before_waiting: Called whenever there is nothing to yield yet.
    """
    slots: list[Hashed | None] = [None] * len(names)
    known = bytearray(len(names))  # what the core has said something about
    done = 0
    for places in _by_algorithm(names, algorithms):
        algorithm = algorithms[places[0]]
        for at, found in _core(names, places, algorithm, before_waiting):
            slots[at], known[at] = found, 1
            if at != done:
                continue
            while done < len(names) and known[done]:
                yield slots[done] or read_here(names[done], algorithms[done])
                slots[done] = None
                done += 1
    while done < len(names):
        yield slots[done] or read_here(names[done], algorithms[done])
        done += 1


def _by_algorithm(names: Sequence[bytes], algorithms: Sequence[str]) -> list[list[int]]:
    """Return the places of files that share an algorithm of the core."""
    places: dict[str, list[int]] = {}
    for at in range(len(names)):
        places.setdefault(algorithms[at], []).append(at)
    return [group for algorithm, group in places.items() if algorithm not in _SHORT]


def _core(
    names: Sequence[bytes],
    places: Sequence[int],
    algorithm: str,
    before_waiting: Callable[[], object],
) -> Iterator[tuple[int, Hashed | None]]:
    """Yield the places of files as the core is done with them, with None if it has no digest."""
    # The core has nothing to do with standard input: what has no name is no file.
    paths = (b"" if names[at] == STDIN else names[at] for at in places)
    settings = {"algorithms": [algorithm]}
    request = _request.request("hash", names={"paths": paths}, settings=settings)
    before_waiting()
    for step in _run.steps(_ffi.Run(request)):
        for result in step.results:
            at = places[(result.line or 0) - 1]
            if result.status is Status.OK and result.found is not None:
                yield at, Hashed(result.found, result.size or 0)
            else:
                yield at, None
        before_waiting()


def read_here(name: bytes, algorithm: str) -> Hashed | OSError:
    """Hash whatever the name leads to, or return why that cannot be done."""
    try:
        with open_named(name) as file:
            if size := _SHORT.get(algorithm):
                return _short(file, size)
            hashed = _hasher.hash_stream(file, [algorithm])
    except OSError as error:
        return error
    return Hashed(hashed.digests[algorithm].hex(), hashed.size)


def open_named(name: bytes) -> FileIO:
    """Open a file to read, or standard input, which stays open."""
    is_stdin = name == STDIN
    if is_stdin and sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] (it was closed, and its number may be another file's)
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return open(0 if is_stdin else name, "rb", buffering=0, closefd=not is_stdin)


def open_list(name: bytes) -> BufferedReader:
    """Open a file, or standard input, to read its lines."""
    return BufferedReader(open_named(name), 1 << 16)


def _short(file: _hasher.Readable, size: int) -> Hashed:
    hasher, total, memory = hashlib.blake2b(digest_size=size), 0, bytearray(_PIECE)
    view = memoryview(memory)
    while read := file.readinto(view):
        hasher.update(view[:read])
        total += read
    return Hashed(hasher.hexdigest(), total)
