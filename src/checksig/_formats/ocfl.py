"""``inventory.json`` of the Oxford Common File Layout: all content files of an object.

Source: the OCFL specifications 1.0 and 1.1, "Inventory"; codes are those of its "Validation Codes".
The manifest has digests of all versions, and ``fixity`` more of them. What a version lists has to
be in the manifest. Storage roots are not read, and the layout of an object is not looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format, Tree
from checksig._formats._lines import head
from checksig._formats._values import algorithm, hexadecimal, text_name
from checksig._json import as_array, as_object, as_string, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_TYPE: Final = r"https://ocfl\.io/1\.[01]/spec/#inventory"
_ALGORITHMS: Final = ("sha512", "sha256")
#: Of a content file: below a version.
_PATH: Final = r"(?s)v[0-9]+/.+"
#: Files of an object that its inventory does not list.
_OTHERS: Final = ("/0=ocfl_object_*", "/v*/inventory.json*", "/logs/**", "/extensions/**")


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    inventory = as_object(load(data), "the inventory")
    kind = _expect_known(inventory)
    manifest = as_object(inventory.get("manifest"), "E041: the manifest")
    number = 0
    paths: set[str] = set()
    for digest, found in manifest.items():
        for path in _paths(found, "E092"):
            number += 1
            paths.add(path)
            yield _entry(path, digest, kind, number)
    for name, block in as_object(inventory.get("fixity", {}), "E111: the fixity").items():
        for digest, found in as_object(block, "E057: a fixity block").items():
            for path in _paths(found, "E057"):
                number += 1
                if path in paths:
                    yield _entry(path, digest, algorithm(name), number)
                else:
                    yield Malformed(number, "E057: the fixity block has a file that is not content")
    yield from _versions(inventory, {digest.lower() for digest in manifest}, number)


def _expect_known(inventory: dict[str, Any]) -> str:
    """Return the algorithm of the manifest.

    Raises:
        ValueError: the inventory is none that is known.
    """
    if not re.fullmatch(_TYPE, as_string(inventory.get("type"), "E038: the type")):
        raise ValueError("E038: the inventory is of no version of OCFL that is known")
    kind = as_string(inventory.get("digestAlgorithm"), "E036: the algorithm")
    if kind not in _ALGORITHMS:
        raise ValueError("E025: the algorithm of the manifest is neither sha512 nor sha256")
    return kind


def _paths(found: object, code: str) -> list[str]:
    paths = [text_name(path) for path in as_array(found, f"{code}: the paths of a digest")]
    if not paths:
        raise ValueError(f"{code}: a digest has no paths")
    return paths


def _entry(path: str, digest: str, kind: str, number: int) -> Line:
    try:
        if not re.fullmatch(_PATH, path):
            raise ValueError("E042: the file is not below a version")
        return Entry(path, hexadecimal(digest), kind, number)
    except ValueError as error:
        return Malformed(number, str(error))


def _versions(inventory: dict[str, Any], digests: set[str], number: int) -> Iterator[Line]:
    """Yield what is wrong with the versions."""
    versions = as_object(inventory.get("versions"), "E043: the versions")
    if inventory.get("head") not in versions:
        number += 1
        yield Malformed(number, "E040: the head is none of the versions")
    for name, version in versions.items():
        state = as_object(as_object(version, "E048: a version").get("state"), "E048: the state")
        for digest in state:
            if digest.lower() not in digests:
                number += 1
                yield Malformed(number, f"E050: {name} lists what the manifest lacks")


def _tree(data: bytes) -> Tree:
    del data
    return Tree(unbound=_OTHERS)


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"{") and b'"digestAlgorithm"' in found


FORMAT: Final = Format(
    name="ocfl",
    title="inventory of OCFL",
    used_by="university and national libraries",
    sniff=_sniff,
    names=r"inventory\.json",
    weak=True,
    tree=_tree,
    parse=_parse,
)
