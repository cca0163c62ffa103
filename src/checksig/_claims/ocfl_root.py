"""Storage roots of the Oxford Common File Layout: directories of objects.

Source: OCFL 1.0 and 1.1, "OCFL Storage Root" and "Validation Codes".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig._claims import lists, ocfl
from checksig._claims.ask import Part
from checksig._formats._inventory import as_dict
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checksig._claims.parsing import Manifest
    from checksig._places import Place
    from checksig._results import Result
    from checksig._trust.policy import Policy


def part(place: Place, policy: Policy) -> Part:
    """Return a storage root with what the inventories of all its objects say.

    Raises:
        ManifestError: it has no object.
        TrustError: an inventory is in a signature that does not hold.
    """
    names = {item.name for item in place.walk()}
    roots = sorted(
        {os.path.dirname(n) for n in names if os.path.basename(n).startswith(ocfl.OBJECT)}
    )
    roots = [root for root in roots if root]
    if not roots:
        raise ManifestError(f"{place.show()} is a storage root of OCFL without an object")
    own = {root: set[bytes]() for root in roots}
    strays: list[bytes] = []
    for name in names:
        if (root := _root_of(name, own)) is None:
            strays.append(name)
        else:
            own[root].add(name)
    manifests: list[Manifest] = []
    faults = [*_of_storage_root(place, strays)]
    for root in roots:
        seen = ocfl.Object(place, root, own[root])
        manifests += seen.inventories(policy, top=True)
        faults += seen.faults()
    if not manifests:
        raise ManifestError("; ".join(str(each) for each in faults[:3]))
    claim = lists.claim(manifests, settled=tuple(faults), looks=False)
    return Part(place, claim)


def _root_of(name: bytes, roots: Mapping[bytes, object]) -> bytes | None:
    """Return the object that a file is in: the uppermost, so that none is in another unseen."""
    parts = name.split(b"/")
    for end in range(1, len(parts)):
        if (root := b"/".join(parts[:end])) in roots:
            return root
    return None


def _of_storage_root(place: Place, strays: list[bytes]) -> Iterator[Result]:
    """Yield what is wrong with a storage root besides its objects."""
    declarations = [name for name in strays if b"/" not in name and name.startswith(b"0=ocfl_")]
    if len(declarations) != 1:
        yield ocfl.fault("", "E076: there is not exactly one declaration of the storage root")
    for name in declarations:
        yield from ocfl.of_declaration(place, name, r"0=(ocfl_1\.[01])", "E077", "E080")
    if b"ocfl_layout.json" in strays:
        layout = as_dict(ocfl.json_of(place, b"ocfl_layout.json"))
        if not {"extension", "description"} <= layout.keys():
            yield ocfl.fault("ocfl_layout.json", "E070: it has no extension, or no description")
    for name in strays:
        if b"/" in name and not name.startswith(b"extensions/"):
            yield ocfl.fault(os.fsdecode(name), "E072: it is part of no object")
