"""The options of ``checksig verify`` about many machines."""

from __future__ import annotations

import argparse

from checksig._cli import _options
from checksig._options import AuditOptions, ExecutorOptions, table
from checksig.errors import CreateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._cli._options import Options
    from checksig._options import StrPath
    from checksig._results import Progress, Report


def add(parser: Options) -> None:
    """Add the options."""
    parser.add_argument(
        "--dask",
        dest="executor",
        metavar="ADDRESS",
        type=_options.non_empty,
        help="check in shards, on the workers of the Dask scheduler at this address",
    )
    parser.add_argument(
        "--dask-resource",
        dest="resources",
        metavar="NAME=N",
        action="append",
        type=_resource,
        help="a resource of the workers that each shard takes, such as disk0=1",
    )
    parser.add_argument(
        "--dask-worker",
        dest="hosts",
        metavar="ADDRESS",
        action="append",
        type=_options.non_empty,
        help="a worker that may check shards (default: all)",
    )
    _options.add(parser, ExecutorOptions, but=("executor", "resources", "hosts"))


def _resource(text: str) -> tuple[str, float]:
    """Return a resource and its amount that somebody typed."""
    name, _, amount = text.partition("=")
    try:
        found = float(amount)
    except ValueError:
        found = 0.0
    if not name or not 0 < found < float("inf"):
        raise argparse.ArgumentTypeError("must be a name and an amount, such as disk0=1")
    return name, found


def settle(arguments: argparse.Namespace) -> None:
    """Refuse options that are for a scheduler if there is none, or for one machine if there is.

    Raises:
        CreateError: there is one.
    """
    if arguments.executor is not None:
        if arguments.verbose:
            raise CreateError("--verbose is for one machine: workers send what is not ok")
        return
    rows = {"resources": "--dask-resource", "hosts": "--dask-worker"}
    rows |= {n: row.flag(n) for n, row in table(ExecutorOptions).items() if row.shown}
    for name, flag in rows.items():
        if getattr(arguments, name) is not None:
            raise CreateError(f"{flag} is for many machines: give a scheduler (--dask)")


def check(
    path: StrPath,
    arguments: argparse.Namespace,
    names: tuple[bytes, ...],
    progress: Callable[[Progress], None] | None,
) -> Report:
    """Check a path in shards.

    Raises:
        CreateError: it is one of files by themselves.
        ChecksigError: as :func:`checksig.audit` does.
    """
    from checksig._shards import checks

    if names:
        raise CreateError("a file by itself is checked on one machine, without --dask")
    options = _options.given(arguments, AuditOptions)
    options["progress"] = progress
    if arguments.resources:
        options["resources"] = dict(arguments.resources)
    return checks.audit(path, **options)
