"""``checksig bag``: make a BagIt bag, or update one."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from checksig._cli import _exit, _interrupt, _options, _printing
from checksig._names import counted, escape
from checksig._options import RunOptions
from checksig._reports.words import duration, size

if TYPE_CHECKING:
    from checksig._making import Bagged


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Turn a directory into a BagIt 1.0 bag, in place: all its files move to data. If it is a "
        "bag already, its payload is read again, and listed as it is now."
    )
    parser.add_argument("path", metavar="DIR", help="a directory, or the address of one")
    _options.add_algorithms(parser, "those of the bag, or sha512")
    parser.add_argument(
        "--info",
        metavar="LABEL=VALUE",
        action="append",
        default=[],
        type=_pair,
        help="a line to add to bag-info.txt",
    )
    parser.add_argument(
        "--drop-signature",
        action="store_true",
        help="remove the signatures over manifests that have changed since they were signed",
    )
    _options.add_reading(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def _pair(text: str) -> tuple[str, str]:
    label, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("must be LABEL=VALUE")
    return label, value


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._cli import _progress
    from checksig._making import make_bag

    _interrupt.raises()
    _options.lower_priority(arguments)
    info: dict[str, list[str]] = {}
    for label, value in arguments.info:
        info.setdefault(label, []).append(value)
    options = _options.given(arguments, RunOptions)
    with (
        _printing.documented(wanted=arguments.json),
        _progress.shown(watched=True) as display,
        _options.usage_errors(),
    ):
        options["progress"] = display.progress
        bagged = make_bag(
            arguments.path,
            algorithm=arguments.algorithm,
            info=info,
            drop_signature=arguments.drop_signature,
            **options,
        )
    if arguments.json:
        from checksig._reports import making

        _printing.say_document(making.bagged_fields(bagged))
    else:
        _say(bagged)
    return _exit.VERIFIED


def _say(bagged: Bagged) -> None:
    changes = {"added": bagged.added, "changed": bagged.changed, "removed": bagged.removed}
    if bagged.note and sys.stderr:
        print(f"checksig: {bagged.note}", file=sys.stderr)
    for name in bagged.dropped if sys.stderr else ():
        print(f"checksig: removed, as it no longer holds: {escape(name)}", file=sys.stderr)
    if not bagged.new and sys.stderr:
        for what, paths in changes.items():
            for path in paths:
                print(f"checksig: {what}: {escape(path)}", file=sys.stderr)
    counts = "".join(f", {len(paths):,} {what}" for what, paths in changes.items())
    amount = f"{size(bagged.bytes)} in {duration(bagged.seconds)}"
    said = f"{counted(bagged.files, 'file')}{'' if bagged.new else counts}"
    titles = ", ".join(algorithm.title for algorithm in bagged.algorithms)
    print(f"BAGGED   {said} · {amount} · {escape(bagged.path)} · {titles}")
