"""``checksig sign``: sign a list."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig._cli import _exit, _interrupt, _passwords
from checksig._names import escape

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Sign a list, or any file, with a key of minisign or SSH: the signature lies beside it. "
        "Or sign a directory as a model, with an EC key in PEM: model.sig in it has the digests of "
        "all files."
    )
    parser.add_argument("path", metavar="LIST", help="a list of digests, or a directory")
    parser.add_argument(
        "--key",
        metavar="KEY",
        required=True,
        help="a secret key of minisign or SSH, or a public one of SSH that an agent has; for a "
        "directory a private key in PEM",
    )
    parser.add_argument(
        "--namespace", metavar="NAME", help="what an SSH signature is for (default: checksig)"
    )
    parser.add_argument(
        "--certificate-chain",
        metavar="FILE",
        action="append",
        default=[],
        help="certificates in PEM for a directory, that of the key first",
    )
    _passwords.add_to(parser)
    parser.add_argument("--force", action="store_true", help="replace a signature that exists")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._making.signing import sign
    from checksig._trust.signing import Signer

    _interrupt.raises()
    if not os.path.isdir(arguments.path):  # noqa: PTH112 (as where it is signed)
        _passwords.refuse_unused(arguments, Signer.of(arguments.key))
    place = sign(
        arguments.path,
        arguments.key,
        namespace=arguments.namespace,
        certificates=arguments.certificate_chain,
        password=_passwords.source(arguments),
        overwrite=arguments.force,
    )
    print(f"SIGNED       {escape(arguments.path)} · {escape(place)}")
    return _exit.VERIFIED
