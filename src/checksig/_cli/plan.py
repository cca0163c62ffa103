"""``checksig plan``: divide a check into shards for many machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checksig import __version__
from checksig._cli import _exit, _interrupt, _options, _printing
from checksig._names import escape
from checksig._options import (
    AuditOptions,
    FindOptions,
    PlanOptions,
    RuleOptions,
    TrustOptions,
)
from checksig._reports.words import size

if TYPE_CHECKING:
    import argparse

    from checksig._shards.plan import Plan

#: Options of a check that a plan does not have.
_BUT = ("digest", "tofu", "max_failures", "trust_versions")


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Divide a check into shards that any machine can run that has PATH: see checksig "
        "run-shard, and checksig merge. The list is read and its signature checked here and now, "
        "once. All rules of the check are in the plan."
    )
    parser.add_argument(
        "path", metavar="PATH", nargs="?", default=".", help="a directory or a store (default: .)"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        default="plan.json",
        type=_options.non_empty,
        help="the plan (default: plan.json); lines that are not read where they lie are beside it",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    _options.add(parser.add_argument_group("shards"), PlanOptions)
    _options.add(parser.add_argument_group("lists"), FindOptions, but=_BUT)
    _options.add(parser.add_argument_group("signatures over the list"), TrustOptions, but=_BUT)
    _options.add(parser.add_argument_group("what is checked"), RuleOptions, but=_BUT)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._shards import checks

    _interrupt.raises()
    with _printing.documented(wanted=arguments.json), _options.usage_errors():
        plan = checks.plan(arguments.path, **_options.given(arguments, AuditOptions))
        plan.save(arguments.output, overwrite=arguments.force)
    if arguments.json:
        _printing.say_document(_fields(plan, arguments.output))
    else:
        _say(plan, arguments.output)
    return _exit.VERIFIED


def _fields(plan: Plan, path: str) -> dict[str, Any]:
    from checksig._reports.json import path_fields

    return {
        "schema": "checksig.planned/1",
        "version": __version__,
        **path_fields("plan", path),
        "digest": plan.digest,
        "shards": len(plan.shards),
        "files": plan.files,
        "entries": plan.entries,
        "bytes": plan.size,
        "longest": plan.longest
        and {**path_fields("path", plan.longest[0]), "bytes": plan.longest[1]},
    }


def _say(plan: Plan, path: str) -> None:
    last = len(plan.shards) - 1
    amount = f" · {size(plan.size)}" if plan.size else ""
    print(f"PLANNED  {plan}{amount} · {escape(path)}")
    if plan.longest:
        name, longest = plan.longest
        print(f"longest  {escape(name)}, {size(longest)}: no shard is done before it is read")
    print(f"shards   0-{last}: checksig run-shard {escape(path)} N -o DIR")
