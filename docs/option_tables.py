"""Tables of options for the pages, made of the one table that the package has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig import _options
from checksig._options import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._options import Option

#: The abilities that archives have, of those that options may need.
_OF_ARCHIVES = {"parallel"}


def markdown(
    groups: Sequence[str], *, python: bool = False, archives: bool = False, but: Sequence[str] = ()
) -> str:
    """Return the options of groups as a table in Markdown.

    Args:
        groups: Their names.
        python: Whether they are those of functions, with defaults, and not of commands.
        archives: Whether a column says which are for archives.
        but: The names of options that are left out.
    """
    heads = ["option", *["default"] * python, "meaning", *["archives"] * archives]
    rows = [heads, ["---"] * len(heads)]
    for group in groups:
        for name, option in table(getattr(_options, group)).items():
            if not (python or option.shown) or name in but:
                continue
            cells = [f"`{name}`", _default(option)] if python else [_flags(name, option)]
            cells.append(_meaning(option, python=python))
            rows.append([*cells, _for_archives(option)] if archives else cells)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


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
    return "; ".join(said) + (f". {option.more}" if option.more else "")


def _for_archives(option: Option) -> str:
    if not option.needs or option.needs in _OF_ARCHIVES:
        return "yes"
    return f"not `{option.needs_value}`" if option.needs_value else "no"
