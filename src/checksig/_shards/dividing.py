"""Shards out of an outline: of about equal cost, the largest first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._bridge.outlines import Crowd, Outline, Step

#: The cost of opening a file, and of finding a name in a directory, in bytes that are read in that
#: time. Measured on a local disk with its files in the page cache, and much more over a network:
#: there all shards have the same share of it.
_A_FILE: Final = 32 << 10
_A_NAME: Final = 4 << 10
#: The cost of a shard if nobody says how many there are to be, in bytes, and the most of them.
_A_SHARD: Final = 1 << 30
_MOST: Final = 1000


class Run(NamedTuple):
    """Steps of an outline, one behind the other, that become a shard."""

    first: int
    last: int
    cost: int  # in bytes


class Walk(NamedTuple):
    """Directories that one shard looks into for files that are not listed."""

    below: bytes  # empty: the root
    beside: tuple[bytes, ...]  # directories below it into which others look
    runs: tuple[int, ...]  # whose lines may name what is there
    cost: int


def cost_of(outline: Outline, shards: int | None) -> int:
    """Return what one shard is to cost, in bytes."""
    whole = sum(map(_cost, outline.steps))
    if shards is not None:
        return max(1, -(-whole // shards))
    return max(_A_SHARD, -(-whole // _MOST))


def _cost(step: Step) -> int:
    return step.size + _A_FILE * step.files


def runs_of(steps: Sequence[Step], cost: int) -> list[Run]:
    """Return steps in runs of about the same cost, those first that cost far more than others.

    The others stay in their order.
    """
    whole = sum(map(_cost, steps))
    wanted = max(1, round(whole / cost))
    runs: list[Run] = []
    first = held = passed = 0
    for number, step in enumerate(steps):
        own = _cost(step)
        if held and own > cost:  # it is a shard by itself
            runs.append(Run(first, number - 1, held))
            first, held = number, 0
        held, passed = held + own, passed + own
        if passed * wanted >= whole * (len(runs) + 1):
            runs.append(Run(first, number, held))
            first, held = number + 1, 0
    if held:
        runs.append(Run(first, len(steps) - 1, held))
    return sorted(runs, key=lambda run: -(run.cost // (2 * cost)))


def walks_of(outline: Outline, runs: Sequence[Run], cost: int, files: int) -> list[Walk]:
    """Return who looks into which directories for files that are not listed.

    A directory with so many listed files that it takes as long as a shard is looked into by one.

    Args:
        outline: Where the claim can be cut.
        runs: The shards with listed files.
        cost: Of a shard.
        files: How many are listed.
    """
    least = max(1, cost // _A_NAME)
    left = {crowd.name: crowd.files for crowd in outline.crowds}
    apart: list[Crowd] = []
    for crowd in sorted(outline.crowds, key=lambda each: -each.name.count(b"/")):
        if left[crowd.name] >= least:
            apart.append(crowd)
            for above in _above(crowd.name):
                if above in left:
                    left[above] -= left[crowd.name]
    names = [crowd.name for crowd in apart]
    rest = files - sum(left[name] for name in names)
    steps = dict(enumerate(runs))
    walks = [
        Walk(
            crowd.name,
            tuple(_nearest(crowd.name, names)),
            tuple([n for n, run in steps.items() if _meets(run, crowd)]),
            _A_NAME * left[crowd.name],
        )
        for crowd in apart
    ]
    held = tuple([n for n, run in steps.items() if not _within(run, apart, outline.ordered)])
    walks.append(Walk(b"", tuple(_nearest(b"", names)), held, _A_NAME * rest))
    return walks


def _above(name: bytes) -> Iterator[bytes]:
    while name := os.path.dirname(name):
        yield name


def _nearest(directory: bytes, names: Sequence[bytes]) -> Iterator[bytes]:
    """Yield those of some directories that are below one, and below no other of them."""
    below = {name for name in names if not directory or name.startswith(directory + b"/")}
    for name in sorted(below):
        if not below & set(_above(name)):
            yield name


def _meets(run: Run, crowd: Crowd) -> bool:
    return run.first <= crowd.last and crowd.first <= run.last


def _within(run: Run, apart: Sequence[Crowd], ordered: bool) -> bool:
    """Whether all that is listed in a run is known to be below one of some directories.

    Names that are ordered stand together if they are below the same directory.
    """
    return ordered and any(c.first < run.first and run.last < c.last for c in apart)
