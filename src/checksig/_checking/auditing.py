"""Checks of files against lists of digests, from what a caller asks for to the report."""

from __future__ import annotations

import os

from checksig import _claims, _formats, _places
from checksig._bridge import wire
from checksig._bridge.algorithms import lookup
from checksig._checking import starting
from checksig._checking.check import Check
from checksig._classes import NamedTuple, replace
from checksig._options import CheckOptions, NameOptions, values
from checksig._options.values import settle
from checksig._places.standard_input import STDIN
from checksig._results import Report, Result
from checksig._trust import policy as policies
from checksig.errors import VerificationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from checksig._checking.ahead import Ahead
    from checksig._claims import Ask, Part
    from checksig._options import StrPath
    from checksig._options.values import Reading, Rules
    from checksig._places.place import AnyFileSystem, Place


def audited(
    path: StrPath | AnyFileSystem, options: CheckOptions, *, keep_results: bool = False
) -> Report:
    """Do what :func:`checksig.audit` does, on this machine."""
    kept: list[Result] = []
    report = run(path, kept.append, keep_ok=keep_results, options=options)
    return replace(report, results=tuple(kept)) if keep_results else report


def verified(path: StrPath | AnyFileSystem, options: CheckOptions) -> Report:
    """Do what :func:`checksig.verify` does, on this machine."""
    return expect_ok(run(path, None, keep_ok=False, options=options))


def expect_ok(report: Report) -> Report:
    """Return a report in which everything is ok.

    Raises:
        VerificationError: not everything is.
    """
    if not report.ok:
        raise VerificationError(report)
    return report


def run(
    path: StrPath | AnyFileSystem,
    on_result: Callable[[Result], object] | None,
    *,
    names: tuple[bytes, ...] = (),
    keep_ok: bool,
    options: CheckOptions,
    keep_failures: bool = True,
    look: Callable[[], object] | None = None,
) -> Report:
    """Check a directory, and pass on results as they come: the ok ones only with ``keep_ok``.

    With ``names``, only these files in it, each by itself. Without ``keep_failures`` the report
    holds only the first failure of each place. ``look`` is called about twenty times a second.
    """
    settled = settle(CheckOptions, options)
    keep = {"keep_ok": keep_ok, "keep_failures": keep_failures}
    check = start(path, settled, names=names, look=look, **keep)
    for result in check:
        if on_result:
            on_result(result)
    report = check.report()
    if settled["tofu"] and report.ok:
        from checksig._trust import first_use  # noqa: PLC0415 (few ask for it)

        first_use.remember(report.signatures)
    return report


def start(
    path: StrPath | AnyFileSystem,
    options: Mapping[str, Any],
    *,
    names: tuple[bytes, ...] = (),
    keep_ok: bool,
    keep_failures: bool = True,
    look: Callable[[], object] | None = None,
) -> Check:
    """Return a check that is ready to be iterated.

    Args:
        path: As of :func:`verify`.
        options: All of :class:`CheckOptions`, settled.
        names: Of files in the directory at the path that are checked by themselves.
        keep_ok: Whether it yields results that are ok as well.
        keep_failures: Whether its report holds all failures.
        look: Called about twenty times a second.

    Raises:
        ChecksigError, TypeError, ValueError: as :func:`audit` does.
    """
    found = asked(path, options, names)
    return Check(
        found.parts,
        found.rules,
        found.reading,
        keep_ok=keep_ok,
        keep_failures=keep_failures,
        progress=options["progress"],
        look=look,
        ahead=found.ahead,
        began=found.began,
        root=os.fsdecode(found.path),
    )


class Asked(NamedTuple):
    """Places with what is said of them, and how they are to be held against it."""

    path: bytes  # as the caller gave it
    parts: Sequence[Part]
    rules: Rules
    reading: Reading
    ahead: Ahead | None  # digests that were taken while the names of the first place were read
    began: float | None  # when that was begun, by time.perf_counter


def asked(
    path: StrPath | AnyFileSystem,
    options: Mapping[str, Any],
    names: tuple[bytes, ...] = (),
    place: Place | None = None,
) -> Asked:
    """Return what is asked for.

    Args:
        path: As of :func:`checksig.verify`.
        options: All of :class:`CheckOptions`, settled.
        names: Of files in the directory at the path that are checked by themselves.
        place: The place at the path, if somebody has opened it.

    Raises:
        ChecksigError, TypeError, ValueError: as :func:`checksig.audit` does.
    """
    if options["cancel"] is not None:
        wire.expect_wanted(options["cancel"])
    system: Place | None = None
    if not isinstance(path, (str, bytes, os.PathLike)) or b"://" in os.fsencode(path):
        path, system = starting.given(path)
    options = {**options, "signatures": tuple(options["signatures"])}
    only = options["algorithm"]
    algorithm = None if only is None else lookup(only).name
    if options["entries"] is None and not options["signatures"]:
        policy = policies.policy(options)
    else:
        policy = starting.policy_of_entries(options)
    ask = _ask(os.fsencode(path), options, algorithm, names)
    if ask.names or ask.digests or ask.path == STDIN:
        ask, place = starting.by_themselves(ask, system)
    else:
        place = place or system or _places.open_place(ask.path, ask.network)
    try:
        if options["index"] is not None:
            from checksig._checking import trees  # noqa: PLC0415 (few servers have one)

            trees.take_index(place, ask, options)
        if place.root == ask.path and not (ask.recursive or ask.names):
            parts, ahead, began = [_claims.find(place, ask, policy)], None, None
        else:
            parts, ahead, began = starting.others(place, ask, policy, algorithm, options)
        rules, reading = values.rules(options, algorithm), values.reading(options)
    except BaseException:
        place.close()
        raise
    return Asked(os.fsencode(path), parts, rules, reading, ahead, began)


def _ask(
    path: bytes, options: Mapping[str, Any], algorithm: str | None, names: tuple[bytes, ...]
) -> Ask:
    """Return the question that options ask.

    Raises:
        ValueError: they make no sense.
    """
    ask = _claims.Ask(
        path,
        **{name: options[name] for name in ("manifest", "known", "entries", "signatures")},
        **{name: options[name] for name in ("recursive", "complete")},
        links=options["symlinks"] == "record",
        least=options["min_strength"],
        only=algorithm,
        root=options["root"],
        format=options["format"] and _formats.known(options["format"]),
        names=names,
        digests=tuple(options["digest"]),
        versions=options["trust_versions"],
        network=values.Network(tuple(options["redirects"]), options["timeout"], options["cancel"]),
    )
    if any(map(options.get, vars(NameOptions)["rows"])):
        ask = ask._replace(renaming=_claims.Renaming.of(options))
    if ask.known and (ask.manifest is not None or ask.entries is not None or ask.digests):
        raise ValueError("known is for files that are looked up: leave out manifest and digest")
    if ask.known and ask.path == STDIN:
        raise ValueError("known is for files, and standard input has no name: give its digest")
    if ask.known and (ask.recursive or ask.renaming != _claims.AS_LISTED):
        raise ValueError("known looks for digests, whatever the names: leave out options on those")
    if ask.root is not None and ask.is_named:
        raise ValueError("root needs a list as the path; for other lists, the path is the root")
    return ask
