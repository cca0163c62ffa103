"""Lists as claims: their bytes as the core takes them, and all else that they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._claims import lists
from checksig._claims.claim import Claim
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._bridge.wire import List
    from checksig._claims.lists import Manifest
    from checksig._results import Result, Source


def from_manifests(
    found: Sequence[Manifest],
    unchecked: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    *,
    links: bool = False,
    looks: bool = True,
    whole: str | None = None,
    notes: Mapping[str, str] | None = None,
    settled: tuple[Result, ...] = (),
    unbound: tuple[bytes, ...] = (),
) -> Claim:
    """Return lists as a claim: their bytes, as the core takes them, and all else they say.

    One of several that is no list of its format at all is a verdict.

    Raises:
        ManifestError: none of them is a list of its format.
    """
    unverified: list[bytes] = []
    signatures = [each for manifest in found for each in manifest.signatures]
    own = [name for manifest in found for name in manifest.own]
    packed_lists: list[List] = []
    sources: list[Source] = []
    for manifest in found:
        try:
            each, source = lists.pack(manifest, unverified, links=links)
        except ManifestError as error:
            if len(found) == 1:
                raise
            settled = (*settled, lists.fault(manifest.path, error))
            continue
        packed_lists.append(each)
        sources.append(source)
    if not packed_lists and found:
        raise ManifestError(settled[-1].detail)
    return Claim(
        lists=tuple(packed_lists),
        sources=tuple(sources),
        signatures=tuple(signatures),
        unchecked=unchecked,
        remarks=remarks,
        own=tuple(own),
        unverified=tuple(unverified),
        unbound=unbound,
        whole=whole,
        looks=looks,
        notes=tuple((notes or {}).items()),
        settled=settled,
    )
