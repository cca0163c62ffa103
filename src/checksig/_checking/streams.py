"""Streams of a place on their way to the digests that settle its files.

Small ones are read whole, and hashed together; large ones piece by piece, several at a time if the
place has them so; and threads share the work where that is quicker.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import matching
from checksig._bridge.bundles import HELD, ROOM, SMALL, Bundle
from checksig._bridge.hashing import Hashed, Pace, Stoppable
from checksig._bridge.together import MOST, PIECE, Together
from checksig._checking.threads import at_once
from checksig._files import reason
from checksig._names import quoted, shortest
from checksig._places import ChangedError, Fault
from checksig._results import Status
from checksig.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._bridge.hashing import Readable
    from checksig._bridge.wire import Pending
    from checksig._checking.ahead import Ahead
    from checksig._options.values import Reading
    from checksig._places import Item, Place

    #: A file that a place has opened, until the next is asked for.
    _Opened = Iterator[tuple[Item, Readable | Fault]]

#: How many files a thread takes at once, and into how many shares at least those of each thread
#: are divided: some take longer than others.
_TOGETHER: Final = 256
_SHARES: Final = 4
#: In bytes: streams that are smaller on average are read by one thread. To read them is mostly work
#: of Python's, which several threads do not do at the same time, but wait for each other.
_WORTH: Final = 32 << 10
#: In bytes: the shortest pieces of streams, however many threads hold some.
_LEAST: Final = 64 << 10
#: In seconds: how long results may wait for a rate that is kept.
_MOMENT: Final = 0.05


class _Wanted(NamedTuple):
    """A file to read, and the digests that settle it."""

    pending: Pending
    item: Item
    twins: list[Pending]  # other names of the same bytes

    def algorithms(self) -> tuple[str, ...]:
        """Return those of the digests of all names."""
        names = (self.pending, *self.twins)
        return tuple(dict.fromkeys(name for each in names for name in each.algorithms))


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
        wanted = [*left.values()]
        if "parallel" not in self._place.traits or len(wanted) <= 1:
            yield from self._read(wanted, Bundle(self._room))
            return
        # Those of a file system elsewhere wait for it, and not for a processor.
        most: int = getattr(self._place, "readers", os.cpu_count() or 1)
        workers = self._workers or most
        tasks = [*self._tasks(wanted, workers)]
        if workers == 1 or len(tasks) == 1:
            yield from chain.from_iterable(tasks)
        else:
            yield from at_once(tasks, workers, self._stopped)

    def _tasks(self, wanted: Sequence[_Wanted], workers: int) -> Iterator[Iterator[bytes]]:
        """Yield what threads have to do: each task yields what settles files."""
        if "abreast" not in self._place.traits or self._pace.bounded:
            if workers == 1:
                yield self._read(wanted, Bundle(self._room))
            else:
                yield from map(self._read_share, self._shares(wanted, workers))
            return
        small = [each for each in wanted if each.item.size <= SMALL]
        large = deque(each for each in wanted if each.item.size > SMALL)
        if workers == 1 or sum(each.item.size for each in small) < _WORTH * len(small):
            yield self._read(small, Bundle(self._room))
        else:
            yield from map(self._read_share, self._shares(small, workers))
        for _ in range(min(workers, len(large))):
            yield self._read_abreast(large, workers)

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

    def _read_share(self, share: Sequence[_Wanted]) -> Iterator[bytes]:
        room = sum(max(each.item.size, 0) for each in share) + 1
        return self._read(share, Bundle(min(room, ROOM)))

    def _read_abreast(self, queue: deque[_Wanted], workers: int) -> Iterator[bytes]:
        """Read files out of a queue that threads share, several of them at a time."""
        piece = max(_LEAST, min(PIECE, HELD // (workers * MOST)))
        streams: Together[tuple[_Wanted, _Opened]] = Together(piece)
        with streams:
            while True:
                # None takes what another thread could begin with.
                while len(streams) < min(-(-(len(queue) + len(streams)) // workers), MOST):
                    try:
                        wanted = queue.popleft()
                    except IndexError:  # another thread has the last
                        break
                    yield from self._start(wanted, streams)
                if not streams:
                    return
                for (wanted, opened), found in streams.step():
                    for item, _ in opened:
                        raise _surprise(item)
                    if isinstance(found, Hashed):
                        yield _settlements([(wanted, found)])
                    else:
                        yield _broken(wanted, found)

    def _start(
        self, wanted: _Wanted, streams: Together[tuple[_Wanted, _Opened]]
    ) -> Iterator[bytes]:
        opened = self._place.open([wanted.item])
        for item, stream in opened:
            if item.name != wanted.item.name:
                raise _surprise(item)
            if isinstance(stream, Fault):
                yield _refused(wanted, stream.status, stream.reason)
            else:
                streams.start((wanted, opened), self._stoppable(stream), wanted.algorithms())
            return
        yield _unopened(wanted)

    def _read(self, wanted: Iterable[_Wanted], bundle: Bundle[_Wanted]) -> Iterator[bytes]:
        left = {each.item.name: each for each in wanted}
        for item, stream in self._place.open([each.item for each in left.values()]):
            if item.name not in left:
                raise _surprise(item)
            yield from self._settled(left.pop(item.name), item, stream, bundle)
        yield from map(_settlements, bundle.rest())
        for each in left.values():
            yield _unopened(each)

    def _settled(
        self, wanted: _Wanted, item: Item, stream: Readable | Fault, bundle: Bundle[_Wanted]
    ) -> Iterator[bytes]:
        if isinstance(stream, Fault):
            yield _refused(wanted, stream.status, stream.reason)
            return
        try:
            found = bundle.add(wanted, self._stoppable(stream), wanted.algorithms(), item.size)
            yield from map(_settlements, found)
        except OSError as error:
            yield _broken(wanted, error)

    def _stoppable(self, stream: Readable) -> Stoppable:
        return Stoppable(stream, self._stopped, self._cancel, self._pace)


def _surprise(item: Item) -> LibraryError:
    return LibraryError(f"the place opened {quoted(item.name)}, and was not asked to")


def _unopened(wanted: _Wanted) -> bytes:
    """Settle a file of which the place has said nothing."""
    return _refused(wanted, Status.UNREADABLE, "it cannot be opened")


def _broken(wanted: _Wanted, error: OSError) -> bytes:
    changed = isinstance(error, ChangedError)
    return _refused(wanted, Status.CHANGED if changed else Status.UNREADABLE, reason(error))


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
