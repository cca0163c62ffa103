"""One shard, checked: on any machine that has the place."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING, NamedTuple

from checksig import _places
from checksig._checking.part_run import PartRun
from checksig._claims import Extent, Part
from checksig._classes import replace
from checksig._names import counted, quoted
from checksig._options.values import Network
from checksig._results import Status
from checksig._shards import lines
from checksig._shards.partial import Partial
from checksig._shards.plan import lines_beside
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._bridge.wire import List
    from checksig._checking.outcome import Outcome
    from checksig._claims import Claim
    from checksig._options.reading import Cancel
    from checksig._options.values import Reading, Rules
    from checksig._places import Place
    from checksig._shards.plan import Plan, PlanPart, Shard


class Task(NamedTuple):
    """All that it takes to check one shard: it can be sent to another machine."""

    plan: str  # the digest of the plan
    number: int
    shard: Shard
    planned: PlanPart  # of its place, without what only the report needs
    rules: Rules
    reads: tuple[Shard, ...]  # whose lines it reads
    carried: tuple[bytes, ...] = ()  # them, if they travel
    beside: bytes = b""  # the path of the packed lines, if they do not, and lie there


def task_of(plan: Plan, number: int) -> Task:
    """Return what it takes to check a shard.

    Raises:
        PlanError: the plan has no such shard.
    """
    plan.expect_shard(number)
    shard = plan.shards[number]
    planned = plan.parts[shard.part]
    wanted = [n for a, b in shard.reads for n in range(a, b + 1)] if shard.others else [number]
    carried: tuple[bytes, ...] = ()
    beside = b""
    if not planned.source and plan.carried:
        carried = tuple([plan.carried[each] for each in wanted])
    elif not planned.source:
        beside = lines_beside(os.fsencode(plan.path))
    claim = planned.claim._replace(signatures=(), unchecked=(), notes=(), settled=(), members=None)
    if not shard.others:
        claim = claim._replace(own=(), unverified=(), unbound=())
    return Task(
        plan.digest,
        number,
        shard,
        planned._replace(claim=claim, outcome=None),
        plan.rules(planned),
        tuple([plan.shards[each] for each in wanted]),
        carried,
        beside,
    )


def run(task: Task, reading: Reading, cancel: Cancel | None = None) -> Partial:
    """Check a shard, and return what it came to.

    Raises:
        CancelledError: it is not wanted any more.
        PlanError: this machine does not have the place, or the lines are not those of the plan.
        ChecksigError: the check failed.
    """
    started, network = time.time(), Network(cancel=cancel)
    place = _opened(os.fsencode(task.planned.place), network)
    try:
        claim = _claim(task, network)
        check = PartRun(
            Part(place, claim), task.rules, reading._replace(cancel=cancel), None, keep_ok=False
        )
        for _ in check.results(None, None):
            pass  # failures are kept
        outcome = check.outcome(stopped=False)
        if task.shard.others:  # the plan counts what is listed without a digest, once
            outcome = outcome._replace(totals=replace(outcome.totals, unverified=0))
    finally:
        place.close()
    expect_all(outcome, task.shard, task.number, task.rules)
    host = socket.gethostname()
    return Partial(task.plan, task.number, task.shard.sha256, host, started, outcome)


def expect_all(outcome: Outcome, shard: Shard, number: int, rules: Rules) -> None:
    """Hold what came of a shard against the plan, and against itself.

    On each of its files there is one verdict, and what is not ok is told, unless the rules have it
    ignored.

    Raises:
        PlanError: it is something else.
    """
    totals, counts = outcome.totals, outcome.totals.counts
    patterns = any(dict(rules.names).get(name) for name in ("include", "exclude"))
    ignores = bool(dict(rules.settings).get("ignore_missing"))
    minded = sum(counts.values()) - counts[Status.OK] - counts[Status.UNLISTED] - totals.ignored
    told = sum(each.status is not Status.UNLISTED for each in outcome.failures)
    if shard.others:
        files, verdicts = totals.files, counts[Status.OK] + totals.ignored
    else:
        files = totals.files + totals.unverified + totals.excluded
        verdicts = sum(counts.values()) + totals.unverified + totals.excluded
    if files != shard.files or verdicts != shard.files:
        had, given = counted(shard.files, "file"), counted(verdicts, "verdict")
        raise PlanError(f"shard {number} has {had}, and {given}")
    if (
        (totals.excluded and not patterns)
        or totals.ignored > (counts[Status.MISSING] if ignores else 0)
        or totals.unverified > shard.undigested
        or outcome.own
        or minded != told
        or any(each.ok for each in outcome.failures)
    ):
        raise PlanError(f"what came of shard {number} contradicts itself")


def _opened(path: bytes, network: Network) -> Place:
    """Return the place at a path, which this machine has to have.

    Raises:
        PlanError: it has not.
    """
    if _places.is_address(path):
        return _places.open_place(path, network)
    if not os.path.isdir(path):
        raise PlanError(f"{quoted(path)} is no directory on {socket.gethostname()}")
    return _places.Directory(path)


def _claim(task: Task, network: Network) -> Claim:
    """Return what is said of the files of a shard, with its lines."""
    shard, planned = task.shard, task.planned
    found = list(_lines(task, network))
    if not shard.others:
        extent = Extent("files", names=planned.names)
    else:
        divided = bool(shard.start or shard.stop)
        span = (os.fsencode(shard.start), os.fsencode(shard.stop)) if divided else ()
        extent = Extent("others", span, names=False)
    return planned.claim._replace(lists=tuple(found), extent=extent)


def _lines(task: Task, network: Network) -> Sequence[List]:
    source = os.fsencode(task.planned.source) or task.beside
    found: Iterable[tuple[Shard, bytes]]
    if task.carried:
        pairs = zip(task.reads, task.carried, strict=True)
        found = [(shard, lines.held(data, shard, source)) for shard, data in pairs]
    else:
        found = lines.read(source, task.planned.size, task.reads, network)
    return [each for shard, data in found for each in lines.lists_of(task.planned, shard, data)]
