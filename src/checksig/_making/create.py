"""Make lists of digests of the files below a directory."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Unpack

from checksig import _files
from checksig import _schemes as trust
from checksig._bridge import handles as _ffi
from checksig._bridge import records as _run
from checksig._bridge import request as _request
from checksig._entries import Listed
from checksig._making import layout as _layout
from checksig._making import update as _update
from checksig._making.task import CreateOptions, Task
from checksig._names import quoted
from checksig._places import directory
from checksig._results import Algorithm, Progress, Result, Status
from checksig.errors import ChecksigError, CreateError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from checksig._making.layout import Style
    from checksig._options import StrPath
    from checksig._trust.signing import Signer

#: What is not a file inside the root cannot be in a list of files: it is left out, and said.
_LEFT_OUT: Final = {Status.NOT_REGULAR, Status.UNSAFE_PATH, Status.MISSING}


@dataclass(frozen=True)
class Created:
    """A list that was made, or one for each algorithm."""

    path: str | None  #: of the first list; None if it was not written to a file
    algorithm: Algorithm  #: the first
    files: int  #: listed
    bytes: int  #: read
    seconds: float
    #: What is not listed: links that lead out of the root, to a directory or to nothing,
    #: FIFOs, sockets and devices.
    left_out: tuple[Result, ...]
    paths: tuple[str, ...] = ()  #: of all lists
    algorithms: tuple[Algorithm, ...] = ()  #: all of them
    signatures: tuple[str, ...] = ()  #: paths of the signatures over the lists
    #: Files that were not read: their digests are those of the list before.
    trusted: tuple[str, ...] = ()


def create(
    path: StrPath = ".",
    *,
    algorithm: str | Sequence[str] | None = None,
    output: StrPath | None = None,
    style: Style = "text",
    overwrite: bool = False,
    progress: Callable[[Progress], None] | None = None,
    signer: Signer | None = None,
    **options: Unpack[CreateOptions],
) -> Created:
    """Write a list of the digests of all files below a directory, sorted by name.

    Args:
        path: The directory, or a single file.
        algorithm: What to hash with, or several: each file is read once for all. Without it,
            SHA-256, or what the format holds. Formats that hold one algorithm make a list for each.
        output: Where to write the list, which never lists itself. Without it, a file in the
            directory that is called after the algorithm, or as the format wants it:
            ``SHA256SUMS``, ``checksums.jsonl``.
        style: How lines are laid out: those of the GNU coreutils, or BSD tags.
        overwrite: Whether an existing file may be replaced.
        progress: Called with the progress, about twenty times a second and once at the end.
        signer: Who signs the lists: see :class:`Signer`.
        **options: See :class:`CreateOptions`, and ``workers``, ``readers`` and ``drop_cache``, as
            in :class:`CheckOptions`.

    Raises:
        CreateError: a file cannot be read, there are none, the format cannot hold them, or the
            list cannot be written.
        UnwritableNameError: the format cannot hold the name of a file.
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    task = Task.of(path, algorithm, style, options)
    targets = task.targets(output)
    overwrite = overwrite or options.get("update", False)
    signed = [signer.target(target) for target in targets] if signer else []
    for target in [*targets, *signed] if not overwrite else ():
        if os.path.lexists(target):
            raise _files.exists(target)
    began = time.time_ns()
    lists, created = make_lists(task, targets, progress=progress, **options)
    for target, data in zip(targets, lists, strict=True):
        _layout.found_again(task.layout, target, data)
    pairs = zip(targets, lists, strict=True)
    signatures = [signer.sign(target, data) for target, data in pairs] if signer else []
    for target, data in zip(targets, lists, strict=True):
        _files.write(target, data, overwrite=overwrite, mtime_ns=began)
    for target, data in zip(signed, signatures, strict=True):
        _files.write(target, data, overwrite=overwrite)
    return replace(created, signatures=tuple(map(os.fsdecode, signed)))


