"""Verdicts on the members of an archive."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from checksig._bridge.records import Step
from checksig._checking import diagnosis as diagnose
from checksig._places.archive_read import BROKEN, clean
from checksig._results import Digest, Progress, Result, Status
from checksig.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from checksig._places.archive import Answer, Archive

#: In seconds: how long results wait for company.
_PATIENCE: Final = 0.05


def judged(
    matched: Iterable[Step], archive: Archive, *, keep_ok: bool, workers: int | None
) -> Generator[Step, None, None]:
    """Read the members that a match of names left to be read, and yield all results.

    They are read as their results come, so that it does not matter for memory how many there are;
    but those of a compressed tar that were not hashed on the way to their names in the end, in
    their order.

    Raises:
        ArchiveError: the archive changed while it was read.
    """
    tally = _Tally(archive, keep_ok=keep_ok)
    left: dict[bytes, Result] = {}  # what is read in the end
    for step in matched:
        waiting = tally.take(step)
        if archive.forward:
            left |= tally.catch(waiting)
        else:
            yield from tally.read(waiting, workers)
        yield tally.step()
    yield from tally.read(left, workers)
    archive.expect_unchanged()
    yield tally.last()


def look(archive: Archive) -> diagnose.Look:
    """Return what looks at members again."""

    def contents(results: Sequence[Result]) -> Iterator[tuple[Result, diagnose.Content]]:
        by_name = {clean(result.path): result for result in results}
        for name, file in archive.again(by_name):
            try:
                content = diagnose.streamed(file)
            except BROKEN:
                continue
            yield by_name[name], content

    return contents


class _Tally:
    """The counts of a run, and results on their way."""

    def __init__(self, archive: Archive, *, keep_ok: bool) -> None:
        self._archive, self._keep_ok = archive, keep_ok
        self._own: Counter[Status] = Counter()  # of verdicts that are not the core's
        self._settled = 0  # files that have a verdict, from anybody
        self._read, self._total = 0, archive.size()  # in bytes
        self._doubled = {member.name: member for member in archive.doubled()}
        self._batch: list[Result] = []
        self._latest: Step | None = None
        for name in archive.unsafe:
            self._add(Result(name, Status.UNSAFE_PATH, detail="leads out of the root"))

    def take(self, step: Step) -> dict[bytes, Result]:
        """Take what the core has settled, and return by name the results of what is to be read."""
        self._latest = step
        waiting: dict[bytes, Result] = {}
        for result in step.results:
            if not _awaits(result):
                self._batch.append(result)
                self._settled += result.status is not Status.UNLISTED
                continue
            name = clean(result.path)
            self._doubled.pop(name, None)
            if refused := _refused(self._archive, name, result):
                self._settle(refused)
            else:
                waiting[name] = result
        return waiting

    def catch(self, waiting: Mapping[bytes, Result]) -> dict[bytes, Result]:
        """Settle what has been read already, and return the rest."""
        left: dict[bytes, Result] = {}
        for name, result in waiting.items():
            if answer := self._archive.known(name, _algorithms(result)):
                self._settle(_verdict(result, answer))
            else:
                left[name] = result
        return left

    def read(self, waiting: dict[bytes, Result], workers: int | None) -> Iterator[Step]:
        """Read members and settle their results, and yield steps now and then."""
        wanted = {name: _algorithms(result) for name, result in waiting.items()}
        seen = time.perf_counter()
        for answer in self._archive.hash(wanted, workers):
            self._settle(_verdict(waiting.pop(answer.name), answer))
            if time.perf_counter() - seen > _PATIENCE:
                yield self.step()
                seen = time.perf_counter()

    def _settle(self, result: Result) -> None:
        self._settled += 1
        self._read += result.size or 0
        self._add(result)

    def _add(self, result: Result) -> None:
        self._own[result.status] += 1
        if self._keep_ok or not result.ok:
            self._batch.append(result)

    def step(self) -> Step:
        """Return the results since the last step, and how far the run has come."""
        if self._latest is None:
            raise LibraryError("a run ended without a last step")
        batch, self._batch = self._batch, []
        files = self._latest.progress.total_files
        seconds = time.perf_counter() - self._archive.started
        # The core calls unreadable what it leaves to be read, and nothing else.
        counts = dict(self._latest.counts) | {Status.UNREADABLE: 0}
        for status, count in self._own.items():
            counts[status] += count
        progress = Progress(min(self._settled, files), files, self._read, self._total, seconds)
        return self._latest._replace(results=iter(batch), progress=progress, counts=counts)

    def last(self) -> Step:
        """Return the last step, with what fails whether it is listed or not."""
        for member in self._doubled.values():
            if member.fault:
                path = member.name.decode("utf-8", "surrogateescape")
                self._add(Result(path, member.fault.status, detail=member.fault.reason))
        step = self.step()
        files = step.progress.total_files
        return step._replace(progress=replace(step.progress, files=files, total_bytes=self._read))


def _awaits(result: Result) -> bool:
    """Whether the core left a file to be read."""
    return result.status is Status.UNREADABLE and not result.detail


def _algorithms(result: Result) -> list[str]:
    names = [digest.algorithm for digest in result.digests] or [result.algorithm or ""]
    return list(dict.fromkeys(names))


def _refused(archive: Archive, name: bytes, result: Result) -> Result | None:
    """Return the verdict on a member that need not be read to know it."""
    member, listed = archive.member(name), result.listed_size
    if member.fault:
        status, detail = member.fault
    elif listed is not None and listed != member.size:
        status = Status.MISMATCH
        detail = f"it has {member.size} bytes, and {listed} are listed"
    else:
        return None
    return replace(result, status=status, detail=detail, digests=())


def _verdict(result: Result, answer: Answer) -> Result:
    """Return the verdict on a member that was read."""
    if answer.hashed is None:
        return replace(result, detail=answer.reason, digests=())
    size, found = answer.hashed
    if not result.digests:
        digest = found[result.algorithm or ""].hex()
        status = Status.OK if digest == result.listed else Status.MISMATCH
        return replace(result, status=status, found=digest, size=size)
    digests = tuple(replace(each, found=found[each.algorithm].hex()) for each in result.digests)
    about = next((each for each in digests if not each.ok), digests[0])
    return replace(
        result,
        status=Status.OK if about.ok else Status.MISMATCH,
        algorithm=about.algorithm,
        listed=about.listed,
        found=about.found,
        line=about.line,
        manifest=about.manifest,
        size=size,
        detail="" if about.ok else _contradiction(about, digests),
        digests=digests,
    )


def _contradiction(wrong: Digest, digests: tuple[Digest, ...]) -> str:
    """Say that another line lists another digest of the same algorithm, if one does."""
    for other in digests:
        if other is not wrong and other.algorithm == wrong.algorithm:
            return f"listed twice, with different digests: see line {other.line}"
    return ""
