"""Lists that are called after a file: ``NAME.sha256``. Such a list is for ``NAME``.

Who reads that it is right takes ``NAME`` for right. One that does not list it, though it lies
there, fails.
"""

from __future__ import annotations

import os

from checksig import _formats, _schemes
from checksig._bridge.algorithms import by_name
from checksig._claims.parsing import Manifest, lines
from checksig._entries import Malformed
from checksig._names import below, escape, shortest
from checksig._results import Result, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._places import Place


def unmet(found: Iterable[Manifest], place: Place) -> Iterator[Result]:
    """Yield a verdict on each file that lies there, and that the list called after it leaves out.

    Args:
        found: Lists of a place.
        place: It.
    """
    for manifest in found:
        if manifest.format.base != ".":
            continue
        for name in manifest.own[:1]:  # a signature over it, or a link, comes behind
            path = _called_after(os.fsdecode(name))
            item = place.find(os.fsencode(path)) if path else None
            if item is None or item.fault or _is_directory(place, path):
                continue
            if not _lists(manifest, path):
                base = os.fsdecode(name).rpartition("/")[2]
                why = f"{escape(base)} is named after it, but does not list it"
                yield Result(path, Status.MISSING, detail=why, manifest=manifest.path)


def _called_after(name: str) -> str:
    """Return the name of the file that a list is called after; nothing if there is none."""
    directory, _, base = name.rpartition("/")
    stem = _formats.namesake(_schemes.stem(base) or base, by_name())
    return f"{directory}/{stem}" if directory and stem else stem or ""


def _is_directory(place: Place, path: str) -> bool:
    return place.root is not None and os.path.isdir(os.path.join(place.root, os.fsencode(path)))


def _lists(manifest: Manifest, path: str) -> bool:
    wanted = os.fsencode(path)
    try:
        return any(
            not isinstance(line, Malformed) and _name(manifest, line.path) == wanted
            for line in (lines(manifest) if manifest.lines is None else manifest.lines)
        )
    except ValueError:
        return True  # it is no list, and whoever packs it says so


def _name(manifest: Manifest, path: str) -> bytes:
    return below(manifest.base, os.fsencode(shortest(path.replace("\\", "/"))))
