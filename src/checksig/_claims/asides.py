"""Files of an environment that matter to Python, and that no publisher lists."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._claims.packages import path_lines
from checksig._claims.prefixes import COMMANDS, VENV, names_in, under
from checksig._names import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._claims.packages import Installed
    from checksig._claims.prefixes import Prefix

#: In bytes, of pyvenv.cfg.
_MAX_SIZE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Aside:
    """A file or a directory of an environment that is not checked, as no package lists it."""

    path: str  #: below the prefix
    detail: str  #: the reason, or what it is for
    names: tuple[str, ...] = ()  #: of files in the directory


def asides(prefix: Prefix, found: Sequence[Installed]) -> Iterator[Aside]:
    """Yield what is not checked in an environment, besides the code of editable packages."""
    names = frozenset[str]().union(*(each.names for each in found))
    for directory in COMMANDS:
        if prefix.has(directory) and prefix.kind != "target":  # there they are looked at as others
            yield from _commands(prefix, directory, names)
    if os.path.lexists(prefix.path(VENV)):
        yield Aside(VENV, _of_venv(prefix))
    if prefix.kind == "prefix":
        for library in dict.fromkeys(site.rpartition("/")[0] for site in prefix.sites):
            if os.path.lexists(prefix.path(under(library, "os.py"))):
                yield Aside(library, "the standard library belongs to no package")
    for name in sorted(names):
        if name.endswith(".pth") and name.rpartition("/")[0] in prefix.sites:
            lines = tuple(_elsewhere(prefix, name))
            if lines:
                yield Aside(name, "it adds something to the import path that is not checked", lines)


def _commands(prefix: Prefix, directory: str, names: frozenset[str]) -> Iterator[Aside]:
    found = [under(directory, os.fsdecode(name)) for name in names_in(prefix.path(directory))]
    strange = tuple([name.rpartition("/")[2] for name in found if name not in names])
    if strange:
        yield Aside(directory, f"{counted(len(strange), 'name')} of no package", strange)


def _of_venv(prefix: Prefix) -> str:
    """Return what there is to say of the settings of an environment of venv."""
    said = ["it belongs to no package"]
    try:
        text = _files.read_regular(prefix.path(VENV), _MAX_SIZE).decode("utf-8", "replace")
    except OSError as error:
        return f"it belongs to no package, and cannot be read: {_files.reason(error)}"
    pairs = (line.partition("=") for line in text.splitlines())
    fields = {key.strip().lower(): value.strip() for key, _, value in pairs}
    if home := fields.get("home"):
        said.append(f"Python and its library are those of {home}, which are not checked")
    if fields.get("include-system-site-packages", "").lower() == "true":
        said.append("the packages there are imported too, and are not checked")
    return "; ".join(said)


def _elsewhere(prefix: Prefix, name: str) -> Iterator[str]:
    """Yield the directories that a .pth file adds, and that are not looked at."""
    site = os.path.realpath(os.fsdecode(prefix.path(name.rpartition("/")[0])))
    for line in path_lines(prefix.path(name)):
        path = os.path.realpath(os.path.join(site, line.replace("\0", "")))
        if not f"{path}/".startswith(f"{site}/"):
            yield line
