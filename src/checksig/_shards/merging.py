"""Partials, merged into the report that one machine would have made."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Final

from checksig import __version__, _places
from checksig._checking.check import reported
from checksig._checking.merging import of_places
from checksig._checking.outcome import joined
from checksig._checking.part_run import KEPT
from checksig._claims import Part
from checksig._classes import replace
from checksig._names import ranges
from checksig._options.values import Network, Reading
from checksig._shards import lines
from checksig._shards.plan import lines_beside
from checksig._shards.running import expect_all
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checksig._bridge.wire import List
    from checksig._results import Report
    from checksig._shards.partial import Partial
    from checksig._shards.plan import Plan, PlanPart


def merged(
    plan: Plan,
    partials: Iterable[tuple[str, Partial]],
    claims: Mapping[int, tuple[List, ...]] | None = None,
) -> Report:
    """Return the report on all that a plan is of.

    Args:
        plan: The plan.
        partials: What its shards came to, each with what it is called in errors.
        claims: The lists of its places, by their numbers, if they are at hand.

    Raises:
        PlanError: a partial is of another plan, or there are two of a shard.
    """
    found = _by_number(plan, partials)
    parts, lists = range(len(plan.parts)), claims or {}
    reports = [_report(plan, number, found, lists.get(number)) for number in parts]
    seconds = _seconds(found.values())
    reports = [replace(each, seconds=seconds) for each in reports]
    if len(reports) == 1:
        return reports[0]
    whole = of_places(reports, plan.root, [os.fsencode(each.below) for each in plan.parts])
    missing = tuple(sorted(number for each in reports for number in each.missing_shards))
    return replace(whole, seconds=seconds, missing_shards=missing)


def _by_number(plan: Plan, partials: Iterable[tuple[str, Partial]]) -> dict[int, Partial]:
    """Return partials by the numbers of their shards.

    Raises:
        PlanError: one of them is not of the plan, or there are two of a shard.
    """
    found: dict[int, Partial] = {}
    named: dict[int, str] = {}
    for name, partial in partials:
        if partial.plan != plan.digest:
            raise PlanError(
                f"{name} is of another plan: its list, its options or its shards are others"
            )
        number = partial.shard
        if not (type(number) is int and 0 <= number < len(plan.shards)):
            raise PlanError(f"{name} is of shard {number}, which the plan does not have")
        if number in found:
            raise PlanError(f"{name} and {named[number]} are both of shard {number}")
        if partial.version != __version__:  # which the plan is by
            raise PlanError(f"{name} is by checksig {partial.version}, and the plan is not")
        if partial.sha256 != plan.shards[number].sha256:
            raise PlanError(f"{name} is of other lines than those of shard {number}")
        shard = plan.shards[number]
        expect_all(partial.outcome, shard, number, plan.rules(plan.parts[shard.part]))
        found[number], named[number] = partial, name
    return found


def _seconds(partials: Iterable[Partial]) -> float:
    """Return the time from the begin of the first to the end of the last, in seconds."""
    spans = [(each.started, each.started + each.outcome.seconds) for each in partials]
    return max((end for _, end in spans), default=0.0) - min((at for at, _ in spans), default=0.0)


def _report(
    plan: Plan, number: int, partials: Mapping[int, Partial], lists: tuple[List, ...] | None
) -> Report:
    """Return the report on one place."""
    planned = plan.parts[number]
    own = [n for n, shard in enumerate(plan.shards) if shard.part == number]
    missing = tuple([n for n in own if n not in partials])
    if planned.outcome is None:
        raise PlanError("the plan does not say what its lists come to")
    outcomes = [planned.outcome, *[partials[n].outcome for n in own if n in partials]]
    rules, outcome = plan.rules(planned), joined(outcomes)
    lost = sum(plan.shards[n].files for n in missing)
    totals = replace(outcome.totals, files=outcome.totals.files + lost)
    part = Part(_place(planned), planned.claim._replace(lists=lists or ()))
    if lists is None and outcome.failures:
        part = part._replace(claim=part.claim._replace(lists=_lists(plan, number)))
    with closing(part.place):
        report = reported(outcome._replace(totals=totals), part, rules, Reading())
    return replace(report, missing_shards=missing)


def _place(planned: PlanPart) -> _places.Place:
    """Return the place of a part, whether this machine has it or not."""
    path = os.fsencode(planned.place)
    if _places.is_address(path):
        return _places.open_place(path, Network())
    return _places.Directory(path)


def _lists(plan: Plan, number: int) -> tuple[List, ...]:
    """Return the lines of all shards of a place, if they are few and here.

    They explain failures.
    """
    planned = plan.parts[number]
    own = [n for n, each in enumerate(plan.shards) if each.part == number and not each.others]
    shards = [plan.shards[n] for n in own]
    source = os.fsencode(planned.source) or lines_beside(os.fsencode(plan.path))
    if sum(each.end - each.at for each in shards) > KEPT or _places.is_address(source):
        return ()
    try:
        if plan.carried and not planned.source:
            found = [(plan.shards[n], plan.carried[n]) for n in own]
        else:
            found = list(lines.read(source, planned.size, shards, Network()))
    except PlanError:
        return ()
    pieces = [lines.lists_of(planned, shard, data) for shard, data in found]
    if planned.source:
        return tuple([each for [each] in pieces])
    # Packed lines of a list are one again: what is said of a digest is what its first line says.
    columns = zip(*pieces, strict=True)
    return tuple([each[0]._replace(lines=b"".join([p.lines for p in each])) for each in columns])


#: How many reasons are told why there is nothing of shards.
_TOLD: Final = 5


def with_reasons(report: Report, lost: Mapping[int, str], seconds: float) -> Report:
    """Return a report that says why shards are missing, and how long all took."""
    by_reason: dict[str, list[int]] = {}
    for number, why in lost.items():
        by_reason.setdefault(why, []).append(number)
    said = [f"shards {ranges(numbers)}: {why}" for why, numbers in [*by_reason.items()][:_TOLD]]
    return replace(report, remarks=(*report.remarks, *said), seconds=seconds)
