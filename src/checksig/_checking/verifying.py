"""Check files against lists of digests."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from checksig._bridge import algorithms as _algorithms
from checksig._bridge import library as _ffi
from checksig._bridge import records as _run
from checksig._bridge import request as _request
from checksig._checking import start as _prepare
from checksig._checking.start import CheckOptions
from checksig._results import Report, Result, Status
from checksig.errors import LibraryError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._checking.check import Check
    from checksig._files import StrPath


def check_signatures(root_dir: StrPath) -> None:
    """Check every file listed in ``root_dir/sha1sum.txt``.

    Raises:
        SignatureError: files are not right. The message has one line for each of them,
            ``"<root_dir>/<name>" - <status>``.
        ManifestError: ``sha1sum.txt`` is missing or lists nothing.
    """
    for _ in _run.steps(_ffi.Run(_request.request("check", root=os.fsencode(root_dir)))):
        pass


def verify(path: StrPath, **options: Unpack[CheckOptions]) -> Report:
    """Check a directory, and return a report in which everything is ok.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in.
        **options: See :class:`CheckOptions`.

    Raises:
        VerificationError: not everything is ok; its ``report`` says what is not.
        TrustError: the list is not signed as the options ask.
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
        TrustError: the list is not signed as the options ask.
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
    check = _prepare.prepare(path, keep_ok=keep_ok, options=options)
    return collect(check, on_result, options.get("max_failures"))


def collect(check: Check, on_result: Callable[[Result], object], most: int | None = None) -> Report:
    """Run a check, pass on results as they come, and stop after so many failures."""
    most = most or sys.maxsize
    failures: list[Result] = []
    strays: list[Result] = []
    last: _run.Step | None = None
    steps = check.steps()
    with closing(steps):
        for last in steps:
            for result in last.results:
                if result.status is Status.UNLISTED and not check.complete:
                    strays.append(result)
                    continue
                on_result(result)
                if result.status is not Status.OK:
                    failures.append(result)
            if len(failures) >= most:
                break
    if last is None:
        raise LibraryError("a run ended without a last step")
    stopped = len(failures) >= most
    return check.report(last, check.with_moved(failures, strays), stopped=stopped)


def iter_verify(path: StrPath, **options: Unpack[CheckOptions]) -> Iterator[Result]:
    """Check a directory, and yield the results as they come, in no particular order.

    Takes the arguments, and raises the errors, of :func:`audit`. To leave the iterator ends
    the run.
    """
    for step in _prepare.prepare(path, keep_ok=True, options=options).steps():
        yield from step.results


def hash_files(
    paths: Iterable[StrPath], algorithm: str = "sha256", **options: Unpack[_request.ReadOptions]
) -> Iterator[Result]:
    """Hash files wherever they lie, and yield results as they come, in no particular order.

    A result that is ok has the digest in ``found``; others say in ``detail`` what went wrong.
    ``line`` is the number of the path, from 1.

    Raises:
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    _request.expect(options, _request.ReadOptions)
    name = _algorithms.lookup(algorithm).name
    settings = {"algorithms": [name], **_request.read_settings(options)}
    names = {"paths": [os.fsencode(path) for path in paths]}
    run = _ffi.Run(_request.request("hash", names=names, settings=settings))
    for step in _run.steps(run):
        yield from step.results
