"""Passwords of keys: from the terminal, a file, standard input, or a variable.

A password goes to what uses it, and into no message.
"""

from __future__ import annotations

import os
import stat
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._cli import _options
from checksig._names import escape
from checksig.errors import CreateError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from checksig._cli._options import Options
    from checksig._trust.signing import Signer

#: In bytes.
_MAX_SIZE: Final = 4096


def add_to(parser: argparse.ArgumentParser) -> Options:
    """Add the options that say where a password comes from, of which one can be given."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--password-file",
        metavar="FILE",
        type=_options.non_empty,
        help="a file whose first line is the password of the key, or - for standard input "
        "(default: ask on the terminal)",
    )
    group.add_argument(
        "--password-env",
        metavar="NAME",
        type=_options.non_empty,
        help="a variable whose value is the password of the key",
    )
    return group


def source(arguments: argparse.Namespace, *, new: bool = False) -> Callable[[], str]:
    """Return what a password comes from; one that is ``new`` is asked for twice."""
    if arguments.password_file is not None:
        return partial(_in_file, arguments.password_file)
    if arguments.password_env is not None:
        return partial(_in_variable, arguments.password_env)
    return _typed_twice if new else _typed


def signer(arguments: argparse.Namespace) -> Signer | None:
    """Return the key that ``--sign`` names, with its password; None if it names none.

    Raises:
        CreateError: it is no key that signs here, or there is a password and no key.
    """
    from checksig._trust.signing import Signer

    if not arguments.sign:
        if (arguments.password_file or arguments.password_env) is not None:
            raise CreateError("a password needs a key (--sign)")
        return None
    found = Signer.of(arguments.sign, password=source(arguments))
    refuse_unused(arguments, found)
    return found


def refuse_unused(arguments: argparse.Namespace, signer: Signer) -> None:
    """Refuse a password for a program that asks for it by itself.

    Raises:
        CreateError: there is one.
    """
    if signer.program and (arguments.password_file or arguments.password_env) is not None:
        raise CreateError(f"{signer.program} asks for the password of its key itself")


def _in_file(path: str) -> str:
    try:
        if path == "-":
            if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] (it was closed)
                raise CreateError("stdin is closed, and no password can be read")
            return _first_line(sys.stdin.buffer.readline(_MAX_SIZE + 1), "on standard input")
        with open(path, "rb") as file:  # noqa: PTH123 (a file of the shell, as others are opened)
            status = os.fstat(file.fileno())
            line = file.readline(_MAX_SIZE + 1)
    except OSError as error:
        raise CreateError(
            f'cannot read the password in "{escape(path)}": {error.strerror}'
        ) from None
    # Secrets are mounted into containers so. It is said, and no reason not to go on.
    if stat.S_ISREG(status.st_mode) and status.st_mode & 0o077 and sys.stderr:
        print(f"checksig: others can read the password in {escape(path)}", file=sys.stderr)
    return _first_line(line, f'in "{escape(path)}"')


def _first_line(line: bytes, where: str) -> str:
    if len(line) > _MAX_SIZE:
        raise CreateError(f"the password {where} is longer than {_MAX_SIZE} bytes")
    line = line.removesuffix(b"\n").removesuffix(b"\r")
    try:
        return _filled(line.decode(), where)
    except UnicodeDecodeError:
        raise CreateError(f"the password {where} is not UTF-8") from None


def _in_variable(name: str) -> str:
    found = os.environ.get(name)
    if found is None:
        raise CreateError(
            f"the environment has no variable {escape(name)}, which should have the password"
        )
    return _filled(found, f"in the variable {escape(name)}")


def _filled(password: str, where: str) -> str:
    if not password:
        raise CreateError(f"there is no password {where}: it is empty")
    return password


def _typed(prompt: str = "Password: ") -> str:
    import warnings
    from getpass import GetPassWarning, getpass

    try:
        with warnings.catch_warnings():
            # Without a terminal it would read the standard input, and show what is typed.
            warnings.simplefilter("error", GetPassWarning)
            return getpass(prompt)
    except (EOFError, GetPassWarning):
        raise CreateError("there is no terminal to ask for the password on") from None


def _typed_twice() -> str:
    password = _typed()
    if not password:
        raise CreateError("the password is empty: --no-password makes a key that has none")
    if _typed("Password (again): ") != password:
        raise CreateError("the two passwords are not the same")
    return password
