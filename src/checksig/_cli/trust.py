"""``checksig trust``: the keys that are trusted by habit."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from checksig._cli import _exit, _interrupt, _options
from checksig._names import counted, escape

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from checksig._cli._parser import Parser
    from checksig._schemes import Key
    from checksig._trust.rules import Rule


def add_to(parser: Parser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Add, list and check the keys that are trusted by habit, whenever a command is given no "
        "key. They are the keys in $CHECKSIG_TRUST and in ~/.config/checksig/trust.d. "
        "A policy.toml there can say which lists a key is for."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    add = _command(commands, "add", "put a key into trust.d", _add)
    add.add_argument("key", metavar="KEY", help="a public key: its file, or its text")
    add.add_argument(
        "--name", metavar="NAME", type=_options.non_empty, help="the name of the key in trust.d"
    )
    add.add_argument(
        "--for",
        dest="globs",
        metavar="GLOB",
        action="append",
        default=[],
        type=_options.non_empty,
        help="the lists that the key is for: a name, or with a slash a path (default: all)",
    )
    add.add_argument(
        "--until",
        metavar="DATE",
        type=_date,
        help="the last day on which the key is trusted, as 2026-12-31; needs --for",
    )
    _command(commands, "list", "say which keys are trusted, and what for", _list)
    _command(commands, "check", "say what would make a check fail, or is no longer trusted", _check)


def _command(
    commands: Any,
    name: str,
    purpose: str,
    run: Callable[[argparse.Namespace], int],
) -> Parser:
    parser: Parser = commands.add_parser(name, help=purpose, description=f"{purpose.capitalize()}.")
    parser.set_defaults(run=run)
    return parser


def _date(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add(arguments: argparse.Namespace) -> int:
    from checksig._trust import habits
    from checksig.errors import CreateError

    _interrupt.raises()
    if arguments.until and not arguments.globs:
        raise CreateError("--until needs the lists that it is for (--for)")
    path = habits.add(arguments.key, arguments.name, globs=arguments.globs, until=arguments.until)
    only = f" · for {', '.join(map(escape, arguments.globs))}" if arguments.globs else ""
    until = f" · until {arguments.until}" if arguments.until else ""
    print(f"ADDED        {escape(path)}{only}{until}")
    return _exit.VERIFIED


def _list(_: argparse.Namespace) -> int:
    from checksig._trust import habits

    _interrupt.raises()
    places = habits.listed()
    for path, keys in places.files:
        for said in dict.fromkeys(map(_key, keys)):
            print(f"{escape(path)}  {said}")
    for rule in places.rules:
        print(_rule(rule))
    if not places.files and not places.rules:
        print(f"nothing is trusted by habit: {escape(os.fsdecode(habits.directory()))} has no keys")
    return _exit.VERIFIED


def _key(key: Key) -> str:
    from checksig._schemes import standing

    until, _ = standing(key)
    ends = f", until {until.isoformat(timespec='seconds')}" if until else ""
    return f"{key.scheme} key {escape(key.id)}{ends}"


def _rule(rule: Rule) -> str:
    said = [str(rule), ", ".join(dict.fromkeys(map(_key, rule.keys)))]
    if rule.signers > 1:
        said.append(f"{counted(rule.signers, 'signer')}")
    if rule.until:
        said.append(f"until {rule.until}")
    for name in ("identity", "issuer", "namespace"):
        if value := getattr(rule, name):
            said.append(f"{name} {escape(value)}")
    return " · ".join(said)


def _check(_: argparse.Namespace) -> int:
    from checksig._trust import habits

    _interrupt.raises()
    found = [*habits.faults()]
    for fault in found:
        print(fault)
    if found:
        print(f"FAILED       {counted(len(found), 'fault')} in the keys trusted by habit")
        return _exit.NOT_TRUSTED
    places = habits.listed()
    print(
        f"CHECKED      {counted(len(places.files), 'file')} of keys, "
        f"{counted(len(places.rules), 'rule')}"
    )
    return _exit.VERIFIED
