"""``checksig merge``: add up what shards came to, and say whether everything is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._cli import _exit, _interrupt, _options, _printing
from checksig._options import TrustOptions

if TYPE_CHECKING:
    import argparse

#: Options about one list.
_BUT: Final = ("require_signature", "signature", "tofu")


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Add up what the shards of a plan came to, and print the verdict that a check on one "
        "machine would have. Each shard has to be there, once, and to have a verdict on each of "
        "its files. If some are missing, their numbers are printed as schedulers take them."
    )
    parser.add_argument("plan", metavar="PLAN", help="the plan")
    parser.add_argument(
        "paths",
        metavar="PARTIAL",
        nargs="+",
        help="what checksig run-shard has written: the directory, or files",
    )
    _options.add(parser.add_argument_group("signatures over partials"), TrustOptions, but=_BUT)
    _options.add_amount(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._shards import checks

    _interrupt.raises()
    with _printing.reported(arguments) as shown:
        with _options.usage_errors():
            options = _options.given(arguments, TrustOptions)
            report = checks.merge(arguments.plan, arguments.paths, **options)
        if arguments.jsonl:
            for failure in report.failures:
                _printing.say(shown.result(failure))
        _printing.say(shown.report(report))
    return _exit.of_report(report)
