"""Options that several commands have."""

from __future__ import annotations

import argparse
from typing import Any, Protocol


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


def add_workers(parser: Options) -> None:
    """Add ``--workers``."""
    parser.add_argument(
        "--workers",
        metavar="N",
        type=at_least_one,
        help="how many threads hash (default: one per core)",
    )


def add_reading(parser: Options) -> None:
    """Add the options that say how files are read."""
    add_workers(parser)
    parser.add_argument(
        "--readers",
        metavar="N",
        type=at_least_one,
        help="how many files are read ahead (default: what suits the device; none if they are "
        "in the page cache)",
    )
    parser.add_argument(
        "--drop-cache",
        action="store_true",
        help="read what the device has, not what the page cache has of it",
    )


def at_least_one(text: str) -> int:
    """Return a positive number that somebody typed."""
    number = int(text)
    if not 1 <= number < 1 << 31:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
