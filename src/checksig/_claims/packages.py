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
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig import _files, _formats
from checksig._claims.lists import Manifest
from checksig._entries import Entry, Malformed, Unverified, new_entry
from checksig._formats import Hint
from checksig._names import quoted
from checksig._places import Directory
from checksig._places.directory import is_directory, name_below
from checksig._results import Result, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._options import StrPath

_INFO: Final = r"(?P<name>[^-]+)(?:-(?P<version>[^-]+).*)?\.(?:dist-info|egg-info|egg-link)"

#: Where packages are, below a prefix.
_SITES: Final = (
    r"lib(?:64)?/(?:python|pypy)\d[\d.]*t?/(?:site|dist)-packages",
    r"local/lib/python\d[\d.]*/dist-packages",
    r"Lib/site-packages",
)

_ASK: Final = (
    "import json, sys, sysconfig; "
    "print(json.dumps([sys.prefix, sysconfig.get_path('purelib'), sysconfig.get_path('platlib')]))"
)
_ASK_SECONDS: Final = 60

#: In bytes: of direct_url.json, and of a .pth file.
_MAX_NOTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """A package that is installed, and what is wrong with it."""

    name: str
    version: str
    location: str  #: its .dist-info or .egg-info, below the prefix
    editable: str | None  #: for an editable install where its code is, which is not checked
    failures: tuple[Result, ...] = ()
    unlisted: tuple[Result, ...] = ()  #: files in its folders that no package lists

    @property
    def ok(self) -> bool:
        """Whether all of its files are what its RECORD says."""
        return not self.failures


class Installed(NamedTuple):
    """A package as it was found."""

    package: Package
    manifest: Manifest | None  # its RECORD
    fault: Result | None  # why there is none
    names: frozenset[str]  # of all files that it lists, below the prefix
    site: str  # the directory that it is installed in, below the prefix


def of_python(python: StrPath | None) -> tuple[bytes, list[bytes]]:
    """Return the prefix of an interpreter, and where its packages are."""
    if python is None:
        import sysconfig  # noqa: PLC0415 (whoever checks a directory need not wait for it)

        answer = [sys.prefix, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    else:
        answer = _asked(os.fsencode(python))
    root, *sites = (os.path.realpath(os.fsencode(path)) for path in answer)
    return root, _sites(root, sites)


def _asked(python: bytes) -> list[str]:
    import subprocess  # noqa: PLC0415 (as above)

    command = [python, b"-I", b"-c", _ASK.encode()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_ASK_SECONDS, check=True)
        answer: list[str] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise ManifestError(
            f"{quoted(python)} does not say where its packages are: {error}"
        ) from error
    return answer


def below(prefix: bytes) -> tuple[bytes, list[bytes]]:
    """Return a prefix, and where packages are in it."""
    if not is_directory(prefix):
        raise ManifestError(f"{quoted(prefix)} is no directory")
    root = os.path.realpath(prefix)
    return root, _sites(root, [os.path.join(root, name) for name in _places(root)])


def _places(root: bytes) -> Iterator[bytes]:
    for pattern in _SITES:
        found = [b""]
        for part in re.split(r"/", pattern):
            found = [
                os.path.join(place, name)
                for place in found
                for name in names_in(os.path.join(root, place))
                if re.fullmatch(part, os.fsdecode(name))
            ]
        yield from found


def names_in(directory: bytes) -> list[bytes]:
    """Return what is in a directory, sorted; nothing if it cannot be read."""
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _sites(root: bytes, places: list[bytes]) -> list[bytes]:
    """Return places below a root, each once: lib64 is often a link to lib."""
    found = dict.fromkeys(os.path.realpath(place) for place in places)
    return [place for place in found if place.startswith(root.rstrip(b"/") + b"/")]


def installed(root: bytes, site: bytes) -> Iterator[Installed]:
    """Yield the packages in a directory."""
    base = os.fsdecode(os.path.relpath(site, root)).replace(os.sep, "/")
    for entry in names_in(site):
        match = re.fullmatch(_INFO, os.fsdecode(entry))
        if match:
            location = f"{base}/{match[0]}"
            package = Package(
                match["name"], match["version"] or "", location, _editable(site, match[0])
            )
            yield _read(root, base, package)


def _editable(site: bytes, info: str) -> str | None:
    """Return where the code of an editable install is; None if it is none."""
    place = os.path.join(site, os.fsencode(info))
    try:
        if info.endswith(".egg-link"):
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


def _read(root: bytes, base: str, package: Package) -> Installed:
    name = os.fsencode(f"{package.location}/RECORD")
    path = os.path.join(root, name)

    def without(status: Status, why: str) -> Installed:
        fault = Result(os.fsdecode(name), status, detail=why)
        return Installed(package, None, fault, frozenset(), base)

    if not os.path.lexists(path):
        return without(Status.MISSING, "without it, nothing of the package is verified")
    if name_below(root, os.path.realpath(path)) is None:
        return without(Status.UNSAFE_PATH, "leads out of the prefix")
    try:
        data = _files.read_regular(path)
        lines = [
            _resolved(line, root, base)
            for line in _formats.having(_formats.OF_PACKAGES).lines(data, Hint("RECORD"))
        ]
    except OSError as error:
        return without(Status.UNREADABLE, error.strerror or str(error))
    except ValueError as error:
        return without(Status.MALFORMED, str(error))
    if not any(isinstance(line, Entry) for line in lines):
        return without(Status.MALFORMED, "it lists nothing with a digest")
    names = frozenset(line.path for line in lines if not isinstance(line, Malformed))
    if package.editable is None:
        package = replace(package, editable=_path_elsewhere(root, base, names))
    home = Directory(root)
    manifest = Manifest(
        os.fsdecode(path),
        b"",
        _formats.having(_formats.OF_PACKAGES),
        None,
        b"",
        (name,),
        home,
        name,
        lines=lines,
    )
    return Installed(package, manifest, None, names, base)


def _path_elsewhere(root: bytes, base: str, names: frozenset[str]) -> str | None:
    """Return the directory that a .pth file of a package adds to the path, if one does."""
    for name in sorted(names):
        if name.endswith(".pth") and name.rpartition("/")[0] == base:
            try:
                lines = os.fsdecode(_note(os.path.join(root, os.fsencode(name)))).splitlines()
            except OSError:
                continue
            for line in lines:
                if os.path.isabs(line.rstrip()):
                    return line.rstrip()
    return None


def _resolved(line: Line, root: bytes, base: str) -> Line:
    """Return a line with its name below the prefix; one that leads out of it stays as it is."""
    if isinstance(line, Malformed):
        return line
    path = line.path
    if ".." in path or path.startswith(("/", "./")):
        below = os.fsdecode(root).rstrip("/") + "/"
        resolved = posixpath.normpath(posixpath.join(below, base, path))
        if not resolved.startswith(below):
            return line
        path = resolved.removeprefix(below)
    else:
        path = f"{base}/{path}"
    if isinstance(line, Unverified):
        return line._replace(path=path)
    return new_entry((path, *line[1:]))
