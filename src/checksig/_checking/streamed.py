"""The engine for places whose bytes come as streams.

The core matches names and judges; Python reads, and the core's hashers take the digests. A file
that is listed and has to be read is *pending* until it is settled; the run does not end before.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import handles, matching, wire
from checksig._bridge.bundles import HELD, ROOM, SMALL, Bundle
from checksig._bridge.hashing import Pace, Stoppable
from checksig._classes import replace
from checksig._files import reason
from checksig._forking import loading
from checksig._names import quoted, shortest
from checksig._places import ChangedError, Fault
from checksig._results import Status
from checksig.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from checksig._bridge.hashing import Hashed, Readable
    from checksig._bridge.wire import Batch, Pending
    from checksig._checking.ahead import Ahead
    from checksig._options.values import Reading
    from checksig._places import Item, Place

#: In seconds: how long results wait for company.
_FLUSH_AFTER: Final = 0.05
#: How many files a thread takes at once, and into how many shares at least those of each thread
#: are divided: some take longer than others.
_TOGETHER: Final = 256
_SHARES: Final = 4


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
    run, reader = handles.Run(request), _Reader(place, ahead, reading)
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


class _Wanted(NamedTuple):
    """A file to read, and the digests that settle it."""

    pending: Pending
    item: Item
    twins: list[Pending]  # other names of the same bytes


class _Reader:
    """Reads the files of a place for their digests."""

    def __init__(self, place: Place, ahead: Ahead | None, reading: Reading) -> None:
        self._place, self._ahead, self._workers = place, ahead, reading.workers
        self._stopped, self._cancel = threading.Event(), reading.cancel
        self._pace, self._room = Pace(reading.rate), ROOM
        if reading.rate:  # results do not wait for more than is read in a moment
            self._room = min(ROOM, int(reading.rate * _FLUSH_AFTER))

    def settlements(self, pending: Iterable[Pending]) -> Iterator[bytes]:
        """Read files, and yield what settles each of them."""
        left: dict[bytes, _Wanted] = {}
        readers: dict[bytes, _Wanted] = {}  # by the first name of their bytes
        for each in pending:
            name = os.fsencode(shortest(each.name))
            item = self._place.find(name)
            if item is None:
                yield matching.refusal(each.number, Status.MISSING, "no such file")
            elif item.name != name:  # which another name may be for as well
                why = f"the place has it as {quoted(item.name)}"
                yield matching.refusal(each.number, Status.UNREADABLE, why)
            elif self._ahead and (hashed := self._ahead.take(item, each.algorithms)):
                yield _settlement(each, hashed)
            elif other := readers.get(item.linked or item.name):
                other.twins.append(each)
            else:
                left[item.name] = readers[item.linked or item.name] = _Wanted(each, item, [])
        if "parallel" not in self._place.traits or self._workers == 1 or len(left) <= 1:
            yield from self._read(left.values(), Bundle(self._room))
            return
        with loading:  # no fork comes between: it has something to do at forks, once it is there
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (as said)
        # Those of a file system elsewhere wait for it, and not for a processor.
        most: int = getattr(self._place, "readers", os.cpu_count() or 1)
        workers = self._workers or most
        with ThreadPoolExecutor(workers) as pool:
            try:
                yield from pool.map(self._read_share, self._shares([*left.values()], workers))
            except BaseException:
                self._stopped.set()
                raise
            finally:
                pool.shutdown(cancel_futures=True)

    def _shares(self, wanted: Sequence[_Wanted], workers: int) -> Iterator[list[_Wanted]]:
        """Yield files in shares, each for one thread: those that are hashed together, or one."""
        sizes = [max(each.item.size, 0) for each in wanted]
        small = sum(size for size in sizes if size <= SMALL)
        most = min(self._room, HELD // workers, small // (_SHARES * workers))
        share, held = list[_Wanted](), 0
        for each, size in zip(wanted, sizes, strict=True):
            if share and (held + size > most or len(share) >= _TOGETHER):
                yield share
                share, held = [], 0
            share.append(each)
            held += size
        if share:
            yield share

    def _read_share(self, share: list[_Wanted]) -> bytes:
        room = sum(max(each.item.size, 0) for each in share) + 1
        return b"".join(self._read(share, Bundle(min(room, ROOM))))

    def _read(self, wanted: Iterable[_Wanted], bundle: Bundle[_Wanted]) -> Iterator[bytes]:
        left = {each.item.name: each for each in wanted}
        for item, stream in self._place.open([each.item for each in left.values()]):
            if item.name not in left:
                raise LibraryError(f"the place opened {quoted(item.name)}, and was not asked to")
            yield from self._settled(left.pop(item.name), item, stream, bundle)
        yield from map(_settlements, bundle.rest())
        for each in left.values():  # the place has said nothing of them
            yield _refused(each, Status.UNREADABLE, "it cannot be opened")

    def _settled(
        self, wanted: _Wanted, item: Item, stream: Readable | Fault, bundle: Bundle[_Wanted]
    ) -> Iterator[bytes]:
        if isinstance(stream, Fault):
            yield _refused(wanted, stream.status, stream.reason)
            return
        everyone = [wanted.pending, *wanted.twins]
        algorithms = tuple(dict.fromkeys(name for each in everyone for name in each.algorithms))
        try:
            stoppable = Stoppable(stream, self._stopped, self._cancel, self._pace)
            yield from map(_settlements, bundle.add(wanted, stoppable, algorithms, item.size))
        except ChangedError as error:
            yield _refused(wanted, Status.CHANGED, reason(error))
        except OSError as error:
            yield _refused(wanted, Status.UNREADABLE, reason(error))


def _refused(wanted: _Wanted, status: Status, why: str) -> bytes:
    names = (wanted.pending, *wanted.twins)
    return b"".join([matching.refusal(each.number, status, why) for each in names])


def _settlements(found: list[tuple[_Wanted, Hashed]]) -> bytes:
    return b"".join(
        [
            _settlement(each, hashed)
            for wanted, hashed in found
            for each in (wanted.pending, *wanted.twins)
        ]
    )


def _settlement(pending: Pending, hashed: Hashed) -> bytes:
    found = b"".join([hashed.digests[name] for name in pending.algorithms])
    return matching.settlement(pending.number, hashed.size, found)
