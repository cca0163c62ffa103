"""Verdicts on the members of an archive."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from checksig._archive import clean
from checksig._run import Step
from checksig._types import Digest, Progress, Result, Status

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
    started, last = time.perf_counter(), None
    settled: list[Result] = []
    waiting: dict[bytes, Result] = {}
    for last in matched:
        for result in last.results:
            if _awaits(result):
                waiting[clean(result.path)] = result
            else:
                settled.append(result)
    assert last is not None
    counts = dict(last.counts)
    counts[Status.UNREADABLE] -= len(waiting)
    doubtful = list(_doubtful(archive, waiting))
    refused = list(_refused(archive, waiting))
    for result in (*doubtful, *refused):
        counts[result.status] += 1
    wanted = {name: _algorithms(result) for name, result in waiting.items()}
    total = sum(archive.member(name).size for name in wanted)
    files, done, batch = last.progress.total_files, 0, [*settled, *doubtful, *refused]
    seen = time.perf_counter()

    def step(results: list[Result]) -> Step:
        sofar = files - len(waiting)
        progress = Progress(sofar, files, done, total, time.perf_counter() - started)
        return last._replace(results=iter(results), progress=progress, counts=dict(counts))

    for answer in archive.hash(wanted, workers):
        result = _verdict(waiting.pop(answer.name), answer)
        counts[result.status] += 1
        done += result.size or 0
        if keep_ok or not result.ok:
            batch.append(result)
        if time.perf_counter() - seen > _PATIENCE:
            yield step(batch)
            batch, seen = [], time.perf_counter()
    yield step(batch)


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
