"""Hash the files that are to be listed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._bridge import wire
from checksig._entries import Listed
from checksig._making import unfinished
from checksig._names import quoted
from checksig._results import Algorithm, Result, Status
from checksig.errors import CancelledError, ChecksigError, CreateError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checksig._making.list_request import ListRequest

#: What is not a file inside the root cannot be in a list of files: it is left out, and said.
LEFT_OUT: Final = {Status.NOT_REGULAR, Status.UNSAFE_PATH, Status.MISSING, Status.UNLISTED}


class Hashed(NamedTuple):
    """The results of files that are to be listed."""

    results: list[Result]
    lines: list[wire.Lines]  # of files that have no results, if they were asked for together
    last: wire.Batch

    @property
    def lines_count(self) -> int:
        """The number of files that have no results."""
        return sum(each.files for each in self.lines)


def hash_all(wanted: ListRequest, own: list[bytes], *, together: bool = False) -> Hashed:
    """Hash what is to be listed.

    Args:
        wanted: What is to be listed.
        own: Names of what is not.
        together: Whether the core's lines of files will do: the request is plain.

    Raises:
        CreateError: it cannot be done, or there is an unfinished bag.
        CancelledError: it is not wanted any more.
    """
    settings = {
        "algorithms": [algorithm.name for algorithm in wanted.algorithms],
        "style": wanted.layout.style,
        "stat": wanted.update or wanted.layout.format.times is not None,
        "symlinks": wanted.symlinks,
        "together": together or None,
        "sizes": wanted.progress is not None,
        **dict(wanted.reading.settings),
    }
    unfinished.refuse_bags(wanted.root)
    names = {**wanted.patterns, "own": own, "apart": unfinished.MARKS if together else ()}
    results, lines = list[Result](), list[wire.Lines]()

    def each(batch: wire.Batch) -> None:
        results.extend(batch.results)
        lines.extend(batch.lines)
        if wanted.progress:
            wanted.progress(batch.progress)

    try:
        last = wire.last_of(_batches(wanted, names, settings), each)
    except CancelledError:
        raise
    except ChecksigError as error:
        raise CreateError(f"cannot list {quoted(wanted.root)}: {error}") from error
    if wanted.only:  # the core numbers what it is asked for by name
        results = [replace(result, line=None) for result in results]
    found = Hashed(results, lines, last)
    arrived = len(results) + found.lines_count
    if arrived != sum(last.totals.counts.values()):
        raise LibraryError(f"{arrived} results of {sum(last.totals.counts.values())} arrived")
    unfinished.refuse_bags(wanted.root, (result.path for result in results))
    return found


def _batches(
    wanted: ListRequest,
    names: Mapping[str, Sequence[bytes]],
    settings: Mapping[str, Any],
) -> Iterator[wire.Batch]:
    """Hash what is to be listed, and yield what that brings."""
    only = wanted.only if wanted.only not in names["own"] else b""
    if wanted.place:
        from checksig._making import elsewhere  # noqa: PLC0415 (directories need none of it)

        where, how, versions = wanted.place, wanted.reading, wanted.versions
        return elsewhere.batches(where, only, names, settings, how, versions=versions)
    op = "create" if wanted.only is None else "hash"
    paths = [only] if only else []
    request = wire.request(op, root=wanted.root, paths=paths, names=names, settings=settings)
    return wire.batches(request, cancel=wanted.reading.cancel)


def refuse_unreadable(root: bytes, results: list[Result], *, elsewhere: bool = False) -> None:
    """Refuse to list what cannot be read.

    Args:
        root: The place.
        results: What came of its files.
        elsewhere: Whether it has an address. A store that has listed an object has it; here, what
            is missing is a link that leads to nothing, or was removed.

    Raises:
        CreateError: there is some.
    """
    left_out = LEFT_OUT - {Status.MISSING} if elsewhere else LEFT_OUT
    if bad := [r for r in results if not r.ok and r.status not in left_out]:
        reasons = "\n".join(f"  {result}" for result in bad[:10])
        raise CreateError(f"{len(bad)} files below {quoted(root)} cannot be listed:\n{reasons}")


def listed(result: Result, algorithms: Sequence[Algorithm]) -> Listed:
    """Return a file with its digests, which the core has put one behind the other, or a link."""
    if result.algorithm is None and result.detail:
        return Listed(result.path, -1, {}, link=result.detail)
    found, at = result.found or "", 0
    digests: dict[str, str] = {}
    for algorithm in algorithms:
        digests[algorithm.name] = found[at : at + 2 * algorithm.size]
        at += 2 * algorithm.size
    if at != len(found) or result.size is None:
        raise LibraryError(f"{len(found)} digits of digests arrived, and {at} were asked for")
    return Listed(result.path, result.size, digests)
