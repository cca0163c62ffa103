"""The checks that people call: of files against lists of digests."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from checksig import _claims, _formats, _places
from checksig._bridge import wire
from checksig._bridge.algorithms import lookup
from checksig._checking.check import Check
from checksig._checking.results import Results
from checksig._names import quoted
from checksig._options import CheckOptions, RuleOptions, RunOptions, table, values
from checksig._options.values import settle, takes
from checksig._results import Progress, Report, Result
from checksig._trust import policy as policies
from checksig.errors import ArchiveError, ManifestError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from checksig._options import StrPath
    from checksig._options.reading import Cancel
    from checksig._places import Place


def check_signatures(root_dir: StrPath) -> None:
    """Check every file listed in ``root_dir/sha1sum.txt``.

    This is about digests. :func:`check_signature`, the singular, is about one file and a key.

    Raises:
        SignatureError: files are not right. The message has one line for each of them,
            ``"<root_dir>/<name>" - <status>``.
        ManifestError: ``sha1sum.txt`` is missing or lists nothing.
    """
    for _ in wire.batches(wire.request("check", root=os.fsencode(root_dir))):
        pass


@takes(CheckOptions)
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
    report = run(path, None, keep_ok=False, options=options)
    if not report.ok:
        raise VerificationError(report)
    return report


@takes(CheckOptions)
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
    path: StrPath,
    on_result: Callable[[Result], object] | None,
    *,
    keep_ok: bool,
    options: CheckOptions,
    keep_failures: bool = True,
    look: Callable[[], object] | None = None,
) -> Report:
    """Check a directory, and pass on results as they come: the ok ones only with ``keep_ok``.

    Without ``keep_failures`` the report holds only the first failure of each place. ``look`` is
    called about twenty times a second.
    """
    settled = settle(CheckOptions, options)
    check = start(path, settled, keep_ok=keep_ok, keep_failures=keep_failures, look=look)
    for result in check:
        if on_result:
            on_result(result)
    report = check.report()
    if settled["tofu"] and report.ok:
        from checksig._trust import first_use  # noqa: PLC0415 (few ask for it)

        first_use.remember(report.signatures)
    return report


@takes(CheckOptions, but=("find_moved", "tofu"))
def iter_verify(path: StrPath, **options: Unpack[CheckOptions]) -> Results:
    """Check a directory, and yield the results as they come, in no particular order.

    Takes the arguments, and raises the errors, of :func:`audit`, but not ``find_moved``: where a
    file is now is known in the end; nor ``tofu``. To close the iterator ends the run: see
    :class:`Results`.
    """
    return iterated(path, options)


def iterated(
    path: StrPath, options: CheckOptions, look: Callable[[], object] | None = None
) -> Results:
    """Do what :func:`iter_verify` does, and call ``look`` about twenty times a second."""
    settled = settle(CheckOptions, options)
    if settled["find_moved"]:
        raise TypeError("find_moved is for reports, not for iter_verify")
    if settled["tofu"]:
        raise TypeError("tofu is for reports: a key is remembered in the end, if all was right")

    def begin(cancel: Cancel) -> Generator[Result]:
        yield from start(path, {**settled, "cancel": cancel}, keep_ok=True, look=look)

    return Results(begin, settled["cancel"])


def start(
    path: StrPath,
    options: Mapping[str, Any],
    *,
    keep_ok: bool,
    keep_failures: bool = True,
    look: Callable[[], object] | None = None,
) -> Check:
    """Return a check that is ready to be iterated.

    Args:
        path: As of :func:`verify`.
        options: All of :class:`CheckOptions`, settled.
        keep_ok: Whether it yields results that are ok as well.
        keep_failures: Whether its report holds all failures.
        look: Called about twenty times a second.

    Raises:
        ChecksigError, TypeError, ValueError: as :func:`audit` does.
    """
    wire.expect_wanted(options["cancel"])
    only = options["algorithm"]
    algorithm = None if only is None else lookup(only).name
    root, progress = os.fsencode(path), options["progress"]
    options = {**options, "signatures": tuple(options["signatures"])}
    manifest, entries, recursive = options["manifest"], options["entries"], options["recursive"]
    if entries is None:
        policy = policies.policy(options)
        if options["signatures"]:
            raise TypeError("signatures go with entries")
    else:
        policy = policies.of_entries(options)
        if manifest is not None or recursive:
            raise TypeError("entries exclude manifest and recursive")
    links, least = options["symlinks"] == "record", options["min_strength"]
    form = options["format"] and _formats.known(options["format"])
    ask = _claims.Ask(
        root,
        manifest,
        entries,
        options["signatures"],
        recursive,
        links,
        least,
        options["root"],
        form,
    )
    if ask.root is not None and ask.is_named:
        raise ValueError("root is for a list that is the path; of others, the path is the root")
    place = _places.open_place(root)
    try:
        ahead = began = None
        if place.root is not None:
            if recursive and not ask.is_named and ask.root is None and place.root == root:
                from checksig._claims import heap  # noqa: PLC0415 (few trees have bags in them)

                parts = heap.parts(place, ask, policy, complete=options["complete"])
            else:
                parts = [_claims.find(place, ask, policy)]
        else:
            from checksig._checking import archives  # noqa: PLC0415 (directories need none of it)

            began = time.perf_counter()
            _expect_traits(place, options)
            part, ahead = archives.find(place, ask, policy, algorithm, options)
            parts = [part]
            if not part.claim.lists:
                _expect_no_rules(place, options)
        rules, reading = values.rules(options, algorithm), values.reading(options)
    except BaseException:
        place.close()
        raise
    return Check(
        parts,
        rules,
        reading,
        keep_ok=keep_ok,
        keep_failures=keep_failures,
        progress=progress,
        look=look,
        ahead=ahead,
        began=began,
        root=os.fsdecode(root),
    )


def _expect_traits(place: Place, options: Mapping[str, Any]) -> None:
    """Refuse options that ask for what a place does not have.

    Raises:
        ArchiveError: there is one.
    """
    needs = {name: row.asks_for(options[name]) for name, row in table(CheckOptions).items()}
    lacking = {name: need for name, need in needs.items() if need and need not in place.traits}
    for name, need in lacking.items():
        if need != "links":
            raise ArchiveError(f"{name} is not for archives")
    if lacking:
        raise ArchiveError("symbolic links are not compared in archives")


def _expect_no_rules(place: Place, options: Mapping[str, Any]) -> None:
    """Refuse options about what is listed where nothing is.

    Raises:
        ManifestError: there is one.
    """
    about = {"algorithm": None, **{n: row.default for n, row in table(RuleOptions).items()}}
    for name, default in about.items():
        if options[name] != default and name not in ("complete", "max_failures", "symlinks"):
            where = quoted(os.fsencode(place.show()))
            raise ManifestError(f"{name} is about a list of digests, and none is in {where}")


@takes(RunOptions)
def hash_files(
    paths: Iterable[StrPath], algorithm: str = "sha256", **options: Unpack[RunOptions]
) -> Results:
    """Hash files wherever they lie, and yield results as they come, in no particular order.

    A result that is ok has the digest in ``found``; others say in ``detail`` what went wrong.
    ``line`` is the number of the path, from 1. To close the iterator ends the run: see
    :class:`Results`.

    Raises:
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        TypeError, ValueError: the options make no sense.
    """
    return hashed(paths, algorithm, options)


def hashed(
    paths: Iterable[StrPath],
    algorithm: str,
    options: RunOptions,
    look: Callable[[], object] | None = None,
) -> Results:
    """Do what :func:`hash_files` does, and call ``look`` about twenty times a second."""
    settled = settle(RunOptions, options)
    progress: Callable[[Progress], None] | None = settled["progress"]
    settings = {
        "algorithms": [lookup(algorithm).name],
        "sizes": progress is not None,
        **dict(values.reading(settled).settings),
    }

    def begin(cancel: Cancel) -> Generator[Result]:
        request = wire.request("hash", paths=map(os.fsencode, paths), settings=settings)
        for batch in wire.batches(request, cancel=cancel):
            if look:
                look()
            if progress:
                progress(batch.progress)
            yield from batch.results

    return Results(begin, settled["cancel"])
