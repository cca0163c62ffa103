"""What is simulated for ``docs/scale.md``: sets of files, clusters, and what goes wrong.

All figures of storage are assumptions, and stand here. Those of a worker are measured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import population
from population import Sizes
from simulate import Cluster, Device, Load, Speed, simulate

#: A hundred servers: together so many bytes, and files that are opened, a second.
STORAGE = Device(bandwidth=200e9, opens=1e6)
#: Disks that spin. With more than one reader, the head goes back and forth.
DISKS = (Device(bandwidth=200e6, opens=100.0, crowded=2.5),) * 16
#: One worker in twenty is four times slower, and each fails once a day.
TROUBLE: dict[str, Any] = {"slow": 0.05, "slowness": 4.0, "between_failures": 86_400.0}

WORKERS = (8, 32, 64, 128, 256, 1024)
#: Of a sweep over the number of shards.
AT_WORK = 256
SHARDS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
#: How often a check of few shards is simulated, and how many shards are many.
CHANCES = 7
_LARGE = 10_000


class Set(NamedTuple):
    """A set of files, in one list or several of equal length."""

    title: str
    files: int  # of a list
    sizes: Sizes
    lists: int = 1

    @property
    def described(self) -> dict[str, Any]:
        """What the results say of it."""
        return {
            "title": self.title,
            "files": self.files * self.lists,
            "bytes": round(self.files * self.lists * self.sizes.mean),
            "lists": self.lists,
            "sigma": self.sizes.sigma,
        }


SETS = {
    "petabyte": Set("1 PB in a billion files", 10_000_000, Sizes(1e6, 2.5), lists=100),
    "many": Set("10 million files of 1 MiB", 10_000_000, Sizes(1 << 20)),
    "fewer": Set("1 million files of 1 MiB", 1_000_000, Sizes(1 << 20)),
    "huge": Set("200 files, 10 TB", 200, Sizes(50e9, 1.0)),
    "disks": Set("1 million files, 4 TB", 1_000_000, Sizes(4e6, 1.5)),
}


class Machine(NamedTuple):
    """What was measured: a worker, and the scheduler."""

    speed: Speed
    dispatch: float  # seconds for a shard

    def cluster(self, workers: int, *, trouble: bool) -> Cluster:
        """Return so many workers before the storage."""
        whole = Cluster(workers, self.speed, (STORAGE,), dispatch=self.dispatch)
        return replace(whole, **TROUBLE) if trouble else whole


@cache
def shards_of(
    name: str, shards: int | None, *, known: bool = True, devices: int = 1
) -> tuple[Load, ...]:
    """Return the shards of all lists of a set: so many of each list, or as the package sees fit.

    Those of all lists that look for files that are not listed come first, then the longest.
    """
    each, chance = SETS[name], random.Random(name)
    found: list[Load] = []
    for _ in range(each.lists):
        steps = population.steps(each.files, each.sizes, chance)
        found += population.loads(steps, shards, known=known, devices=devices)
    return tuple(sorted(found, key=lambda load: not load.names))


def by_workers(machine: Machine) -> Iterator[dict[str, Any]]:
    """Simulate more and more workers, with the default number of shards."""
    for name in ("petabyte", "many", "huge"):
        for trouble in (False, True):
            for workers in WORKERS:
                loads = shards_of(name, None)
                yield point(name, loads, machine.cluster(workers, trouble=trouble))


def by_shards(machine: Machine) -> Iterator[dict[str, Any]]:
    """Simulate more and more shards."""
    for name in ("many", "fewer"):
        for trouble in (False, True):
            for shards in SHARDS:
                loads = shards_of(name, shards)
                yield point(name, loads, machine.cluster(AT_WORK, trouble=trouble))


def by_readers(machine: Machine) -> Iterator[dict[str, Any]]:
    """Simulate disks with as many readers as there are workers, and with one each."""
    for readers in (None, 1):
        devices = tuple([device._replace(readers=readers) for device in DISKS])
        loads = shards_of("disks", 16 * len(DISKS), devices=len(DISKS))
        cluster = Cluster(64, machine.speed, devices, dispatch=machine.dispatch)
        yield {"readers": readers, **point("disks", loads, cluster)}


def point(name: str, loads: tuple[Load, ...], cluster: Cluster) -> dict[str, Any]:
    """Simulate one check, and return what the results say of it.

    Of few shards chance makes much, so there are several runs, and the one in the middle counts.
    """
    chances = CHANCES if len(loads) < _LARGE else 1
    tried = [simulate(loads, cluster, seed) for seed in range(chances)]
    found = sorted(tried, key=lambda outcome: outcome.seconds)[chances // 2]
    why = max(found.bounds, key=lambda each: found.bounds[each])
    return {
        "set": name,
        "workers": cluster.workers,
        "trouble": bool(cluster.slow),
        "shards": len(loads),
        "seconds": found.seconds,
        "most": found.most,
        "bound": found.bound,
        "bound_by": why,
        "efficiency": found.efficiency,
        "again": found.again,
        "lost": len(found.lost),
        "messages": found.messages,
        "scheduler": found.scheduler,
    }
