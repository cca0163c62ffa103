"""The engine for places whose files the core reads by their URLs.

The core matches names and reports what is to be read as pending. The place says where that is, and
the core reads, hashes and judges it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from checksig._bridge import handles, wire
from checksig._checking.streamed import pack_items
from checksig._names import shortest

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from checksig._bridge.wire import Batch
    from checksig._options.values import Reading
    from checksig._places import Served

#: How many files are pending at a time: enough that no reader waits for Python.
WINDOW: Final = 4096


def request(
    place: Served,
    names: Mapping[str, Sequence[bytes]],
    lists: Sequence[wire.List],
    settings: Mapping[str, Any],
) -> bytes:
    """Return a match with what is in a place; or if nobody knows, with what is listed."""
    presumed = "all" not in place.traits
    fetch = {**place.fetch, "window": WINDOW}
    return wire.request(
        "match",
        items=b"" if presumed else pack_items(place),
        names=names,
        lists=lists,
        settings={**settings, "fetch": fetch, "presumed": presumed},
    )


def batches(
    request: bytes, place: Served, manifests: Sequence[str], reading: Reading
) -> Generator[Batch, None, None]:
    """Run a match, have the core read what it leaves pending, and yield what that brings."""
    run = handles.Run(request)
    del request  # it may be large, and the core has a copy
    for batch in wire.batches(run, manifests, reading.cancel):
        results = list(batch.results)
        if batch.pending:
            names = [(each.number, os.fsencode(shortest(each.name))) for each in batch.pending]
            run.fetch(b"".join([place.order(number, name) for number, name in names]))
        yield batch._replace(results=iter(results))
