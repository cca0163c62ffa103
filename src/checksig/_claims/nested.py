"""The lists among the entries of a list: those that are followed, and what is said of others."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig import _formats
from checksig._bridge.algorithms import by_name
from checksig._claims import candidates, lists
from checksig._entries import Entry
from checksig._names import below, counted, escape, leads_out, shortest
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from checksig._claims.lists import Manifest
    from checksig._entries import Line
    from checksig._places import Place


class Nested(NamedTuple):
    """The entries of a list that are lists, by their names below the root."""

    followed: dict[bytes, list[Entry]]
    passed: tuple[bytes, ...] = ()  # those that are files like others
    absent: int = 0  # files that these list, and that are not there
    remarks: tuple[str, ...] = ()


def name_of(manifest: Manifest, row: Entry) -> bytes:
    """Return the name of an entry below the root."""
    return below(manifest.base, os.fsencode(shortest(row.path)))


def among(manifest: Manifest, names: Container[str], rows: Iterable[Line]) -> Nested:
    """Return the entries of certain names, which a format says are lists."""
    found: dict[bytes, list[Entry]] = {}
    for row in rows:
        if isinstance(row, Entry) and row.path in names and not leads_out(row.path):
            found.setdefault(name_of(manifest, row), []).append(row)
    return Nested(found)


def told_by_name(
    manifest: Manifest, rows: Iterable[Line], place: Place, known: Container[bytes]
) -> Nested:
    """Return the entries that are lists by their names and by what is in them.

    Among files a list is a file like others, unless it speaks for files that nothing else does.

    Args:
        manifest: The list.
        rows: What is in it.
        place: The place that names are of.
        known: The names of lists that are read in any case.
    """
    found: dict[bytes, list[Entry]] = {}
    files: set[bytes] = set()
    only_lists = len(manifest.text or manifest.data) > _formats.LOOKED_THROUGH
    for row in rows:
        if not isinstance(row, Entry):
            continue
        name = b"" if leads_out(row.path) else name_of(manifest, row)
        if name and name not in known and _is_list(name, place):
            found.setdefault(name, []).append(row)
            continue
        files.add(name)
        if only_lists:
            break
    if not found:
        [name, *_] = files or {b""}
        said = _said_of(name) if len(files) == 1 and name not in known else []
        return Nested({}, remarks=tuple(said))
    if files and only_lists:
        return Nested({}, tuple(found))
    listed = files | found.keys()
    passed: list[bytes] = []
    absent = 0
    for name in found if files else ():
        child = _listed_in(name, place)
        if any(each not in listed and _is_plain(place, each) for each in child):
            continue
        passed.append(name)
        absent += sum(each not in listed for each in child)
    kept = {name: found[name] for name in found if name not in passed}
    return Nested(kept, tuple(passed), absent)


def _listed_in(name: bytes, place: Place) -> set[bytes]:
    """Return the names in a list below the root; none if it cannot be read."""
    item = place.find(name)
    try:
        child = lists.based(lists.read(place, item, place, None)) if item else None
        return {
            name_of(child, row)
            for row in (lists.lines(child) if child else ())
            if child and isinstance(row, Entry) and not leads_out(row.path)
        }
    except (ManifestError, ValueError):
        return set()


def _is_plain(place: Place, name: bytes) -> bool:
    """Whether there is a file, that is behind no link: no other would be in a list of the tree."""
    if place.root is None:
        item = place.find(name)
        return item is not None and item.fault is None
    path = os.path.join(os.path.realpath(place.root), name)
    return os.path.isfile(path) and os.path.realpath(path) == os.path.normpath(path)


def said_of(passed: Iterable[bytes], absent: int) -> tuple[str, ...]:
    """Return a remark on the first of lists that are not followed, and on how many there are."""
    first, *others = [escape(os.fsdecode(name)) for name in sorted(passed)] or [""]
    if not first:
        return ()
    more = f" and {len(others):,} more are" if others else " is"
    was = "were" if others else "was"
    gone = f"; of what they list, {counted(absent, 'file')} could not be found" if absent else ""
    return (f"{first}{more} listed among files, and {was} not followed{gone}",)


def _said_of(name: bytes) -> list[str]:
    """Return what is said of the only file of a list, if that is called like a list."""
    base, shown = os.fsdecode(name.rpartition(b"/")[2]), escape(os.fsdecode(name))
    if what := _formats.unread(base):
        return [f"{shown} is {what}, and was not followed"]
    match = _formats.match_name(base, by_name())
    return [f"{shown} is called like a list, and is none"] if match and not match.weak else []


def _is_list(name: bytes, place: Place) -> bool:
    match = _formats.match_name(os.fsdecode(name.rpartition(b"/")[2]), by_name())
    item = place.find(name) if match else None
    if match is None or item is None:
        return False
    return candidates.holds_a_list(place, item, match._replace(weak=True))
