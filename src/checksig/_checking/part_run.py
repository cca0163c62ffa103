"""One part of a check under way: a place that is held against what is said of it."""

from __future__ import annotations

import sys
import time

from checksig._bridge import wire
from checksig._bridge.algorithms import GIT_SHA1, algorithms
from checksig._checking.merging import SHOWN
from checksig._checking.outcome import EMPTY, Outcome, are_few
from checksig._classes import replace
from checksig._names import escape
from checksig._places import served
from checksig._results import Progress, Result, Status, Totals
from checksig.errors import ArchiveError, LibraryError, ManifestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from typing import Final

    from checksig._bridge.wire import Batch
    from checksig._checking.ahead import Ahead
    from checksig._checking.watch import Watch
    from checksig._claims import Part
    from checksig._options.values import Reading, Rules
    from checksig._results import Algorithm

_WITHOUT: Final = "what is here is read"
#: In bytes: of lists that are kept to explain failures.
KEPT: Final = 64 << 20
#: How many names of files that are ok are held to find the first of them.
_KEPT_NAMES: Final = 1000


class PartRun:
    """One place that is held against what is said of it."""

    def __init__(
        self,
        part: Part,
        rules: Rules,
        reading: Reading,
        watch: Watch | None,
        *,
        keep_ok: bool,
    ) -> None:
        """Begin nothing yet: see Check."""
        self.place, self.claim = part.place, part.claim
        self.rules, self.reading, self.keep_ok = rules, reading, keep_ok
        self.watch = watch
        self.most = sys.maxsize  # failures that are kept
        self.complete = rules.complete or self.claim.whole is not None
        wanted = rules.unlisted or self.claim.whole is not None
        known = self.place.root is not None or "all" in self.place.traits
        self.looked = self.claim.looks and wanted and known
        self.last: Batch | None = None
        self.failures: list[Result] = []
        self.unlisted: list[Result] = []
        self.remarks = [*self.claim.remarks]
        named = bool(dict(rules.settings).get("ignore_missing"))
        self.partial = named and are_few(self.claim)
        settled = self.claim.settled if self.claim.lists else ()
        self.own = sum([each.ok for each in settled]) if settled else 0
        self.checked: list[str] = []  # the first of those that are ok, if some may be missing

    def results(self, ahead: Ahead | None, began: float | None) -> Generator[Result]:
        """Yield results as they come, and keep what the report needs of them.

        Raises:
            ChecksigError: the run failed.
        """
        found: Iterable[Result] = self.claim.settled
        ok, unlisted = Status.OK, Status.UNLISTED  # each look at the class takes 0.05 µs
        batches = self._batches(ahead, began) if self.claim.lists else self._settled(began)
        try:
            while True:
                for result in found:
                    status = result.status
                    if status is ok:
                        if self.partial:
                            self._note(result)
                        if not self.keep_ok:
                            continue
                    elif status is unlisted and not self.complete:
                        self.unlisted.append(result)
                        continue
                    elif len(self.failures) < self.most:
                        self.failures.append(result)
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
                if self.watch:
                    self.watch.tell(batch.progress)
        finally:
            batches.close()

    def _note(self, result: Result) -> None:
        """Note the name of a file that is ok."""
        self.checked.append(result.path)
        if len(self.checked) > _KEPT_NAMES:
            self.checked = sorted(self.checked)[:SHOWN]

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
        yield wire.Batch(iter(()), [], [], [], progress, EMPTY, ())

    def _batches(self, ahead: Ahead | None, began: float | None) -> Generator[Batch]:
        """Return the engine that suits the place, with a copy of the lists."""
        claim, place = self.claim, self.place
        if self.rules.server_checksums and "checksums" not in place.traits:
            raise ManifestError(f"server_checksums is for stores that have some: {_WITHOUT}")
        manifests = [source.path for source in claim.sources]
        if sum([len(each.text) + len(each.lines) for each in claim.lists]) > KEPT:
            self.claim = claim._replace(lists=())
        settings = dict(self.rules.settings + self.reading.settings)
        settings["keep_ok"] = self.keep_ok or self.partial
        others = claim.extent.part in ("", "others")
        settings["unlisted"] = self.looked and others
        settings["complete"] = claim.looks and others and (self.complete or self.rules.find_moved)
        settings["within"] = claim.whole
        settings["stat"] = self.reading.stat or None
        settings["sizes"] = self.watch is not None and self.watch.wants_progress
        settings["part"] = claim.extent.part or None
        names = dict(self.rules.names)
        names["own"] = claim.own_in(place) if claim.unverified else claim.own
        names["unbound"] = claim.unbound
        names["span"] = claim.extent.span
        if place.root is not None:
            request = wire.request(
                "verify", root=place.root, names=names, lists=claim.lists, settings=settings
            )
            return wire.batches(request, manifests, self.reading.cancel)
        if server := served(place):
            from checksig._checking import fetched, ordering  # noqa: PLC0415 (as below)

            request, offered = fetched.request(server, names, claim.lists, settings)
            several = len(manifests) != 1
            how = ordering.of_rules(server, self.rules, claim.versions, several=several)
            return fetched.batches(request, server, manifests, how, self.reading, offered=offered)
        from checksig._checking import streamed  # noqa: PLC0415 (directories need none of it)

        items = streamed.pack_items(place.walk())
        request = wire.request(
            "match", items=items, names=names, lists=claim.lists, settings=settings
        )
        return streamed.batches(
            request, place, manifests, reading=self.reading, ahead=ahead, began=began
        )

    def outcome(self, *, stopped: bool) -> Outcome:
        """Return all that it came to, after the last result.

        Raises:
            ArchiveError: the place is not what it was when it was opened.
            LibraryError: there are entries without a verdict.
        """
        shown, fault = self.place.show(), self.place.close()
        if fault and not stopped:
            raise ArchiveError(fault.reason)
        totals = self.last.totals if self.last else EMPTY
        used = self.last.algorithms if self.last else ()
        if totals.lost and not stopped:
            raise LibraryError(f"{totals.files - totals.lost} verdicts on {totals.files} files")
        settled, unverified = self.claim.settled, self.claim.unverified
        return Outcome(
            self._with_settled(totals) if settled or unverified else totals,
            self._algorithms(used) if settled else used,
            failures=self.failures,
            unlisted=self.unlisted,
            remarks=self.remarks,
            checked=sorted(self.checked)[:SHOWN],
            seconds=self.last.progress.seconds if self.last else 0.0,
            own=self.own,
            shown=shown,
            looked=self.looked,
        )

    def _algorithms(self, used: Iterable[Algorithm]) -> tuple[Algorithm, ...]:
        """Return the algorithms in use, with those of what the claim has settled by itself."""
        names = {each.algorithm for each in self.claim.settled} | {each.name for each in used}
        return tuple([each for each in (*algorithms(), GIT_SHA1) if each.name in names])

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
