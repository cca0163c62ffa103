"""Check files against lists of digests."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Unpack

from checksig import _algorithms, _ffi, _manifest, _run
from checksig._manifest import StrPath
from checksig._text import escape
from checksig._types import Entry, Progress, Report, Result, Status
from checksig.errors import ManifestError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

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


class CheckOptions(_run.ReadOptions, total=False):
    """The options of :func:`verify`, :func:`audit` and :func:`iter_verify`."""

    #: The list to check the directory against, when it is not the one list in it.
    manifest: StrPath | None
    #: Entries to check the directory against, instead of a list.
    entries: Iterable[Entry] | None
    #: The only algorithm that the list may use. Without it: what the tag of a line, the name
    #: of the list, or the length of a digest says.
    algorithm: str | None
    #: Whether a file that is not listed is a failure.
    complete: bool
    #: Called with the progress, about twenty times a second and once at the end.
    progress: Callable[[Progress], None] | None


def check_signatures(root_dir: StrPath) -> None:
    """Check every file listed in ``root_dir/sha1sum.txt``.

    Raises:
        SignatureError: files are not right. The message has one line for each of them,
            ``"<root_dir>/<name>" - <status>``.
        ManifestError: ``sha1sum.txt`` is missing or lists nothing.
    """
    for _ in _run.steps(_ffi.Run(_run.request("check", root=os.fsencode(root_dir)))):
        pass


def verify(path: StrPath, **options: Unpack[CheckOptions]) -> Report:
    """Check a directory, and return a report in which everything is ok.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in.
        **options: See :class:`CheckOptions`.

    Raises:
        VerificationError: not everything is ok; its ``report`` says what is not.
        ManifestError: there is no list to check against, or it lists nothing.
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    report = audit(path, **options)
    if not report.ok:
        raise VerificationError(report)
    return report


def audit(path: StrPath, *, keep_results: bool = False, **options: Unpack[CheckOptions]) -> Report:
    """Check a directory, and return a report, whatever it says: ask its ``ok``.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in.
        keep_results: Whether ``report.results`` holds the results that are ok as well.
        **options: See :class:`CheckOptions`.

    Raises:
        ManifestError: there is no list to check against, or it lists nothing.
        UnknownAlgorithmError: ``algorithm`` is the name of none.
    """
    kept: list[Result] = []
    report = run(path, kept.append, keep_ok=keep_results, options=options)
    return replace(report, results=tuple(kept)) if keep_results else report


def run(
    path: StrPath, on_result: Callable[[Result], object], *, keep_ok: bool, options: CheckOptions
) -> Report:
    """Check a directory, and pass on results as they come: the ok ones only with ``keep_ok``."""
    check = _Check.prepare(path, keep_ok=keep_ok, options=options)
    failures: list[Result] = []

    def each(step: _run.Step) -> None:
        for result in step.results:
            on_result(result)
            if result.status is not Status.OK:
                failures.append(result)

    return check.report(_run.last_of(check.steps(), each), failures)


def iter_verify(path: StrPath, **options: Unpack[CheckOptions]) -> Iterator[Result]:
    """Check a directory, and yield the results as they come, in no particular order.

    Takes the arguments, and raises the errors, of :func:`audit`. To leave the iterator ends
    the run.
    """
    for step in _Check.prepare(path, keep_ok=True, options=options).steps():
        yield from step.results


def hash_files(
    paths: Iterable[StrPath], algorithm: str = "sha256", **options: Unpack[_run.ReadOptions]
) -> Iterator[Result]:
    """Hash files wherever they lie, and yield results as they come, in no particular order.

    A result that is ok has the digest in ``found``; others say in ``detail`` what went wrong.
    ``line`` is the number of the path, from 1.

    Raises:
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    _run.expect(options, _run.ReadOptions)
    name = _algorithms.lookup(algorithm).name
    settings = {"algorithm": name, **_run.read_settings(options)}
    packed = _run.pack_names(os.fsencode(path) for path in paths)
    run = _ffi.Run(_run.request("hash", paths=packed, settings=settings))
    for step in _run.steps(run):
        yield from step.results


@dataclass(frozen=True, slots=True)
class _Check:
    """What is checked against what."""

    run: _ffi.Run
    root: bytes
    manifest: _manifest.Manifest | None
    options: CheckOptions

    @classmethod
    def prepare(cls, path: StrPath, *, keep_ok: bool, options: CheckOptions) -> _Check:
        _run.expect(options, CheckOptions)
        algorithm, entries = options.get("algorithm"), options.get("entries")
        if entries is not None and options.get("manifest") is not None:
            raise TypeError("entries and manifest exclude each other")
        settings = {
            "algorithm": None if algorithm is None else _algorithms.lookup(algorithm).name,
            "keep_ok": keep_ok,
            "unlisted": True,
            "complete": options.get("complete", False),
            **_run.read_settings(options),
        }
        if entries is not None:
            root, packed = os.fsencode(path), _run.pack_entries(entries)
            request = _run.request("verify", root=root, entries=packed, settings=settings)
            return cls(_ffi.Run(request), root, None, options)
        manifest = _manifest.load(path, options.get("manifest"))
        settings["untagged"] = manifest.algorithm
        if manifest.format.parse:
            parts = {"entries": _run.pack_entries(manifest.format.parse(manifest.data))}
        else:
            parts = {"list_": manifest.data}
        exclude = _run.pack_names(manifest.names)
        request = _run.request(
            "verify", root=manifest.root, exclude=exclude, settings=settings, **parts
        )
        # The core will have a copy of the list, and one is enough.
        return cls(_ffi.Run(request), manifest.root, manifest._replace(data=b""), options)

    def steps(self) -> Generator[_run.Step, None, None]:
        progress = self.options.get("progress")
        try:
            for step in _run.steps(self.run):
                if progress:
                    progress(step.progress)
                yield step
        except ManifestError as error:  # the core does not know where the list came from
            if self.manifest:
                raise ManifestError(f'"{escape(self.manifest.path)}": {error}') from None
            raise

    def report(self, last: _run.Step, failures: list[Result]) -> Report:
        failures.sort(key=lambda r: (_RANK[r.status], r.line or 0, r.path))
        return Report(
            root=os.fsdecode(self.root),
            manifest=self.manifest.path if self.manifest else None,
            format=self.manifest.format.name if self.manifest else None,
            algorithms=last.algorithms,
            counts=last.counts,
            failures=tuple(failures),
            files=last.progress.total_files,
            bytes=last.progress.bytes,
            seconds=last.progress.seconds,
            complete=self.options.get("complete", False),
        )
