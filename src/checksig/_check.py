"""What is checked against what, and the run that does it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from checksig import _algorithms, _bag, _ffi, _manifest, _request, _run
from checksig._manifest import StrPath
from checksig._text import escape
from checksig._types import Entry, Progress, Report, Result, Source, Status, Strength
from checksig.errors import ArchiveError, ManifestError
from checksig.formats import Hint

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from checksig._archive import Archive
    from checksig._manifest import Manifest
    from checksig.formats import Unverified

Symlinks = Literal["inside", "refuse"]

#: In bytes: of lists that are kept to explain failures.
_KEPT: Final = 64 << 20

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


class CheckOptions(_request.ReadOptions, total=False):
    """The options of :func:`verify`, :func:`audit` and :func:`iter_verify`."""

    #: The list to check the directory against, or several, when it is not what lies in it. A file
    #: of several lists is read once, and has to be what all of them say.
    manifest: StrPath | Sequence[StrPath] | None
    #: Whether lists in the directories below count as well, each for its own directory.
    recursive: bool
    #: Entries to check the directory against, instead of a list.
    entries: Iterable[Entry] | None
    #: The only algorithm that the list may use. Without it: what the tag of a line, the name
    #: of the list, or the length of a digest says.
    algorithm: str | None
    #: Whether a file that is not listed is a failure.
    complete: bool
    #: Whether files that are listed and not there are counted, but no failures. If none of the
    #: others is ok, nothing is.
    ignore_missing: bool
    #: Names of files that must be listed, and be there.
    require: Iterable[StrPath]
    #: Patterns as in gitignore: only the files that match ``include``, if there are any, and not
    #: those that match ``exclude``. The others are not checked, and not unlisted either.
    include: Iterable[str]
    exclude: Iterable[str]
    #: The strength that one of a file's algorithms needs: "accidents", "broken" or "strong".
    min_strength: Strength | None
    #: "inside": symbolic links are followed as long as they stay inside the root. "refuse": what
    #: leads through one is not-regular.
    symlinks: Symlinks
    #: Whether only sizes are compared. That verifies nothing: the report is never ok.
    size_only: bool
    #: Whether a file that is missing is looked for among those that are not listed. It fails all
    #: the same; its diagnosis says where it is. For lists, and not for :func:`iter_verify`.
    find_moved: bool
    #: After how many failures the run ends; None goes through to the end.
    max_failures: int | None
    #: Called with the progress, about twenty times a second and once at the end.
    progress: Callable[[Progress], None] | None


def prepare(path: StrPath, *, keep_ok: bool, options: CheckOptions) -> Check:
    """Read what a directory is to be checked against.

    Raises:
        ManifestError: there is no list to check against.
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    _request.expect(options, CheckOptions)
    settings = _settings(options) | {"keep_ok": keep_ok}
    entries, manifest = options.get("entries"), options.get("manifest")
    if entries is not None and (manifest is not None or options.get("recursive")):
        raise TypeError("entries exclude manifest and recursive")
    if isinstance(manifest, (str, bytes, os.PathLike)):
        manifest = (manifest,)
    if _manifest.is_archive(os.fsencode(path)):
        return _of_archive(os.fsencode(path), tuple(manifest or ()), settings, options)
    if entries is not None:
        return _of_entries(os.fsencode(path), entries, settings, options)
    return _of_manifests(_find(path, tuple(manifest or ()), options), settings, options)


def prepare_found(found: _manifest.Found, *, options: CheckOptions) -> Check:
    """Check against lists that are read already, and look for no files that are not in them."""
    settings = _settings(options) | {"keep_ok": False, "unlisted": False}
    return _of_manifests(found, settings, options)


def _find(path: StrPath, chosen: tuple[StrPath, ...], options: CheckOptions) -> _manifest.Found:
    """Return the lists that are named, or those of a bag, or those that are called like lists."""
    root = os.fsencode(path)
    if not chosen and not options.get("recursive") and os.path.isdir(root) and _bag.is_bag(root):
        return _bag.load(root)
    return _manifest.load(path, chosen, recursive=options.get("recursive", False))


def _settings(options: CheckOptions) -> dict[str, Any]:
    algorithm, symlinks = options.get("algorithm"), options.get("symlinks", "inside")
    if symlinks not in ("inside", "refuse"):
        raise ValueError(f"symlinks must be inside or refuse, not {symlinks}")
    most = options.get("max_failures")
    if most is not None and most < 1:
        raise ValueError(f"max_failures must be 1 or more, not {most}")
    return {
        "algorithm": None if algorithm is None else _algorithms.lookup(algorithm).name,
        "unlisted": True,
        "complete": options.get("complete", False),
        "ignore_missing": options.get("ignore_missing", False),
        "weakest": options.get("min_strength"),
        "refuse_links": symlinks == "refuse",
        "size_only": options.get("size_only", False),
        **_request.read_settings(options),
    }


