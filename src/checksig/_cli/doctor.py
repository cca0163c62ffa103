"""``checksig doctor``: what is installed here, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checksig._cli import _exit, _printing

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Say what is installed here, what computes each algorithm, and what is missing."
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._bridge import algorithms as _algorithms
    from checksig._cli import _checkup

    if arguments.json:
        with _printing.documented(wanted=True):
            _printing.say_document(_checkup.fields())
        return _exit.VERIFIED
    for name, value in _checkup.facts():
        print(f"{name:11}{value}")
    print()
    print(f"{'algorithm':12}{'bits':>5}  {'strength':10} computed by, with so many files at a time")
    for row in _algorithms.main_rows():
        used = ", ".join(_used(kernel) for kernel in row["kernels"] if kernel["from"])
        print(f"{row['name']:12}{row['size'] * 8:>5}  {row['strength']:10} {used or 'standard'}")
    print()
    for why, names in _checkup.unused().items():
        print(f"{why + ':':24}{' '.join(names)}")
    return _exit.VERIFIED


def _used(kernel: dict[str, Any]) -> str:
    """Say which kernel it is, and how many files a worker has under way when it is used."""
    name, first, last = kernel["name"].partition("/")[2], kernel["from"], kernel["to"]
    return f"{name} {first}" if first == last else f"{name} {first}-{last}"
