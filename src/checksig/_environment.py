"""The packages that are installed in a Python environment, against what their RECORDs say.

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
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Unpack

from checksig import _check, _manifest, _request, _verify
from checksig._text import quoted
from checksig._types import Entry, Report, Result, Status
from checksig.errors import ChecksigError, ManifestError, VerificationError
from checksig.formats import Hint, Malformed, Unverified, record
from checksig.formats._format import new_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checksig._manifest import Manifest, StrPath
    from checksig._types import Progress
    from checksig.formats import Line

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

#: What beside the packages' folders Python would import, or run at its start.
_MODULES: Final = (".py", ".pth", ".so", ".pyd")

#: In bytes: of direct_url.json, and of a .pth file.
_MAX_NOTE: Final = 1 << 20


class EnvironmentOptions(_request.ReadOptions, total=False):
    """The options of :func:`verify_environment` and :func:`audit_environment`."""

    #: The interpreter whose environment is checked.
    python: StrPath | None
    #: Whether a file in a package's folder that no package lists is a failure.
    complete: bool
    #: Called with the progress, about twenty times a second and once at the end.
    progress: Callable[[Progress], None] | None


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


@dataclass(frozen=True, slots=True)
class Environment:
    """What was found in an environment."""

    packages: tuple[Package, ...]  #: by name
    unlisted: tuple[Result, ...]  #: what Python would run or import, and no package has
    report: Report  #: on all files of all packages

    @property
    def ok(self) -> bool:
        """Whether every package has a RECORD, and all files are what it says."""
        return self.report.ok


def verify_environment(
    prefix: StrPath | None = None, **options: Unpack[EnvironmentOptions]
) -> Environment:
    """Check the packages of a Python environment, and return them if everything is ok.

    Args:
        prefix: The directory of the environment; that of the running Python if not given.
        **options: See :class:`EnvironmentOptions`.

    Raises:
        VerificationError: not everything is ok; its ``report`` says what is not.
        ManifestError: there is no package with a RECORD.
        TypeError, ValueError: the options make no sense.
    """
    found = audit_environment(prefix, **options)
    if not found.ok:
        raise VerificationError(found.report)
    return found


def audit_environment(
    prefix: StrPath | None = None, **options: Unpack[EnvironmentOptions]
) -> Environment:
    """Check the packages of a Python environment, and return them, whatever is wrong.

    Takes the arguments of :func:`verify_environment`.

    Raises:
        ManifestError: there is no package with a RECORD.
        TypeError, ValueError: the options make no sense.
    """
    _request.expect(options, EnvironmentOptions)
    python = options.get("python")
    if prefix is not None and python is not None:
        raise TypeError("prefix and python exclude each other")
    root, sites = _below(os.fsencode(prefix)) if prefix is not None else _of_python(python)
    found = [each for site in sites for each in _installed(root, site)]
    manifests = [each.manifest for each in found if each.manifest is not None]
    if not manifests:
        raise ManifestError(f"no package with a RECORD in {quoted(root)}")
    check = _check.prepare_found(
        _manifest.Found(root, manifests),
        options={
            "progress": options.get("progress"),
            "workers": options.get("workers"),
            "readers": options.get("readers"),
            "drop_cache": options.get("drop_cache", False),
        },
    )
    report = _verify.collect(check, lambda _: None)
    return _described(root, found, report, complete=options.get("complete", False))


class _Installed(NamedTuple):
    """A package as it was found."""

    package: Package
    manifest: Manifest | None  # its RECORD
    fault: Result | None  # why there is none
    names: frozenset[str]  # of all files that it lists, below the prefix
    site: str  # the directory that it is installed in, below the prefix


def _of_python(python: StrPath | None) -> tuple[bytes, list[bytes]]:
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


def _below(prefix: bytes) -> tuple[bytes, list[bytes]]:
    """Return a prefix, and where packages are in it."""
    if not _manifest.is_directory(prefix):
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
                for name in _names_in(os.path.join(root, place))
                if re.fullmatch(part, os.fsdecode(name))
            ]
        yield from found


def _names_in(directory: bytes) -> list[bytes]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _sites(root: bytes, places: list[bytes]) -> list[bytes]:
    """Return places below a root, each once: lib64 is often a link to lib."""
    found = dict.fromkeys(os.path.realpath(place) for place in places)
    return [place for place in found if place.startswith(root.rstrip(b"/") + b"/")]


def _installed(root: bytes, site: bytes) -> Iterator[_Installed]:
    """Yield the packages in a directory."""
    base = os.fsdecode(os.path.relpath(site, root)).replace(os.sep, "/")
    for entry in _names_in(site):
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
    data = _manifest.read_regular(path)
    if len(data) > _MAX_NOTE:
        raise OSError("too large")
    return data


def _read(root: bytes, base: str, package: Package) -> _Installed:
    name = os.fsencode(f"{package.location}/RECORD")
    path = os.path.join(root, name)

    def without(status: Status, why: str) -> _Installed:
        fault = Result(os.fsdecode(name), status, detail=why)
        return _Installed(package, None, fault, frozenset(), base)

    if not os.path.lexists(path):
        return without(Status.MISSING, "without it, nothing of the package is verified")
    if _manifest.name_below(root, os.path.realpath(path)) is None:
        return without(Status.UNSAFE_PATH, "leads out of the prefix")
    try:
        data = _manifest.read_regular(path)
        lines = [_resolved(line, root, base) for line in record.parse(data, Hint("RECORD"))]
    except OSError as error:
        return without(Status.UNREADABLE, error.strerror or str(error))
    except ValueError as error:
        return without(Status.MALFORMED, str(error))
    if not any(isinstance(line, Entry) for line in lines):
        return without(Status.MALFORMED, "it lists nothing with a digest")
    names = frozenset(line.path for line in lines if not isinstance(line, Malformed))
    if package.editable is None:
        package = replace(package, editable=_path_elsewhere(root, base, names))
    manifest = _manifest.Manifest(os.fsdecode(path), b"", record.FORMAT, None, b"", [name], lines)
    return _Installed(package, manifest, None, names, base)


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


def _described(
    root: bytes, found: list[_Installed], report: Report, *, complete: bool
) -> Environment:
    """Put everything that is known of the packages together."""
    faults = [each.fault for each in found if each.fault]
    strays = _unlisted(root, found)
    beside = tuple(strays.get("", ()))
    failures: dict[str, list[Result]] = {}
    for result in report.failures:
        failures.setdefault(result.manifest or "", []).append(result)
    packages: list[Package] = []
    for each in found:
        own = [each.fault] if each.fault else failures.get(_path(each), [])
        extra = tuple(strays.get(each.package.location, ()))
        own = [*own, *extra] if complete else own
        packages.append(replace(each.package, failures=tuple(own), unlisted=extra))
    extras = {result.path: result for some in strays.values() for result in some}
    counts = dict(report.counts)
    for result in (*faults, *extras.values()):
        counts[result.status] += 1
    report = replace(
        report,
        counts=counts,
        complete=complete,
        files=report.files + len(faults),
        failures=(*report.failures, *faults, *(extras.values() if complete else ())),
    )
    packages.sort(key=lambda package: (package.name.lower(), package.version, package.location))
    return Environment(tuple(packages), beside, report)


def _path(installed: _Installed) -> str:
    return installed.manifest.path if installed.manifest else ""


def _unlisted(root: bytes, found: list[_Installed]) -> dict[str, list[Result]]:
    """Return the files that no package lists, by a package of their folder; "" is none."""
    known = frozenset[str]().union(*(each.names for each in found))
    owners: dict[str, str] = {}
    for each in found:
        start = len(each.site) + 1
        for name in each.names:
            if name.startswith(each.site) and "/" in name[start:]:
                owners.setdefault(name[: name.index("/", start)], each.package.location)
    strays: dict[str, list[Result]] = {}
    for site in sorted({each.site for each in found}):
        for base in map(os.fsdecode, _names_in(os.path.join(root, os.fsencode(site)))):
            if base.endswith(_MODULES) and f"{site}/{base}" not in known:
                strays.setdefault("", []).append(Result(f"{site}/{base}", Status.UNLISTED))
    for folder, owner in sorted(owners.items()):
        if folder.endswith("/__pycache__"):
            continue  # of single modules: whoever imports them may write there
        for name in _files(root, folder):
            if name not in known and _source(name) not in known:
                strays.setdefault(owner, []).append(Result(name, Status.UNLISTED))
    return strays


def _files(root: bytes, folder: str) -> Iterator[str]:
    """Yield the names of all files below a folder."""

    def stop(error: OSError) -> None:
        raise ChecksigError(f"cannot read {quoted(os.fsencode(error.filename))}: {error.strerror}")

    top = os.fsdecode(root).rstrip("/")
    for directory, _, names in os.walk(f"{top}/{folder}", onerror=stop):
        below = directory[len(top) + 1 :].replace(os.sep, "/")
        yield from (f"{below}/{name}" for name in names)


def _source(name: str) -> str:
    """Return the name of the file that a compiled one was made of, as PEP 3147 has it."""
    if not name.endswith(".pyc"):
        return name
    directory, _, base = name.rpartition("/")
    return f"{directory.removesuffix('/__pycache__')}/{base.partition('.')[0]}.py"
