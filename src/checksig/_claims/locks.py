"""Lists of packages, as lock files are, and the archives of packages that are there.

A line names a package in one version, which may have several archives: for other systems, or called
otherwise by another program. Of each package one archive has to be there, and all that are there
have to be right.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig._bridge.algorithms import by_name
from checksig._bridge.hashing import hash_stream
from checksig._claims import parsing
from checksig._entries import Entry
from checksig._formats import Hint
from checksig._names import below
from checksig._places import Fault, Item
from checksig._places.archive import Archive
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from checksig._claims.parsing import Manifest
    from checksig._entries import Line
    from checksig._formats import Format, Packages
    from checksig._places import Place


def resolved(manifest: Manifest, place: Place, *, inside: bool) -> Manifest:
    """Return a list of packages with lines about the archives that are there.

    Of a package without any it keeps the first line: that archive is missing.

    Args:
        manifest: The list.
        place: The place that archives are looked for in.
        inside: Whether the list lies there: names are relative to its directory then.
    """
    packages = manifest.format.packages
    if packages is None:
        return manifest
    expect_index(place)
    try:
        rows = list(parsing.lines(manifest))
        base = manifest.name.rpartition(b"/")[0] if inside else b""
        groups: dict[int, list[Entry]] = {}
        sharing: dict[str, list[Entry]] = {}
        for row in rows:
            if isinstance(row, Entry):
                groups.setdefault(row.line, []).append(row)
                sharing.setdefault(packages.key(row.path), []).append(row)
        there = _by_key(place.walk(base), base, packages, sharing)
    except (ValueError, ManifestError):
        return manifest  # it is no list of its format, or the place lists nothing: others say so
    found: list[Line] = [row for row in rows if not isinstance(row, Entry)]
    own = _owners(sharing, there, place)
    taken = {key for key, _ in own}
    for group in groups.values():
        items = [
            (key, item)
            for key in _keys(group, packages)
            for item in own.get((key, group[0].line), ())
        ]
        if items:
            found += _lines(group, items, packages, place, len(base) + 1 if base else 0)
        else:
            found += _missing(group, taken, packages)
    return manifest._replace(lines=sorted(found, key=lambda row: row.line))


def expect_index(place: Place) -> None:
    """Read the names in an archive, if nobody has.

    Raises:
        ArchiveError: it cannot be read.
    """
    if isinstance(place, Archive) and not place.indexed:
        place.index()


def _by_key(
    items: Iterable[Item], base: bytes, packages: Packages, known: Container[str]
) -> dict[str, list[Item]]:
    """Return the archives of packages that are there, by what they have in common with lines."""
    found: dict[str, list[Item]] = {}
    for item in items:
        name = os.fsdecode(item.name.removeprefix(base + b"/") if base else item.name)
        if key := next((each for each in packages.keys_of(name) if each and each in known), ""):
            found.setdefault(key, []).append(item)
    return found


def _owners(
    sharing: dict[str, list[Entry]], there: dict[str, list[Item]], place: Place
) -> dict[tuple[str, int], list[Item]]:
    """Return the archives that are there, by what they have in common with lines, and by those.

    Packages of two scopes may have archives of one name: such a one is of the package whose digest
    it has, or else of the first.
    """
    found: dict[tuple[str, int], list[Item]] = {}
    for key, rows in sharing.items():
        digests: dict[int, set[tuple[str, str]]] = {}
        for row in rows:
            digests.setdefault(row.line, set()).add((row.algorithm, row.digest))
        alike = len({frozenset(each) for each in digests.values()}) == 1
        for item in there.get(key, ()):
            owner = None if alike else _fitting(rows, item, place).line
            for line in digests if owner is None else [owner]:
                found.setdefault((key, line), []).append(item)
    return found


def _keys(group: Iterable[Entry], packages: Packages) -> Iterable[str]:
    return dict.fromkeys(packages.key(row.path) for row in group)


def _lines(
    group: Sequence[Entry],
    items: Iterable[tuple[str, Item]],
    packages: Packages,
    place: Place,
    above: int,
) -> Iterator[Entry]:
    """Yield lines about the archives of a package that are there.

    Args:
        group: The lines about the package.
        items: Its archives, with what they have in common with lines.
        packages: How they were found.
        place: Where they lie.
        above: How many bytes of their names are those of the directory of the list.
    """
    for key, item in items:
        rows = [row for row in group if packages.key(row.path) == key]
        if packages.any_digest and len(rows) > 1:
            rows = [_fitting(rows, item, place)]
        name = os.fsdecode(item.name[above:])
        yield from {row._replace(path=name): None for row in rows}


def _missing(group: Sequence[Entry], taken: set[str], packages: Packages) -> Sequence[Entry]:
    """Return the lines about the archive of a package that has none.

    One that has its name may be that of another package: then it is called by another, if it can.
    """
    free = [row for row in group if packages.key(row.path) not in taken] or group
    first = [row for row in free if row.path == free[0].path]
    return first[:1] if packages.any_digest else first


def _fitting(rows: Sequence[Entry], item: Item, place: Place) -> Entry:
    """Return the line with the digest that an archive has; the first, if it has none of them.

    The core computes it once more: this only chooses what is listed.
    """
    known = by_name()
    names = {row.algorithm: known[row.algorithm].name for row in rows if row.algorithm in known}
    try:
        for _, stream in place.open([item]):
            if not isinstance(stream, Fault):
                digests = hash_stream(stream, [*dict.fromkeys(names.values())]).digests
                for row in rows:
                    name = names.get(row.algorithm)
                    if name and digests[name].hex() == row.digest.lower():
                        return row
    except OSError:
        pass  # whoever checks it says so
    return rows[0]


def names_something(place: Place, item: Item, data: bytes, form: Format) -> bool:
    """Whether an archive of a list of packages lies beside the list.

    Other lock files lie among the sources of what needs the packages, and say nothing of these.
    """
    packages, directory = form.packages, item.name.rpartition(b"/")[0]
    if packages is None:
        return False
    try:
        rows = form.lines(data, Hint(os.fsdecode(item.name.rpartition(b"/")[2])))
        paths = [row.path for row in rows if isinstance(row, Entry)]
        if packages.keys:  # paths of archives, and not their names
            return any(place.find(below(directory, os.fsencode(each))) for each in paths)
        there = place.walk(directory, deep=False)
        keys = {packages.key(os.fsdecode(each.name.rpartition(b"/")[2])) for each in there}
        return any(packages.key(each) in keys for each in paths)
    except (ValueError, ManifestError):
        return False
