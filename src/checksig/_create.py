"""Make lists of digests, and write them so that nobody ever sees half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Unpack

from checksig import _algorithms, _ffi, _manifest, _request, _run
from checksig._text import quoted
from checksig._types import Algorithm, Progress, Result, Status
from checksig.errors import ChecksigError, CreateError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._manifest import StrPath

Style = Literal["text", "binary", "tag"]

#: What is not a file inside the root cannot be in a list of files: it is left out, and said.
_LEFT_OUT: Final = {Status.NOT_REGULAR, Status.UNSAFE_PATH, Status.MISSING}


@dataclass(frozen=True)
class Created:
    """A list that was made."""

    path: str | None  #: of the list; None if it was not written to a file
    algorithm: Algorithm
    files: int  #: listed
    bytes: int  #: read
    seconds: float
    #: What is not listed: links that lead out of the root, to a directory or to nothing,
    #: FIFOs, sockets and devices.
    left_out: tuple[Result, ...]


def create(
    path: StrPath = ".",
    *,
    algorithm: str = "sha256",
    output: StrPath | None = None,
    style: Style = "text",
    overwrite: bool = False,
    progress: Callable[[Progress], None] | None = None,
    **options: Unpack[_request.ReadOptions],
) -> Created:
    """Write a list of the digests of all files below a directory, sorted by name.

    Args:
        path: The directory.
        algorithm: What to hash with.
        output: Where to write the list, which never lists itself. Without it, a file in the
            directory that is called after the algorithm: ``SHA256SUMS``.
        style: How lines are laid out: those of the GNU coreutils, or BSD tags.
        overwrite: Whether an existing file may be replaced.
        progress: Called with the progress, about twenty times a second and once at the end.
        **options: How files are read: ``workers``, ``readers`` and ``drop_cache``, as in
            :class:`CheckOptions`.

    Raises:
        CreateError: a file cannot be read, there are none, or the list cannot be written.
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    root = os.fsencode(path)
    chosen = _algorithms.lookup(algorithm)
    default = os.path.join(root, chosen.tag.encode() + b"SUMS")
    target = default if output is None else os.fsencode(output)
    if os.path.lexists(target) and not overwrite:
        raise _exists(target)
    data, created = make_list(
        root, chosen, style=style, output=target, progress=progress, **options
    )
    try:
        _write_atomically(target, data, overwrite=overwrite)
    except FileExistsError:
        raise _exists(target) from None
    except OSError as error:
        raise CreateError(f"cannot write {quoted(target)}: {error.strerror}") from error
    return created


def make_list(
    root: bytes,
    algorithm: Algorithm,
    *,
    style: Style,
    output: bytes | None = None,
    progress: Callable[[Progress], None] | None = None,
    **options: Unpack[_request.ReadOptions],
) -> tuple[bytes, Created]:
    """Return the bytes of a list of all files below ``root`` but ``output``, and what it is."""
    _request.expect(options, _request.ReadOptions)
    reading = _request.read_settings(options)
    settings = {"algorithms": [algorithm.name], "style": style, **reading}
    own_name = _manifest.name_below(root, output) if output else None
    names = {"exclude": [own_name] if own_name else []}
    results: list[Result] = []

    def each(step: _run.Step) -> None:
        results.extend(step.results)
        if progress:
            progress(step.progress)

    try:
        run = _ffi.Run(_request.request("create", root=root, names=names, settings=settings))
        last = _run.last_of(_run.steps(run), each)
    except ChecksigError as error:
        raise CreateError(f"cannot list {quoted(root)}: {error}") from error
    if len(results) != sum(last.counts.values()):
        raise LibraryError(f"{len(results)} results of {sum(last.counts.values())} arrived")
    lines = _lines(root, results)
    return b"".join(lines), Created(
        path=os.fsdecode(output) if output else None,
        algorithm=algorithm,
        files=len(lines),
        bytes=last.progress.bytes,
        seconds=last.progress.seconds,
        left_out=tuple(result for result in results if result.status in _LEFT_OUT),
    )


def _lines(root: bytes, results: list[Result]) -> list[bytes]:
    """Return the lines of the list, sorted by name; the core has written each of them."""
    if bad := [r for r in results if not r.ok and r.status not in _LEFT_OUT]:
        reasons = "\n".join(f"  {result}" for result in bad[:10])
        raise CreateError(f"{len(bad)} files below {quoted(root)} cannot be listed:\n{reasons}")
    listed = [(os.fsencode(r.path), os.fsencode(r.detail)) for r in results if r.ok]
    if not listed:
        raise CreateError(f"no files below {quoted(root)} to list")
    return [line for _, line in sorted(listed)]


def _write_atomically(target: bytes, data: bytes, *, overwrite: bool) -> None:
    directory, name = os.path.split(target)
    temporary = os.path.join(directory, b"." + name + b"." + os.urandom(4).hex().encode() + b".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        if overwrite:
            os.replace(temporary, target)
        else:
            _rename_new(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_directory(directory or b".")


def _rename_new(temporary: bytes, target: bytes) -> None:
    """Rename a file unless the target exists, which only a hard link can tell without a race."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError from None
        os.replace(temporary, target)
    else:
        with suppress(OSError):  # the list is in its place
            os.unlink(temporary)


def _sync_directory(directory: bytes) -> None:
    # Without this a crash may forget the new name. Some file systems cannot; the list is whole
    # all the same.
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exists(target: bytes) -> CreateError:
    return CreateError(f"{quoted(target)} exists already")
