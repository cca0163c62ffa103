"""A directory, the lists that it is checked against, and the report."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from checksig._bridge import library as _ffi
from checksig._bridge import records as _run
from checksig._bridge import request as _request
from checksig._names import escape
from checksig._results import Report, Result, Source, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from checksig._checking import diagnosis as diagnose
    from checksig._checking.start import CheckOptions
    from checksig._claims import lists as _manifest
    from checksig._places.archive import Archive
    from checksig._results import Signature

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
_RANK: Final = {status: rank for rank, status in enumerate(_WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Check:
    """A directory, the lists that it is checked against, and the run."""

    run: _ffi.Run
    found: _manifest.Found
    options: CheckOptions
    unverified: int  # files that are listed without a digest
    complete: bool  # whether files that are not listed are failures
    lists: list[_request.List]  # to explain failures
    keep_ok: bool = False
    archive: Archive | None = None  # whose members are checked, instead of a directory
    signatures: tuple[Signature, ...] = ()  # over the lists, by trusted keys
    unchecked: tuple[str, ...] = ()  # paths of signatures that no trusted key is for

    def steps(self) -> Generator[_run.Step, None, None]:
        """Run, and yield what that brings.

        Raises:
            ManifestError: a list lists nothing.
        """
        progress, manifests = self.options.get("progress"), self.found.manifests
        try:
            for step in self._steps([manifest.path for manifest in manifests]):
                if progress:
                    progress(step.progress)
                yield step
        except ManifestError as error:  # the core does not know where a list came from
            if manifests:
                path = manifests[error.number].path
                raise ManifestError(f'"{escape(path)}": {error}') from None
            raise

    def _steps(self, manifests: list[str]) -> Generator[_run.Step, None, None]:
        steps = _run.steps(self.run, manifests)
        if self.archive is None:
            yield from steps
            return
        from checksig._checking import streamed as _archive_check  # noqa: PLC0415

        with self.archive:
            yield from _archive_check.judged(
                steps, self.archive, keep_ok=self.keep_ok, workers=self.options.get("workers")
            )

    def _noted(self, failure: Result) -> Result:
        """Add what is known of a file that is missing."""
        note = self.found.notes.get(failure.path)
        if failure.status is Status.MISSING and note:
            return replace(failure, detail=note)
        return failure

    def with_moved(self, failures: list[Result], strays: list[Result]) -> list[Result]:
        """Say of missing files where they are now, if they are among those that are not listed."""
        wanted = {
            r.algorithm for r in failures if r.status is Status.MISSING and r.algorithm and r.listed
        }
        if not wanted or not strays:
            return failures
        reading = _request.read_settings(self.options)
        found: dict[tuple[str | None, str | None], str] = {
            (algorithm, result.found): escape(result.path)
            for algorithm in wanted
            for result in self._hash(strays, {"algorithms": [algorithm], **reading})
        }
        return [
            replace(r, diagnosis=f"moved to {found[r.algorithm, r.listed]}")
            if r.status is Status.MISSING and (r.algorithm, r.listed) in found
            else r
            for r in failures
        ]

    def _hash(self, strays: list[Result], settings: dict[str, Any]) -> Iterator[Result]:
        names = {"paths": [os.fsencode(stray.path) for stray in strays]}
        request = _request.request("hash", root=self.found.root, names=names, settings=settings)
        for step in _run.steps(_ffi.Run(request)):
            yield from (result for result in step.results if result.ok)

    def _explained(self, failures: list[Result]) -> tuple[Result, ...]:
        if not any(f.status is Status.MISMATCH for f in failures):
            return tuple(failures)
        from checksig._checking import diagnosis as diagnose  # noqa: PLC0415

        return diagnose.explain(
            failures, lambda digest: _request.path_of(self.lists, digest), self._look()
        )

    def _look(self) -> diagnose.Look:
        if self.archive:
            from checksig._checking import streamed as _archive_check  # noqa: PLC0415

            return _archive_check.look(self.archive)
        from checksig._checking import diagnosis as diagnose  # noqa: PLC0415

        return diagnose.beneath(self.found.root)

    def report(self, last: _run.Step, failures: list[Result], *, stopped: bool) -> Report:
        """Return the report of a run, after its last step."""
        failures.sort(key=lambda r: (_RANK[r.status], r.manifest or "", r.line or 0, r.path))
        return Report(
            root=os.fsdecode(self.found.root),
            manifests=tuple(Source(m.path, m.format.name) for m in self.found.manifests),
            algorithms=last.algorithms,
            counts=last.counts,
            failures=self._explained([self._noted(failure) for failure in failures]),
            files=last.progress.total_files,
            bytes=last.progress.bytes,
            seconds=last.progress.seconds,
            complete=self.complete,
            repeated=last.tally.repeated,
            excluded=last.tally.excluded,
            ignored=last.tally.ignored,
            unverified=self.unverified,
            size_only=self.options.get("size_only", False),
            stopped=stopped,
            signatures=self.signatures,
            unchecked=self.unchecked,
        )
