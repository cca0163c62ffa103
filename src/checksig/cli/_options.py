"""Options that several commands have."""

from __future__ import annotations

import argparse


def add_algorithm(
    parser: argparse.ArgumentParser, meaning: str, default: str | None = None
) -> None:
    """Add ``-a``. Names are checked where they are used: to ask the core costs a load."""
    parser.add_argument(
        "-a",
        "--algorithm",
        metavar="ALG",
        default=default,
        help=f"{meaning}; checksig doctor lists them all"
        + (f" (default: {default})" if default else ""),
    )


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add ``--workers``."""
    parser.add_argument(
        "--workers",
        metavar="N",
        type=_at_least_one,
        help="how many files are read at a time (default: one per core)",
    )


def _at_least_one(text: str) -> int:
    number = int(text)
    if not 1 <= number < 1 << 31:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
