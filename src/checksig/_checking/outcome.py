"""All that a check of a place has come to, and the report on it."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge.algorithms import GIT_SHA1, algorithms
from checksig._checking.merging import SHOWN, hints, sort, unlisted
from checksig._claims import Part
from checksig._results import Report, Status, Totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._claims import Claim
    from checksig._options.values import Reading, Rules
    from checksig._results import Algorithm, Result

#: In bytes: of lists for which names of files that are ok are found: some ten thousand lines.
_FEW: Final = 1 << 20


EMPTY: Final = Totals(counts=dict.fromkeys(Status, 0), files=0)


class Outcome(NamedTuple):
    """All that a check of a place came to, or one of a part of what is said of it."""

    totals: Totals
    algorithms: tuple[Algorithm, ...]
    failures: Sequence[Result] = ()
    unlisted: Sequence[Result] = ()  # not held against the rest
    remarks: Sequence[str] = ()
    checked: Sequence[str] = ()  # the first names of files that are ok, if others may be missing
    seconds: float = 0.0
    own: int = 0  # verdicts on an archive itself, which is none of what the lists in it name


def looks(part: Part, rules: Rules) -> bool:
    """Whether files that are not listed are looked for in a place."""
    wanted = rules.unlisted or part.claim.whole is not None
    known = part.place.root is not None or "all" in part.place.traits
    return part.claim.looks and wanted and known


def keeps_names(claim: Claim, rules: Rules) -> bool:
    """Whether names of files that are ok are kept: they take memory, and of few do not matter."""
    few = claim.extent.names
    if few is None:
        few = sum([len(each.text) + len(each.lines) for each in claim.lists]) <= _FEW
    return few and bool(dict(rules.settings).get("ignore_missing"))


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return one outcome for those of parts that together say what a claim says."""
    used = {algorithm.name for each in outcomes for algorithm in each.algorithms}
    return Outcome(
        reduce(add, [each.totals for each in outcomes]),
        tuple([each for each in (*algorithms(), GIT_SHA1) if each.name in used]),
        failures=[failure for each in outcomes for failure in each.failures],
        unlisted=[result for each in outcomes for result in each.unlisted],
        remarks=[remark for each in outcomes for remark in each.remarks],
        checked=sorted([path for each in outcomes for path in each.checked])[:SHOWN],
        seconds=max(each.seconds for each in outcomes),
        own=sum(each.own for each in outcomes),
    )


def reported(
    outcome: Outcome, part: Part, rules: Rules, reading: Reading, *, stopped: bool = False
) -> Report:
    """Return the report on a place.

    Args:
        outcome: All that the check came to.
        part: The place, and what is said of it.
        rules: What counts as success.
        reading: How files are read that are looked at once more, to explain failures.
        stopped: Whether the check ended early.

    Raises:
        CancelledError: it is not wanted any more.
    """
    (place, claim), totals = (part.place, part.claim), outcome.totals
    failures: tuple[Result, ...] = ()
    remarks = outcome.remarks
    if outcome.failures:
        from checksig._checking.explaining import explained  # noqa: PLC0415 (only failures need it)

        ordered = sort(list(outcome.failures))
        failures, more = explained(
            ordered, part, rules, reading, list(outcome.unlisted), files=totals.files
        )
        remarks = [*remarks, *more]
    moves = place.root is not None and not rules.find_moved
    return Report(
        **vars(totals),
        root=place.show(),
        manifests=claim.sources,
        algorithms=outcome.algorithms,
        failures=failures,
        seconds=outcome.seconds,
        complete=rules.complete or claim.whole is not None,
        size_only=rules.size_only,
        looked=looks(part, rules),
        stopped=stopped,
        signatures=claim.signatures,
        unchecked=claim.unchecked,
        remarks=tuple(remarks),
        hints=hints(totals, moves=moves, unlisted=unlisted(outcome.failures)) if failures else (),
        members=claim.members,
        own=outcome.own,
        checked=tuple(outcome.checked),
    )
