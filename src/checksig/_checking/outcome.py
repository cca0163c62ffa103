"""All that a check of a place has come to."""

from __future__ import annotations

from functools import reduce
from operator import add

from checksig._bridge.algorithms import GIT_SHA1, algorithms
from checksig._checking.merging import SHOWN
from checksig._classes import NamedTuple
from checksig._results import Status, Totals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from checksig._claims import Claim
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
    shown: str = ""  # the path of the place, for people
    looked: bool = False  # whether files that are not listed were looked for


def are_few(claim: Claim) -> bool:
    """Whether names of files that are ok may be kept: those of many take memory."""
    if claim.extent.names is not None:
        return claim.extent.names
    return sum([len(each.text) + len(each.lines) for each in claim.lists]) <= _FEW


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return one outcome for those of parts that together say what a claim says."""
    used = {algorithm.name for each in outcomes for algorithm in each.algorithms}
    return Outcome(
        reduce(add, [each.totals for each in outcomes]),
        tuple([each for each in (*algorithms(), GIT_SHA1) if each.name in used]),
        failures=[failure for each in outcomes for failure in each.failures],
        unlisted=[result for each in outcomes for result in each.unlisted],
        remarks=_joined([remark for each in outcomes for remark in each.remarks]),
        checked=sorted([path for each in outcomes for path in each.checked])[:SHOWN],
        seconds=max(each.seconds for each in outcomes),
        own=sum(each.own for each in outcomes),
        shown=outcomes[0].shown,
        looked=outcomes[0].looked,
    )


#: The beginning of the remark that the core ends with names, sorted: each part has its own.
_ELSEWHERE: Final = "other file systems, which were not looked into: "


def _joined(remarks: Sequence[str]) -> list[str]:
    """Return remarks, of which that on other file systems names those of all parts."""
    found = [remark.partition(_ELSEWHERE)[2] for remark in remarks if _ELSEWHERE in remark]
    others = [remark for remark in remarks if _ELSEWHERE not in remark]
    names = sorted(name for each in found for name in each.split(", "))
    return [*others, *([_ELSEWHERE + ", ".join(names)] if names else [])]
