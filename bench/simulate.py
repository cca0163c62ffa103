"""A check on a cluster, simulated: shards, workers, the devices they read, and the scheduler.

Events are taken from a heap in the order of their times. A worker checks a shard in a few pieces.
For each it needs its own time, and a part of what its device can do, which it shares with all who
read there: whoever comes first is served first. The same seed gives the same outcome.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from checksig._shards.executing import RETRIES

#: Into how many pieces a shard is divided: so often others have their turn at a device.
PIECES = 4
#: How many names one request to a store, or to a directory, brings.
PAGE = 1000
#: Of what has to be checked: when that much was done.
MOST = 0.95


class Load(NamedTuple):
    """A shard, as work: files that are read, or names that are looked at."""

    size: int  # in bytes
    files: int
    names: int = 0
    longest: int = 0  # of its files, in bytes
    device: int = 0  # its number


class Speed(NamedTuple):
    """A worker of one thread."""

    rate: float  # bytes per second, of several files side by side
    stream: float  # bytes per second, of a single file
    file: float  # seconds for each file
    name: float  # seconds for each name that is looked at
    task: float  # seconds for each shard

    def alone(self, load: Load) -> float:
        """Return how long a shard takes if nobody else is there, in seconds."""
        least = load.longest / self.stream
        return self.task + self.work(load.size, load.files, load.names, least)

    def work(self, size: float, files: float, names: float, least: float = 0.0) -> float:
        """Return how long some work takes, and not less than its longest file, in seconds."""
        return max(size / self.rate + files * self.file, least) + names * self.name


class Device(NamedTuple):
    """A disk, a server, or all servers of a storage together."""

    bandwidth: float  # bytes per second
    opens: float  # files, or requests, per second
    readers: int | None = None  # how many workers may read at a time; None: all
    crowded: float = 1.0  # how many times slower it is while more than one reads


@dataclass(frozen=True)
class Cluster:
    """The machines, and what goes wrong with them."""

    workers: int
    speed: Speed
    devices: tuple[Device, ...]
    dispatch: float = 0.0  # seconds that the scheduler takes for each shard
    slow: float = 0.0  # which part of the workers is slow
    slowness: float = 1.0  # how many times slower these are
    between_failures: float = 0.0  # of a worker, in seconds on the average; 0: none fails
    restart: float = 60.0  # seconds until a worker that failed is replaced


@dataclass
class Outcome:
    """How a check went."""

    bounds: dict[str, float]  # seconds that it takes at least, and why
    seconds: float = 0.0
    most: float = 0.0  # seconds until most of it was done
    checked: list[int] = field(default_factory=list)  # numbers of shards, as they were finished
    lost: list[int] = field(default_factory=list)  # those that were given up
    again: int = 0  # shards that were begun again
    messages: int = 0  # to and from the scheduler
    scheduler: float = 0.0  # seconds that it was busy

    @property
    def bound(self) -> float:
        """The time that it takes at least, in seconds."""
        return max(self.bounds.values())

    @property
    def efficiency(self) -> float:
        """The least time, as a part of the time that it took."""
        return self.bound / self.seconds


def bounds(loads: Sequence[Load], cluster: Cluster) -> dict[str, float]:
    """Return how long shards take at least, in seconds, for each reason."""
    speed = cluster.speed
    totals = [[0, 0.0] for _ in cluster.devices]
    for load in loads:
        totals[load.device][0] += load.size
        totals[load.device][1] += _requests(load)
    pairs = list(zip(totals, cluster.devices, strict=True))
    work = sum(speed.work(load.size, load.files, load.names) for load in loads)
    return {
        "bandwidth": max(size / device.bandwidth for (size, _), device in pairs),
        "metadata": max(requests / device.opens for (_, requests), device in pairs),
        "longest": max(load.longest for load in loads) / speed.stream,
        "hashing": work / cluster.workers,
    }


def simulate(loads: Sequence[Load], cluster: Cluster, seed: int = 0) -> Outcome:
    """Return how a check of shards goes, which are taken in their order."""
    return _Run(loads, cluster, random.Random(seed)).outcome()


def _requests(load: Load) -> float:
    return load.files + load.names / PAGE


@dataclass
class _Worker:
    slowness: float
    fails: float  # when
    shard: int | None = None
    left: int = 0  # pieces of it


@dataclass
class _Queue:
    """What waits for a device, and until when it is busy."""

    shards: deque[int] = field(default_factory=deque)
    readers: int = 0
    data: float = 0.0
    requests: float = 0.0


class _Run:
    def __init__(self, loads: Sequence[Load], cluster: Cluster, chance: random.Random) -> None:
        self._loads, self._cluster, self._chance = loads, cluster, chance
        self._outcome = Outcome(bounds(loads, cluster))
        self._queues = [_Queue() for _ in cluster.devices]
        for number, load in enumerate(loads):
            self._queues[load.device].shards.append(number)
        slow = round(cluster.slow * cluster.workers)
        self._workers = [
            _Worker(cluster.slowness if n < slow else 1.0, self._failure(0.0))
            for n in range(cluster.workers)
        ]
        # Who is slow is not who comes first.
        chance.shuffle(self._workers)
        self._events = [(0.0, number) for number in range(cluster.workers)]
        self._waiting: list[int] = []
        self._tries = [1 + RETRIES] * len(loads)
        self._free = 0.0  # when the scheduler is
        self._ends: list[tuple[float, int]] = []

    def outcome(self) -> Outcome:
        """Let everything happen."""
        while self._events:
            now, number = heapq.heappop(self._events)
            worker = self._workers[number]
            if worker.fails <= now:
                self._fail(number)
            elif worker.shard is None:
                self._take(now, number)
            elif worker.left:
                self._read(now, number)
            else:
                self._finish(now, number)
        outcome = self._outcome
        outcome.seconds = self._ends[-1][0] if self._ends else 0.0
        outcome.most = self._most()
        return outcome

    def _failure(self, now: float) -> float:
        mean = self._cluster.between_failures
        return now + self._chance.expovariate(1 / mean) if mean else float("inf")

    def _at(self, when: float, number: int) -> None:
        """Have something happen to a worker, or its failure if that comes first."""
        heapq.heappush(self._events, (min(when, self._workers[number].fails), number))

    def _fail(self, number: int) -> None:
        worker = self._workers[number]
        when, shard = worker.fails, worker.shard
        back = when + self._cluster.restart
        worker.fails, worker.shard = self._failure(back), None
        heapq.heappush(self._events, (back, number))
        if shard is None:
            return
        self._tries[shard] -= 1
        if self._tries[shard]:
            self._outcome.again += 1
            self._queues[self._loads[shard].device].shards.appendleft(shard)
        else:
            self._outcome.lost.append(shard)
        self._leave(when, shard)

    def _leave(self, now: float, shard: int) -> None:
        """Have a worker leave a device: it is the turn of one that waits."""
        self._queues[self._loads[shard].device].readers -= 1
        if self._waiting:
            self._at(now, self._waiting.pop())

    def _take(self, now: float, number: int) -> None:
        shard = self._next()
        if shard is None:
            self._waiting.append(number)
            return
        cluster, worker = self._cluster, self._workers[number]
        self._free = max(self._free, now) + cluster.dispatch
        self._outcome.scheduler += cluster.dispatch
        self._outcome.messages += 2  # a shard goes out, and what came of it comes back
        worker.shard, worker.left = shard, PIECES
        self._at(self._free + cluster.speed.task * worker.slowness, number)

    def _next(self) -> int | None:
        """Return the first shard whose device has room for a reader."""
        found: _Queue | None = None
        for queue, device in zip(self._queues, self._cluster.devices, strict=True):
            room = device.readers is None or queue.readers < device.readers
            if room and queue.shards and (found is None or queue.shards[0] < found.shards[0]):
                found = queue
        if found is None:
            return None
        found.readers += 1
        return found.shards.popleft()

    def _read(self, now: float, number: int) -> None:
        """Check a piece of a shard."""
        worker = self._workers[number]
        load = self._loads[worker.shard or 0]
        device, queue = self._cluster.devices[load.device], self._queues[load.device]
        crowded = device.crowded if queue.readers > 1 else 1.0
        size, requests = load.size / PIECES, _requests(load) / PIECES
        queue.data = max(queue.data, now) + size / device.bandwidth * crowded
        queue.requests = max(queue.requests, now) + requests / device.opens * crowded
        speed = self._cluster.speed
        own = (speed.alone(load) - speed.task) / PIECES * worker.slowness
        worker.left -= 1
        self._at(max(now + own, queue.data, queue.requests), number)

    def _finish(self, now: float, number: int) -> None:
        worker = self._workers[number]
        shard, worker.shard = worker.shard or 0, None
        self._outcome.checked.append(shard)
        self._ends.append((now, shard))
        self._leave(now, shard)
        self._at(now, number)

    def _most(self) -> float:
        """Return when most of the work was done, in seconds."""
        speed = self._cluster.speed
        work = [speed.alone(load) for load in self._loads]
        left = MOST * sum(work)
        for when, shard in self._ends:
            left -= work[shard]
            if left <= 0:
                return when
        return self._outcome.seconds
