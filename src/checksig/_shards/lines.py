"""The lines of shards: read where they lie, and held to what the plan says of them."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from typing import TYPE_CHECKING, Final

from checksig import _files, _places
from checksig._bridge.wire import List
from checksig._names import quoted
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._options.values import Network
    from checksig._shards.plan import PlanPart, Shard

_LENGTH: Final = struct.Struct("<Q")
#: In bytes: how much is read at a time to hash it, and of the lines of several shards.
_PIECE: Final = 1 << 20
_TOGETHER: Final = 64 << 20
#: Fast: lines of digests do not get much smaller whatever is tried.
_LEVEL: Final = 1


def packed(lists: int, blocks: Iterable[Sequence[bytes]]) -> bytes:
    """Return packed lines of so many lists, compressed: blocks of each, as steps have them."""
    columns: list[list[bytes]] = [[] for _ in range(lists)]
    for row in blocks:
        for column, block in zip(columns, row, strict=True):
            column.append(block)
    joined = [b"".join(column) for column in columns]
    pieces = [piece for each in joined for piece in (_LENGTH.pack(len(each)), each)]
    return zlib.compress(b"".join(pieces), _LEVEL)


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Yield the packed lines of each list.

    Raises:
        PlanError: they are none.
    """
    try:
        whole = zlib.decompress(data)
        at = 0
        while at < len(whole):
            (size,) = _LENGTH.unpack_from(whole, at)
            at += _LENGTH.size + size
            if at > len(whole):
                raise PlanError("packed lines end early")
            yield whole[at - size : at]
    except (zlib.error, struct.error) as error:
        raise PlanError(f"packed lines cannot be unpacked: {error}") from error


def lists_of(planned: PlanPart, shard: Shard, data: bytes) -> list[List]:
    """Return the lines of a shard as the core takes them.

    Raises:
        PlanError: they are none.
    """
    base = os.fsencode(planned.base)
    if planned.source:
        [(untagged, family, zero, backslashes)] = planned.lists
        return [
            List(
                base,
                data,
                b"",
                untagged,
                family,
                zero=zero,
                backslashes=backslashes,
                first=shard.line,
            )
        ]
    found = list(_unpacked(data))
    if len(found) != len(planned.lists):
        raise PlanError(f"there are packed lines of {len(found)} lists")
    return [List(b"", b"", each) for each in found]


def sha256(data: bytes) -> str:
    """Return the SHA-256 of lines, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: bytes, at: int, end: int) -> str:
    """Return the SHA-256 of some bytes of a file, in hexadecimal.

    Raises:
        PlanError: they cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with _files.opened(path) as file:
            file.seek(at)
            while at < end and (piece := file.read(min(_PIECE, end - at))):
                digest.update(piece)
                at += len(piece)
    except OSError as error:
        raise _files.unreadable(path, error, PlanError) from error
    if at < end:
        raise PlanError(f"{quoted(path)} is shorter than it was")
    return digest.hexdigest()


def read(
    source: bytes, size: int, shards: Sequence[Shard], network: Network
) -> Iterator[tuple[Shard, bytes]]:
    """Yield shards with their lines as they lie in a file, or at an address.

    What stands together is read together: to ask a store takes longer than to read a little.

    Args:
        source: The path of the file, or the address.
        size: In bytes, of all that was there when the plan was made; 0: nobody has looked.
        shards: They.
        network: How servers are asked.

    Raises:
        PlanError: they cannot be read, or what is there is not what was there.
    """
    for together in _together(sorted(shards, key=lambda shard: shard.at)):
        at, end = together[0].at, together[-1].end
        if _places.is_address(source):
            now, data = _from_afar(source, at, end, network)
        else:
            now, data = _from_here(source, at, end)
        if size and now != size:
            raise _changed(source)
        for shard in together:
            yield shard, held(data[shard.at - at : shard.end - at], shard, source)


def _together(shards: Sequence[Shard]) -> Iterator[list[Shard]]:
    """Yield shards whose lines stand one behind the other, and are not too many."""
    held: list[Shard] = []
    for shard in shards:
        if held and (held[-1].end != shard.at or shard.end - held[0].at > _TOGETHER):
            yield held
            held = []
        held.append(shard)
    if held:
        yield held


def held(data: bytes, shard: Shard, source: bytes) -> bytes:
    """Return lines that are those that were planned.

    Raises:
        PlanError: they are others.
    """
    if sha256(data) != shard.sha256:
        raise _changed(source)
    return data


def _changed(source: bytes) -> PlanError:
    where = _places.quoted_path(source)
    return PlanError(f"{where} has changed since the plan was made: make a new plan")


def _from_here(source: bytes, at: int, end: int) -> tuple[int, bytes]:
    """Return the size of a file, and some bytes of it."""
    try:
        with _files.opened(source) as file:
            now = file.seek(0, os.SEEK_END)
            if now < end:  # before room is made for them
                raise _changed(source)
            file.seek(at)
            return now, file.read(end - at)
    except OSError as error:
        raise _files.unreadable(source, error, PlanError) from error


def _from_afar(source: bytes, at: int, end: int, network: Network) -> tuple[int, bytes]:
    """Return the size of a list in a store, and some bytes of it."""
    place = _places.open_place(source, network)
    there = _places.served(place)
    if there is None:
        raise PlanError(f"{_places.quoted_path(source)} is in no store")
    try:
        return there.part(there.name, at, end)
    except OSError as error:
        why = _files.reason(error)
        raise PlanError(f"cannot read {_places.quoted_path(source)}: {why}") from error
    finally:
        place.close()