def _names(options: CheckOptions, exclude: Iterable[bytes]) -> dict[str, list[bytes]]:
    return {
        "exclude": list(exclude),
        "require": [os.fsencode(name) for name in options.get("require", ())],
        "only": [os.fsencode(pattern) for pattern in options.get("include", ())],
        "except": [os.fsencode(pattern) for pattern in options.get("exclude", ())],
    }


def _of_entries(
    root: bytes, entries: Iterable[Entry], settings: dict[str, Any], options: CheckOptions
) -> Check:
    list_ = _request.List(lines=_request.pack_entries(entries))
    names = _names(options, ())
    request = _request.request("verify", root=root, names=names, lists=[list_], settings=settings)
    found = _manifest.Found(root, [])
    return Check(_ffi.Run(request), found, options, 0, settings["complete"], _kept([list_]))


def _of_manifests(
    found: _manifest.Found,
    settings: dict[str, Any],
    options: CheckOptions,
    archive: Archive | None = None,
    entries: Sequence[_request.List] = (),
) -> Check:
    unverified: list[bytes] = []
    lists = [*entries, *(_list(manifest, unverified) for manifest in found.manifests)]
    own = [name for manifest in found.manifests for name in manifest.own]
    if found.complete_within is not None:
        settings |= {"complete": True, "within": found.complete_within}
    complete = settings["complete"]
    settings["complete"] |= options.get("find_moved", False)
    directories = archive.directories() if archive else []
    names = _names(options, [*own, *unverified, *directories])
    request = _request.request(
        "match" if archive else "verify",
        root=found.root,
        names=names | {"paths": archive.names() + directories} if archive else names,
        lists=lists,
        settings=settings,
    )
    # The core has a copy of the lists, and what is needed of them is kept besides.
    manifests = tuple(m._replace(data=b"", lines=None) for m in found.manifests)
    found = found._replace(manifests=list(manifests))
    return Check(_ffi.Run(request), found, options, len(unverified), complete, _kept(lists))


#: What an archive has no use for.
_NOT_OF_ARCHIVES: Final = ("recursive", "size_only", "find_moved", "readers", "drop_cache")


def _of_archive(
    path: bytes, chosen: tuple[StrPath, ...], settings: dict[str, Any], options: CheckOptions
) -> Check:
    from checksig import _archive_lists  # noqa: PLC0415 (directories need none of it)

    for name in _NOT_OF_ARCHIVES:
        if options.get(name):
            raise ArchiveError(f"{name} is not for archives")
    given, used = options.get("entries"), set[str]()
    entries = [] if given is None else [_list_of(given, used)]
    archive, found = _archive_lists.opened(
        path,
        chosen,
        (lambda: used) if entries else None,
        settings["algorithm"],
        options.get("progress"),
    )
    try:
        return replace(
            _of_manifests(found, settings, options, archive, entries),
            archive=archive,
            keep_ok=settings["keep_ok"],
        )
    except BaseException:
        archive.close()
        raise


def _list_of(entries: Iterable[Entry], used: set[str]) -> _request.List:
    """Return entries as a list for the core, and note which algorithms they have."""

    def noted() -> Iterator[Entry]:
        for entry in entries:
            used.add(entry.algorithm if isinstance(entry, Entry) else "")
            yield entry

    return _request.List(lines=_request.pack_entries(noted()))


def _kept(lists: list[_request.List]) -> list[_request.List]:
    """Return lists that can be looked into afterwards, unless that takes too much memory."""
    return lists if sum(len(each.text) + len(each.lines) for each in lists) <= _KEPT else []


def _list(manifest: Manifest, unverified: list[bytes]) -> _request.List:
    """Return a list for the core, and note the names that have no digest in it."""
    data, base = manifest.data, manifest.base

    def note(line: Unverified) -> None:
        name = os.fsencode(line.path)
        if name:
            unverified.append(base + b"/" + name if base else name)

    if manifest.lines is not None:
        lines = _request.pack_lines(manifest.lines, note)
        return _request.List(base=base, lines=lines, untagged=manifest.algorithm)
    if manifest.format.parse is None:
        zero = data.endswith(b"\0")
        return _request.List(base=base, text=data, untagged=manifest.algorithm, zero=zero)
    hint = Hint(os.fspath(os.path.basename(manifest.path)), manifest.algorithm)
    try:
        lines = _request.pack_lines(manifest.format.parse(data, hint), note)
    except ValueError as error:
        raise ManifestError(f'"{escape(manifest.path)}": {error}') from error
    return _request.List(base=base, lines=lines, untagged=manifest.algorithm)


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
        from checksig import _archive_check  # noqa: PLC0415 (directories need none of it)

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
        from checksig import _archive_check, diagnose  # noqa: PLC0415 (only failures need them)

        root, archive = self.found.root, self.archive
        look = _archive_check.look(archive) if archive else diagnose.beneath(root)
        return diagnose.explain(
            failures, lambda digest: _request.path_of(self.lists, digest), look
        )

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
        )
