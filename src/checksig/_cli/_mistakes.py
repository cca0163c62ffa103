"""Arguments that make no sense, explained. It is loaded when there are such."""

from __future__ import annotations

import os
import re
import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from checksig._cli import _commands, coreutils
from checksig._names import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checksig._cli._parser import Options, Parser, UsageError

_BYTES: Final = "files are always read byte by byte, as they are"
_MALFORMED: Final = "malformed lines always count, and verify names them"
_TRUST: Final = "--trust KEY gives the key that must have signed"
_THREADS: Final = "--workers N sets the number of threads that hash"

#: Options that other programs have, by commands, with what to do instead.
_TYPICAL: Final[dict[str, dict[str, str]]] = {
    "verify": {
        **dict.fromkeys(
            ("-c", "--check"),
            "verify always checks, and checksig sha256sum -c does what sha256sum -c does",
        ),
        **dict.fromkeys(("-b", "--binary", "-t", "--text"), _BYTES),
        **dict.fromkeys(("-w", "--warn", "--strict"), _MALFORMED),
        "--status": "the exit code always says it, and -q prints only the verdict",
        "-r": "--recursive has no short name",
        **dict.fromkeys(("-p", "-P", "--pubkey", "--public-key", "--key"), _TRUST),
        **dict.fromkeys(("-j", "--jobs", "--threads"), _THREADS),
        **dict.fromkeys(("-n", "--dry-run"), "verify changes nothing"),
    },
    "check-signature": dict.fromkeys(("-p", "-P", "--pubkey", "--public-key", "--key"), _TRUST),
    "create": {
        **dict.fromkeys(("-b", "-t", "--text"), _BYTES),
        **dict.fromkeys(("-r", "--recursive"), "create also lists files in the directories below"),
        **dict.fromkeys(("-j", "--jobs", "--threads"), _THREADS),
        "--key": "--sign KEY signs the list",
    },
}

#: Names that other programs have for commands.
_COMMANDS: Final = {
    **dict.fromkeys(("audit", "check", "test", "validate"), "verify"),
    **dict.fromkeys(("generate", "hash", "make", "new"), "create"),
    **dict.fromkeys(("check-sig", "verify-signature", "verify-sig"), "check-signature"),
    **dict.fromkeys(("gen-key", "genkey", "generate-key"), "keygen"),
    "update": "create --update",
    "version": "--version",
}


def explained(error: UsageError) -> str:
    """Return what is wrong with arguments, and the usage."""
    if error.parser.prog == "checksig":
        return _with_usage(_no_command(error.typed[0]), error.parser)
    parser, typed = _lowest(error.parser, error.typed)
    command = parser.prog.removeprefix("checksig ")
    said = _wrong_option(parser.options(), command, typed)
    if not said and parser.commands() and typed and typed[0] not in parser.commands():
        said = f"{_not(typed[0])} a command of {command}{_meant(typed[0], parser.commands())}"
    if not said:  # A shell may have made the arguments of file names.
        said = escape(str(error).removeprefix("argument "))
    return _with_usage(said, parser)


def _with_usage(said: str, parser: Parser) -> str:
    return f"{said}\n{parser.format_usage().strip()}\n{parser.prog} --help says more"


def _no_command(word: str) -> str:
    if word.startswith("-") and len(word) > 1:
        return _before_the_command(word.partition("=")[0])
    if os.path.lexists(word):
        return f"{_not(word)} a command: did you mean checksig verify {escape(shlex.quote(word))}?"
    if word in _COMMANDS:
        return f"{_not(word)} a command: did you mean {_COMMANDS[word]}?"
    return f"{_not(word)} a command{_meant(word, [*_commands.COMMANDS, *coreutils.TOOLS])}"


def _lowest(parser: Parser, typed: Sequence[str]) -> tuple[Parser, Sequence[str]]:
    """Return the command below that is asked for, with its arguments; or the command itself."""
    for number, word in enumerate(typed, 1):
        if below := parser.commands().get(word):
            return below, typed[number:]
    return parser, typed


def _wrong_option(known: Options, command: str, typed: Iterable[str]) -> str:
    """Return what there is to say of the first option that the command does not have."""
    for word in typed:
        if word == "--":
            break
        # As argparse has it, none of these is an option.
        if not word.startswith("-") or word == "-" or " " in word or re.fullmatch(r"-\d+", word):
            continue
        for name in _names(word, known):
            if name not in known:
                return _no_option(name, known, command)
    return ""


def _names(word: str, known: Options) -> list[str]:
    """Return the options in a word: ``-qz`` is two, ``-asha256`` one with its value."""
    if word.startswith("--"):
        return [word.partition("=")[0]]
    if f"-{word[1]}" not in known and len(word) > 2:
        return [word.partition("=")[0]]
    names: list[str] = []
    for letter in word[1:]:
        names.append(f"-{letter}")
        if known.get(names[-1], True):  # the rest is its value
            break
    return names


def _no_option(name: str, known: Mapping[str, object], command: str) -> str:
    said = f"{_not(name)} an option of {command}"
    if instead := _TYPICAL.get(command, {}).get(name):
        return f"{said}: {instead}"
    if owners := _owners(name):
        return f"{said}, but of {_listed(owners, 'and')}"
    return f"{said}{_meant(name, [n for n in known if n.startswith('--')])}"


def _before_the_command(name: str) -> str:
    if instead := _TYPICAL["verify"].get(name):
        return f"{_not(name)} a command: {instead}"
    if owners := _owners(name):
        return (
            f"{_not(name)} a command, but an option of {_listed(owners, 'and')}: "
            "it goes after the command"
        )
    return f"{_not(name)} a command{_meant(name, ['--help', '--version'])}"


def _owners(name: str) -> list[str]:
    """Return the commands that have an option."""
    parsers = {each: _commands.parser_of(each) for each in _commands.COMMANDS}
    below = {f"{c} {n}": p for c, parser in parsers.items() for n, p in parser.commands().items()}
    return [each for each, parser in (parsers | below).items() if name in parser.options()]


def _not(word: str) -> str:
    return f'"{escape(word)}" is not'


def _meant(word: str, names: Iterable[str]) -> str:
    """Return the question which of some names was meant: those that begin so, or the nearest."""
    names = sorted(names)
    # With one hyphen, or in capitals, somebody has typed a long name all the same.
    typed = f"--{word.lstrip('-')}" if word.startswith("-") else word
    short = len(word) == 2 and word.startswith("-")
    begin = [] if short else [name for name in names if name.startswith(typed.lower())]
    near = begin or get_close_matches(typed.lower(), names, 1, 0.7)
    return f": did you mean {_listed(near, 'or')}?" if near else ""


def _listed(names: Sequence[str], word: str) -> str:
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last
