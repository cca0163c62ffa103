"""The digests of one file, as a record of the core has them."""

from __future__ import annotations

import struct
from functools import cache

from checksig._bridge.algorithms import algorithms
from checksig._results import Digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

# See checksig.h: "each of several digests".
_DIGEST: Final = struct.Struct("<IIBB")


@cache
def algorithm_names() -> tuple[str | None, ...]:
    """Return the names of all algorithms, by their numbers; None for numbers of none."""
    names = [algorithm.name for algorithm in algorithms()]
    return (*names, *[None] * (256 - len(names)))


def unpacked(row: bytes, manifests: Sequence[str]) -> tuple[Digest, ...]:
    """Return the digests of a file of which several are listed.

    Args:
        row: They, packed.
        manifests: The paths of the lists, in their order.
    """
    digests: list[Digest] = []
    names = algorithm_names()
    line: int
    number: int
    algorithm: int
    at = 0
    while at < len(row):
        line, number, algorithm, size = _DIGEST.unpack_from(row, at)
        listed = at + _DIGEST.size
        found = listed + 2 * size
        at = found + size
        digests.append(
            Digest(
                algorithm=names[algorithm] or "",
                listed=row[listed:found].decode(),
                found=row[found:at].hex(),
                manifest=manifests[number] if line and number < len(manifests) else None,
                line=line or None,
            )
        )
    return tuple(digests)


def of_pending(
    row: bytes, algorithm: int, listed: bytes
) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    """Return the algorithms of a pending file, and a digest by each, in hexadecimal.

    Args:
        row: All digests that are listed for it, packed, if they are several.
        algorithm: The number of the algorithm, if it is one.
        listed: The digest then.

    There are no digests if an algorithm has several.
    """
    if not row:
        return (algorithm_names()[algorithm] or "",), (listed,)
    several = unpacked(row, ())
    names = tuple(dict.fromkeys([each.algorithm for each in several]))
    if len(names) < len(several):
        return names, ()
    return names, tuple([each.listed.encode() for each in several])
