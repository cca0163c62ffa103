"""The parsers of commands: argparse's, with a short usage, examples, and mistakes explained.

Options are written out: an abbreviation that is clear today is not when there are more options.
"""

from __future__ import annotations

import argparse
import os
import sys

from checksig import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, NoReturn

#: The only name that argparse has for it.
_SUBPARSERS = argparse._SubParsersAction  # pyright: ignore[reportPrivateUsage]

#: Columns, where a terminal does not say how many it has.
_USUAL = 80

#: Names of options, and whether they take a value.
Options = dict[str, bool]


class UsageError(Exception):
    """The arguments of a command make no sense."""

    def __init__(self, parser: Parser, typed: Sequence[str], message: str) -> None:
        """Keep the parser, the arguments, and what argparse says of them."""
        super().__init__(message)
        self.parser, self.typed = parser, typed


class Answered(Exception):  # noqa: N818 (it is no error)
    """A help or the version was asked for, and has been printed."""


class _Formatter(argparse.HelpFormatter):
    """The formatter of argparse, with room for the names of commands: some Pythons forget it."""

    def __init__(self, prog: str) -> None:
        # Argparse makes one for each argument, and would load shutil to ask how wide it is.
        super().__init__(prog, width=_columns() - 2)

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        if isinstance(action, _SUBPARSERS):
            longest = max(map(len, vars(action)["choices"]))
            indent = self._current_indent + self._indent_increment
            self._action_max_length = max(self._action_max_length, indent + longest)


def _columns() -> int:
    """Return the width of the terminal, as shutil has it."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    if sys.__stdout__ is None:
        return _USUAL
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL
    except (OSError, ValueError):  # it is no terminal, or was closed
        return _USUAL


class Parser(argparse.ArgumentParser):
    """A parser of one command, or of several."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Formatter, **settings)
        self._positionals.title = "arguments"
        self.typed: Sequence[str] = ()
        self.color = False  # of Python 3.14: a usage goes to stderr, and it looks at stdout
        self.add_argument(
            "-V",
            "--version",
            action="version",
            version=f"checksig {__version__}",
            help="show the version and exit",
        )

    def parse_known_args(  # type: ignore[override] # argparse has three ways to call it
        self, args: Sequence[str], namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse arguments, and remember them in case that they make no sense."""
        self.typed = args
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Say that the arguments make no sense.

        Raises:
            UsageError: always.
        """
        raise UsageError(self, self.typed, message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Leave the parser where argparse would leave the process.

        Raises:
            Answered: always.
        """
        raise Answered

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print a help, or the version. Argparse would not tell if it cannot be written."""
        print(message, end="", file=file)

    def options(self) -> Options:
        """Return all options by their names, with whether they take a value."""
        return {name: a.nargs != 0 for name, a in self._option_string_actions.items()}

    def commands(self) -> dict[str, Parser]:
        """Return the parsers of the commands below this one."""
        for action in self._actions:
            if isinstance(action, _SUBPARSERS):
                below: dict[str, Parser] = vars(action)["choices"]
                return below
        return {}

    def format_usage(self) -> str:
        """Return the usage in a line: argparse would name all options, in thirty for ``verify``."""
        if self.usage is None:
            self.usage = self._short_usage()
        return super().format_usage()

    def format_help(self) -> str:
        """Return the help, with examples at its end."""
        from checksig._cli import _examples

        self.format_usage()
        return super().format_help() + _examples.after(self.prog)

    def _short_usage(self) -> str:
        """Return what has to be given, and what can be."""
        options = argparse.Action([], "options", metavar="[OPTIONS]")
        arguments = [action for action in self._actions if not action.option_strings]
        formatter = self._get_formatter()
        formatter.add_usage(
            None,
            [*self._demanded(), options, *arguments],
            self._mutually_exclusive_groups,
            prefix="",
        )
        return " ".join(formatter.format_help().split())

    def _demanded(self) -> Iterator[argparse.Action]:
        """Yield the options without which nothing goes: groups of which one has to be given."""
        for group in self._mutually_exclusive_groups:
            if group.required:
                yield from group._group_actions  # pyright: ignore[reportPrivateUsage]
