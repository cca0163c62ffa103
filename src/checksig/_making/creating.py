"""Make lists of digests of the files below a directory."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Unpack

from checksig import _files
from checksig import _schemes as schemes
from checksig._bridge import wire
from checksig._bridge.written import without_lines
from checksig._entries import Changes, Listed
from checksig._making import changes, stale, unfinished, update
from checksig._making.layout import found_again, sort
from checksig._making.list_request import ListRequest
from checksig._making.outlet import Outlet
from checksig._names import quoted
from checksig._options import CreateOptions
from checksig._options.values import takes
from checksig._results import Algorithm, Result, Stat, Status
from checksig.errors import CancelledError, ChecksigError, CreateError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checksig._options import StrPath, Style
    from checksig._trust.signing import Signer

#: What is not a file inside the root cannot be in a list of files: it is left out, and said.
_LEFT_OUT: Final = {Status.NOT_REGULAR, Status.UNSAFE_PATH, Status.MISSING, Status.UNLISTED}


@dataclass(frozen=True)
class Created:
    """A list that was made, or one for each algorithm."""

    path: str | None  #: of the first list; None if it was not written to a file
    algorithm: Algorithm  #: the first
    files: int  #: listed
    bytes: int  #: read
    seconds: float
    #: What is not listed: links that lead out of the root, to a directory or to nothing, FIFOs,
    #: sockets and devices; and what other runs were writing when they were stopped.
    left_out: tuple[Result, ...]
    paths: tuple[str, ...] = ()  #: of all lists
    algorithms: tuple[Algorithm, ...] = ()  #: all of them
    signatures: tuple[str, ...] = ()  #: paths of the signatures over the lists
    dropped: tuple[str, ...] = ()  #: paths of signatures that held no more, and are removed
    #: Files that were not read: their digests are those of the list before.
    trusted: tuple[str, ...] = ()
    changes: Changes | None = None  #: since the list before, if there was one to update


@takes(CreateOptions)
def create(
    path: StrPath = ".",
    *,
    algorithm: str | Sequence[str] | None = None,
    output: StrPath | None = None,
    style: Style = "text",
    overwrite: bool = False,
    signer: Signer | None = None,
    **options: Unpack[CreateOptions],
) -> Created:
    """Write a list of the digests of all files below a directory, sorted by name.

    Args:
        path: The directory, or a single file; or the address of one in a store.
        algorithm: The algorithm, or several: each file is still read once. Without it, SHA-256, or
            what the format holds. With formats that hold one algorithm, there is a list for each.
        output: Where to write the list, which never lists itself. Without it, a file in the
            directory, named after the algorithm or as the format needs it:
            ``SHA256SUMS``, ``checksums.jsonl``. In a store, what is written is read back.
        style: How lines are laid out: those of the GNU coreutils, or BSD tags.
        overwrite: Whether an existing file may be replaced.
        signer: The key that signs the lists: see :class:`Signer`.
        **options: See :class:`CreateOptions`, and :class:`RunOptions`.

    Raises:
        DamagedError: a file in the list to update is damaged.
        CreateError: a file cannot be read, there are none, the format cannot hold them, or the
            list cannot be written.
        UnwritableNameError: the format cannot hold the name of a file.
        UnknownAlgorithmError: ``algorithm`` is not known.
        TypeError, ValueError: the options make no sense.
    """
    wanted = ListRequest.of(path, algorithm, style, options)
    targets = wanted.targets(output)
    overwrite = overwrite or wanted.update
    signed = [signer.target(target) for target in targets] if signer else []
    outlet = Outlet(wanted.place, network=wanted.network)
    for target in [*targets, *signed]:
        if outlet.holds(target) and not overwrite:
            raise _files.exists(target)
    began = time.time_ns()
    lists, created = make_lists(wanted, targets)
    made = list(zip(targets, lists, strict=True))
    for target, data in made:
        found_again(wanted.layout, target, data)
    past = [path for each in made for path in stale.beside(*each, outlet) if path not in signed]
    stale.refuse(past, dropped=wanted.drop_signature, signs=signer is None)
    signatures = [signer.sign(target, data) for target, data in made] if signer else []
    for target, data in made:
        outlet.write(target, data, overwrite=overwrite, mtime_ns=began)
    for target, data in zip(signed, signatures, strict=True):
        outlet.write(target, data, overwrite=overwrite)
    stale.drop(past, outlet)
    unfinished.tidy_up(wanted.root, [*targets, *signed], created.left_out)
    signed_by, dropped = (tuple(map(os.fsdecode, paths)) for paths in (signed, past))
    return replace(created, signatures=signed_by, dropped=dropped)


def make_lists(wanted: ListRequest, targets: Sequence[bytes] = ()) -> tuple[list[bytes], Created]:
    """Return the bytes of lists of all files but ``targets``, and what they are."""
    began = time.time_ns()
    # A list cannot hold the digest of a signature that is made over it.
    over = [target + os.fsencode(end) for target in targets for end in schemes.EXTENSIONS]
    own = wanted.names_of([*targets, *over])
    previous = update.read(targets) if wanted.update else update.NONE
    left = _files.written_there
    reused = update.reused(wanted, previous)
    reused = [f for f in reused if os.fsencode(f.path) not in own and not left(f.path)]
    lines = dict[bytes, bytes]() if wanted.plain else None
    last, results = hash_all(wanted, [*own, *_names_of(reused)], lines)
    results = [unfinished.told(result) for result in results]
    refuse_unreadable(wanted.root, results, elsewhere=wanted.place is not None)
    good = [result for result in results if result.ok]
    if not good and not reused and not lines:
        raise CreateError(f"no files below {quoted(wanted.root)} to list")
    found = _changes(wanted, previous, good, reused)
    if found and not wanted.accept_damaged:
        changes.expect_no_damage(found, os.fsdecode(targets[0]))
    return _lists(wanted, good, reused, began, lines), Created(
        path=os.fsdecode(targets[0]) if targets else None,
        algorithm=wanted.algorithms[0],
        files=len(good) + len(reused) + len(lines or ()),
        bytes=last.progress.bytes,
        seconds=last.progress.seconds,
        left_out=tuple(result for result in results if result.status in _LEFT_OUT),
        paths=tuple(map(os.fsdecode, targets)),
        algorithms=wanted.algorithms,
        trusted=tuple(file.path for file in reused),
        changes=found,
    )


def _changes(
    wanted: ListRequest, previous: update.PreviousList, good: list[Result], kept: list[Listed]
) -> Changes | None:
    """Return what has become of the files of the list before; None if there is none."""
    if not previous.files:
        return None
    fresh = [listed(result, wanted.algorithms) for result in good]
    stats = {result.path: result.stat for result in good if result.stat}
    return changes.found(previous, fresh, stats, [file.path for file in kept])


def _names_of(files: Iterable[Listed]) -> list[bytes]:
    return [os.fsencode(file.path) for file in files]


def hash_all(
    wanted: ListRequest, own: list[bytes], lines: dict[bytes, bytes] | None = None
) -> tuple[wire.Batch, list[Result]]:
    """Hash what is to be listed, and return the last batch and all results.

    Args:
        wanted: What is to be listed.
        own: Names of what is not.
        lines: Gets the lines of files by their names: there are no results for them then.

    Raises:
        CreateError: it cannot be done, or there is an unfinished bag.
        CancelledError: it is not wanted any more.
    """
    settings = {
        "algorithms": [algorithm.name for algorithm in wanted.algorithms],
        "style": wanted.layout.style,
        "stat": wanted.update or wanted.layout.format.times is not None,
        "symlinks": wanted.symlinks,
        "sizes": wanted.progress is not None,
        **dict(wanted.reading.settings),
    }
    unfinished.refuse_bags(wanted.root)
    names = {**wanted.patterns, "own": own}
    results: list[Result] = []

    def each(batch: wire.Batch) -> None:
        results.extend(batch.results)
        if wanted.progress:
            wanted.progress(batch.progress)

    try:
        last = wire.last_of(_batches(wanted, names, settings, lines), each)
    except CancelledError:
        raise
    except ChecksigError as error:
        raise CreateError(f"cannot list {quoted(wanted.root)}: {error}") from error
    arrived = len(results) + len(lines or ())
    if arrived != sum(last.totals.counts.values()):
        raise LibraryError(f"{arrived} results of {sum(last.totals.counts.values())} arrived")
    if lines:
        results += unfinished.taken_out(lines)
    unfinished.refuse_bags(wanted.root, (result.path for result in results))
    return last, [replace(r, line=None) for r in results] if wanted.only else results


def _batches(
    wanted: ListRequest,
    names: Mapping[str, Sequence[bytes]],
    settings: Mapping[str, Any],
    lines: dict[bytes, bytes] | None,
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
    take = None if lines is None else partial(without_lines, lines=lines)
    return wire.batches(request, cancel=wanted.reading.cancel, take=take)


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
    left_out = _LEFT_OUT - {Status.MISSING} if elsewhere else _LEFT_OUT
    if bad := [r for r in results if not r.ok and r.status not in left_out]:
        reasons = "\n".join(f"  {result}" for result in bad[:10])
        raise CreateError(f"{len(bad)} files below {quoted(root)} cannot be listed:\n{reasons}")


def _lists(
    wanted: ListRequest,
    good: list[Result],
    reused: list[Listed],
    began: int,
    lines: dict[bytes, bytes] | None,
) -> list[bytes]:
    """Return the lists. If there is one algorithm, the core has written each line."""
    by_core = wanted.layout.by_core and len(wanted.algorithms) == 1
    if by_core and not reused and wanted.only is None:
        others = {os.fsencode(result.path): os.fsencode(result.detail) for result in good}
        written = others | (lines or {})
        return [b"".join([written[name] for name in sorted(written)])]
    fresh = [listed(result, wanted.algorithms) for result in good]
    if wanted.layout.format.times:
        pairs = zip(fresh, good, strict=True)
        fresh = [_timed(wanted.root, file, result.stat, began) for file, result in pairs]
    if wanted.versions is not None:
        fresh = [file._replace(version=wanted.versions[file.path]) for file in fresh]
    files = sort([*fresh, *reused])
    return [wanted.layout.write(files, group) for group in wanted.layout.lists(wanted.algorithms)]


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


def _timed(root: bytes, file: Listed, hashed: Stat | None, began: int) -> Listed:
    """Add when a file was changed, unless that was after the run began: then who knows when.

    It is the file that was hashed which has the time, and not one that a link led to.
    """
    if hashed is None or max(hashed.mtime_ns, hashed.ctime_ns) >= began:
        return file
    try:
        there = os.lstat(os.path.join(root, os.fsencode(file.path)))
    except OSError:
        return file
    same = (there.st_ino, there.st_dev) == (hashed.inode, hashed.device)
    return file._replace(mtime_ns=hashed.mtime_ns) if same else file
