"""``inventory.json`` of the Oxford Common File Layout: all content files of an object.

Source: the OCFL specifications 1.0 and 1.1, "Inventory"; codes are those of its "Validation Codes".
The manifest has digests of all versions, and ``fixity`` more of them. What a version lists has to
be in the manifest. The layout of an object is looked at by who has its files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Entry, Malformed
from checksig._formats._format import Format, Tree
from checksig._formats._inventory import as_dict, faults, paths_of
from checksig._formats._lines import head
from checksig._formats._values import algorithm, hexadecimal, text_name
from checksig._json import as_object, as_string, load

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
    try:
        inventory = as_object(load(data), "the inventory")
    except ValueError as error:
        raise ValueError(f"E033: {error}") from None
    kind = _expect_known(inventory)
    manifest, number = as_dict(inventory.get("manifest")), 0
    known = set(paths_of(manifest))
    for digest, found in manifest.items():
        for path in paths_of({digest: found}):
            number += 1
            yield _entry(path, digest, kind, number)
    for name, block in as_dict(inventory.get("fixity")).items():
        for digest, found in as_dict(block).items():
            for path in paths_of({digest: found}):
                number += 1
                if path in known:
                    yield _entry(path, digest, name or "?", number)
    for why in faults(inventory):
        number += 1
        yield Malformed(number, why)


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


def _entry(path: str, digest: str, kind: str, number: int) -> Line:
    try:
        if not re.fullmatch(_PATH, path):
            raise ValueError("E042: the file is not below a version")
        return Entry(text_name(path), hexadecimal(digest), algorithm(kind), number)
    except ValueError as error:
        return Malformed(number, str(error))


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
