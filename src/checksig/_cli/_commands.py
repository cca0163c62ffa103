"""All commands: their names, their parsers, and the one that is asked for.

A command is loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module

from checksig._cli import _exit, coreutils
from checksig._cli._parser import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

#: All commands, by the names of their modules with hyphens, and their purposes.
COMMANDS: Final = {
    "verify": "check files against a list of digests",
    "check-signature": "check the signature over a file",
    "create": "write a list of digests",
    "plan": "divide a check into shards for many machines",
    "run-shard": "check one shard of a plan",
    "merge": "add up what the shards of a plan came to",
    "compare": "compare two directories or stores without a list",
    "sign": "sign a list, or a directory as a model",
    "trust": "add, list and check the keys that are trusted by habit",
    "keygen": "make a key pair to sign with",
    "convert": "write a list in another format",
    "bag": "make or update a BagIt bag",
    "env": "check the packages of a Python environment",
    "bench": "measure how fast files are hashed here",
    "formats": "say which formats of lists there are",
    "doctor": "say what is installed and what is missing",
    "help": "say what a command does",
}

EXIT_CODES: Final = {
    "0": "verified, or done",
    "1": "not verified",
    "2": "could not run",
    "3": "signature not trusted",
    "130": "interrupted",
}


def run(argv: Sequence[str]) -> int:
    """Run the command that is asked for, and return the exit code of the process.

    Raises:
        Answered: what was asked for has been printed.
        UsageError: the arguments make no sense.
    """
    if not argv:
        overview().print_help()
        # A script whose variable is empty has verified nothing.
        return _exit.COULD_NOT_RUN
    if argv[0] in ("-h", "--help"):
        argv = ["help", *argv[1:]]
    command = argv[0] in COMMANDS
    parser = parser_of(argv[0]) if command else overview()
    arguments = parser.parse_args(argv[1:] if command else argv)
    code: int = arguments.run(arguments)
    return code


def parser_of(name: str) -> Parser:
    """Return the parser of a command."""
    parser = Parser(prog=f"checksig {name}")
    _module(name).add_to(parser)
    return parser


def overview(*, whole: bool = False) -> Parser:
    """Return the parser of checksig itself, with the names of all commands.

    Args:
        whole: Whether it has all that the commands take as well.
    """
    parser = Parser(
        prog="checksig",
        usage="checksig COMMAND [OPTIONS] [ARGUMENTS ...]",
        description="Check that files are exactly what their publisher listed.",
        epilog=f"Exit codes: {', '.join(map(' '.join, EXIT_CODES.items()))}.",
    )
    commands = parser.add_subparsers(
        title="commands", required=True, metavar="COMMAND", prog="checksig"
    )
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if whole:
            _module(name).add_to(command)
    parser.add_argument_group("stand-ins for other programs", ", ".join(sorted(coreutils.TOOLS)))
    return parser


def _module(name: str) -> Any:
    return import_module(f"checksig._cli.{name.replace('-', '_')}")
