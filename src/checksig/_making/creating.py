"""Make lists of digests of the files below a directory."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from checksig import _files
from checksig import _schemes as schemes
from checksig._entries import Changes, Listed
from checksig._making import changes, stale, unfinished, update
from checksig._making.hashing import LEFT_OUT, hash_all, listed, refuse_unreadable
from checksig._making.layout import found_again, sort
from checksig._making.list_request import ListRequest
from checksig._making.outlet import Outlet
from checksig._names import quoted
from checksig._options import CreateOptions
from checksig._options.values import takes
from checksig._results import Algorithm, Result, Stat
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._bridge.wire import Lines
    from checksig._options import StrPath, Style
    from checksig._trust.signing import Signer


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
    hashed = hash_all(wanted, [*own, *_names_of(reused)], together=wanted.plain)
    results = [unfinished.told(result) for result in hashed.results]
    refuse_unreadable(wanted.root, results, elsewhere=wanted.place is not None)
    good = [result for result in results if result.ok]
    if not good and not reused and not hashed.lines:
        raise CreateError(f"no files below {quoted(wanted.root)} to list")
    found = _changes(wanted, previous, good, reused)
    if found and not wanted.accept_damaged:
        changes.expect_no_damage(found, os.fsdecode(targets[0]))
    return _lists(wanted, good, reused, began, hashed.lines), Created(
        path=os.fsdecode(targets[0]) if targets else None,
        algorithm=wanted.algorithms[0],
        files=len(good) + len(reused) + hashed.lines_count,
        bytes=hashed.last.progress.bytes,
        seconds=hashed.last.progress.seconds,
        left_out=tuple(result for result in results if result.status in LEFT_OUT),
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


def _lists(
    wanted: ListRequest,
    good: list[Result],
    reused: list[Listed],
    began: int,
    lines: list[Lines],
) -> list[bytes]:
    """Return the lists. If there is one algorithm, the core has written each line."""
    by_core = wanted.layout.by_core and len(wanted.algorithms) == 1
    if by_core and not reused and wanted.only is None:
        written = [(os.fsencode(result.path), os.fsencode(result.detail)) for result in good]
        written += [(each.name, each.text) for each in lines]
        return [b"".join([text for _, text in sorted(written)])]
    fresh = [listed(result, wanted.algorithms) for result in good]
    if wanted.layout.format.times:
        pairs = zip(fresh, good, strict=True)
        fresh = [_timed(wanted.root, file, result.stat, began) for file, result in pairs]
    if wanted.versions is not None:
        fresh = [file._replace(version=wanted.versions[file.path]) for file in fresh]
    files = sort([*fresh, *reused])
    return [wanted.layout.write(files, group) for group in wanted.layout.lists(wanted.algorithms)]


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
