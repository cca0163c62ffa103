"""``checksig sign``: sign a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._cli import _exit, _interrupt, _passwords
from checksig._names import escape

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Sign a list, or any file, with a key of minisign or SSH. The signature lies beside it."
    )
    parser.add_argument("path", metavar="LIST", help="a list of digests")
    parser.add_argument(
        "--key",
        metavar="KEY",
        required=True,
        help="a secret key of minisign or SSH, or a public one of SSH that an agent has",
    )
    parser.add_argument(
        "--namespace", metavar="NAME", help="what an SSH signature is for (default: checksig)"
    )
    _passwords.add_to(parser)
    parser.add_argument("--force", action="store_true", help="replace a signature that exists")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._trust.signing import Signer

    _interrupt.raises()
    signer = Signer.of(
        arguments.key, namespace=arguments.namespace, password=_passwords.source(arguments)
    )
    _passwords.refuse_unused(arguments, signer)
    place = signer.sign_beside(arguments.path, overwrite=arguments.force)
    print(f"SIGNED       {escape(arguments.path)} · {escape(place)}")
    return _exit.VERIFIED
