"""Streams of a place on their way to the digests that settle its files."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import matching
from checksig._bridge.bundles import HELD, ROOM, SMALL, Bundle
from checksig._bridge.hashing import Pace, Stoppable
from checksig._files import reason
from checksig._forking import loading
from checksig._names import quoted, shortest
from checksig._places import ChangedError, Fault
from checksig._results import Status
from checksig.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._bridge.hashing import Hashed, Readable
    from checksig._bridge.wire import Pending
    from checksig._checking.ahead import Ahead
    from checksig._options.values import Reading
    from checksig._places import Item, Place

#: In seconds: how long results may wait for a rate that is kept.
_MOMENT: Final = 0.05
#: How many files a thread takes at once, and into how many shares at least those of each thread
#: are divided: some take longer than others.
_TOGETHER: Final = 256
_SHARES: Final = 4


class _Wanted(NamedTuple):
    """A file to read, and the digests that settle it."""

    pending: Pending
    item: Item
    twins: list[Pending]  # other names of the same bytes


class Reader:
    """Reads the files of a place for their digests."""

    def __init__(self, place: Place, ahead: Ahead | None, reading: Reading) -> None:
        """Begin with what there is, what was read of it already, and how to read."""
        self._place, self._ahead, self._workers = place, ahead, reading.workers
        self._stopped, self._cancel = threading.Event(), reading.cancel
        self._pace, self._room = Pace(reading.rate), ROOM
        if reading.rate:  # results do not wait for more than is read in a moment
            self._room = min(ROOM, int(reading.rate * _MOMENT))

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
