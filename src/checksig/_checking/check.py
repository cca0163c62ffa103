"""Checks: places held against what is said of them, by rules, and the report on it."""

from __future__ import annotations

import sys
from contextlib import closing

from checksig._checking.merging import hints, of_places, placed, sort, unlisted
from checksig._checking.part_run import PartRun
from checksig._checking.watch import Watch
from checksig._claims import Part
from checksig._results import Report, Result, Status
from checksig.errors import LibraryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._checking.ahead import Ahead
    from checksig._checking.outcome import Outcome
    from checksig._options.values import Reading, Rules
    from checksig._results import Progress


class Check:
    """Parts under way. It is iterated once, for its results, and asked for the report then."""

    def __init__(
        self,
        parts: Iterable[Part],
        rules: Rules,
        reading: Reading,
        *,
        keep_ok: bool = False,
        keep_failures: bool = True,
        progress: Callable[[Progress], None] | None = None,
        look: Callable[[], object] | None = None,
        ahead: Ahead | None = None,
        began: float | None = None,
        root: str | None = None,
    ) -> None:
        """Begin nothing yet.

        Args:
            parts: Places, and what is said of them.
            rules: What counts as success.
            reading: How files are read.
            keep_ok: Whether results that are ok are yielded as well.
            keep_failures: Whether the report holds all failures, or of each place the first.
            progress: Called now and then, and once at the end.
            look: Called as often. To know the totals early is left to those who want progress.
            ahead: Digests that were taken while the names of the first place were read.
            began: When that was begun, by ``time.perf_counter``.
            root: What the places are below, if they are several.
        """
        self._parts = list(parts)[::-1]  # from the end, so that each can be forgotten
        self._count = len(self._parts)
        self._rules, self._reading = rules, reading
        self._keep_ok, self._most = keep_ok, sys.maxsize if keep_failures else 1
        watched = progress or look or reading.cancel is not None
        self._watch = Watch(progress, reading.cancel, look) if watched else None
        self._ahead, self._began = ahead, began
        self._reports: list[Report] = []
        self._root, self._below = root, [part.below for part in self._parts[::-1]]

    def __iter__(self) -> Iterator[Result]:
        """Yield results as they come, in no particular order.

        Raises:
            CancelledError: it is not wanted any more.
            ChecksigError: a run failed: there is no verdict.
        """
        failed, most, stopped = 0, self._rules.max_failures or sys.maxsize, False
        ok = Status.OK
        while self._parts and not stopped:
            # The part is forgotten: its lists may be large, and the core has a copy of them.
            part = self._parts.pop()
            below, rules = part.below, self._rules
            rules = rules if self._count == 1 else rules.of_part(below, self._below)
            run = PartRun(part, rules, self._reading, self._watch, keep_ok=self._keep_ok)
            del part
            run.most = self._most
            ahead, self._ahead = self._ahead, None
            try:
                if self._watch:
                    self._watch.begin(last=not self._parts)
                with closing(run.results(ahead, self._began)) as results:
                    for result in results:
                        yield placed(result, below) if below else result
                        if result.status is not ok:
                            failed += 1
                            if stopped := failed >= most:
                                break
                outcome = run.outcome(stopped=stopped)
                part = Part(run.place, run.claim)
                self._reports.append(reported(outcome, part, rules, self._reading, stopped=stopped))
            except BaseException:
                run.place.close()
                self._close()
                raise
        if stopped:
            self._count = len(self._reports)
            self._close()

    def _close(self) -> None:
        for part in self._parts:
            part.place.close()

    def report(self) -> Report:
        """Return the report, once all results were taken."""
        if not self._reports or len(self._reports) < self._count:
            raise LibraryError("a report was asked for before the end of its run")
        if self._count == 1:
            return self._reports[0]
        return of_places(self._reports, self._root, self._below)


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
        root=outcome.shown,
        manifests=claim.sources,
        algorithms=outcome.algorithms,
        failures=failures,
        seconds=outcome.seconds,
        complete=rules.complete or claim.whole is not None,
        size_only=rules.size_only,
        looked=outcome.looked,
        stopped=stopped,
        signatures=claim.signatures,
        unchecked=claim.unchecked,
        remarks=tuple(remarks),
        hints=hints(totals, moves=moves, unlisted=unlisted(outcome.failures)) if failures else (),
        members=claim.members,
        own=outcome.own,
        checked=tuple(outcome.checked),
    )
