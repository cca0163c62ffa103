"""The lines that the core writes for a list: all that is wanted of most files of it."""

from __future__ import annotations

from checksig._bridge import wire
from checksig._bridge.handles import RECORD
from checksig._results import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._bridge.handles import Packed


def without_lines(packed: Packed, lines: dict[bytes, bytes]) -> Packed:
    """Take the lines of files that were hashed, by their names, and return the other records.

    A result for each of them would take several times as long.
    """
    records, varying, ok = list[bytes](), packed.varying, wire.statuses().index(Status.OK)
    rest, start = list[bytes](), 0
    for number, row in enumerate(RECORD.iter_unpack(packed.records)):
        name_len, listed_len, text_len, digests_len, _, _, found_len, status, _, kind, stat_len = (
            row[2:13]
        )
        name = start + name_len
        found = name + listed_len + found_len
        text = found + text_len
        end = text + digests_len + stat_len
        if status == ok and found_len and not kind:  # what has no digest is a link
            lines[varying[start:name]] = varying[found:text]
        else:
            records.append(packed.records[number * RECORD.size : (number + 1) * RECORD.size])
            rest.append(varying[start:end])
        start = end
    return packed._replace(records=b"".join(records), varying=b"".join(rest))
