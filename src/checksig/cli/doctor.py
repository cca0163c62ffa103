"""``checksig doctor``: what is installed here, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checksig.cli import _exit

if TYPE_CHECKING:
    import argparse


def add_to(commands: Any) -> None:
    """Add the command to the parser's commands."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "doctor",
        help="say what is installed and what is missing",
        description="Say which library is loaded, what it computes with, and what is missing.",
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Run the command."""
    from checksig import _algorithms
    from checksig.cli import _checkup

    for name, value in _checkup.facts():
        print(f"{name:11}{value}")
    print()
    print(f"{'algorithm':12}{'bits':>5}  {'strength':10} kernel")
    for algorithm in _algorithms.algorithms():
        bits = algorithm.size * 8
        print(f"{algorithm.name:12}{bits:>5}  {algorithm.strength:10} {algorithm.kernel}")
    return _exit.VERIFIED
