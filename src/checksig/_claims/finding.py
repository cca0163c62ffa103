"""A place, and what is said of it: by lists that a caller names, or by those that lie there."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _formats
from checksig._bridge import packed
from checksig._bridge.wire import List
from checksig._claims import lists, searching
from checksig._claims.claim import Claim
from checksig._claims.packing import from_manifests
from checksig._claims.searching import Search
from checksig._names import quoted
from checksig._places import Directory
from checksig._trust import policy as policies
from checksig.errors import ManifestError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checksig._claims.lists import Manifest
    from checksig._entries import Entry
    from checksig._formats import Format
    from checksig._options import StrPath
    from checksig._places import Item, Place
    from checksig._results import Result, Signature, Strength
    from checksig._trust.policy import Policy

DECLARATION: Final = b"bagit.txt"
_TAGS: Final = b"tagmanifest-"
WHEEL: Final = b".whl"


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
    root: StrPath | None = None  # that names are relative to, if not the directory of the list
    format: str | None = None  # of the list, by its name

    @property
    def is_named(self) -> bool:
        """Whether the caller gives the list, so that none is looked for."""
        return self.manifest is not None or self.entries is not None


class _Found(NamedTuple):
    """Lists, and the place that their names are of."""

    place: Place
    manifests: list[Manifest]
    faults: list[Result]  # verdicts on lists that cannot be read


def find(place: Place, ask: Ask, policy: Policy) -> Part:
    """Return a place with what is said of it.

    Raises:
        ManifestError: there is nothing, or it cannot be read.
        TrustError: it is not signed as the policy asks.
        TypeError, ValueError: an entry that a caller gives is not one.
    """
    if place.root is not None and ask.is_named:
        if os.path.isfile(ask.path):
            raise ManifestError(f"{quoted(ask.path)} is neither a directory nor an archive")
        place = Directory(ask.path)  # it has to be one: the core says so if it is not
    if ask.entries is not None:
        lines = packed.pack_entries(ask.entries)
        return Part(place, Claim((List(lines=lines),), signatures=ask.signatures))
    if ask.manifest is not None:
        return of_lists(_named(place, ask.manifest, ask, policy), ask, policy)
    if ask.root is not None:
        return of_lists(_for_root(place, ask.root, ask, policy), ask, policy)
    if place.root is not None and place.root != ask.path:
        return _of_file(place, ask, policy) or of_lists(_alone(ask, policy), ask, policy)
    if ask.path.lower().endswith(WHEEL) and place.root is None:
        from checksig._claims import wheel  # noqa: PLC0415 (few places are wheels)

        policies.refuse_unsigned(policy, ask.path)
        return Part(place, from_manifests([wheel.found(place)], whole=""))
    items = {item.name: item for item in place.walk(deep=ask.recursive and place.root is not None)}
    if DECLARATION in items:
        return of_bag(place, items, ask, policy)
    return of_items(place, items, ask, policy)


def of_items(place: Place, items: Mapping[bytes, Item], ask: Ask, policy: Policy) -> Part:
    """Return a place with what is said of it by lists among these files.

    Raises:
        ManifestError, TrustError: as for :func:`find`.
    """
    if policy.required:
        _expect_no_tag_manifest(place, items)
    found = searching.found(Search(place, place, policy, _format(ask)), items)
    return of_lists(_Found(place, *found), ask, policy)


def of_lists(found: _Found, ask: Ask, policy: Policy) -> Part:
    """Return a place with what lists say of it.

    Raises:
        ManifestError, TrustError: as for :func:`find`.
    """
    place, manifests, faults = found
    unchecked: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unbound: tuple[bytes, ...] = ()
    if policy.required or any(each.beside or each.signatures for each in manifests):
        manifests, unchecked, remarks = _prove(place, manifests, policy)
    if ask.manifest is None and any(b"." in each.name for each in manifests):
        from checksig._claims import namesake  # noqa: PLC0415 (few lists are called after files)

        faults = [*faults, *namesake.unmet(manifests)]
    if any(searching.may_lead(each) for each in manifests):
        from checksig._claims import chain  # noqa: PLC0415 (few lists list others)

        followed = chain.follow(place, manifests, policy)
        manifests, unbound = followed.manifests, followed.unbound
        remarks, faults = (*remarks, *followed.remarks), [*faults, *followed.faults]
    if ask.recursive:
        manifests = [_bound(each) for each in manifests]
    claim = from_manifests(
        manifests, unchecked, remarks, links=ask.links, settled=tuple(faults), unbound=unbound
    )
    return Part(place, claim)


def _bound(manifest: Manifest) -> Manifest:
    """Return a list. One below the top that nobody has signed has to be listed, as GLEP 74 has it.

    It would else vouch for its own directory.
    """
    if b"/" in manifest.name and not manifest.signatures:
        return manifest._replace(own=())
    return manifest


def _format(ask: Ask) -> Format | None:
    """Return the format that the caller says.

    Raises:
        ValueError: there is none of that name.
    """
    if ask.format is None:
        return None
    if found := _formats.named(ask.format):
        return found
    names = ", ".join(each.name for each in _formats.table())
    raise ValueError(f"no format is called {ask.format}: choose from {names}")


def _named(place: Place, given: StrPath | Sequence[StrPath], ask: Ask, policy: Policy) -> _Found:
    """Return lists that a caller names."""
    form = _format(ask)
    paths = (given,) if isinstance(given, (str, bytes, os.PathLike)) else given
    wanted = [
        (os.fsdecode(path), partial(lists.named, os.fsencode(path), place, policy, form=form))
        for path in paths
    ]
    if not wanted:
        raise ManifestError("no list of digests is given: manifest is empty")
    return _Found(place, *lists.several(wanted))


def _for_root(home: Place, root: StrPath, ask: Ask, policy: Policy) -> _Found:
    """Return a list, or those in a directory, for another directory."""
    if home.root is None:
        raise ManifestError(f"{quoted(ask.path)} is an archive: root is for lists that lie outside")
    place = Directory(os.path.normpath(os.fsencode(root)))
    if home.root != ask.path:
        return _Found(place, [lists.named(ask.path, place, policy, form=_format(ask))], [])
    items = {item.name: item for item in home.walk(deep=ask.recursive)}
    return _Found(place, *searching.found(Search(home, place, policy, _format(ask)), items))


def _prove(
    place: Place, found: list[Manifest], policy: Policy
) -> tuple[list[Manifest], tuple[str, ...], tuple[str, ...]]:
    """Return lists with who signed them: see ``signed.Proved``."""
    from checksig._claims import signed  # noqa: PLC0415 (most lists are not signed)

    return signed.prove(place, found, policy)


def _of_file(place: Place, ask: Ask, policy: Policy) -> Part | None:
    """Return what lists beside a file say of it; None if it is a list, or none of them names it."""
    from checksig._claims import beside  # noqa: PLC0415 (most paths are those of directories)

    if ask.format is not None or beside.is_list(ask.path):
        return None
    found, settled = beside.about(ask.path, policy)
    if not found:
        return None
    proved = _prove(place, found, policy)
    return Part(place, from_manifests(*proved, settled=settled, looks=False))


def _alone(ask: Ask, policy: Policy) -> _Found:
    """Return a list, and the directory that its names are relative to."""
    home = os.path.dirname(ask.path)
    manifest = lists.named(ask.path, Directory(home), policy, form=_format(ask))
    base = _formats.base_of(manifest.format, os.path.abspath(os.fsdecode(ask.path)))
    place = Directory(os.path.normpath(os.path.join(home, base.encode())))
    if not os.path.isdir(place.root):
        place = Directory(home)
    own = lists.own_of(manifest.home, manifest.name, place, linked=not manifest.signatures)
    return _Found(place, [manifest._replace(own=own)], [])


def of_bag(place: Place, names: Iterable[bytes], ask: Ask, policy: Policy) -> Part:
    """Return a bag with what its manifests say of it.

    Raises:
        ManifestError: it is no bag that can be checked.
        TrustError: it is not signed as the policy asks.
    """
    from checksig._claims import bag, signed_bag  # noqa: PLC0415 (few places are bags)

    proved = signed_bag.prove_bag(place, bag.found(place, names), policy, ask.least)
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
            declaration = DECLARATION.decode()
            raise SignatureUntrusted(f"{shown} is of a bag, and {declaration} is not there")
