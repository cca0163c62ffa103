"""``checksig sign``: sign a list."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig._cli import _exit, _interrupt, _passwords, _printing
from checksig._names import escape

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Sign a list, or any file, with a minisign or SSH key. The signature is written beside it. "
        "A directory is signed as a model, with an EC key in PEM: model.sig in it has the digests "
        "of all files. With --sigstore, the CI job that runs signs a list."
    )
    parser.add_argument("path", metavar="LIST", help="a list of digests, or a directory")
    by = parser.add_mutually_exclusive_group(required=True)
    by.add_argument(
        "--key",
        metavar="KEY",
        help="a secret minisign or SSH key, or the public key of one that an SSH agent holds; for "
        "a directory, a private key in PEM",
    )
    by.add_argument(
        "--sigstore",
        action="store_true",
        help="ask Sigstore to certify the identity of this CI job, and to log the signature; this "
        "uses the network",
    )
    parser.add_argument(
        "--trust-config",
        metavar="FILE",
        help="a client trust configuration of Sigstore: the services that --sigstore asks and "
        "trusts (default: the public instance)",
    )
    parser.add_argument(
        "--namespace", metavar="NAME", help="the purpose of an SSH signature (default: checksig)"
    )
    parser.add_argument(
        "--certificate-chain",
        metavar="FILE",
        action="append",
        default=[],
        help="certificates in PEM for a directory, the one for the key first",
    )
    _passwords.add_to(parser)
    parser.add_argument("--force", action="store_true", help="replace a signature that exists")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    with _printing.documented(wanted=arguments.json):
        made = (_sign_keyless if arguments.sigstore else _sign)(arguments)
    if arguments.json:
        from checksig._reports import making

        _printing.say_document(
            making.signed_fields(
                arguments.path, made.path, identity=made.identity, issuer=made.issuer
            )
        )
        return _exit.VERIFIED
    print(f"SIGNED       {escape(arguments.path)} · {escape(made.path)}")
    if made.identity:
        print(f"             --identity {escape(made.identity)} --issuer {escape(made.issuer)}")
    return _exit.VERIFIED


class _Made(NamedTuple):
    """A signature, and whose it is, if that is an identity."""

    path: str
    identity: str = ""
    issuer: str = ""


def _sign(arguments: argparse.Namespace) -> _Made:
    from checksig._making.signing import sign
    from checksig._trust.signing import Signer
    from checksig.errors import CreateError

    if arguments.trust_config is not None:
        raise CreateError("a trust configuration is for --sigstore")
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
    return _Made(place)


def _sign_keyless(arguments: argparse.Namespace) -> _Made:
    from checksig._trust.keyless import sign_keyless
    from checksig.errors import CreateError

    _interrupt.raises()
    password = arguments.password_file or arguments.password_env
    if password is not None or arguments.namespace is not None or arguments.certificate_chain:
        raise CreateError("with --sigstore there is no key: leave out options about one")
    made = sign_keyless(
        arguments.path, trust_config=arguments.trust_config, overwrite=arguments.force
    )
    return _Made(made.path, made.identity, made.issuer)
