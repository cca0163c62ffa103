"""The checks that people call, whoever runs them: this machine, or an executor, shard by shard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Unpack

from checksig._checking import verifying
from checksig._names import quoted
from checksig._options import AuditOptions, ExecutorOptions, RunOptions, table
from checksig._options.values import reading, settle, takes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._options import StrPath
    from checksig._places.place import AnyFileSystem
    from checksig._results import Report
    from checksig._shards.partial import Partial
    from checksig._shards.plan import Plan

#: Options that are for one machine, or for one file.
_NOT_PLANNED = ("digest", "tofu", "max_failures", "trust_versions", "index", "redirects", "timeout")


@takes(AuditOptions)
def verify(path: StrPath | AnyFileSystem, **options: Unpack[AuditOptions]) -> Report:
    """Check a directory, and return a report in which everything is ok.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in; or the
            address of one; or a file system of fsspec, which is checked from its root on.
        **options: See :class:`AuditOptions`.

    Raises:
        VerificationError: not everything is ok; its ``report`` says what is not.
        TrustError: the list is not signed as the options require.
        ManifestError: there is no list to check against, or it lists nothing.
        UnknownAlgorithmError: ``algorithm`` is not known.
        PlanError: it cannot be checked in shards, or no shard could be checked.
        TypeError, ValueError: the options make no sense.
    """
    return verifying.expect_ok(_audit(path, options))


@takes(AuditOptions)
def audit(
    path: StrPath | AnyFileSystem, *, keep_results: bool = False, **options: Unpack[AuditOptions]
) -> Report:
    """Check a directory, and always return a report: look at its ``ok``.

    Args:
        path: A directory, or a list whose names are relative to the directory it lies in; or the
            address of one; or a file system of fsspec, which is checked from its root on.
        keep_results: Whether ``report.results`` holds the results that are ok as well.
        **options: See :class:`AuditOptions`.

    Raises:
        TrustError: the list is not signed as the options require.
        ManifestError: there is no list to check against, or it lists nothing.
        UnknownAlgorithmError: ``algorithm`` is not known.
        PlanError: it cannot be checked in shards, or no shard could be checked.
    """
    if keep_results and options.get("executor") is not None:
        raise TypeError("keep_results is for one machine: an executor returns what is not ok")
    return _audit(path, options, keep_results=keep_results)


def _audit(
    path: StrPath | AnyFileSystem, options: AuditOptions, *, keep_results: bool = False
) -> Report:
    own = {name: value for name, value in options.items() if name in table(ExecutorOptions)}
    rest: Any = {name: value for name, value in options.items() if name not in own}
    if own.get("executor") is None:
        if option := next((name for name, value in own.items() if value is not None), None):
            raise TypeError(f"{option} is for an executor, and none is given")
        return verifying.audited(path, rest, keep_results=keep_results)
    from checksig._shards import executing  # noqa: PLC0415 (most checks are of one machine)

    _refuse_what_is_not_planned(rest)
    settled = settle(AuditOptions, options)
    return executing.audited(path, settled)


def _refuse_what_is_not_planned(options: dict[str, Any]) -> None:
    for name in _NOT_PLANNED:
        if options.get(name):
            raise TypeError(f"{name} is for a check on one machine")


@takes(AuditOptions, but=("executor", "resources", "hosts", "progress", *_NOT_PLANNED))
def plan(path: StrPath | AnyFileSystem, **options: Unpack[AuditOptions]) -> Plan:
    """Divide a check into shards that any machine can run that has the place.

    The list is read and its signature checked here and now, once. See :meth:`Plan.save`.

    Args:
        path: As of :func:`audit`: a directory or a store, or a list in one.
        **options: See :class:`AuditOptions`.

    Raises:
        TrustError: the list is not signed as the options require.
        ManifestError: there is no list to check against, or it lists nothing.
        PlanError: it is checked on one machine.
        TypeError, ValueError: the options make no sense.
    """
    from checksig._shards import planning  # noqa: PLC0415 (most checks are of one machine)

    settled = settle(AuditOptions, options)
    return planning.planned(path, settled, shards=settled["shards"], sizes=settled["sizes"])[0]


@takes(RunOptions, but=("progress",))
def run_shard(plan: Plan | StrPath, number: int, **options: Unpack[RunOptions]) -> Partial:
    """Check one shard of a plan, and return what it came to.

    Args:
        plan: The plan, or its path.
        number: Of the shard, from 0.
        **options: See :class:`RunOptions`.

    Raises:
        PlanError: the plan has no such shard, this machine does not have the place, or the list
            has changed since the plan was made.
        CancelledError: it is not wanted any more.
    """
    from checksig._shards import running  # noqa: PLC0415 (most checks are of one machine)

    settled = settle(RunOptions, options)
    task = running.task_of(_loaded(plan), number)
    return running.run(task, reading(settled), settled["cancel"])


def merge(plan: Plan | StrPath, partials: StrPath | Iterable[Partial | StrPath]) -> Report:
    """Return the report on all that a plan is of.

    It is equal to that of a check on one machine, if all shards are there. If some are missing, it
    is not ok, and ``missing_shards`` has their numbers. Failures are explained if this machine has
    the place.

    Args:
        plan: The plan, or its path.
        partials: What its shards came to, or paths of that; or the path of the directory in which
            they lie.

    Raises:
        PlanError: a partial is of another plan, was changed, or is one of two of a shard.
    """
    from checksig._shards import folder, merging, partial  # noqa: PLC0415 (as above)

    whole = _loaded(plan)
    given = [partials] if isinstance(partials, (str, bytes, os.PathLike)) else partials
    found: list[tuple[str, Partial]] = []
    for number, each in enumerate(given):
        if not isinstance(each, (str, bytes, os.PathLike)):
            found.append((f"partial {number}", each))
        elif os.path.isdir(each):
            found += folder.partials(each).items()
        else:
            found.append((quoted(os.fsencode(each)), partial.load(each)))
    return merging.merged(whole, found)


def _loaded(plan: Plan | StrPath) -> Plan:
    from checksig._shards.plan import load  # noqa: PLC0415 (as above)

    return load(plan) if isinstance(plan, (str, bytes, os.PathLike)) else plan
