"""The packages that are installed in a Python environment, and what their RECORDs list.

Source: packaging.python.org, "Recording installed projects" (RECORD, direct_url.json). Names in a
RECORD are relative to the directory that its .dist-info is in, and may lead to elsewhere below the
prefix (``../../../bin/x``): such a name is resolved as text, and opened beneath the prefix like all
others.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig import _files, _formats
from checksig._claims.parsing import Manifest
from checksig._claims.prefixes import names_in, under
from checksig._entries import Entry, Malformed, Unverified, new_entry
from checksig._formats import Hint
from checksig._places import Directory
from checksig._places.directory import name_below
from checksig._results import Result, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._claims.prefixes import Prefix
    from checksig._entries import Line

_INFO: Final = r"(?P<name>[^-]+)(?:-(?P<version>[^-]+).*)?\.(?:dist-info|egg-info|egg-link)"

_THEIRS: Final = r".*?\.(?:dist|egg)-info(?=/|\Z)"

#: Where pip installs packages before it moves them to a ``--target``. In their RECORDs commands are
#: still relative to it: ``../../bin/x`` is ``bin/x`` in the target.
_SCHEME: Final = "lib/python"

#: In bytes: of direct_url.json, and of a .pth file.
_MAX_NOTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """A package that is installed, and what is wrong with it."""

    name: str
    version: str
    location: str  #: its .dist-info, .egg-info, or record of conda, below the prefix
    editable: str | None  #: for an editable install where its code is, which is not checked
    failures: tuple[Result, ...] = ()
    unlisted: tuple[Result, ...] = ()  #: files in its folders that no package lists

    @property
    def ok(self) -> bool:
        """Whether all of its files match its list."""
        return not self.failures


class Installed(NamedTuple):
    """A package as it was found."""

    package: Package
    path: str  # of the list of its files
    manifest: Manifest | None = None  # that list
    fault: Result | None = None  # why there is none
    names: frozenset[str] = frozenset()  # of all files that it lists, below the prefix
    proved: frozenset[str] = frozenset()  # those that it has a digest of
    wrong: tuple[Result, ...] = ()  # verdicts on what has no digest


def installed(prefix: Prefix, others: Sequence[Installed]) -> Iterator[Installed]:
    """Yield the packages that have a RECORD, or should have one.

    Args:
        prefix: The environment.
        others: Packages that have lists of another kind. A RECORD in such a list is a file of
            theirs: files that it lists may have been changed when they were installed.
    """
    theirs = {
        match[0] for other in others for name in other.names if (match := re.match(_THEIRS, name))
    }
    for site in prefix.sites:
        for entry in names_in(prefix.path(site)):
            match = re.fullmatch(_INFO, os.fsdecode(entry))
            if match and (location := under(site, match[0])) not in theirs:
                editable = _editable(prefix.path(location))
                package = Package(match["name"], match["version"] or "", location, editable)
                yield _read(prefix, site, package)


def _editable(place: bytes) -> str | None:
    """Return where the code of an editable install is; None if it is none."""
    try:
        if place.endswith(b".egg-link"):
            return os.fsdecode(_note(place)).partition("\n")[0]
        note: Any = json.loads(_note(os.path.join(place, b"direct_url.json")))
        return str(note["url"]) if note["dir_info"]["editable"] is True else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note(path: bytes) -> bytes:
    data = _files.read_regular(path)
    if len(data) > _MAX_NOTE:
        raise OSError("too large")
    return data


def _read(prefix: Prefix, site: str, package: Package) -> Installed:
    lines = read(prefix, package, f"{package.location}/RECORD", _formats.OF_PACKAGES)
    if isinstance(lines, Installed):
        return lines
    lines = [_resolved(line, prefix, site) for line in lines]
    if not any(isinstance(line, Entry) for line in lines):
        fault = "it lists nothing with a digest"
        return faulty(prefix, package, f"{package.location}/RECORD", Status.MALFORMED, fault)
    found = listing(prefix, package, f"{package.location}/RECORD", _formats.OF_PACKAGES, lines)
    if package.editable is None:
        elsewhere = _path_elsewhere(prefix, site, found.names)
        found = found._replace(package=replace(package, editable=elsewhere))
    return found


def read(prefix: Prefix, package: Package, name: str, role: str) -> list[Line] | Installed:
    """Return what is in the list of a package; or the package with why there is none.

    Args:
        prefix: The environment.
        package: The package.
        name: That of its list, below the prefix.
        role: That of the format of the list.
    """
    path = prefix.path(name)
    if not os.path.lexists(path):
        why = "without it, nothing of the package is verified"
        return faulty(prefix, package, name, Status.MISSING, why)
    if name_below(prefix.root, os.path.realpath(path)) is None:
        return faulty(prefix, package, name, Status.UNSAFE_PATH, "leads out of the prefix")
    try:
        hint = Hint(name.rpartition("/")[2])
        return list(_formats.having(role).lines(_files.read_regular(path), hint))
    except OSError as error:
        return faulty(prefix, package, name, Status.UNREADABLE, _files.reason(error))
    except ValueError as error:
        return faulty(prefix, package, name, Status.MALFORMED, str(error))


def faulty(prefix: Prefix, package: Package, name: str, status: Status, why: str) -> Installed:
    """Return a package without a list of its files."""
    path = os.fsdecode(prefix.path(name))
    return Installed(package, path, fault=Result(name, status, detail=why))


def listing(
    prefix: Prefix, package: Package, name: str, role: str, lines: Sequence[Line]
) -> Installed:
    """Return a package with what its list says."""
    path, own = os.fsdecode(prefix.path(name)), os.fsencode(name)
    form = _formats.having(role)
    home = Directory(prefix.root)
    manifest = Manifest(path, b"", form, None, b"", (own,), home, own, lines=lines)
    names = frozenset(line.path for line in lines if not isinstance(line, Malformed))
    proved = frozenset(line.path for line in lines if isinstance(line, Entry))
    return Installed(package, path, manifest, None, names, proved)


def _path_elsewhere(prefix: Prefix, site: str, names: frozenset[str]) -> str | None:
    """Return the directory that a .pth file of a package adds to the path, if one does."""
    for name in sorted(names):
        if name.endswith(".pth") and name.rpartition("/")[0] == site:
            for line in path_lines(prefix.path(name)):
                if os.path.isabs(line):
                    return line
    return None


def path_lines(path: bytes) -> list[str]:
    """Return what a .pth file adds to the path of imports; nothing if it cannot be read."""
    try:
        found = [line.strip() for line in os.fsdecode(_note(path)).splitlines()]
    except OSError:
        return []
    return [line for line in found if line and not re.match(r"#|import[ \t]", line)]


def _resolved(line: Line, prefix: Prefix, site: str) -> Line:
    """Return a line with its name below the prefix; one that leads out of it stays as it is."""
    if isinstance(line, Malformed):
        return line
    path = line.path
    if ".." in path or path.startswith(("/", "./")):
        root = os.fsdecode(prefix.root).rstrip("/") + "/"
        path = posixpath.normpath(path)
        if site or not path.startswith("../"):
            path = posixpath.join(root, site, path)
        else:
            path = posixpath.join(root, _SCHEME, path)
        resolved = posixpath.normpath(path)
        if not resolved.startswith(root):
            return line
        path = resolved.removeprefix(root)
    else:
        path = under(site, path)
    if isinstance(line, Unverified):
        return line._replace(path=path)
    return new_entry((path, *line[1:]))
