"""``checksig verify``: check a directory, and say so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from checksig.cli import _exit, _interrupt, _options
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    import argparse

    from checksig._types import Report
    from checksig.cli import _json, _render


def add_to(commands: Any) -> None:
    """Add the command to the parser's commands."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "verify",
        help="check files against a list of digests",
        description="Check every file of a list of digests. A directory's list is found by its "
        "name: sha1sum.txt, SHA256SUMS, checksums.txt, and the like.",
    )
    parser.add_argument(
        "path", nargs="?", default=".", help="a directory, or a list of digests (default: .)"
    )
    parser.add_argument("--manifest", metavar="FILE", help="the list for the directory PATH")
    _options.add_algorithm(parser, "the only algorithm that the list may use")
    _options.add_reading(parser)
    parser.add_argument(
        "--complete", action="store_true", help="fail if there are files that are not listed"
    )
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("-v", "--verbose", action="store_true", help="list every file")
    amount.add_argument("-q", "--quiet", action="store_true", help="print only the verdict")
    amount.add_argument("--json", action="store_true", help="print one JSON document")
    amount.add_argument("--jsonl", action="store_true", help="print a line of JSON for each file")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    printer = _printer(arguments)
    try:
        return _run(arguments, printer)
    except (ChecksigError, KeyboardInterrupt) as error:
        printer.error(error)
        raise


def _run(arguments: argparse.Namespace, printer: _json.Printer | _render.Printer) -> int:
    from checksig import _verify
    from checksig.cli import _progress

    _interrupt.raises()
    watched = not arguments.quiet and not (printer.wants_ok and sys.stdout.isatty())
    with _progress.shown(watched=watched) as progress:
        report = _verify.run(
            arguments.path,
            printer.result,
            keep_ok=printer.wants_ok,
            options={
                "manifest": arguments.manifest,
                "algorithm": arguments.algorithm,
                "complete": arguments.complete,
                "progress": progress,
                "workers": arguments.workers,
                "readers": arguments.readers,
                "drop_cache": arguments.drop_cache,
            },
        )
    printer.report(report)
    return exit_code(report)


def exit_code(report: Report) -> int:
    """Return the exit code that a report calls for."""
    return _exit.VERIFIED if report.ok else _exit.NOT_VERIFIED


def _printer(arguments: argparse.Namespace) -> _json.Printer | _render.Printer:
    from checksig.cli import _json, _render

    if arguments.json or arguments.jsonl:
        return _json.Printer(lines=arguments.jsonl)
    return _render.Printer(verbose=arguments.verbose, quiet=arguments.quiet)
