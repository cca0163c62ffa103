"""``checksig verify``: check a directory, and say so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from checksig._cli import _exit, _interrupt, _options
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    import argparse

    from checksig._checking.start import CheckOptions
    from checksig._cli import _json, _render
    from checksig._results import Report


def add_to(commands: Any) -> None:
    """Add the command to the parser's commands."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "verify",
        help="check files against a list of digests",
        description="Check every file of a list of digests. A directory's lists are found by their "
        "names: sha1sum.txt, SHA256SUMS, checksums.txt, and the like. A file of several lists is "
        "read once, and has to be what all of them say. Archives are not unpacked.",
    )
    parser.add_argument(
        "path",
        nargs="?",
        default=".",
        help="a directory, a bag, an archive, or a list of digests (default: .)",
    )
    lists = parser.add_argument_group("lists")
    lists.add_argument(
        "--manifest", metavar="FILE", action="append", help="a list for the directory PATH"
    )
    lists.add_argument(
        "--recursive",
        action="store_true",
        help="use the lists in the directories below as well, each for its own",
    )
    _options.add_algorithm(lists, "the only algorithm that the list may use")
    lists.add_argument(
        "--min-strength",
        choices=("accidents", "broken", "strong"),
        help="the strength that one of a file's algorithms needs",
    )
    _add_signers(parser.add_argument_group("who signed the list"))
    _add_choice(parser.add_argument_group("what is checked"))
    _options.add_reading(parser.add_argument_group("reading"))
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("-v", "--verbose", action="store_true", help="list every file")
    amount.add_argument("-q", "--quiet", action="store_true", help="print only the verdict")
    amount.add_argument("--json", action="store_true", help="print one JSON document")
    amount.add_argument("--jsonl", action="store_true", help="print a line of JSON for each file")
    parser.set_defaults(run=run)


def _add_signers(group: _options.Options) -> None:
    _options.add_trust(group)
    group.add_argument(
        "--require-signature", action="store_true", help="fail if the list is not signed"
    )
    group.add_argument(
        "--signers",
        metavar="N",
        type=_options.at_least_one,
        help="how many different keys have to have signed",
    )


def _add_choice(group: _options.Options) -> None:
    group.add_argument(
        "--complete", action="store_true", help="fail if there are files that are not listed"
    )
    group.add_argument(
        "--ignore-missing", action="store_true", help="count files that are not there, and go on"
    )
    group.add_argument(
        "--require",
        metavar="NAME",
        action="append",
        default=[],
        help="fail if this file is not listed, or not there",
    )
    for name, effect in (("include", "check only the files"), ("exclude", "leave out the files")):
        group.add_argument(
            f"--{name}",
            metavar="PATTERN",
            action="append",
            default=[],
            help=f"{effect} that match, as in .gitignore",
        )
    group.add_argument(
        "--symlinks",
        choices=("inside", "refuse", "record"),
        default="inside",
        help="follow symbolic links that stay inside PATH, or none, or compare those that the "
        "list records with where they lead (default: inside)",
    )
    group.add_argument(
        "--size-only", action="store_true", help="compare sizes, and nothing else: verifies nothing"
    )
    group.add_argument(
        "--find-moved",
        action="store_true",
        help="look for missing files among those that are not listed",
    )
    group.add_argument(
        "--max-failures", metavar="N", type=_options.at_least_one, help="stop after N failures"
    )
    group.add_argument(
        "--fail-fast",
        dest="max_failures",
        action="store_const",
        const=1,
        help="stop after the first failure",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    printer = _printer(arguments)
    try:
        return _run(arguments, printer)
    except (ChecksigError, KeyboardInterrupt) as error:
        printer.error(error)
        raise


def _run(arguments: argparse.Namespace, printer: _json.Printer | _render.Printer) -> int:
    from checksig._checking import verifying as _verify
    from checksig._cli import _progress

    _interrupt.raises()
    watched = not arguments.quiet and not (printer.wants_ok and sys.stdout.isatty())
    with _progress.shown(watched=watched) as progress:
        options = _options_of(arguments)
        options["progress"] = progress
        report = _verify.run(
            arguments.path, printer.result, keep_ok=printer.wants_ok, options=options
        )
    printer.report(report)
    return exit_code(report)


def _options_of(arguments: argparse.Namespace) -> CheckOptions:
    return {
        "manifest": arguments.manifest,
        "recursive": arguments.recursive,
        "algorithm": arguments.algorithm,
        "min_strength": arguments.min_strength,
        "complete": arguments.complete,
        "ignore_missing": arguments.ignore_missing,
        "require": arguments.require,
        "include": arguments.include,
        "exclude": arguments.exclude,
        "symlinks": arguments.symlinks,
        "size_only": arguments.size_only,
        "find_moved": arguments.find_moved,
        "max_failures": arguments.max_failures,
        "trust": arguments.trust,
        "signature": arguments.signature,
        "identity": arguments.identity,
        "issuer": arguments.issuer,
        "namespace": arguments.namespace,
        "revoked": arguments.revoked,
        "at": arguments.at,
        "require_signature": arguments.require_signature,
        "signers": arguments.signers,
        "workers": arguments.workers,
        "readers": arguments.readers,
        "drop_cache": arguments.drop_cache,
    }


def exit_code(report: Report) -> int:
    """Return the exit code that a report calls for."""
    return _exit.VERIFIED if report.ok else _exit.NOT_VERIFIED


def _printer(arguments: argparse.Namespace) -> _json.Printer | _render.Printer:
    from checksig._cli import _json, _render

    if arguments.json or arguments.jsonl:
        return _json.Printer(lines=arguments.jsonl)
    return _render.Printer(verbose=arguments.verbose, quiet=arguments.quiet)
