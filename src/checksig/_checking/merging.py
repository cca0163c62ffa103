"""One report for several: on the parts of a check, or on the slices of a claim."""

from __future__ import annotations

import os

from checksig._bridge.algorithms import algorithms
from checksig._classes import replace
from checksig._results import COUNTS, Report, Result, Status, Totals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Final

_WORST_FIRST: Final = (
    Status.UNSAFE_PATH,
    Status.MISMATCH,
    Status.CHANGED,
    Status.MALFORMED,
    Status.MISSING,
    Status.NOT_REGULAR,
    Status.UNREADABLE,
    Status.UNSUPPORTED,
    Status.UNLISTED,
)
#: How many names of files that are ok a report has.
SHOWN: Final = 10
_RANK: Final = {status: rank for rank, status in enumerate(_WORST_FIRST)}


def sort(failures: list[Result]) -> list[Result]:
    """Put the worst first, and of each kind the lines of each list in their order.

    Key by key, from the last: keys that are tuples take as much memory as what they are of.
    """
    failures.sort(key=lambda failure: failure.path)
    failures.sort(key=lambda failure: failure.line or 0)
    failures.sort(key=lambda failure: failure.manifest or "")
    failures.sort(key=lambda failure: _RANK[failure.status])
    return failures


def unlisted(failures: Iterable[Result]) -> int:
    """Return how many files are missing in the lists themselves: no option helps to find them."""
    return sum(each.status is Status.MISSING and not each.line for each in failures)


def hints(totals: Totals, *, moves: bool, unlisted: int) -> tuple[str, ...]:
    """Return the names of options that may be what the caller needs.

    Args:
        totals: What was found.
        unlisted: How many files are missing in the lists themselves.
        moves: Whether missing files could be looked for elsewhere, and were not.
    """
    if totals.counts[Status.MISSING] - unlisted == totals.ignored:
        return ()
    partial = ("ignore_missing",) if totals.counts[Status.OK] else ()
    return (*partial, *(("find_moved",) if moves else ()))


def merged(reports: Sequence[Report]) -> Report:
    """Return one report for several: on parts, or on the slices of a claim."""
    if not reports:
        nothing = dict.fromkeys(Status, 0)
        return Report(
            counts=nothing, files=0, root="", manifests=(), algorithms=(), failures=(), seconds=0.0
        )
    totals: Totals = reports[0]
    for each in reports[1:]:
        totals += each
    used = {algorithm.name for each in reports for algorithm in each.algorithms}
    failures = [failure for each in reports for failure in each.failures]
    members = [each.members for each in reports if each.members is not None]
    return Report(
        **{name: getattr(totals, name) for name in COUNTS},
        root=reports[0].root,
        manifests=tuple(source for each in reports for source in each.manifests),
        algorithms=tuple(a for a in algorithms() if a.name in used),
        failures=tuple(sort(failures)),
        seconds=sum(each.seconds for each in reports),
        complete=all(each.complete for each in reports),
        size_only=any(each.size_only for each in reports),
        looked=all(each.looked for each in reports),
        stopped=any(each.stopped for each in reports),
        signatures=tuple(signature for each in reports for signature in each.signatures),
        unchecked=tuple(path for each in reports for path in each.unchecked),
        own=sum(each.own for each in reports),
        hints=hints(
            totals,
            moves=any("find_moved" in each.hints for each in reports),
            unlisted=unlisted(failures),
        ),
        remarks=tuple(dict.fromkeys(remark for each in reports for remark in each.remarks)),
        members=sum(members) if members else None,
        checked=tuple(sorted(path for each in reports for path in each.checked)[:SHOWN]),
    )


def of_places(reports: Sequence[Report], root: str | None, below: Sequence[bytes]) -> Report:
    """Return one report for several places, with those on each as its parts.

    Args:
        reports: On the places.
        root: What all of them are below; None: the first of them.
        below: The name of each place there; of more places than there are reports on, if the run
            ended early.
    """
    whole = merged(reports)
    failures = [
        placed(failure, name)
        for report, name in zip(reports, below, strict=False)
        for failure in report.failures
    ]
    checked = [
        os.path.join(os.fsdecode(name), path)
        for report, name in zip(reports, below, strict=False)
        for path in report.checked
    ]
    return replace(
        whole,
        root=whole.root if root is None else root,
        failures=tuple(sort(failures)),
        checked=tuple(sorted(checked)[:SHOWN]),
        # What nobody has signed is not made trustworthy by what lies beside it.
        signatures=whole.signatures if all(each.signatures for each in reports) else (),
        parts=tuple(reports),
    )


def placed(result: Result, below: bytes) -> Result:
    """Return a result of a part with the name that the file has in the whole."""
    if not below or not result.path:
        return result
    path = os.path.join(os.fsdecode(below), result.path)
    return replace(result, path=path if result.line else os.path.normpath(path))
