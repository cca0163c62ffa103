"""Tables of options for the pages, made of the one table and the parsers that the package has."""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from checksig import _options
from checksig._cli import _commands
from checksig._options import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._options import Option

#: The abilities that archives have, of those that options may need.
_OF_ARCHIVES = {"all", "rate", "parallel"}


def markdown(
    groups: Sequence[str], *, python: bool = False, archives: bool = False, but: Sequence[str] = ()
) -> str:
    """Return the options of groups as a table in Markdown.

    Args:
        groups: Their names.
        python: Whether they are those of functions, with types and defaults, and not of commands.
        archives: Whether a column says which are for archives.
        but: The names of options that are left out.
    """
    heads = ["option", *["type", "default"] * python, "meaning", *["archives"] * archives]
    rows = [heads, ["---"] * len(heads)]
    for group in map(_options.__dict__.__getitem__, groups):
        for name, option in table(group).items():
            if not (python or option.shown) or name in but:
                continue
            kind = _type(group.__annotations__[name], option)
            cells = [f"`{name}`", kind, _default(option)] if python else [_flags(name, option)]
            cells.append(_meaning(option, python=python))
            rows.append([*cells, _for_archives(option)] if archives else cells)
    return _table(rows)


def every_option() -> str:
    """Return all options of all commands as a table in Markdown, in the order of the alphabet.

    Those that are spelled alike and mean the same in several commands are one row.
    """
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for command, action in _actions(_commands.overview(whole=True), ""):
        found[_spelled(action), _said(action)].append(command)
    rows = [["option", "of", "meaning"], ["---"] * 3]
    for (spelled, said), commands in sorted(found.items(), key=_alphabetical):
        links = ", ".join(f"[{name}](#command-{name.replace(' ', '-')})" for name in commands)
        rows.append([spelled, links, said])
    return _table(rows)


def _table(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _actions(
    parser: argparse.ArgumentParser, command: str
) -> Iterator[tuple[str, argparse.Action]]:
    """Yield the options of the commands below a parser, each with its command."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from _actions(below, f"{command} {name}".strip())
        elif command and action.option_strings and action.dest not in ("help", "version"):
            yield command, action


def _alphabetical(row: tuple[tuple[str, str], list[str]]) -> tuple[str, list[str]]:
    (spelled, _), commands = row
    return max(re.findall(r"-[a-z-]+", spelled), key=len).strip("-"), commands


def _spelled(action: argparse.Action) -> str:
    value = f" {action.metavar}" if action.metavar and action.nargs != 0 else ""
    if action.choices:
        value = " " + "\\|".join(action.choices)
    return ", ".join(f"`{flag}{value}`" for flag in action.option_strings)


def _said(action: argparse.Action) -> str:
    said = str(action.help) % {**vars(action), "prog": "checksig"}
    several = isinstance(action, argparse._AppendAction) and "several times" not in said
    return _escaped(said + "; can be given several times" * several)


def _escaped(text: str) -> str:
    return _with_code(re.sub(r"([|*_<])", r"\\\1", text))


def _with_code(text: str) -> str:
    """Return a sentence with its options as code: two hyphens become a dash elsewhere."""
    return re.sub(r"(?<![`\w-])--[a-z-]+(?![^`]*``)", r"`\g<0>`", text)


def _type(kind: Any, option: Option) -> str:
    """Return a type as people write it: without the names of modules, and choices as strings."""
    text = kind.__name__ if isinstance(kind, type) else str(kind)
    if option.choices:
        text = "str" if option.default else "str | None"
    text = re.sub(r"\b(?:os|collections\.abc)\.", "", text).replace("PathLike[str]", "PathLike")
    return "`" + text.replace("|", "\\|") + "`"


def _default(option: Option) -> str:
    default = option.default
    return f'`"{default}"`' if isinstance(default, str) else f"`{default!r}`"


def _flags(name: str, option: Option) -> str:
    value = f" {option.metavar}" if option.metavar else ""
    if option.choices:
        value = " " + "\\|".join(option.choices)
    flags = [f"{option.short}{value}"] if option.short else []
    return ", ".join(f"`{flag}`" for flag in [*flags, f"{option.flag(name)}{value}"])


def _meaning(option: Option, *, python: bool) -> str:
    said = [option.sentence if python else option.help]
    if option.several and not python:
        said.append("can be given several times")
    if option.choices and python:
        said.append(", ".join(f'`"{choice}"`' for choice in option.choices))
    text = "; ".join(said) + (f". {option.more}" if option.more else "")
    return _with_code(re.sub(r":\w+:(?=`)", "", text))  # sentences are those of docstrings


def _for_archives(option: Option) -> str:
    if not option.needs or option.needs in _OF_ARCHIVES:
        return "yes"
    return f"not `{option.needs_value}`" if option.needs_value else "no"
