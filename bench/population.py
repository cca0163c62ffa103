"""Made-up files, as many as there are to be, and their lists, cut by the package's own code.

A billion files are not made one by one. The longest are drawn, each by itself; of the others a
part of the list has the mean, more or less. So what is rare and large is where chance puts it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from simulate import Load

from checksig._bridge.outlines import Outline, Step
from checksig._shards import dividing

#: How many parts a list is divided into at most: ``steps`` in core/internal/claim/outline.go.
STEPS = 4096
#: A line of a list, in bytes: a SHA-256, two blanks, a name of forty bytes, a newline.
LINE = 64 + 2 + 40 + 1
#: How many of the longest files are drawn one by one.
DRAWN = 2000

_NORMAL = NormalDist()


class Sizes(NamedTuple):
    """Sizes of files: a lognormal distribution, which has a heavy tail."""

    mean: float  # in bytes
    sigma: float = 0.0  # of the logarithm; 0: all have the same size

    def drawn(self, files: int, chance: random.Random) -> list[float]:
        """Return the sizes of the longest files, the longest first.

        They are as if all had been drawn and sorted (Rényi's representation of order statistics).
        """
        if not self.sigma:
            return []
        found, passed = [], 0.0
        for number in range(min(DRAWN, files)):
            passed += chance.expovariate(1.0) / (files - number)
            longer = -math.expm1(-passed)  # the share of files that are
            found.append(math.exp(self._mu - self.sigma * _NORMAL.inv_cdf(longer)))
        return found

    def below(self, size: float) -> tuple[float, float]:
        """Return the mean of files below a size, in bytes, and their standard deviation."""
        if not self.sigma:
            return self.mean, 0.0
        place = (math.log(size) - self._mu) / self.sigma
        part = _NORMAL.cdf(place)
        mean = self.mean * _NORMAL.cdf(place - self.sigma) / part
        square = self.mean**2 * math.exp(self.sigma**2) * _NORMAL.cdf(place - 2 * self.sigma) / part
        return mean, math.sqrt(max(0.0, square - mean**2))

    @property
    def _mu(self) -> float:
        return math.log(self.mean) - self.sigma**2 / 2


def steps(files: int, sizes: Sizes, chance: random.Random) -> list[Step]:
    """Return the steps of a list of so many files."""
    long = sizes.drawn(files, chance)
    mean, deviation = sizes.below(long[-1] if long else math.inf)
    count = min(STEPS, files)
    placed: list[list[float]] = [[] for _ in range(count)]
    for place, size in zip(chance.sample(range(files), len(long)), long, strict=True):
        placed[-(-(place + 1) * count // files) - 1].append(size)
    found = []
    for number, own in enumerate(placed):
        first, last = files * number // count, files * (number + 1) // count
        many = last - first - len(own)
        rest = many * mean + chance.gauss(0.0, 1.0) * deviation * math.sqrt(many)
        found.append(
            Step(
                at=first * LINE,
                end=last * LINE,
                first=first + 1,
                entries=last - first,
                files=last - first,
                size=int(sum(own) + max(rest, many * mean / 10)),
                longest=int(max(own, default=mean + 3 * deviation if many > 1 else mean)),
                bare=0,
                name=b"%012d" % first,
            )
        )
    return found


def loads(
    whole: Sequence[Step], shards: int | None, *, known: bool = True, devices: int = 1
) -> list[Load]:
    """Return the shards of a list, in the order in which they are given to workers.

    Args:
        whole: The steps of the list.
        shards: How many there are to be, more or less; None: as the package sees fit.
        known: Whether the plan knows the sizes of files.
        devices: On how many devices the files are, a stretch of the list on each.
    """
    seen = whole if known else [step._replace(size=0, longest=0) for step in whole]
    outline = Outline(seen, ordered=True, longest=b"")
    cost = dividing.cost_of(outline, shards)
    runs = dividing.runs_of(seen, cost)
    walks = dividing.walks_of(outline, runs, cost)
    looks = [
        Load(0, 0, names=walk.names, device=number % devices) for number, walk in enumerate(walks)
    ]
    reads = [
        Load(
            size=sum(step.size for step in own),
            files=sum(step.files for step in own),
            longest=max(step.longest for step in own),
            device=run.first * devices // len(whole),
        )
        for run in runs
        for own in [whole[run.first : run.last + 1]]
    ]
    return looks + reads
