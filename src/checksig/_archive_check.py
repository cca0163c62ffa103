"""Verdicts on the members of an archive."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from checksig._archive import clean
from checksig._run import Step
from checksig._types import Digest, Progress, Result, Status
from checksig.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from checksig._archive import Answer, Archive

#: In seconds: how long results wait for company.
_PATIENCE: Final = 0.05


def judged(
    matched: Iterable[Step], archive: Archive, *, keep_ok: bool, workers: int | None
) -> Generator[Step, None, None]:
    """Read the members that a match of names left to be read, and yield all results.

    Raises:
        ArchiveError: the archive changed while it was read.
    """
    tally = _Tally(archive)
    batch = tally.take(matched)
    yield tally.step(batch)
    batch, seen = list[Result](), time.perf_counter()
    wanted = {name: _algorithms(result) for name, result in tally.waiting.items()}
    for answer in archive.hash(wanted, workers):
        result = tally.settle(answer)
        if keep_ok or not result.ok:
            batch.append(result)
        if time.perf_counter() - seen > _PATIENCE:
            yield tally.step(batch)
            batch, seen = list[Result](), time.perf_counter()
    yield tally.step(batch)


class _Tally:
    """The counts of a run, and the results that wait for their member to be read."""

    def __init__(self, archive: Archive) -> None:
        self.waiting: dict[bytes, Result] = {}  # by the clean name of the member
        self._archive = archive
        self._started = time.perf_counter()
        self._counts: dict[Status, int] = {}
        self._read = self._total = 0  # in bytes

    def take(self, matched: Iterable[Step]) -> list[Result]:
        """Take what the core has settled, and return it with what fails without being read."""
        settled: list[Result] = []
        last: Step | None = None
        for last in matched:
            for result in last.results:
                if _awaits(result):
                    self.waiting[clean(result.path)] = result
                else:
                    settled.append(result)
        if last is None:
            raise LibraryError("a run ended without a last step")
        self._last, self._counts = last, dict(last.counts)
        self._counts[Status.UNREADABLE] -= len(self.waiting)
        failed = [*_doubtful(self._archive, self.waiting), *_refused(self._archive, self.waiting)]
        for result in failed:
            self._counts[result.status] += 1
        self._total = sum(self._archive.member(name).size for name in self.waiting)
        return [*settled, *failed]

    def settle(self, answer: Answer) -> Result:
        """Return the result of a member that was read."""
        result = _verdict(self.waiting.pop(answer.name), answer)
        self._counts[result.status] += 1
        self._read += result.size or 0
        return result

    def step(self, results: list[Result]) -> Step:
        """Return results, and how far the run has come."""
        files = self._last.progress.total_files
        seconds = time.perf_counter() - self._started
        done = files - len(self.waiting)
        progress = Progress(done, files, self._read, self._total, seconds)
        return self._last._replace(
            results=iter(results), progress=progress, counts=dict(self._counts)
        )


def _awaits(result: Result) -> bool:
    """Whether the core left a file to be read."""
    return result.status is Status.UNREADABLE and not result.detail


def _algorithms(result: Result) -> list[str]:
    names = [digest.algorithm for digest in result.digests] or [result.algorithm or ""]
    return list(dict.fromkeys(names))


def _doubtful(archive: Archive, waiting: dict[bytes, Result]) -> Iterator[Result]:
    """Yield what fails whether it is listed or not."""
    for name in archive.unsafe:
        yield Result(name, Status.UNSAFE_PATH, detail="leads out of the root")
    for member in archive.doubled():
        if member.name not in waiting and member.fault:
            path = member.name.decode("utf-8", "surrogateescape")
            yield Result(path, member.fault.status, detail=member.fault.reason)


def _refused(archive: Archive, waiting: dict[bytes, Result]) -> Iterator[Result]:
    """Take out, and yield, the results of members that need not be read to know them."""
    for name, result in list(waiting.items()):
        member, listed = archive.member(name), result.listed_size
        if member.fault:
            status, detail = member.fault
        elif listed is not None and listed != member.size:
            status, detail = (
                Status.MISMATCH,
                f"it has {member.size} bytes, and {listed} are listed",
            )
        else:
            continue
        del waiting[name]
        yield replace(result, status=status, detail=detail, digests=())


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
