"""Signatures over bags: over their tag manifests, and what these list."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, NamedTuple

from checksig import _schemes
from checksig._bridge.algorithms import is_as_strong
from checksig._bridge.hashing import hash_stream
from checksig._claims.bag import DECLARATION, FETCH, is_tag_manifest
from checksig._claims.signed import prove_one
from checksig._entries import Entry
from checksig._names import quoted, shortest
from checksig.errors import SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from checksig._claims.bag import Bag
    from checksig._claims.parsing import Manifest
    from checksig._places import Place
    from checksig._results import Strength
    from checksig._trust.policy import Policy


def prove_bag(place: Place, found: Bag, policy: Policy, least: Strength | None) -> Proved:
    """Check the signatures over the tag manifests of a bag, and what these list.

    A signature over a tag manifest covers the files that it lists, the other manifests and
    bagit.txt among them: their bytes, as they were parsed, have to be those. Where a signature is
    asked for, whatever no signed tag manifest covers fails.

    Args:
        place: The place that the bag lies in.
        found: The bag.
        policy: Whom the caller trusts.
        least: The strength that one algorithm needs by which a file is covered.

    Raises:
        SignatureInvalid: a signature is not one over its tag manifest.
        SignatureUntrusted: something is not covered.
    """
    manifests = found.manifests
    policy = policy.for_list(*[each.path for each in manifests])
    if policy.signatures and sum(map(is_tag_manifest, manifests)) != 1:
        raise SignatureUntrusted(
            "a signature is given, and the bag does not have exactly one tag manifest"
        )
    if not policy.required and not any(each.beside for each in manifests):
        return Proved(manifests, (), found.notes)
    unchecked: list[str] = []
    doubts: list[str] = []
    beside = policy if policy.signatures else policy._replace(required=False)
    proved: list[Manifest] = []
    for manifest in manifests:
        if not is_tag_manifest(manifest):
            proved.append(manifest)
            continue
        tags = prove_one(place, manifest, beside, unchecked, doubts)
        if tags.lines is None:  # its signature holds another list
            raise SignatureInvalid(f"{quoted(os.fsencode(tags.path))} is not the one beside it")
        proved.append(tags)
    cover = _Cover.of(place, proved, least)
    if policy.required and not cover.entries:
        raise _unsigned_bag(place, policy, doubts)
    if cover.entries:
        cover.expect(DECLARATION, found.declaration.data, required=policy.required)
        _expect_covered(proved, cover, required=policy.required)
    fetched = found.fetch is None or cover.has(FETCH, found.fetch) or not policy.required
    return Proved(proved, tuple(unchecked), found.notes if fetched else {})


class Proved(NamedTuple):
    """The manifests of a bag with who signed them."""

    manifests: list[Manifest]
    unchecked: tuple[str, ...]  # paths of signatures that no trusted key is for
    notes: dict[str, str]  # by path; none that nobody has signed, where that is asked for


def _unsigned_bag(place: Place, policy: Policy, doubts: list[str]) -> SignatureUntrusted:
    ends = _schemes.EXAMPLES
    return SignatureUntrusted(
        "; ".join([*doubts, *policy.doubts])
        or f"the bag {quoted(os.fsencode(place.show()))} is not signed: no file beside a tag "
        f"manifest ends in {ends}"
    )


def _expect_covered(manifests: list[Manifest], cover: _Cover, *, required: bool) -> None:
    for manifest in manifests:
        if manifest.signatures:
            continue
        if not is_tag_manifest(manifest):
            cover.expect(manifest.name, manifest.data, required=required)
            continue
        name = quoted(os.fsencode(manifest.path))
        for entry in manifest.lines if required and manifest.lines else ():
            if isinstance(entry, Entry) and shortest(entry.path) not in cover.entries:
                raise SignatureUntrusted(
                    f"{name} is not signed, and lists {quoted(os.fsencode(entry.path))}, which no "
                    "signed tag manifest lists"
                )


class _Cover(NamedTuple):
    """The files that signed tag manifests list."""

    place: Place
    entries: dict[str, list[Entry]]  # by path
    least: Strength | None

    @classmethod
    def of(cls, place: Place, manifests: list[Manifest], least: Strength | None) -> _Cover:
        """Return what those of the manifests list that are signed."""
        covered: dict[str, list[Entry]] = {}
        for entry in (line for each in manifests if each.signatures for line in each.lines or ()):
            if isinstance(entry, Entry):
                covered.setdefault(shortest(entry.path), []).append(entry)
        return cls(place, covered, least)

    def expect(self, name: bytes, data: bytes, *, required: bool) -> None:
        """Make sure that a file, as it was parsed, is what is listed.

        Raises:
            SignatureUntrusted: it is something else, or ``required`` and not listed.
        """
        if os.fsdecode(name) not in self.entries:
            if required:
                shown = quoted(os.fsencode(self.place.show(name)))
                raise SignatureUntrusted(f"{shown} is not listed by a signed tag manifest")
        elif not self.has(name, data):
            shown = quoted(os.fsencode(self.place.show(name)))
            raise SignatureUntrusted(f"{shown} is not what the signed tag manifest lists")

    def has(self, name: bytes, data: bytes) -> bool:
        """Whether a file, as it was parsed, is listed, and what is listed.

        Raises:
            SignatureUntrusted: it is listed by algorithms that are weaker than required.
        """
        entries = self.entries.get(os.fsdecode(name), [])
        names = list(dict.fromkeys(entry.algorithm for entry in entries))
        if entries and self.least and not is_as_strong(names, self.least):
            shown = quoted(os.fsencode(self.place.show(name)))
            weak = ", ".join(names)
            raise SignatureUntrusted(f"{shown} is listed by {weak}, weaker than required")
        found = hash_stream(io.BytesIO(data), names).digests if entries else {}
        return bool(entries) and all(
            found[entry.algorithm].hex() == entry.digest.lower() for entry in entries
        )
