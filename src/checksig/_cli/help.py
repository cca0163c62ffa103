"""``checksig help``: the help of a command, or of checksig itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._cli import _commands, _exit, coreutils

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = "Say what a command does, and which options it has."
    parser.add_argument(
        "names",
        nargs="*",
        metavar="COMMAND",
        help="a command, or a stand-in like sha256sum (default: list the commands)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command.

    Raises:
        UsageError: there is no such command.
    """
    first, *below = arguments.names or ["--help"]
    if first in coreutils.TOOLS:
        return coreutils.main(first, ["--help"])
    if first in _commands.COMMANDS:
        _commands.parser_of(first).parse_args([*below, "--help"])
    _commands.overview().parse_args([first])
    return _exit.VERIFIED
