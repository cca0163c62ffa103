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
from checksig._bridge.hashing import Block

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
        algorithms: What to hash each of them with, as the core calls it; or several, with commas
            between them, whose digests then stand end to end.
        before_waiting: Called whenever there is nothing to yield yet.
    """
    used = set(algorithms)
    if len(used) == 1:
        yield from _of_one(names, used.pop(), before_waiting)
        return
    found: dict[int, Hashed] = {}
    for algorithm in sorted(used):
        places = [at for at, own in enumerate(algorithms) if own == algorithm]
        for block in together([names[at] for at in places], algorithm, before_waiting):
            end = block.first + block.files
            found.update(zip(places[block.first : end], each(block), strict=True))
    for at, name in enumerate(names):
        yield found.get(at) or read_here(name, algorithms[at])


def _of_one(
    names: Sequence[bytes], algorithm: str, before_waiting: Callable[[], object]
) -> Iterator[Hashed | OSError]:
    at = 0
    for block in together(names, algorithm, before_waiting):
        for name in names[at : block.first]:
            yield read_here(name, algorithm)
        yield from each(block)
        at = block.first + block.files


def each(block: Block) -> Iterator[Hashed]:
    """Yield the files of a block, one by one."""
    digits, start = block.digests.hex(), 0
    for number, size in enumerate(block.sizes, 1):
        end = len(digits) * number // block.files
        yield Hashed(digits[start:end], size)
        start = end


def together(
    names: Sequence[bytes],
    algorithm: str,
    before_waiting: Callable[[], object],
    *,
    compared: bool = False,
) -> Iterator[Block]:
    """Yield the files that the core has hashed, in blocks: the first, and the last, have none.

    When the first is there, the core is at work. What is in none of them is to be read here: its
    turn has come when the next block is there.

    Args:
        names: Of the files; ``-`` is standard input.
        algorithm: What to hash them with, as the core calls it.
        before_waiting: Called whenever there is nothing to yield yet.
        compared: Whether the digests are held against others.
    """
    # The core has nothing to do with standard input: what has no name is no file.
    paths = [b"" if name == STDIN else name for name in names] if STDIN in names else names
    found: Iterator[list[Block]] = iter(())
    if algorithm not in _SHORT:
        found = _hasher.hash_together(paths, algorithm.split(","), compared=compared)
    next(found, None)
    yield Block(0, 0, b"", ())
    for blocks in found:
        yield from blocks
        before_waiting()
    yield Block(len(names), 0, b"", ())


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
