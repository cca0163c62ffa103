"""``checksig check-signature``: one file and its signature."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checksig._cli import _exit, _interrupt, _options
from checksig._names import escape
from checksig._options import TrustOptions
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Check the signature over a file, and say who made it. If the signature holds what it "
        "signs, FILE is the signature."
    )
    parser.add_argument("path", metavar="FILE", help="the file, or - for standard input")
    _options.add(parser, TrustOptions, but=("require_signature", "signers", "tofu"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._trust.check_signature import check_signature

    _interrupt.raises()
    stdin = arguments.path == "-"
    if stdin and sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] (it was closed)
        raise ChecksigError("stdin is closed, and nothing can be read")
    with _options.usage_errors():
        signature = check_signature(
            None if stdin else arguments.path,
            data=sys.stdin.buffer.read() if stdin else None,
            **_options.given(arguments, TrustOptions),
        )
    print(f"SIGNED       {escape(arguments.path)} · {signature}")
    return _exit.VERIFIED
