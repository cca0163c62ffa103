"""The bytes about files that Python reads: items to match lists with, and what settles them."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Final

from checksig._bridge.wire import statuses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._results import Status

# See checksig.h: packed items, and checksig_settle.
_ITEM: Final = struct.Struct("<IqBBI")
_SETTLEMENT: Final = struct.Struct("<IBBHqI")
#: How many digests of a file a server may have: there is a bit for each.
MOST_SERVED: Final = 16
#: The marks of items.
_MARKS: Final = {"counted": 0, "ignored": 1, "reported": 2}


def item(name: bytes, size: int, status: Status, unlisted: str, reason: str) -> bytes:
    """Return a name that a list is matched with, packed.

    Args:
        name: Below the root.
        size: In bytes; -1 if it is not known.
        status: OK if the caller can read it, or else what it is without that.
        unlisted: Its fate if no list names it: "counted", "ignored" or "reported".
        reason: Why it cannot be read; or the version, if it can be read by a URL.
    """
    why = os.fsencode(reason)
    number = statuses().index(status)
    return _ITEM.pack(len(name), size, number, _MARKS[unlisted], len(why)) + name + why


def settlement(number: int, size: int, digests: bytes) -> bytes:
    """Return what a pending file is that was read: its size in bytes, and its digests."""
    return _SETTLEMENT.pack(number, 0, 0, 0, size, len(digests)) + digests


def served(number: int, size: int, digests: Sequence[bytes | None]) -> bytes:
    """Return what a server says of all of a pending file.

    Args:
        number: Of the file.
        size: In bytes.
        digests: By each algorithm that is listed, at most MOST_SERVED; None where it has none.
    """
    among = sum([1 << at for at, each in enumerate(digests) if each is not None])
    said = b"".join([each for each in digests if each is not None])
    return _SETTLEMENT.pack(number, 0, 1, among, size, len(said)) + said


def refusal(number: int, status: Status, reason: str) -> bytes:
    """Return why a pending file could not be read to its end."""
    why = os.fsencode(reason)
    return _SETTLEMENT.pack(number, statuses().index(status), 0, 0, -1, len(why)) + why
