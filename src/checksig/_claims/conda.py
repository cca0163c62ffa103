"""The packages that conda installed in a prefix, and what their records list."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from checksig import _formats
from checksig._claims.packages import Installed, Package, faulty, listing, read
from checksig._claims.prefixes import CONDA_META, names_in
from checksig._entries import A_LINK, Entry, Malformed, Unverified
from checksig._results import Result, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._claims.prefixes import Prefix
    from checksig._entries import Line


def installed(prefix: Prefix) -> Iterator[Installed]:
    """Yield the packages that there are records of; none if the prefix is not one of conda."""
    for entry in map(os.fsdecode, names_in(prefix.path(CONDA_META))):
        if entry.endswith(".json"):
            name, version, *_ = [*entry.removesuffix(".json").rsplit("-", 2), ""]
            yield _read(prefix, Package(name, version, f"{CONDA_META}/{entry}", None))


def _read(prefix: Prefix, package: Package) -> Installed:
    role = _formats.OF_CONDA
    lines = read(prefix, package, package.location, role)
    if isinstance(lines, Installed):
        return lines
    found = listing(prefix, package, package.location, role, lines)
    wrong = tuple(_links(prefix, found.path, lines))
    if any(isinstance(line, Entry) for line in lines):
        return found._replace(wrong=wrong)
    # A package may have nothing but links, or nothing at all.
    for line in lines:
        if isinstance(line, Malformed):
            return faulty(prefix, package, package.location, Status.MALFORMED, line.reason)
        if isinstance(line, Unverified) and _kind(prefix, line.path) == stat.S_IFREG:
            why = "it lists nothing with a digest"
            return faulty(prefix, package, package.location, Status.MALFORMED, why)
    return found._replace(manifest=None, wrong=wrong)


def _links(prefix: Prefix, path: str, lines: Sequence[Line]) -> Iterator[Result]:
    """Yield verdicts on links that are none: there is no digest that what took their place has."""
    for line in lines:
        if isinstance(line, Unverified) and line.reason == A_LINK:
            kind = _kind(prefix, line.path)
            if kind is None:
                why = "it is listed as a symbolic link"
                yield Result(line.path, Status.MISSING, line=line.line, detail=why, manifest=path)
            elif kind != stat.S_IFLNK:
                why = "it is listed as a symbolic link, but is not one"
                yield Result(line.path, Status.MISMATCH, line=line.line, detail=why, manifest=path)


def _kind(prefix: Prefix, name: str) -> int | None:
    try:
        return stat.S_IFMT(os.lstat(prefix.path(name)).st_mode)
    except (OSError, ValueError):  # a name with a zero byte is none
        return None
