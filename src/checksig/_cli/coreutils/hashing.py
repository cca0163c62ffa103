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

from checksig._bridge import hashing as _hasher
from checksig._bridge import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from io import FileIO

Item = TypeVar("Item")

#: The digest of a file and its size in bytes; None if the core has none.
Found = tuple[bytes, int] | None

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
        algorithms: What to hash each of them with, as the core calls it; or several, with commas
            between them, whose digests then stand end to end.
        before_waiting: Called whenever there is nothing to yield yet.
    """
    at = 0
    for found in by_the_core(names, algorithms, before_waiting):
        for each in found:
            yield settle(each, names[at], algorithms[at])
            at += 1


def settle(found: Found, name: bytes, algorithm: str) -> Hashed | OSError:
    """Return what the core found, or read the file here: its turn has come."""
    return Hashed(found[0].hex(), found[1]) if found else read_here(name, algorithm)


def by_the_core(
    names: Sequence[bytes], algorithms: Sequence[str], before_waiting: Callable[[], object]
) -> Iterator[list[Found]]:
    """Yield what the core finds, in the order of the names, as many at a time as there are.

    The arguments are those of ``in_order``.
    """
    found: list[Found] = [None] * len(names)
    known = bytearray(len(names))  # what the core has said something about
    done = 0
    for algorithm, places in _by_algorithm(names, algorithms).items():
        for _ in _run(algorithm, names, places, found, known):
            end = known.find(0, done) if 0 in known else len(names)
            if end > done:
                yield found[done:end]
                found[done:end] = [None] * (end - done)  # which are done with
                done = end
            before_waiting()
    if done < len(names):
        yield found[done:]


def _by_algorithm(names: Sequence[bytes], algorithms: Sequence[str]) -> dict[str, Sequence[int]]:
    """Return the places of files by the algorithm of the core that they have."""
    used = set(algorithms)
    if len(used) == 1:
        return {name: range(len(names)) for name in used - _SHORT.keys()}
    return {
        name: [at for at, own in enumerate(algorithms) if own == name]
        for name in sorted(used - _SHORT.keys())
    }


def _run(
    algorithm: str,
    names: Sequence[bytes],
    places: Sequence[int],
    found: list[Found],
    known: bytearray,
) -> Iterator[None]:
    """Have files hashed; yield each time that there are more."""
    # The core has nothing to do with standard input: what has no name is no file.
    paths = (b"" if names[at] == STDIN else names[at] for at in places)
    request = wire.request("hash", paths=paths, settings={"algorithms": algorithm.split(",")})
    for batch in _hasher.hashes(request):
        for line, digest, size in batch:
            at = places[line - 1]
            known[at] = 1
            if digest is not None:
                found[at] = digest, size
        yield


def read_here(name: bytes, algorithm: str) -> Hashed | OSError:
    """Hash whatever the name leads to, or return why that cannot be done."""
    try:
        with open_named(name) as file:
            if size := _SHORT.get(algorithm):
                return _short(file, size)
            hashed = _hasher.hash_stream(file, algorithm.split(","))
    except OSError as error:
        return error
    return Hashed(b"".join(hashed.digests.values()).hex(), hashed.size)


def as_files(names: Iterable[bytes]) -> list[bytes]:
    """Return names so that each is that of a file: ``-`` is one, too."""
    return [b"./-" if name == STDIN else name for name in names]


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
