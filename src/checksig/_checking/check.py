"""Checks: places held against what is said of them, by rules, and the report on it."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from checksig._bridge import wire
from checksig._bridge.algorithms import algorithms
from checksig._checking.merging import hints, of_places, placed, sort, unlisted
from checksig._claims import Part
from checksig._names import escape
from checksig._results import Algorithm, Progress, Report, Result, Status, Totals
from checksig.errors import ArchiveError, LibraryError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from checksig._bridge.wire import Batch
    from checksig._checking.ahead import Ahead
    from checksig._options.values import Reading, Rules

#: In bytes: of lists that are kept to explain failures.
_KEPT: Final = 64 << 20


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
            ahead: Digests that were taken while the names of the first place were read.
            began: When that was begun, by ``time.perf_counter``.
            root: What the places are below, if they are several.
        """
        self._parts = list(parts)[::-1]  # from the end, so that each can be forgotten
        self._count = len(self._parts)
        self._rules, self._reading = rules, reading
        self._keep_ok, self._most = keep_ok, sys.maxsize if keep_failures else 1
        self._progress, self._ahead, self._began = progress, ahead, began
        self._reports: list[Report] = []
        self._root, self._below = root, [part.below for part in self._parts[::-1]]

    def __iter__(self) -> Iterator[Result]:
        """Yield results as they come, in no particular order.

        Raises:
            ChecksigError: a run failed: there is no verdict.
        """
        failed, most, stopped = 0, self._rules.max_failures or sys.maxsize, False
        while self._parts and not stopped:
            # The part is forgotten: its lists may be large, and the core has a copy of them.
            part = self._parts.pop()
            below, rules = part.below, self._rules
            rules = rules if self._count == 1 else rules.of_part(below, self._below)
            run = _PartRun(part, rules, self._reading, keep_ok=self._keep_ok)
            del part
            run.progress, run.most = self._progress, self._most
            ahead, self._ahead = self._ahead, None
            try:
                with closing(run.results(ahead, self._began)) as results:
                    for result in results:
                        yield placed(result, below)
                        failed += result.status is not Status.OK
                        if stopped := failed >= most:
                            break
                self._reports.append(run.report(stopped=stopped))
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


