"""Lists of digests and who signed them, found in places: claims, which are values.

``find`` asks, in this order: what the caller gives (entries, lists by their paths), a wheel, a bag,
and files that are called like lists. ``signed`` checks signatures over whatever was found.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from checksig._bridge import packed
from checksig._bridge.wire import List
from checksig._claims import lists
from checksig._claims.claim import Claim, Slice, path_of
from checksig._names import quoted
from checksig._places import Directory
from checksig._trust import policy as policies
from checksig.errors import ManifestError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checksig._claims.lists import Manifest
    from checksig._entries import Entry
    from checksig._options import StrPath
    from checksig._places import Place
    from checksig._results import Result, Signature, Source, Strength
    from checksig._trust.policy import Policy

__all__ = ["WHEEL", "Ask", "Claim", "Part", "Slice", "find", "from_manifests", "path_of"]

_DECLARATION, _TAGS = b"bagit.txt", b"tagmanifest-"
WHEEL = b".whl"


#: Lists, paths of signatures that no trusted key is for, and remarks: see ``signed.Proved``.
_Proved: TypeAlias = "tuple[list[Manifest], tuple[str, ...], tuple[str, ...]]"


class Part(NamedTuple):
    """A place, and what is said of it."""

    place: Place
    claim: Claim


class Ask(NamedTuple):
    """The list that a caller asks for."""

    path: bytes
    manifest: StrPath | Sequence[StrPath] | None = None
    entries: Iterable[Entry] | None = None
    signatures: tuple[Signature, ...] = ()  # over what the entries were taken from
    recursive: bool = False
    links: bool = False  # whether symbolic links that lists record are compared
    least: Strength | None = None  # the strength that is asked for

    @property
    def is_named(self) -> bool:
        """Whether the caller gives the list, so that none is looked for."""
        return self.manifest is not None or self.entries is not None


def find(place: Place, ask: Ask, policy: Policy) -> Part:
    """Return a place with what is said of it.

    Raises:
        ManifestError: there is nothing, or it cannot be read.
        TrustError: it is not signed as the policy asks.
        TypeError, ValueError: an entry that a caller gives is not one.
    """
    manifest = ask.manifest
    if place.root is not None and ask.is_named:
        if os.path.isfile(ask.path):
            raise ManifestError(f"{quoted(ask.path)} is neither a directory nor an archive")
        place = Directory(ask.path)  # it has to be one: the core says so if it is not
    if ask.entries is not None:
        lines = packed.pack_entries(ask.entries)
        return Part(place, Claim((List(lines=lines),), signatures=ask.signatures))
    if manifest is not None:
        paths = (manifest,) if isinstance(manifest, (str, bytes, os.PathLike)) else manifest
        found = [lists.named(os.fsencode(path), place, policy) for path in paths]
        if not found:
            raise ManifestError("no list of digests is given: manifest is empty")
    elif place.root is not None and place.root != ask.path:
        if part := _of_file(place, ask.path, policy):
            return part
        place, found = _of_list(ask.path, policy)
    elif ask.path.lower().endswith(WHEEL) and place.root is None:
        from checksig._claims import wheel  # noqa: PLC0415 (few places are wheels)

        policies.refuse_unsigned(policy, ask.path)
        return Part(place, from_manifests([wheel.found(place)], whole=""))
    else:
        deep = ask.recursive and place.root is not None
        items = {item.name: item for item in place.walk(deep=deep)}
        if _DECLARATION in items and not deep:
            return _of_bag(place, items, policy, ask.least)
        if policy.required:
            _expect_no_tag_manifest(place, items)
        found = lists.found(place, items, policy)
    proved: _Proved = (found, (), ())
    if policy.required or any(each.beside or each.signatures for each in found):
        proved = _prove(place, found, policy)
    named = manifest is None and any(b"." in each.name for each in proved[0])
    settled = _unmet(proved[0]) if named else ()
    return Part(place, from_manifests(*proved, links=ask.links, settled=settled))


def _prove(place: Place, found: list[Manifest], policy: Policy) -> _Proved:
    """Return lists with who signed them."""
    from checksig._claims import signed  # noqa: PLC0415 (most lists are not signed)

    return signed.prove(place, found, policy)


def _unmet(found: list[Manifest]) -> tuple[Result, ...]:
    from checksig._claims import namesake  # noqa: PLC0415 (few lists are called after files)

    return tuple(namesake.unmet(found))


def _of_file(place: Place, path: bytes, policy: Policy) -> Part | None:
    """Return what lists beside a file say of it; None if it is a list, or none of them names it."""
    from checksig._claims import beside  # noqa: PLC0415 (most paths are those of directories)

    if beside.is_list(path):
        return None
    found, settled = beside.about(path, policy)
    if not found:
        return None
    proved = _prove(place, found, policy)
    return Part(place, from_manifests(*proved, settled=settled, looks=False))


def _of_list(path: bytes, policy: Policy) -> tuple[Place, list[Manifest]]:
    """Return a list, and the directory that its names are relative to."""
    home = os.path.dirname(path)
    manifest = lists.named(path, Directory(home), policy)
    place = Directory(os.path.normpath(os.path.join(home, manifest.format.base.encode())))
    own = lists.own_of(manifest.home, manifest.name, place, linked=not manifest.signatures)
    return place, [manifest._replace(own=own)]


def _of_bag(place: Place, names: Iterable[bytes], policy: Policy, least: Strength | None) -> Part:
    from checksig._claims import bag, signed_bag  # noqa: PLC0415 (few places are bags)

    proved = signed_bag.prove_bag(place, bag.found(place, names), policy, least)
    manifests, unchecked, notes = proved
    claim = from_manifests(manifests, whole=bag.PAYLOAD, notes=notes, unchecked=unchecked)
    return Part(place, claim)


def _expect_no_tag_manifest(place: Place, names: Iterable[bytes]) -> None:
    """Refuse what is left of a bag: its rules would not hold without its declaration.

    Raises:
        SignatureUntrusted: there is a tag manifest.
    """
    for name in names:
        if name.lower().startswith(_TAGS):
            shown = quoted(os.fsencode(place.show(name)))
            declaration = _DECLARATION.decode()
            raise SignatureUntrusted(f"{shown} is of a bag, and {declaration} is not there")


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
) -> Claim:
    """Return lists as a claim: their bytes, as the core takes them, and all else they say.

    Raises:
        ManifestError: one of them is no list of its format at all.
    """
    unverified: list[bytes] = []
    signatures = [each for manifest in found for each in manifest.signatures]
    own = [name for manifest in found for name in manifest.own]
    packed_lists: list[List] = []
    sources: list[Source] = []
    for manifest in found:
        each, source = lists.pack(manifest, unverified, links=links)
        packed_lists.append(each)
        sources.append(source)
    return Claim(
        lists=tuple(packed_lists),
        sources=tuple(sources),
        signatures=tuple(signatures),
        unchecked=unchecked,
        remarks=remarks,
        own=tuple(own),
        unverified=tuple(unverified),
        whole=whole,
        looks=looks,
        notes=tuple((notes or {}).items()),
        settled=settled,
    )
