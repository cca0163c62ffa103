"""Shards out of an outline: of about equal cost, the largest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._bridge.outlines import Outline, Step

#: The cost of opening a file, and of finding a name in a directory, in bytes that are read in that
#: time. Measured on a local disk with its files in the page cache, and much more over a network:
#: there all shards have the same share of it.
_A_FILE: Final = 32 << 10
_A_NAME: Final = 4 << 10
#: The cost of a shard if nobody says how many there are to be, in bytes, and the most of them: by
#: default, arrays of Slurm have 1000 jobs at most.
_A_SHARD: Final = 1 << 30
_MOST: Final = 800


class Run(NamedTuple):
    """Steps of an outline, one behind the other, that become a shard."""

    first: int
    last: int
    cost: int  # in bytes


class Walk(NamedTuple):
    """Names that one shard looks for among files that are not listed."""

    start: bytes  # the first of them; empty: there is none before
    end: bytes  # the first behind them; empty: there is none
    runs: tuple[int, ...]  # whose lines are the listed names among them
    names: int  # how many of them are listed


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
        if first < number and own > cost:  # it is a shard by itself
            runs.append(Run(first, number - 1, held))
            first, held = number, 0
        held, passed = held + own, passed + own
        if passed * wanted >= whole * (len(runs) + 1):
            runs.append(Run(first, number, held))
            first, held = number + 1, 0
    if first < len(steps):  # whatever they cost: no step is left out
        runs.append(Run(first, len(steps) - 1, held))
    return sorted(runs, key=lambda run: -(run.cost // (2 * cost)))


def walks_of(outline: Outline, runs: Sequence[Run], cost: int) -> list[Walk]:
    """Return who looks for which names among files that are not listed.

    Names that are ordered are divided where the lists are: what is listed between two names stands
    in the runs between. Others are looked for by one.

    Args:
        outline: Where the claim can be cut.
        runs: The shards with listed files.
        cost: Of a shard.
    """
    if not outline.ordered:
        files = sum(step.files for step in outline.steps)
        return [Walk(b"", b"", tuple(range(len(runs))), files)]
    walks: list[Walk] = []
    held: list[int] = []
    start, files = b"", 0
    order = sorted(range(len(runs)), key=lambda number: runs[number].first)
    for number in order:
        name = outline.steps[runs[number].first].name
        if files * _A_NAME >= cost:
            walks.append(Walk(start, name, tuple(sorted(held)), files))
            start, files, held = name, 0, []
        held.append(number)
        steps = outline.steps[runs[number].first : runs[number].last + 1]
        files += sum(step.files for step in steps)
    return [*walks, Walk(start, b"", tuple(sorted(held)), files)]
