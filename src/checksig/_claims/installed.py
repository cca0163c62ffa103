"""Python environments: the RECORDs of their packages, and the files that no package has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig._claims import lists
from checksig._claims.packages import names_in
from checksig._names import quoted
from checksig._results import Result, Status
from checksig.errors import ChecksigError, ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checksig._claims import Claim
    from checksig._claims.packages import Installed

#: The endings of what, beside the packages' folders, Python would import, or run at its start.
_MODULES: Final = (".py", ".pth", ".so", ".pyd")


def claim(root: bytes, found: Sequence[Installed], extras: Mapping[str, list[Result]]) -> Claim:
    """Return what the RECORDs of packages say. Packages without one have failed already.

    Raises:
        ManifestError: there is no package with a RECORD.
    """
    manifests = [each.manifest for each in found if each.manifest is not None]
    if not manifests:
        raise ManifestError(f"no package with a RECORD in {quoted(root)}")
    faults = [each.fault for each in found if each.fault]
    unlisted = {result.path: result for some in extras.values() for result in some}
    return lists.claim(manifests, looks=False, settled=(*faults, *unlisted.values()))


def unlisted(root: bytes, found: Sequence[Installed]) -> dict[str, list[Result]]:
    """Return the files that no package lists, by the location of a package in their folder.

    Under "" are those beside the folders, which Python would import, or run at its start.
    """
    known = frozenset[str]().union(*(each.names for each in found))
    owners: dict[str, str] = {}
    for each in found:
        start = len(each.site) + 1
        for name in each.names:
            if name.startswith(each.site) and "/" in name[start:]:
                owners.setdefault(name[: name.index("/", start)], each.package.location)
    extras: dict[str, list[Result]] = {}
    for site in sorted({each.site for each in found}):
        for base in map(os.fsdecode, names_in(os.path.join(root, os.fsencode(site)))):
            if base.endswith(_MODULES) and f"{site}/{base}" not in known:
                extras.setdefault("", []).append(Result(f"{site}/{base}", Status.UNLISTED))
    for folder, owner in sorted(owners.items()):
        extras.setdefault(owner, []).extend(_extras(root, folder, known))
    return extras


def _extras(root: bytes, folder: str, known: frozenset[str]) -> Iterator[Result]:
    """Yield the files of a folder that no package lists."""
    if folder.endswith("/__pycache__"):
        return  # of single modules: whatever imports them may write there
    for name in _files(root, folder):
        if name not in known and _source(name) not in known:
            yield Result(name, Status.UNLISTED)


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
