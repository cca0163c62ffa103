"""Lists that are called after a file: ``NAME.sha256``. Such a list is for ``NAME``.

Who reads that it is right takes ``NAME`` for right. One that does not list it, though it lies
there, fails.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig import _formats
from checksig._bridge.algorithms import by_name
from checksig._claims.lists import Manifest, lines
from checksig._entries import Malformed
from checksig._names import escape, shortest
from checksig._results import Result, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def unmet(found: Iterable[Manifest]) -> Iterator[Result]:
    """Yield a verdict on each file that lies there, and that the list called after it leaves out.

    Args:
        found: Lists whose names are relative to the directory that they lie in.
    """
    for manifest in found:
        name = os.fsdecode(manifest.name)
        directory, _, base = name.rpartition("/")
        stem = _formats.namesake(base, by_name())
        if not stem or manifest.format.base != ".":
            continue
        path = f"{directory}/{stem}" if directory else stem
        item = manifest.home.find(os.fsencode(path))
        if item is None or item.fault or _is_directory(manifest, path):
            continue
        if not _lists(manifest, stem):
            why = f"{escape(base)} is called after it, and does not list it"
            yield Result(path, Status.MISSING, detail=why, manifest=manifest.path)


def _is_directory(manifest: Manifest, path: str) -> bool:
    root = manifest.home.root
    return root is not None and os.path.isdir(os.path.join(root, os.fsencode(path)))


def _lists(manifest: Manifest, name: str) -> bool:
    try:
        return any(
            not isinstance(line, Malformed) and shortest(line.path.replace("\\", "/")) == name
            for line in (lines(manifest) if manifest.lines is None else manifest.lines)
        )
    except ValueError:
        return True  # it is no list, and whoever packs it says so
