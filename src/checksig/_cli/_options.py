"""Options that several commands have."""

from __future__ import annotations

import argparse
from contextlib import contextmanager

from checksig._options import Option, ProcessOptions, ReadOptions, table
from checksig._options.row import numbers
from checksig.errors import ChecksigError, CreateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime
    from typing import Any, Final, Protocol, TypeVar

    _Group = TypeVar("_Group")

    class Options(Protocol):
        """Where options can be added: a parser of argparse, or a group of one."""

        def add_argument(self, *names: str, **settings: Any) -> argparse.Action:
            """Add an option."""
            ...


def add_algorithm(parser: Options, meaning: str, default: str | None = None) -> None:
    """Add ``-a``. Names are checked where they are used: to ask the core costs a load."""
    parser.add_argument(
        "-a",
        "--algorithm",
        metavar="ALG",
        default=default,
        help=f"{meaning}; checksig doctor lists them all"
        + (f" (default: {default})" if default else ""),
    )


def add_algorithms(parser: Options, default: str) -> None:
    """Add ``-a``, which may be given several times: each file is read once for all."""
    parser.add_argument(
        "-a",
        "--algorithm",
        metavar="ALG",
        action="append",
        help="the algorithm to hash with; may be given several times; checksig doctor lists them "
        "all "
        f"(default: {default})",
    )


class _Formats:
    """The formats that lists are written in, looked up when they are shown: it takes a while."""

    def __init__(self, role: str) -> None:
        self._role = role

    def __str__(self) -> str:
        from checksig import _formats as formats

        return f"{formats.for_people()} (default: {getattr(formats, self._role)})"


def add_layout(parser: argparse.ArgumentParser, role: str) -> None:
    """Add the options that say how lists are laid out; the default format has a role."""
    action = parser.add_argument("-f", "--format", metavar="FORMAT", help="%(formats)s")
    vars(action)["formats"] = _Formats(role)
    style = parser.add_mutually_exclusive_group()
    for name, shape in (("tag", "ALG (NAME) = DIGEST"), ("binary", "DIGEST *NAME")):
        style.add_argument(
            f"--{name}", dest="style", action="store_const", const=name, help=f"write {shape}"
        )
    parser.add_argument(
        "-z", "--zero", action="store_true", help="end lines with NUL, and escape no names"
    )
    parser.set_defaults(style="text")


def add(parser: Options, group: type, *, but: Sequence[str] = ()) -> None:
    """Add the options of a group of the table."""
    for name, row in table(group).items():
        if row.shown and name not in but:
            flags = [row.short] if row.short else []
            switch = row.flag(name)
            parser.add_argument(*flags, switch, dest=name, **_settings(row))


def _settings(row: Option) -> dict[str, Any]:
    """Return a row as argparse takes it. A switch that is not given is None, as all others."""
    if not row.metavar and not row.choices:
        action = "store_false" if row.default else "store_true"
        return {"action": action, "default": None, "help": row.help}
    settings: dict[str, Any] = {"help": row.help}
    if row.choices:
        settings["choices"] = row.choices
    else:
        settings["metavar"] = row.metavar
    if row.several:
        settings["action"] = "append"
    if row.metavar == "RATE":
        settings["type"] = _rate
    elif row.number:
        settings["type"] = number
    elif row.metavar == "TIME":
        settings["type"] = _time
    elif row.filled:
        settings["type"] = non_empty
    return settings


def add_reading(parser: Options) -> None:
    """Add the options about how files are read, and at which priority."""
    add(parser, ReadOptions)
    add(parser, ProcessOptions)


def add_amount(parser: argparse.ArgumentParser) -> None:
    """Add the options about how much is said of a check."""
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("-v", "--verbose", action="store_true", help="list every file")
    amount.add_argument("-q", "--quiet", action="store_true", help="print only the verdict")
    amount.add_argument("--json", action="store_true", help="print one JSON document")
    amount.add_argument("--jsonl", action="store_true", help="print a line of JSON for each file")


def lower_priority(arguments: argparse.Namespace) -> None:
    """Do what ``--nice`` asks for. The core is not loaded yet, and its threads inherit it."""
    if arguments.nice:
        from checksig._bridge import priority

        priority.lower()


def given(arguments: argparse.Namespace, group: type[_Group]) -> _Group:
    """Return the options of a group that were given."""
    values = {name: getattr(arguments, name, None) for name in table(group)}
    found: Any = {name: value for name, value in values.items() if value is not None}
    return found  # type: ignore[no-any-return] # a typed dictionary, by what the table says


@contextmanager
def usage_errors() -> Generator[None]:
    """Turn the ValueError about options that make no sense into one that is printed."""
    try:
        yield
    except ChecksigError:
        raise
    except ValueError as error:
        raise CreateError(str(error)) from error


def number(text: str) -> int:
    """Return a positive number that somebody typed."""
    row = Option("", number=True)
    try:
        return int(row.checked("N", int(text)))
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be {numbers(row.most)}") from None


#: What stands for the units of a rate, as rsync has them.
_UNITS: Final = "KMGT"


def _rate(text: str) -> int:
    """Return a number of bytes a second that somebody typed: ``500K``, ``1.5M``, ``2G``."""
    count = text.upper()
    unit = _UNITS.find(count[-1:]) + 1 if count else 0
    try:
        rate = int(float(count[: -1 if unit else None]) * 1024**unit)
        if rate >= 1:
            return rate
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError("must be bytes a second: 500K, 1.5M, 2G")


def _time(text: str) -> datetime:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def non_empty(text: str) -> str:
    """Return what somebody typed, unless it is nothing: a variable of the shell was not set."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty")
    return text
