"""``checksig compare``: hold two places against each other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checksig._cli import _exit, _interrupt, _options, _printing
from checksig._options import ChoiceOptions, CompareOptions, FetchOptions, ProofOptions

if TYPE_CHECKING:
    import argparse

    from checksig._cli._printing import Rendering


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Compare two places without a list: PATH has to have the same files as REFERENCE, with "
        "the same bytes, and no others. Both are read, unless a store says what it has."
    )
    parser.add_argument("reference", metavar="REFERENCE", help=_KINDS)
    parser.add_argument("path", metavar="PATH", help="another")
    _options.add_algorithm(
        parser, "the algorithm to compare by (default: sha256, or what the store has)"
    )
    _options.add(parser.add_argument_group("what is compared"), ChoiceOptions)
    _options.add(parser.add_argument_group("proofs"), ProofOptions)
    _options.add_reading(parser.add_argument_group("reading"))
    _options.add(parser.add_argument_group("servers"), FetchOptions)
    _options.add_amount(parser)
    parser.set_defaults(run=run)


_KINDS = "a directory, an archive, or the address of a bucket (s3://, gs://, az://)"


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    with _printing.reported(arguments) as shown:
        return _run(arguments, shown)


def _run(arguments: argparse.Namespace, shown: Rendering) -> int:
    from checksig import _comparing
    from checksig._cli import _progress

    _interrupt.raises()
    _options.lower_priority(arguments)
    options = _options.given(arguments, CompareOptions)
    watched = not arguments.quiet and not (shown.wants_ok and sys.stdout.isatty())
    with _progress.shown(watched=watched) as display, _options.usage_errors():
        report = _comparing.run(
            arguments.reference,
            arguments.path,
            arguments.algorithm,
            {**options, "progress": display.progress},
            on_result=lambda result: display.say(shown.result(result)),
            keep_ok=shown.wants_ok,
            look=lambda: display.say(shown.due(), flush=True),
        )
    _printing.say(shown.report(report))
    return _exit.of_report(report)
