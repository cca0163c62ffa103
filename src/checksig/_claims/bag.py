"""Bags: directories with a payload, manifests of it, and rules of their own.

Source: RFC 8493, sections 2 and 3; the drafts of versions 0.93 to 0.97 where they differ.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files, _formats
from checksig._bridge.algorithms import by_name
from checksig._claims.lists import SEALS
from checksig._claims.parsing import Manifest
from checksig._entries import Entry, Malformed
from checksig._formats import Hint, bag
from checksig._names import leads_out, quoted
from checksig._results import Result, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._entries import Line
    from checksig._places import Place

DECLARATION: Final = b"bagit.txt"
PAYLOAD: Final = "data"

_INFO: Final = (b"bag-info.txt", b"package-info.txt")
FETCH: Final = b"fetch.txt"


def found(place: Place, names: Iterable[bytes]) -> Bag:
    """Return the manifests of a bag, among the names at its top.

    Raises:
        ManifestError: it is no bag that can be checked.
    """
    declaration = Declaration.read(place)
    known = by_name()
    listed = _formats.having(_formats.OF_BAGS)
    names = sorted(name for name in names if listed.match_name(os.fsdecode(name), known))
    manifests = [_read_manifest(place, name, declaration) for name in names]
    payload = [manifest for manifest in manifests if not is_tag_manifest(manifest)]
    if not payload:
        where = quoted(os.fsencode(place.show()))
        raise ManifestError(f"the bag {where} has no manifest of its payload")
    fetch = _read(place, FETCH) if place.find(FETCH) else None
    notes, faults = _to_fetch(place, fetch, declaration)
    paths = {line.path for each in payload for line in each.lines or () if isinstance(line, Entry)}
    alone = sorted(notes.keys() - {path.removeprefix("./") for path in paths})
    # RFC 8493, 2.2.3: what is to be fetched is in the payload manifests.
    faults += [_fault(place, FETCH, f"{path} is there, and in no manifest") for path in alone]
    faults += _oxum_faults(place, declaration)
    if declaration.version >= (1, 0):
        faults += _gaps(place, payload)
    return Bag(manifests, notes, declaration, fetch, tuple(faults))


def _fault(place: Place, name: bytes, why: str, line: int | None = None) -> Result:
    """Return the verdict on a rule of bags that does not hold, which is about no file."""
    return Result("", Status.MALFORMED, detail=why, manifest=place.show(name), line=line)


class Bag(NamedTuple):
    """The manifests of a bag, and what is known of files that are still to be fetched."""

    manifests: list[Manifest]
    notes: dict[str, str]  # by path
    declaration: Declaration
    fetch: bytes | None = None  # fetch.txt, which the notes are from
    faults: tuple[Result, ...] = ()  # rules of the whole that do not hold


class Declaration(NamedTuple):
    """The rules by which a bag is read, and the bytes that say so."""

    version: tuple[int, int]
    encoding: str  # of the tag files
    data: bytes

    @classmethod
    def read(cls, place: Place) -> Declaration:
        """Read bagit.txt.

        Raises:
            ManifestError: it cannot be read, or does not say it.
        """
        data = _read(place, DECLARATION)
        try:
            return cls(*bag.declaration(data), data)
        except ValueError as error:
            raise ManifestError(f"{_shown(place, DECLARATION)}: {error}") from error


def _shown(place: Place, name: bytes) -> str:
    return quoted(os.fsencode(place.show(name)))


def _read(place: Place, name: bytes) -> bytes:
    item = place.find(name)
    try:
        if item is None:
            raise FileNotFoundError(2, os.strerror(2))
        return place.read(item, _files.MAX_SIZE)
    except OSError as error:
        raise _files.unreadable(os.fsencode(place.show(name)), error, ManifestError) from error


def _read_text(place: Place, name: bytes, declaration: Declaration) -> bytes:
    """Return a tag file in UTF-8."""
    try:
        return bag.to_utf8(_read(place, name), declaration.encoding)
    except ValueError as error:
        raise ManifestError(f"{_shown(place, name)}: {error}") from error


def _read_manifest(place: Place, name: bytes, declaration: Declaration) -> Manifest:
    path, shown = os.fsencode(place.show(name)), os.fsdecode(name)
    format_ = _formats.having(_formats.OF_BAGS)
    match = format_.match_name(shown, by_name())
    if match is None:
        raise ManifestError(f"{quoted(path)} is not a manifest of a bag")
    data = _read(place, name)  # as it lies there: what signatures are over
    beside = tuple([each for each in map(name.__add__, SEALS) if place.find(each)])
    manifest = Manifest(
        os.fsdecode(path), data, format_, match.algorithm, b"", (name,), place, name, beside
    )
    try:
        text = bag.to_utf8(data, declaration.encoding)
        rows = format_.lines(text, Hint(shown, match.algorithm))
        lines = list(_apply_bag_rules(rows, manifest, declaration))
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
    return manifest._replace(lines=lines)


def is_tag_manifest(manifest: Manifest) -> bool:
    """Whether a manifest lists what is beside the payload."""
    return manifest.own[0].lower().startswith(b"tag")


def _apply_bag_rules(
    lines: Iterable[Line], manifest: Manifest, declaration: Declaration
) -> Iterator[Line]:
    """Pass on lines; those that a bag must not have are malformed.

    Names that lead out of the bag are passed on, for the core to refuse.
    """
    of_tags, seen = is_tag_manifest(manifest), set[str]()
    for line in lines:
        if not isinstance(line, Entry) or leads_out(line.path):
            yield line
            continue
        path = line.path.removeprefix("./")
        if path.startswith(f"{PAYLOAD}/") == of_tags:
            where = f"not in {PAYLOAD}/" if not of_tags else f"in {PAYLOAD}/"
            yield Malformed(line.line, f"{path} is {where}")
        elif declaration.version >= (1, 0) and path in seen:
            yield Malformed(line.line, f"{path} is listed twice")
        else:
            seen.add(path)
            yield line


def _gaps(place: Place, payload: Sequence[Manifest]) -> list[Result]:
    """Return what is wrong if not every manifest lists every file, as version 1.0 wants it."""
    listed = [
        {line.path for line in manifest.lines or () if isinstance(line, Entry)}
        for manifest in payload
    ]
    everything = set[str]().union(*listed)
    return [
        _fault(place, manifest.name, f"{path} is not in it, and is in another manifest")
        for manifest, paths in zip(payload, listed, strict=True)
        for path in sorted(everything - paths)
    ]


def _to_fetch(
    place: Place, data: bytes | None, declaration: Declaration
) -> tuple[dict[str, str], list[Result]]:
    """Return where files can be fetched from, by path, and what is wrong with fetch.txt."""
    notes: dict[str, str] = {}
    faults: list[Result] = []
    if data is None:
        return notes, faults
    try:
        for row in bag.fetch(bag.to_utf8(data, declaration.encoding)):
            if isinstance(row, Malformed):
                faults.append(_fault(place, FETCH, row.reason, row.line))
            elif leads_out(row.path) or not row.path.removeprefix("./").startswith(f"{PAYLOAD}/"):
                faults.append(_fault(place, FETCH, f"not in {PAYLOAD}/", row.line))
            else:
                notes[row.path.removeprefix("./")] = f"to be fetched from {row.url}"
    except ValueError as error:
        raise ManifestError(f"{_shown(place, FETCH)}: {error}") from error
    return notes, faults


def _oxum_faults(place: Place, declaration: Declaration) -> list[Result]:
    """Return what is wrong if the payload does not add up to what bag-info.txt says."""
    for name in _INFO:
        if not place.find(name):
            continue
        try:
            oxum = bag.payload_oxum(bag.info(_read_text(place, name, declaration)))
        except ValueError as error:
            return [_fault(place, name, str(error))]
        if oxum is None:
            continue
        try:
            found = _payload_of(place)
        except ManifestError as error:
            return [_fault(place, name, str(error))]
        if found != oxum:
            text = f"the Payload-Oxum is {oxum.octets}.{oxum.streams}"
            why = f"{text}, and the payload {found.octets}.{found.streams}"
            return [_fault(place, name, why)]
    return []


def _payload_of(place: Place) -> bag.Oxum:
    found = list(place.walk(PAYLOAD.encode()))
    sizes = [e.size for e in found if not e.fault or e.fault.unlisted != "ignored"]
    return bag.Oxum(sum(sizes), len(sizes))
