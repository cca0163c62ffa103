"""The engine for places whose bytes come as streams.

The core matches names and judges; Python reads, and the core's hashers take the digests. A file
that is listed and has to be read is *pending* until it is settled; the run does not end before.
"""

from __future__ import annotations

import time
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final

from checksig._bridge import handles, matching, wire
from checksig._checking.streams import Reader
from checksig._classes import replace
from checksig._places import Fault
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from checksig._bridge.wire import Batch, Pending
    from checksig._checking.ahead import Ahead
    from checksig._options.values import Reading
    from checksig._places import Item, Place

#: In seconds: how long results wait for company.
_FLUSH_AFTER: Final = 0.05


def pack_items(items: Iterable[Item]) -> bytes:
    """Return what there is in a place, as the core matches names with it."""
    return b"".join([_packed(item) for item in items])


def _packed(item: Item) -> bytes:
    version = item.pin if isinstance(item.pin, str) else ""
    fault = item.fault or Fault(Status.OK, version, "counted")
    return matching.item(item.name, item.size, fault.status, fault.unlisted, fault.reason)


def batches(
    request: bytes,
    place: Place,
    manifests: Sequence[str],
    *,
    reading: Reading,
    ahead: Ahead | None = None,
    began: float | None = None,
) -> Generator[Batch, None, None]:
    """Run a match, read the files that it leaves pending, and yield what that brings.

    They are read as they come, so that it does not matter for memory how many there are; but those
    of an archive that is read forward, and was read ahead, in the end, in their order.
    """
    run, reader = handles.Run(request), Reader(place, ahead, reading)
    del request  # it may be large, and the core has a copy
    source = wire.batches(run, manifests, reading.cancel)
    hashed = ahead.bytes if ahead else 0
    waiting: deque[Pending] = deque()
    for batch in source:
        yield _taken(batch, waiting, began, hashed)
        if ahead and batch.totals.lost > len(waiting):
            continue  # there are more names to come
        if not waiting:
            continue
        run.wait_ms = 0
        now, seen = list(waiting), time.perf_counter()
        waiting.clear()
        for settlement in reader.settlements(now):
            run.settle(settlement)
            if time.perf_counter() - seen > _FLUSH_AFTER:
                for each in islice(source, 1):
                    yield _taken(each, waiting, began, hashed)
                seen = time.perf_counter()
        run.wait_ms = handles.WAIT_MS


def _taken(batch: Batch, waiting: deque[Pending], began: float | None, hashed: int) -> Batch:
    """Return a batch whose results were taken, and note the files that are pending.

    Its time is that since the place was begun to be read, which for its names may take long. What
    was hashed by then is not done again, and so the progress does not go back.
    """
    results, progress = list(batch.results), batch.progress
    waiting.extend(batch.pending)
    if began is not None:
        read, total = max(progress.bytes, hashed), max(progress.total_bytes, hashed)
        seconds = time.perf_counter() - began
        progress = replace(progress, bytes=read, total_bytes=total, seconds=seconds)
    return batch._replace(results=iter(results), progress=progress)
