"""``checksig keygen``: make a key pair to sign with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._cli import _exit, _interrupt, _options, _passwords, _printing
from checksig._names import escape

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Make a minisign key pair: NAME.key, which is secret, and NAME.pub. No existing file is "
        "replaced. The last line of the output is the public key, as --trust takes it."
    )
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        default="minisign",
        type=_options.non_empty,
        help="the path of both files, without .key or .pub (default: minisign)",
    )
    _passwords.add_to(parser).add_argument(
        "--no-password", action="store_true", help="give the secret key no password"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._trust.keygen import keygen

    _interrupt.raises()
    password = None if arguments.no_password else _passwords.source(arguments, new=True)
    with _printing.documented(wanted=arguments.json):
        pair = keygen(arguments.name, password=password)
    if arguments.json:
        from checksig._reports import making

        _printing.say_document(making.key_pair_fields(pair))
        return _exit.VERIFIED
    print(f"CREATED      {escape(pair.key)}, {escape(pair.public)} · minisign key {pair.id}")
    print(pair.text)
    return _exit.VERIFIED
