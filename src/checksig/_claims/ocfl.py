"""Objects of the Oxford Common File Layout.

Source: OCFL 1.0 and 1.1, "OCFL Object" and "Validation Codes". The inventory is a list as others
are, and so is that of each version: all of them have to hold. What the layout asks for besides is
told here, by the codes of the specification.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Any, Final

from checksig import _files, _formats
from checksig._claims import lists
from checksig._formats._inventory import as_dict, content_directory, number_of, paths_of
from checksig._json import load
from checksig._names import below, escape
from checksig._places import Item
from checksig._results import Result, Status

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from checksig._claims.ask import Found
    from checksig._claims.parsing import Manifest
    from checksig._places import Place
    from checksig._trust.policy import Policy

OBJECT: Final = b"0=ocfl_object_"  #: how the declaration of an object begins
ROOT: Final = b"0=ocfl_1."  #: and that of a storage root
_INVENTORY: Final = "inventory.json"
_SIDECAR: Final = r"inventory\.json\.(sha512|sha256)"
_LINE: Final = rb"([0-9A-Fa-f]+)[ \t]+inventory\.json\s*"
#: In bytes, of declarations and sidecars.
_SMALL: Final = 4096


def with_versions(found: Found, place: Place, policy: Policy) -> Found:
    """Return lists with those of the versions of objects, and what is wrong with their layout.

    Raises:
        TrustError: the inventory of a version is in a signature that does not hold.
    """
    manifests, faults = list(found.manifests), list(found.faults)
    homes = {os.path.dirname(each.name) for each in manifests if _is_inventory(each)}
    for root in sorted(home for home in homes if not _is_version(home, homes)):
        seen = Object(place, root, {item.name for item in place.walk(root)})
        # Below a directory all lists were found, but names in these are those of the object.
        manifests = [each for each in manifests if each.name not in seen.older]
        manifests += seen.inventories(policy)
        faults += seen.faults()
    return found._replace(manifests=manifests, faults=tuple(faults))


def _is_inventory(manifest: Manifest) -> bool:
    return manifest.format.name == _formats.OF_OBJECTS


def _is_version(home: bytes, homes: Container[bytes]) -> bool:
    """Whether a directory is that of a version of an object, by its name and its place."""
    above, _, name = home.rpartition(b"/")
    return bool(home) and above in homes and number_of(os.fsdecode(name)) > 0


def fault(path: str, why: str) -> Result:
    """Return the verdict on what breaks a rule."""
    return Result(path, Status.MALFORMED, detail=why)


def of_declaration(
    place: Place, name: bytes, pattern: str, called: str, content: str
) -> Iterator[Result]:
    """Yield what is wrong with a declaration, which holds what it is called."""
    base = os.path.basename(os.fsdecode(name))
    match = re.fullmatch(pattern, base)
    if not match:
        yield fault(os.fsdecode(name), f"{called}: the declaration is of no version that is known")
    elif bytes_of(place, name) != match[1].encode() + b"\n":
        yield fault(
            os.fsdecode(name), f"{content}: the declaration does not hold what it is called"
        )


def bytes_of(place: Place, name: bytes, limit: int = _SMALL) -> bytes | None:
    """Return what is in a small file; None if it cannot be read."""
    try:
        item = place.find(name)
        return place.read(item, limit) if item else None
    except OSError:
        return None


def json_of(place: Place, name: bytes) -> object:
    """Return what is in a document; None if it is none."""
    try:
        return load(bytes_of(place, name, _files.MAX_SIZE) or b"")
    except ValueError:
        return None


class Object:
    """An object, and the files in it."""

    def __init__(self, place: Place, root: bytes, names: set[bytes]) -> None:
        """Look at its inventories.

        Args:
            place: The place that it is in.
            root: Its directory there.
            names: Its files, by their names in the place.
        """
        self._place, self._root = place, root
        cut = len(root) + 1 if root else 0
        self._names = {os.fsdecode(name[cut:]) for name in names}
        self._inventory = self._read("")
        self._versions = as_dict(self._inventory.get("versions"))
        self._older = {
            name: self._read(name)
            for name in sorted(self._versions, key=number_of)
            if f"{name}/{_INVENTORY}" in self._names
        }

    @property
    def older(self) -> set[bytes]:
        """The names of the inventories of versions."""
        return {self._at(f"{name}/{_INVENTORY}") for name in self._older}

    def _at(self, name: str) -> bytes:
        return below(self._root, os.fsencode(name))

    def _read(self, directory: str) -> dict[str, Any]:
        name = f"{directory}/{_INVENTORY}" if directory else _INVENTORY
        return as_dict(json_of(self._place, self._at(name))) if name in self._names else {}

    def _data(self, directory: str) -> bytes | None:
        """Return the bytes of the inventory in a directory of the object."""
        name = f"{directory}/{_INVENTORY}" if directory else _INVENTORY
        return bytes_of(self._place, self._at(name), _files.MAX_SIZE)

    def _fault(self, name: str, why: str) -> Result:
        return fault(os.fsdecode(self._at(name)), why)

    def inventories(self, policy: Policy, *, top: bool = False) -> list[Manifest]:
        """Return the inventories of versions as lists; if ``top``, that of the object as well.

        Raises:
            TrustError: one is in a signature that does not hold.
        """
        names = [f"{each}/{_INVENTORY}" for each in self._older]
        if top and _INVENTORY in self._names:
            names.insert(0, _INVENTORY)
        items = [Item(self._at(name)) for name in names]
        found = [lists.read(self._place, item, self._place, policy) for item in items]
        return [each._replace(base=self._root) for each in found]

    @property
    def _head(self) -> str:
        head = self._inventory.get("head")
        return head if isinstance(head, str) else ""

    def faults(self) -> Iterator[Result]:
        """Yield what is wrong with the layout of the object."""
        yield from self._of_declarations()
        yield from self._of_top()
        yield from self._of_content()
        for directory in ("", *self._older):
            yield from self._of_sidecar(directory)
        for name, older in self._older.items():
            for why in self._of_version(name, older):
                yield self._fault(f"{name}/{_INVENTORY}", why)

    def _of_declarations(self) -> Iterator[Result]:
        start = OBJECT.decode()
        found = [name for name in self._names if "/" not in name and name.startswith(start)]
        if len(found) != 1:
            yield self._fault("", "E003: there is not exactly one declaration of the object")
        for name in found:
            pattern = r"0=(ocfl_object_1\.[01])"
            yield from of_declaration(self._place, self._at(name), pattern, "E004", "E007")
            if (said := name.removeprefix(start)) and f"/{said}/" not in str(
                self._inventory.get("type")
            ):
                yield self._fault(name, "E038: the inventory is of another version of OCFL")
        if _INVENTORY not in self._names:
            yield self._fault(_INVENTORY, "E063: the object has no inventory")

    def _of_top(self) -> Iterator[Result]:
        """Yield what does not belong into the directory of the object, and what is not there."""
        there = {name.partition("/")[0] for name in self._names}
        for version in self._versions:
            if version not in there and not self._is_empty(version):
                yield self._fault(version, f"E010: {escape(version)} has no directory")
        for name in sorted(self._names):
            first, slash, rest = name.partition("/")
            if not slash:
                if not re.fullmatch(rf"{_INVENTORY}|{_SIDECAR}|0=ocfl_object_.*", name):
                    yield self._fault(name, "E001: it does not belong to an object")
            elif first == "extensions":
                if "/" not in rest:
                    yield self._fault(name, "E067: a file among the extensions")
            elif first not in self._versions and first != "logs":
                code = "E046" if number_of(first) else "E001"
                yield self._fault(name, f"{code}: {escape(first)} is no version of the inventory")
            elif first != "logs" and not re.fullmatch(rf"{_INVENTORY}|{_SIDECAR}|.*/.*", rest):
                yield self._fault(name, "E015: it does not belong to a version")
        if root := self._place.root:
            for name in sorted(self._names):
                if os.path.islink(os.path.join(root, self._at(name))):
                    yield self._fault(name, "E090: a link")

    def _is_empty(self, version: str) -> bool:
        """Whether there is a directory of a version, in which there are no files."""
        root = self._place.root
        return root is not None and os.path.isdir(os.path.join(root, self._at(version)))

    def _of_content(self) -> Iterator[Result]:
        """Yield content that an inventory lacks, and which it should have."""
        directory = content_directory(self._inventory)
        known = set(paths_of(as_dict(self._inventory.get("manifest"))))
        older = {
            number_of(name): set(paths_of(as_dict(each.get("manifest"))))
            for name, each in self._older.items()
        }
        for name in sorted(self._names):
            version, _, rest = name.partition("/")
            if version not in self._versions or not rest.startswith(f"{directory}/"):
                continue
            if name not in known:
                yield self._fault(name, "E023: the manifest lacks it")
            for number, paths in older.items():
                if number >= number_of(version) and name not in paths:
                    yield self._fault(name, f"E023: the inventory of version {number} lacks it")

    def _of_sidecar(self, directory: str) -> Iterator[Result]:
        """Yield what is wrong with the digest beside an inventory."""
        name = f"{directory}/{_INVENTORY}" if directory else _INVENTORY
        if (data := self._data(directory)) is None:
            return
        inventory = self._older[directory] if directory else self._inventory
        kind = inventory.get("digestAlgorithm")
        if kind not in ("sha512", "sha256"):
            return  # it is no list then, and whoever reads it says so
        sidecar = bytes_of(self._place, self._at(f"{name}.{kind}"))
        if sidecar is None:
            yield self._fault(name, f"E058: there is no {_INVENTORY}.{kind}")
        elif not (match := re.fullmatch(_LINE, sidecar)):
            yield self._fault(f"{name}.{kind}", f"E061: it is not a digest and {_INVENTORY}")
        elif hashlib.new(kind, data).hexdigest().encode() != match[1].lower():
            yield self._fault(name, "E060: it has not the digest that is beside it")

    def _of_version(self, name: str, older: dict[str, Any]) -> Iterator[str]:
        """Yield what is wrong with the inventory of a version, beside that of the object."""
        current = self._inventory
        if older.get("head") != name:
            yield "E040: the head of its inventory is another version"
        if older.get("id") != current.get("id"):
            yield "E037: the inventory is of another object"
        if content_directory(older) != content_directory(current):
            yield "E019: the inventory has another directory of content"
        before = [each for each in self._older if number_of(each) < number_of(name)]
        if before and str(older.get("type")) < str(self._older[before[-1]].get("type")):
            yield "E103: the version is of an older specification than the one before"
        if str(older.get("type")) > str(current.get("type")):
            yield "E103: the version is of a later specification than the object"
        if name == self._head and self._data(name) != self._data(""):
            yield "E064: the inventory of the object is not that of its last version"
        for version, block in as_dict(older.get("versions")).items():
            if not _same_state(older, current, version, as_dict(block)):
                yield f"E066: {escape(version)} is not what the inventory of the object says"


def _same_state(
    older: dict[str, Any], current: dict[str, Any], version: str, block: dict[str, Any]
) -> bool:
    """Whether a version has the same files in two inventories, whose algorithms may differ."""
    there = as_dict(as_dict(current.get("versions")).get(version))
    before, now = (_content(each, found) for each, found in ((older, block), (current, there)))
    return before.keys() == now.keys() and all(before[path] & now[path] for path in before)


def _content(inventory: dict[str, Any], version: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Return the content files that may stand for each logical path of a version."""
    manifest = as_dict(inventory.get("manifest"))
    return {
        path: frozenset(paths_of({digest: manifest.get(digest)}))
        for digest, paths in as_dict(version.get("state")).items()
        for path in paths_of({digest: paths})
    }
