"""Checks of the packages of a Python environment against what their RECORDs say."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from checksig._checking.check import Check
from checksig._claims import Part, installed, packages
from checksig._claims.packages import Package
from checksig._options import CheckOptions, EnvironmentOptions, values
from checksig._options.values import settle, takes
from checksig._places import Directory
from checksig._results import Report, Result
from checksig.errors import VerificationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._claims.packages import Installed
    from checksig._options import StrPath


@dataclass(frozen=True, slots=True)
class Environment:
    """The packages of an environment, and what is wrong with them."""

    packages: tuple[Package, ...]  #: by name
    unlisted: tuple[Result, ...]  #: Python would run or import them, and no package has them
    report: Report  #: on all files of all packages

    @property
    def ok(self) -> bool:
        """Whether every package has a RECORD, and all files are what it says."""
        return self.report.ok


@takes(EnvironmentOptions)
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


@takes(EnvironmentOptions)
def audit_environment(
    prefix: StrPath | None = None, **options: Unpack[EnvironmentOptions]
) -> Environment:
    """Check the packages of a Python environment, and return them, whatever is wrong.

    Takes the arguments of :func:`verify_environment`.

    Raises:
        ManifestError: there is no package with a RECORD.
        TypeError, ValueError: the options make no sense.
    """
    settled = settle(EnvironmentOptions, options)
    python = settled["python"]
    if prefix is not None and python is not None:
        raise TypeError("prefix and python exclude each other")
    if prefix is not None:
        root, sites = packages.below(os.fsencode(prefix))
    else:
        root, sites = packages.of_python(python)
    found = [each for site in sites for each in packages.installed(root, site)]
    extras = installed.unlisted(root, found)
    claim = installed.claim(root, found, extras)
    rules = values.rules({**settle(CheckOptions, {}), "complete": settled["complete"]})
    parts = [Part(Directory(root), claim)]
    del claim
    check = Check(parts, rules, values.reading(settled), progress=settled["progress"])
    for _ in check:
        pass
    return _by_package(found, extras, check.report())


def _by_package(
    found: Sequence[Installed], extras: Mapping[str, list[Result]], report: Report
) -> Environment:
    """Return a report by package: what failed is that of a list, or lies in a folder."""
    failures: dict[str, list[Result]] = {}
    for result in report.failures:
        failures.setdefault(result.manifest or "", []).append(result)
    described: list[Package] = []
    for each in found:
        path = each.manifest.path if each.manifest else ""
        own = [each.fault] if each.fault else failures.get(path, [])
        extra = tuple(extras.get(each.package.location, ()))
        own = [*own, *extra] if report.complete else own
        described.append(replace(each.package, failures=tuple(own), unlisted=extra))
    described.sort(key=lambda package: (package.name.lower(), package.version, package.location))
    return Environment(tuple(described), tuple(extras.get("", ())), report)
