"""Options that several commands have."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from checksig.errors import ChecksigError, CreateError

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from checksig._trust.policy import TrustOptions


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
        help="what to hash with, or several times -a; checksig doctor lists them all "
        f"(default: {default})",
    )


class _Formats:
    """The formats that lists are written in, looked up when they are shown: it takes a while."""

    def __str__(self) -> str:
        from checksig import _formats as formats

        return formats.for_people()


def add_layout(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the options that say how lists are laid out that are written."""
    action = parser.add_argument(
        "-f",
        "--format",
        metavar="FORMAT",
        default=default,
        help="%(formats)s (default: %(default)s)",
    )
    vars(action)["formats"] = _Formats()
    style = parser.add_mutually_exclusive_group()
    for name, shape in (("tag", "ALG (NAME) = DIGEST"), ("binary", "DIGEST *NAME")):
        style.add_argument(
            f"--{name}", dest="style", action="store_const", const=name, help=f"write {shape}"
        )
    parser.add_argument(
        "-z", "--zero", action="store_true", help="end lines with NUL, and escape no names"
    )
    parser.set_defaults(style="text")


def add_patterns(parser: Options, verb: str) -> None:
    """Add ``--include`` and ``--exclude``."""
    for name, effect in (("include", f"{verb} only the files"), ("exclude", "leave out the files")):
        parser.add_argument(
            f"--{name}",
            metavar="PATTERN",
            action="append",
            default=[],
            help=f"{effect} that match, as in .gitignore",
        )


@contextmanager
def sensible() -> Generator[None]:
    """Turn the ValueError about options that make no sense into one that is printed."""
    try:
        yield
    except ChecksigError:
        raise
    except ValueError as error:
        raise CreateError(str(error)) from error


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


def add_trust(parser: Options) -> None:
    """Add the options that say who has to have signed."""
    parser.add_argument(
        "--trust",
        metavar="FILE",
        action="append",
        help="a public key, or a directory of them: the list has to be signed with one (default: "
        "$CHECKSIG_TRUST and ~/.config/checksig/trust.d, for signatures that are there)",
    )
    parser.add_argument(
        "--signature",
        metavar="SIG",
        action="append",
        help="a signature that is not beside the list",
    )
    for name, metavar, meaning in (
        ("identity", "WHO", "who has to have signed"),
        ("issuer", "URL", "who has to have vouched for the identity, for Sigstore"),
        ("namespace", "NAME", "what the signature has to be for"),
    ):
        parser.add_argument(f"--{name}", metavar=metavar, type=_some, help=meaning)
    parser.add_argument(
        "--revoked", metavar="FILE", action="append", help="a list of keys that are revoked"
    )
    parser.add_argument(
        "--at", metavar="TIME", type=_moment, help="when it has to be valid, as 2026-01-31T12:00"
    )


def trust_of(arguments: argparse.Namespace) -> TrustOptions:
    """Return what the options say about who has to have signed."""
    return {
        "trust": arguments.trust,
        "signature": arguments.signature,
        "identity": arguments.identity,
        "issuer": arguments.issuer,
        "namespace": arguments.namespace,
        "revoked": arguments.revoked,
        "at": arguments.at,
    }


def _moment(text: str) -> datetime:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _some(text: str) -> str:
    """Return what somebody typed, unless it is nothing: a variable of the shell was not set."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def password() -> str:
    """Ask for a password, on the terminal and nowhere else."""
    import warnings
    from getpass import GetPassWarning, getpass

    try:
        with warnings.catch_warnings():
            # Without a terminal it would read the standard input, and show what is typed.
            warnings.simplefilter("error", GetPassWarning)
            return getpass("Password: ")
    except (EOFError, GetPassWarning):
        raise CreateError("there is no terminal to ask for the password on") from None
