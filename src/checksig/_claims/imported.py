"""Files of an environment that Python would run or import, and that no package lists.

Sources: the reference of Python, "The import system"; its library, "site", "importlib.machinery";
PEP 420 (folders without ``__init__``), PEP 829 (``.start``), PEP 3147 (``__pycache__``).
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._claims.prefixes import INFO, under
from checksig._names import quoted
from checksig._results import Result, Status
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._claims.packages import Installed
    from checksig._claims.prefixes import Prefix

_CACHE: Final = "__pycache__"

#: The endings of modules, of any Python: the environment need not be that of the one which runs.
_EXTENSIONS: Final = (".so", ".pyd", ".fwork")
_MODULES: Final = (".py", ".pyw", ".pyc", *_EXTENSIONS)
#: And of what else in a directory on the path is read when Python or setuptools starts.
_RUN: Final = (*_MODULES, ".pth", ".start", ".egg-link", ".egg")
#: Of virtualenv, beside commands. Programs run it by its path.
_NOT_IMPORTED: Final = ("activate_this",)
_AT_START: Final = ("sitecustomize", "usercustomize")

_LINK: Final = "a link to a directory: Python follows it, and no check does"


class Compiled(NamedTuple):
    """A file that was compiled from one that a package lists."""

    name: str  # below the prefix, as all of these
    source: str
    list: str  # the path of the list of the package


class Imported(NamedTuple):
    """The files of an environment that no package proves."""

    unlisted: dict[str, list[Result]]  # by the location of a package in their folder, or ""
    compiled: list[Compiled]


def imported(prefix: Prefix, found: Sequence[Installed]) -> Imported:
    """Return what Python would run or import and no package lists, and what it compiled.

    Raises:
        ChecksigError: a directory cannot be read.
    """
    return _Look(prefix, found).all()


class _Look:
    """A look at all directories that Python imports from."""

    def __init__(self, prefix: Prefix, found: Sequence[Installed]) -> None:
        self._prefix = prefix
        self._paths = dict.fromkeys(prefix.imported)
        self._names = frozenset[str]().union(*(each.names for each in found))
        self._lists = {name: each.path for each in found for name in each.proved}
        self._packages = {each.package.location for each in found}
        self._owners = {path: dict[str, str]() for path in self._paths}
        for path, owners in self._owners.items():
            start = f"{path}/" if path else ""
            for each in found:
                for name in each.names:
                    if name.startswith(start) and (end := name.find("/", len(start))) >= 0:
                        owners.setdefault(name[:end], each.package.location)
        self._unlisted = {each.package.location: list[Result]() for each in found}
        self._compiled: list[Compiled] = []

    def all(self) -> Imported:
        """Look at all."""
        for name in self._prefix.outside:
            self._say("", name, "Python imports packages from it, and it leads out of the prefix")
        for path in self._paths:
            for entry in self._scan(path):
                self._top(entry, under(path, entry.name), self._owners[path])
        for path in self._prefix.commands:
            for entry in self._scan(path):
                self._beside_commands(entry, under(path, entry.name))
        if self._prefix.kind in ("conda", "prefix"):
            self._archives()
        return Imported(self._unlisted, self._compiled)

    def _top(self, entry: os.DirEntry[str], name: str, owners: dict[str, str]) -> None:
        """Look at what lies in a directory that is on the path of imports."""
        stem = entry.name.partition(".")[0]
        said = "Python runs it whenever it starts" if stem in _AT_START else ""
        if _is_linked_directory(entry):
            self._link(name, "")
        elif entry.is_dir(follow_symlinks=False):
            if name in self._paths:
                return
            if entry.name == _CACHE:
                self._cache(name, "")
            elif name in owners:
                self._folder(name, owners[name])
            elif name not in self._packages:
                self._stranger(entry.name, name, said)
        elif entry.name.endswith(_RUN) and name not in self._packages:
            self._file(entry, name, "", said)

    def _beside_commands(self, entry: os.DirEntry[str], name: str) -> None:
        """Look at what lies beside commands, which import it before anything else."""
        linked, folder = _is_linked_directory(entry), entry.is_dir(follow_symlinks=False)
        base = entry.name if linked or folder else _module(entry.name)
        if not base.isidentifier() or base in (_CACHE, *_NOT_IMPORTED):
            return
        if linked:
            self._link(name, "")
        elif not folder:
            self._file(entry, name, "", "commands import it before anything else")
        elif self._importable(name):
            self._folder(name, "")

    def _stranger(self, base: str, name: str, said: str) -> None:
        """Look at a folder of which no package lists anything."""
        if base.endswith(".egg"):
            self._say("", name, "an egg, of no package")
        elif base.lower().endswith(INFO):
            self._say("", name, "it describes a package, but no known one")
        elif kind := self._importable(name):
            self._say("", name, said or f"{kind}, of no package")

    def _importable(self, folder: str) -> str:
        """Return what Python would take a folder for; "" if there is nothing to import in it."""
        names = {entry.name.partition(".")[0] for entry in self._scan(folder) if _is_module(entry)}
        if "__init__" in names:
            return "a package folder"
        waiting = [folder]
        while waiting:
            directory = waiting.pop()
            for entry in self._scan(directory):
                if _is_module(entry) or _is_linked_directory(entry):
                    return "a namespace folder"
                if entry.is_dir(follow_symlinks=False) and entry.name != _CACHE:
                    waiting.append(under(directory, entry.name))
        return ""

    def _folder(self, folder: str, owner: str) -> None:
        """Look at all below a folder of a package."""
        waiting = [folder]
        while waiting:
            directory = waiting.pop()
            for entry in self._scan(directory):
                name = f"{directory}/{entry.name}"
                if _is_linked_directory(entry):
                    self._link(name, owner)
                elif not entry.is_dir(follow_symlinks=False):
                    self._file(entry, name, owner, "")
                elif entry.name == _CACHE:
                    self._cache(name, owner)
                elif name not in self._paths:
                    waiting.append(name)

    def _cache(self, folder: str, owner: str) -> None:
        """Look at compiled files: each has to be of a source that a package lists."""
        directory = folder.rpartition("/")[0]
        for entry in self._scan(folder):
            name = f"{folder}/{entry.name}"
            if name in self._lists:
                continue
            source = next(filter(self._lists.get, _sources(directory, entry.name)), None)
            if not entry.name.endswith(".pyc") or not entry.is_file(follow_symlinks=False):
                if name not in self._names or entry.name.endswith(_RUN):
                    self._say(owner, name, "")
            elif source:
                self._compiled.append(Compiled(name, source, self._lists[source]))
            else:
                self._say(owner, name, "no package lists its source")

    def _file(self, entry: os.DirEntry[str], name: str, owner: str, said: str) -> None:
        """Look at a file, or at a link to one."""
        if name not in self._names:
            self._say(owner, name, said)
        elif name not in self._lists and entry.name.endswith(_RUN):
            target = self._target(name) if entry.is_symlink() else None
            if target not in self._lists:
                self._say(owner, name, "it is listed without a digest")

    def _link(self, name: str, owner: str) -> None:
        """Look at a link to a directory: it is right if that is looked at by itself."""
        target = self._target(name)
        below = any(f"{target}/".startswith(f"{path}/") for path in self._paths if path)
        if name not in self._names or not target or not below:
            self._say(owner, name, _LINK)

    def _target(self, name: str) -> str | None:
        """Return the name below the prefix of what a link leads to; None if that is elsewhere."""
        root = os.fsdecode(self._prefix.root).rstrip("/") + "/"
        path = os.path.realpath(os.fsdecode(self._prefix.path(name)))
        return path.removeprefix(root).replace(os.sep, "/") if path.startswith(root) else None

    def _archives(self) -> None:
        """Look for archives that Python imports from before anything else."""
        for library in dict.fromkeys(site.rpartition("/")[0] for site in self._prefix.sites):
            directory, _, version = library.rpartition("/")
            name = under(directory, f"{version.replace('.', '')}.zip")
            if os.path.lexists(self._prefix.path(name)) and name not in self._lists:
                self._say("", name, "Python imports from it before anything else")

    def _scan(self, directory: str) -> Iterator[os.DirEntry[str]]:
        """Return what is in a directory, sorted."""
        path = os.fsdecode(self._prefix.path(directory))
        try:
            with os.scandir(path) as entries:
                return iter(sorted(entries, key=lambda entry: entry.name))
        except OSError as error:
            raise ChecksigError(
                f"cannot read {quoted(os.fsencode(path))}: {error.strerror}"
            ) from error

    def _say(self, owner: str, name: str, detail: str) -> None:
        found = self._unlisted.setdefault(owner, [])
        found.append(Result(name, Status.UNLISTED, detail=detail))


def _module(base: str) -> str:
    """Return the name of the module that a file is; "" if it is none."""
    if not base.endswith(_MODULES):
        return ""
    # An extension may have a tag before its ending.
    return base.partition(".")[0] if base.endswith(_EXTENSIONS) else base.rpartition(".")[0]


def _is_module(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(_MODULES) and not entry.is_dir(follow_symlinks=False)


def _is_linked_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError as error:  # it cannot be followed here; one that leads to itself, nowhere
        return error.errno != errno.ELOOP


def _sources(directory: str, base: str) -> Iterator[str]:
    """Yield the names that the source of a compiled file may have.

    Names of modules have no dots, but those of scripts may have some, and pytest's tags as well.
    """
    while base := base.rpartition(".")[0]:
        yield under(directory, f"{base}.py")