def make_lists(
    task: Task,
    targets: Sequence[bytes] = (),
    *,
    progress: Callable[[Progress], None] | None = None,
    **options: Unpack[CreateOptions],
) -> tuple[list[bytes], Created]:
    """Return the bytes of lists of all files but ``targets``, and what they are."""
    began = time.time_ns()
    # A list cannot hold the digest of a signature that is made over it.
    over = [target + os.fsencode(end) for target in targets for end in trust.EXTENSIONS]
    own = _own_names(task, [*targets, *over])
    trusted: list[Listed] = []
    if options.get("update"):
        old = _update.read(targets)
        trusted = _update.unchanged(task.root, old, task.algorithms, _choice(options))
        trusted = [file for file in trusted if os.fsencode(file.path) not in own]
    last, results = hash_all(task, [*own, *_names_of(trusted)], progress, options)
    _refuse_unreadable(task.root, results)
    good = [result for result in results if result.ok]
    if not good and not trusted:
        raise CreateError(f"no files below {quoted(task.root)} to list")
    return _lists(task, good, trusted, began), Created(
        path=os.fsdecode(targets[0]) if targets else None,
        algorithm=task.algorithms[0],
        files=len(good) + len(trusted),
        bytes=last.progress.bytes,
        seconds=last.progress.seconds,
        left_out=tuple(result for result in results if result.status in _LEFT_OUT),
        paths=tuple(map(os.fsdecode, targets)),
        algorithms=task.algorithms,
        trusted=tuple(file.path for file in trusted),
    )


def _choice(options: CreateOptions) -> dict[str, Any]:
    """Return the arguments of a request that say which files it is about."""
    return {
        "names": {
            "only": [os.fsencode(pattern) for pattern in options.get("include", ())],
            "except": [os.fsencode(pattern) for pattern in options.get("exclude", ())],
        },
        "settings": _request.link_settings(options.get("symlinks", "inside")),
    }


def _own_names(task: Task, targets: Sequence[bytes]) -> list[bytes]:
    names = (directory.name_below(task.root, target) for target in targets)
    return [name for name in names if name is not None]


def _names_of(files: Iterable[Listed]) -> list[bytes]:
    return [os.fsencode(file.path) for file in files]


def hash_all(
    task: Task,
    exclude: list[bytes],
    progress: Callable[[Progress], None] | None,
    options: CreateOptions,
) -> tuple[_run.Step, list[Result]]:
    """Hash what is to be listed, and return the last step and all results."""
    choice = _choice(options)
    reading: _request.ReadOptions = {
        "workers": options.get("workers"),
        "readers": options.get("readers"),
        "drop_cache": options.get("drop_cache", False),
    }
    settings = {
        "algorithms": [algorithm.name for algorithm in task.algorithms],
        "style": task.layout.style,
        **choice["settings"],
        **_request.read_settings(reading),
    }
    names = {**choice["names"], "exclude": exclude}
    if task.only is not None:
        names["paths"] = [task.only] if task.only not in exclude else []
    op = "create" if task.only is None else "hash"
    results: list[Result] = []

    def each(step: _run.Step) -> None:
        results.extend(step.results)
        if progress:
            progress(step.progress)

    try:
        run = _ffi.Run(_request.request(op, root=task.root, names=names, settings=settings))
        last = _run.last_of(_run.steps(run), each)
    except ChecksigError as error:
        raise CreateError(f"cannot list {quoted(task.root)}: {error}") from error
    if len(results) != sum(last.totals.counts.values()):
        raise LibraryError(f"{len(results)} results of {sum(last.totals.counts.values())} arrived")
    return last, [replace(result, line=None) for result in results] if task.only else results


def _refuse_unreadable(root: bytes, results: list[Result]) -> None:
    if bad := [r for r in results if not r.ok and r.status not in _LEFT_OUT]:
        reasons = "\n".join(f"  {result}" for result in bad[:10])
        raise CreateError(f"{len(bad)} files below {quoted(root)} cannot be listed:\n{reasons}")


def _lists(task: Task, good: list[Result], trusted: list[Listed], began: int) -> list[bytes]:
    """Return the lists. If there is one algorithm, the core has written each line."""
    if task.layout.by_core and len(task.algorithms) == 1 and not trusted and task.only is None:
        lines = [(os.fsencode(result.path), os.fsencode(result.detail)) for result in good]
        return [b"".join([line for _, line in sorted(lines)])]
    timed = task.layout.format.name == "jsonl"
    fresh = [listed(result, task.algorithms) for result in good]
    if timed:
        fresh = [_timed(task.root, file, began) for file in fresh]
    files = _layout.sort([*fresh, *trusted])
    return [task.layout.write(files, group) for group in task.layout.lists(task.algorithms)]


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


def _timed(root: bytes, file: Listed, began: int) -> Listed:
    """Add when a file was changed, unless that was after the run began: then who knows when."""
    status = os.lstat(os.path.join(root, os.fsencode(file.path)))
    if not stat.S_ISREG(status.st_mode) or max(status.st_mtime_ns, status.st_ctime_ns) >= began:
        return file
    return file._replace(mtime_ns=status.st_mtime_ns)
