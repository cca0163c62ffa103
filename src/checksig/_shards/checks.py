"""The checks that people call, whoever runs them: this machine, or an executor, shard by shard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, Unpack

from checksig._checking import auditing
from checksig._names import quoted
from checksig._options import AuditOptions, ExecutorOptions, RunOptions, TrustOptions, table
from checksig._options.values import reading, settle, takes
from checksig.errors import VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checksig._options import StrPath
    from checksig._places.place import AnyFileSystem
    from checksig._results import Report
    from checksig._shards.partial import Partial
    from checksig._shards.plan import Plan

#: Options that are for an executor.
_ASKS: Final = table(ExecutorOptions).keys()
#: Options that are for one machine, or for one file.
_NOT_PLANNED: Final = (
    "digest",
    "tofu",
    "max_failures",
    "trust_versions",
    "index",
    "redirects",
    "timeout",
)


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
    if _ASKS & options.keys():
        report = audit(path, **options)
    else:
        report = auditing.run(path, None, keep_ok=False, options=options)
    if not report.ok:
        raise VerificationError(report)
    return report


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
    given: dict[str, Any] = {name: v for name, v in options.items() if v is not None}
    asked = [name for name in given if name in _ASKS]
    rest: Any = {name: v for name, v in given.items() if name not in _ASKS}
    if not asked:
        return auditing.audited(path, rest, keep_results=keep_results)
    if "executor" not in asked:
        raise TypeError(f"{asked[0]} is for an executor, and none is given")
    if keep_results:
        raise TypeError("keep_results is for one machine: an executor returns what is not ok")
    from checksig._shards import executing  # noqa: PLC0415 (most checks are of one machine)

    _refuse_what_is_not_planned(rest)
    return executing.audited(path, settle(AuditOptions, given))


def _refuse_what_is_not_planned(options: Mapping[str, Any]) -> None:
    for name in _NOT_PLANNED:
        if options.get(name):
            raise TypeError(f"{name} is for a check on one machine")


@takes(
    AuditOptions,
    but=(
        *("executor", "resources", "hosts", "shard_timeout", "progress"),
        *("digest", "tofu", "max_failures", "trust_versions", "index", "redirects", "timeout"),
        *("workers", "readers", "drop_cache", "bwlimit"),
    ),
)
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

    _refuse_what_is_not_planned(options)
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


@takes(TrustOptions, but=("require_signature", "signature", "tofu"))
def merge(
    plan: Plan | StrPath,
    partials: StrPath | Iterable[Partial | StrPath],
    **options: Unpack[TrustOptions],
) -> Report:
    """Return the report on all that a plan is of.

    It is equal to that of a check on one machine, if all shards are there. If some are missing, it
    is not ok, and ``missing_shards`` has their numbers. Failures are explained if this machine has
    the place.

    Args:
        plan: The plan, or its path.
        partials: Partials, or paths of files that have them; or the path of the directory in which
            they lie.
        **options: See :class:`TrustOptions`. With any of them, each partial has to be signed as
            they require, by a signature beside its file.

    Raises:
        PlanError: a partial is of another plan, was changed, or is one of two of a shard.
        TrustError: a partial is not signed as the options require.
    """
    from checksig._shards import folder, merging  # noqa: PLC0415 (as above)

    whole, signed = _loaded(plan), {name: v for name, v in options.items() if v is not None}
    given = [partials] if isinstance(partials, (str, bytes, os.PathLike)) else partials
    found: list[tuple[str, Partial]] = []
    for number, each in enumerate(given):
        if isinstance(each, (str, bytes, os.PathLike)):
            found += [(quoted(os.fsencode(p)), folder.read(p, signed)) for p in folder.paths(each)]
        elif signed:
            raise TypeError("signatures lie beside files: give the paths of partials")
        else:
            found.append((f"partial {number}", each))
    return merging.merged(whole, found)


def _loaded(plan: Plan | StrPath) -> Plan:
    from checksig._shards.loading import load  # noqa: PLC0415 (as above)

    return load(plan) if isinstance(plan, (str, bytes, os.PathLike)) else plan
