"""Checks of the packages of a Python environment against what their RECORDs say."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from checksig._checking.check import Check
from checksig._claims import Part, asides, compiled, conda, imported, installed, packages, prefixes
from checksig._claims.asides import Aside
from checksig._claims.packages import Package
from checksig._names import counted
from checksig._options import CheckOptions, EnvironmentOptions, values
from checksig._options.values import settle, takes
from checksig._places import Directory
from checksig._results import Report, Result
from checksig.errors import VerificationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._claims.packages import Installed
    from checksig._claims.prefixes import Kind
    from checksig._options import StrPath


@dataclass(frozen=True, slots=True)
class Environment:
    """The packages of an environment, and what is wrong with them."""

    packages: tuple[Package, ...]  #: by name
    unlisted: tuple[Result, ...]  #: Python would run or import them, and no package has them
    report: Report  #: on all files of all packages
    kind: Kind  #: ``venv``, ``conda``, ``target`` (of ``pip install --target``) or ``prefix``
    asides: tuple[Aside, ...]  #: what nobody lists, and so is not checked

    @property
    def ok(self) -> bool:
        """Whether every package has a list of its files, and all match it."""
        return self.report.ok


@takes(EnvironmentOptions)
def verify_environment(
    prefix: StrPath | None = None, **options: Unpack[EnvironmentOptions]
) -> Environment:
    """Check the packages of a Python environment, and return them if everything is ok.

    Args:
        prefix: The directory of the environment; the one of the running Python if not given.
        **options: See :class:`EnvironmentOptions`.

    Raises:
        VerificationError: not everything is ok; its ``report`` says what is not.
        ManifestError: there is no package with a list of its files.
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
    """Check the packages of a Python environment, and return them, even if something is wrong.

    Takes the arguments of :func:`verify_environment`.

    Raises:
        ManifestError: there is no package with a list of its files.
        TypeError, ValueError: the options make no sense.
    """
    settled = settle(EnvironmentOptions, options)
    python = settled["python"]
    if prefix is not None and python is not None:
        raise TypeError("prefix and python cannot be combined")
    if settled["compiled"] and not settled["complete"]:
        raise TypeError("compiled needs complete")
    if prefix is not None:
        place = prefixes.below(os.fsencode(prefix))
    else:
        place = prefixes.of_python(python)
    ours = list(conda.installed(place))
    found = [*ours, *packages.installed(place, ours)]
    seen = imported.imported(place, found)
    stale, beside = list[Result](), list(asides.asides(place, found))
    if settled["complete"]:
        compared = compiled.compare(place, seen.compiled, again=settled["compiled"])
        stale = compared.wrong
        beside += _foreign(compared.foreign)
    strays = [result for some in seen.unlisted.values() for result in some]
    claim = installed.claim(place.root, found, [*strays, *stale])
    rules = values.rules({**settle(CheckOptions, {}), "complete": settled["complete"]})
    parts = [Part(Directory(place.root), claim)]
    del claim
    check = Check(parts, rules, values.reading(settled), progress=settled["progress"])
    for _ in check:
        pass
    report = check.report()
    described = _by_package(found, seen.unlisted, report)
    rest = tuple(seen.unlisted.get("", ()))
    return Environment(described, rest, report, place.kind, tuple(beside))


def _foreign(names: Sequence[str]) -> list[Aside]:
    """Return what there is to say of compiled files whose code cannot be compared."""
    if not names:
        return []
    said = f"{counted(len(names), 'compiled file')} of another Python: the code is not compared"
    return [Aside("", said, tuple(names))]


def _by_package(
    found: Sequence[Installed], extras: Mapping[str, list[Result]], report: Report
) -> tuple[Package, ...]:
    """Return a report by package: what failed is that of a list, or lies in a folder."""
    failures: dict[str, list[Result]] = {}
    for result in report.failures:
        failures.setdefault(result.manifest or "", []).append(result)
    described: list[Package] = []
    for each in found:
        own = [each.fault] if each.fault else failures.get(each.path, [])
        extra = tuple(extras.get(each.package.location, ()))
        own = [*own, *extra] if report.complete else own
        described.append(replace(each.package, failures=tuple(own), unlisted=extra))
    described.sort(key=lambda package: (package.name.lower(), package.version, package.location))
    return tuple(described)
