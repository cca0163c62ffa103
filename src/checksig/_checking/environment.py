"""Check the packages of a Python environment against what their RECORDs say."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Unpack

from checksig._bridge import request as _request
from checksig._checking import start as _prepare
from checksig._checking import verifying as _verify
from checksig._claims import lists as _manifest
from checksig._claims import packages as _packages
from checksig._claims.packages import Package
from checksig._names import quoted
from checksig._results import Report, Result, Status
from checksig.errors import ChecksigError, ManifestError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checksig._claims.packages import Installed
    from checksig._files import StrPath
    from checksig._results import Progress

#: What beside the packages' folders Python would import, or run at its start.
_MODULES: Final = (".py", ".pth", ".so", ".pyd")


class EnvironmentOptions(_request.ReadOptions, total=False):
    """The options of :func:`verify_environment` and :func:`audit_environment`."""

    #: The interpreter whose environment is checked.
    python: StrPath | None
    #: Whether a file in a package's folder that no package lists is a failure.
    complete: bool
    #: Called with the progress, about twenty times a second and once at the end.
    progress: Callable[[Progress], None] | None


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
    if prefix is not None:
        root, sites = _packages.below(os.fsencode(prefix))
    else:
        root, sites = _packages.of_python(python)
    found = [each for site in sites for each in _packages.installed(root, site)]
    manifests = [each.manifest for each in found if each.manifest is not None]
    if not manifests:
        raise ManifestError(f"no package with a RECORD in {quoted(root)}")
    check = _prepare.prepare_found(
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


def _described(
    root: bytes, found: list[Installed], report: Report, *, complete: bool
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


def _path(installed: Installed) -> str:
    return installed.manifest.path if installed.manifest else ""


def _unlisted(root: bytes, found: list[Installed]) -> dict[str, list[Result]]:
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
        for base in map(os.fsdecode, _packages.names_in(os.path.join(root, os.fsencode(site)))):
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
