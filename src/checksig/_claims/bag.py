"""Bags: directories with a payload, manifests of it, and rules of their own.

Source: RFC 8493, sections 2 and 3; the drafts of versions 0.93 to 0.97 where they differ.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from checksig import _files
from checksig._bridge import algorithms as _algorithms
from checksig._claims.lists import Found, Manifest
from checksig._entries import Entry, Malformed
from checksig._formats import Hint, bag, bagit
from checksig._names import quoted
from checksig._places import directory
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._entries import Line

DECLARATION: Final = b"bagit.txt"
PAYLOAD: Final = "data"

_INFO: Final = (b"bag-info.txt", b"package-info.txt")
_FETCH: Final = b"fetch.txt"


class Place(Protocol):
    """Where a bag can lie: a directory, or an archive."""

    @property
    def root(self) -> bytes:
        """The path of the place."""
        ...

    def top(self) -> Iterable[bytes]:
        """Return the names of what is at the top."""
        ...

    def has(self, name: bytes) -> bool:
        """Whether there is something of that name."""
        ...

    def read(self, name: bytes) -> bytes:
        """Return the bytes of a small file; raise OSError if it cannot be read."""
        ...

    def sizes_below(self, directory: bytes) -> Iterator[int]:
        """Yield the sizes in bytes of all files below a directory."""
        ...


class _Directory(NamedTuple):
    root: bytes

    def top(self) -> Iterable[bytes]:
        return directory.files_in(self.root)

    def has(self, name: bytes) -> bool:
        return os.path.lexists(os.path.join(self.root, name))

    def read(self, name: bytes) -> bytes:
        return _files.read_regular(os.path.join(self.root, name))

    def sizes_below(self, directory: bytes) -> Iterator[int]:
        for place, _, names in os.walk(os.path.join(self.root, directory)):
            for name in names:
                yield os.lstat(os.path.join(place, name)).st_size


def is_bag(root: bytes) -> bool:
    """Whether a directory says that it is a bag."""
    return _Directory(root).has(DECLARATION)


def load(root: bytes) -> Found:
    """Read the manifests of a bag that is a directory.

    Raises:
        ManifestError: it is no bag that can be checked.
    """
    return load_from(_Directory(root))


def load_from(place: Place) -> Found:
    """Read the manifests of a bag.

    Raises:
        ManifestError: it is no bag that can be checked.
    """
    declaration = _Declaration.read(place)
    known = _algorithms.by_name()
    names = sorted(
        name for name in place.top() if bagit.FORMAT.match_name(os.fsdecode(name), known)
    )
    manifests = [_read_manifest(place, name, declaration) for name in names]
    payload = [manifest for manifest in manifests if not _is_tag_manifest(manifest)]
    if not payload:
        raise ManifestError(f"the bag {quoted(place.root)} has no manifest of its payload")
    notes, faults = _fetch(place, declaration)
    faults += _oxum_faults(place, declaration)
    if declaration.version >= (1, 0):
        faults += _gaps(payload)
    first = manifests.index(payload[0])
    lines = [*(manifests[first].lines or ()), *faults]
    manifests[first] = manifests[first]._replace(lines=lines)
    return Found(place.root, manifests, complete_within=PAYLOAD, notes=notes)


class _Declaration(NamedTuple):
    version: tuple[int, int]
    encoding: str

    @classmethod
    def read(cls, place: Place) -> _Declaration:
        try:
            return cls(*bag.declaration(_read(place, DECLARATION)))
        except ValueError as error:
            raise ManifestError(f"{_shown(place, DECLARATION)}: {error}") from error


def _shown(place: Place, name: bytes) -> str:
    return quoted(os.path.join(place.root, name))


def _read(place: Place, name: bytes) -> bytes:
    try:
        return place.read(name)
    except OSError as error:
        raise _files.unreadable(os.path.join(place.root, name), error, ManifestError) from error


def _read_text(place: Place, name: bytes, declaration: _Declaration) -> bytes:
    """Return a tag file in UTF-8."""
    try:
        return bag.to_utf8(_read(place, name), declaration.encoding)
    except ValueError as error:
        raise ManifestError(f"{_shown(place, name)}: {error}") from error


def _read_manifest(place: Place, name: bytes, declaration: _Declaration) -> Manifest:
    path, shown = os.path.join(place.root, name), os.fsdecode(name)
    claim = bagit.FORMAT.match_name(shown, _algorithms.by_name())
    if claim is None or bagit.FORMAT.parse is None:
        raise ManifestError(f"{quoted(path)} is no manifest of a bag")
    data = _read_text(place, name, declaration)
    manifest = Manifest(os.fsdecode(path), b"", bagit.FORMAT, claim.algorithm, b"", [name])
    try:
        found = bagit.FORMAT.parse(data, Hint(shown, claim.algorithm))
        lines = list(_held_to_rules(found, manifest, declaration))
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
    return manifest._replace(lines=lines)


def _is_tag_manifest(manifest: Manifest) -> bool:
    return manifest.own[0].lower().startswith(b"tag")


def _held_to_rules(
    lines: Iterable[Line], manifest: Manifest, declaration: _Declaration
) -> Iterator[Line]:
    """Pass on lines; those that a bag must not have are malformed.

    Names that lead out of the bag are passed on, for the core to refuse.
    """
    of_tags, seen = _is_tag_manifest(manifest), set[str]()
    for line in lines:
        if not isinstance(line, Entry) or _leads_out(line.path):
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


def _leads_out(path: str) -> bool:
    return path.startswith("/") or ".." in path.split("/")


def _gaps(payload: Sequence[Manifest]) -> list[Malformed]:
    """Return what is wrong if not every manifest lists every file, as version 1.0 wants it."""
    listed = [
        {line.path for line in manifest.lines or () if isinstance(line, Entry)}
        for manifest in payload
    ]
    everything = set[str]().union(*listed)
    return [
        Malformed(0, f"{path} is not in {os.fsdecode(manifest.own[0])}")
        for manifest, paths in zip(payload, listed, strict=True)
        for path in sorted(everything - paths)
    ]


def _fetch(place: Place, declaration: _Declaration) -> tuple[dict[str, str], list[Malformed]]:
    """Return where files can be fetched from, by path, and what is wrong with fetch.txt."""
    notes: dict[str, str] = {}
    faults: list[Malformed] = []
    if not place.has(_FETCH):
        return notes, faults
    try:
        for row in bag.fetch(_read_text(place, _FETCH, declaration)):
            if isinstance(row, Malformed):
                faults.append(Malformed(0, f"fetch.txt, line {row.line}: {row.reason}"))
            elif _leads_out(row.path) or not row.path.removeprefix("./").startswith(f"{PAYLOAD}/"):
                faults.append(Malformed(0, f"fetch.txt, line {row.line}: not in {PAYLOAD}/"))
            else:
                notes[row.path.removeprefix("./")] = f"to be fetched from {row.url}"
    except ValueError as error:
        raise ManifestError(f"{_shown(place, _FETCH)}: {error}") from error
    return notes, faults


def _oxum_faults(place: Place, declaration: _Declaration) -> list[Malformed]:
    """Return what is wrong if the payload does not add up to what bag-info.txt says."""
    for name in _INFO:
        if not place.has(name):
            continue
        try:
            oxum = bag.payload_oxum(bag.info(_read_text(place, name, declaration)))
        except ValueError as error:
            return [Malformed(0, f"{os.fsdecode(name)}: {error}")]
        if oxum and (found := _payload_of(place)) != oxum:
            text = f"{os.fsdecode(name)}: the Payload-Oxum is {oxum.octets}.{oxum.streams}"
            return [Malformed(0, f"{text}, and the payload {found.octets}.{found.streams}")]
    return []


def _payload_of(place: Place) -> bag.Oxum:
    sizes = list(place.sizes_below(PAYLOAD.encode()))
    return bag.Oxum(sum(sizes), len(sizes))