class _PartRun:
    """One place that is held against what is said of it."""

    def __init__(self, part: Part, rules: Rules, reading: Reading, *, keep_ok: bool) -> None:
        self.place, self.claim = part.place, part.claim
        self.rules, self.reading, self.keep_ok = rules, reading, keep_ok
        self.progress: Callable[[Progress], None] | None = None
        self.most = sys.maxsize  # failures that are kept
        self.complete = rules.complete or self.claim.whole is not None
        self.looked = self.claim.looks and (rules.unlisted or self.claim.whole is not None)
        self.last: Batch | None = None
        self.failures: list[Result] = []
        self.unlisted: list[Result] = []
        self.remarks = [*self.claim.remarks]
        settled = self.claim.settled if self.claim.lists else ()
        self.own = sum([each.ok for each in settled]) if settled else 0

    def results(self, ahead: Ahead | None, began: float | None) -> Generator[Result]:
        """Yield results as they come, and keep what the report needs of them.

        Raises:
            ChecksigError: the run failed.
        """
        found: Iterable[Result] = self.claim.settled
        batches = self._batches(ahead, began) if self.claim.lists else self._settled(began)
        try:
            while True:
                for result in found:
                    if result.status is Status.UNLISTED and not self.complete:
                        self.unlisted.append(result)
                        continue
                    if result.status is not Status.OK:
                        if len(self.failures) < self.most:
                            self.failures.append(result)
                    elif not self.keep_ok:
                        continue
                    yield result
                if self.last:
                    self.remarks += self.last.remarks
                try:
                    batch = next(batches, None)
                except ManifestError as error:
                    raise self._placed(error) from None
                if batch is None:
                    return
                self.last, found = batch, batch.results
                if self.progress:
                    self.progress(batch.progress)
        finally:
            batches.close()

    def _placed(self, error: ManifestError) -> ManifestError:
        """Return an error of the core, which does not know where a list came from."""
        if not self.claim.sources:
            return error
        path = escape(self.claim.sources[error.number].path)
        return ManifestError(f'"{path}": {error}')

    def _settled(self, began: float | None) -> Generator[Batch]:
        """Return the engine for a claim that has settled everything by itself."""
        now = time.perf_counter()
        totals = self._with_settled(EMPTY)
        done = (totals.files, totals.files, totals.bytes, totals.bytes)
        progress = Progress(*done, seconds=now - (began or now))
        yield wire.Batch(iter(()), [], [], progress, EMPTY, ())

    def _batches(self, ahead: Ahead | None, began: float | None) -> Generator[Batch]:
        """Return the engine that suits the place, with a copy of the lists."""
        claim, place = self.claim, self.place
        manifests = [source.path for source in claim.sources]
        if sum([len(each.text) + len(each.lines) for each in claim.lists]) > _KEPT:
            self.claim = claim._replace(lists=())
        settings = dict(self.rules.settings + self.reading.settings)
        settings["keep_ok"] = self.keep_ok
        settings["unlisted"] = self.looked
        settings["complete"] = claim.looks and (self.complete or self.rules.find_moved)
        settings["within"] = claim.whole
        settings["stat"] = self.reading.stat or None
        settings["slice"] = claim.part
        names = dict(self.rules.names)
        names["own"] = claim.own_in(place) if claim.unverified else claim.own
        names["unbound"] = claim.unbound
        if place.root is not None:
            request = wire.request(
                "verify", root=place.root, names=names, lists=claim.lists, settings=settings
            )
            return wire.batches(request, manifests)
        from checksig._checking import streamed  # noqa: PLC0415 (directories need none of it)

        items = streamed.pack_items(place)
        request = wire.request(
            "match", items=items, names=names, lists=claim.lists, settings=settings
        )
        return streamed.batches(
            request, place, manifests, ahead=ahead, workers=self.reading.workers, began=began
        )

    def report(self, *, stopped: bool) -> Report:
        """Return the report, after the last result.

        Raises:
            ArchiveError: the place is not what it was when it was opened.
            LibraryError: there are entries without a verdict.
        """
        shown, fault = self.place.show(), self.place.close()
        if fault and not stopped:
            raise ArchiveError(fault.reason)
        claim, totals = self.claim, self.last.totals if self.last else EMPTY
        used = self.last.algorithms if self.last else ()
        if totals.lost and not stopped:
            raise LibraryError(f"{totals.files - totals.lost} verdicts on {totals.files} files")
        if claim.settled or claim.unverified:
            totals = self._with_settled(totals)
        failures: tuple[Result, ...] = ()
        if self.failures:
            from checksig._checking.explaining import explained  # noqa: PLC0415 (only failures need it)

            part, ordered = Part(self.place, claim), sort(self.failures)
            failures, more = explained(ordered, part, self.rules, self.reading, self.unlisted)
            self.remarks += more
        return Report(
            **vars(totals),
            root=shown,
            manifests=() if claim.part and claim.part.number else claim.sources,
            algorithms=self._algorithms() if claim.settled else used,
            failures=failures,
            seconds=self.last.progress.seconds if self.last else 0.0,
            complete=self.complete,
            size_only=self.rules.size_only,
            looked=self.looked,
            stopped=stopped,
            signatures=claim.signatures,
            unchecked=claim.unchecked,
            remarks=tuple(self.remarks),
            hints=self._hints(totals) if failures else (),
            members=claim.members,
            own=self.own,
        )

    def _hints(self, totals: Totals) -> tuple[str, ...]:
        moves = self.place.root is not None and not self.rules.find_moved
        return hints(totals, moves=moves, unlisted=unlisted(self.failures))

    def _algorithms(self) -> tuple[Algorithm, ...]:
        """Return the algorithms in use, with those of what the claim has settled by itself."""
        names = {each.algorithm for each in self.claim.settled}
        names |= {each.name for each in (self.last.algorithms if self.last else ())}
        return tuple([each for each in algorithms() if each.name in names])

    def _with_settled(self, totals: Totals) -> Totals:
        """Add to the core's counts what the claim has settled by itself."""
        counts, settled = dict(totals.counts), self.claim.settled
        for result in settled:
            counts[result.status] += 1
        return replace(
            totals,
            counts=counts,
            # A rule that does not hold has no path, and is no file.
            files=totals.files
            + sum(bool(each.path) and each.status is not Status.UNLISTED for each in settled),
            bytes=totals.bytes + sum(each.size or 0 for each in settled),
            unverified=totals.unverified + len(self.claim.unverified),
        )


EMPTY: Final = Totals(counts=dict.fromkeys(Status, 0), files=0)
