"""The lists among the entries of a list: those that are followed, and what is said of others."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig import _formats
from checksig._bridge.algorithms import by_name
from checksig._claims import candidates, copies
from checksig._claims.naming import name_of
from checksig._entries import Entry
from checksig._names import below, counted, escape, leads_out
from checksig._places import Item
from checksig.errors import ManifestError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from checksig._claims.parsing import Manifest
    from checksig._entries import Line
    from checksig._places import Place
    from checksig._trust.policy import Policy


class Nested(NamedTuple):
    """The entries of a list that are lists, by their names below the root."""

    followed: dict[bytes, list[Entry]]
    passed: tuple[bytes, ...] = ()  # those that are files like others
    absent: int = 0  # files that these list, and that are not there
    remarks: tuple[str, ...] = ()


def among(manifest: Manifest, names: Container[str], rows: Iterable[Line], place: Place) -> Nested:
    """Return the entries of certain names, which a format says are lists."""
    found: dict[bytes, list[Entry]] = {}
    for row in rows:
        if isinstance(row, Entry) and row.path in names and not leads_out(row.path):
            found.setdefault(name_of(manifest, row, place), []).append(row)
    return Nested(found)


def told_by_name(
    manifest: Manifest,
    rows: Iterable[Line],
    place: Place,
    known: Container[bytes],
    policy: Policy,
) -> Nested:
    """Return the entries that are lists by their names and by what is in them.

    Among files a list is a file like others, unless it speaks for files that nothing else does.

    Args:
        manifest: The list.
        rows: What is in it.
        place: The place that names are of.
        known: The names of lists that are read in any case.
        policy: Whom the caller trusts.
    """
    found: dict[bytes, list[Entry]] = {}
    files: set[bytes] = set()
    only_lists = len(manifest.text or manifest.data) > _formats.LOOKED_THROUGH
    for row in rows:
        if not isinstance(row, Entry):
            continue
        name = b"" if leads_out(row.path) else name_of(manifest, row, place)
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
        child = _listed_in(name, place, policy)
        there = {each: _file_at(place, each) for each in child - listed}
        copy = copies.is_copy(place, Item(name), found, place)
        if not copy and any(file and file not in listed for file in there.values()):
            continue
        passed.append(name)
        absent += sum(place.find(each) is None for each in there)
    kept = {name: found[name] for name in found if name not in passed}
    return Nested(kept, tuple(passed), absent)


def _listed_in(name: bytes, place: Place, policy: Policy) -> set[bytes]:
    """Return the names in a list below the root; none if it cannot be read."""
    item = place.find(name)
    if item is None:
        return set()
    try:
        found = copies.listed_in(place, item, place, policy)
    except (ManifestError, SignatureUntrusted, ValueError):
        return set()
    # A list is for the file that it is called after, whatever is wrong with it.
    directory, _, base = name.rpartition(b"/")
    after = _formats.namesake(os.fsdecode(base), by_name())
    return found | ({below(directory, os.fsencode(after))} if after else set())


def _file_at(place: Place, name: bytes) -> bytes:
    """Return the name of the file that a name is of, or leads to; nothing if there is none."""
    if place.root is None:
        item = place.find(name)
        return name if item is not None and item.fault is None else b""
    root = os.path.realpath(place.root)
    path = os.path.realpath(os.path.join(root, name))
    if not os.path.isfile(path) or not path.startswith(os.path.join(root, b"")):
        return b""
    return os.path.relpath(path, root)


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
    return [f"{shown} has the name of a list, but is not one"] if match and not match.weak else []


def _is_list(name: bytes, place: Place) -> bool:
    match = _formats.match_name(os.fsdecode(name.rpartition(b"/")[2]), by_name())
    item = place.find(name) if match else None
    if match is None or item is None:
        return False
    return candidates.holds_a_list(place, item, match._replace(weak=True))
