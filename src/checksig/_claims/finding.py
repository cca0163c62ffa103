"""A place, and what is said of it: by lists that a caller names, or by those that lie there."""

from __future__ import annotations

import os
from functools import partial

from checksig import _formats
from checksig._bridge.algorithms import by_name
from checksig._claims import candidates, lists
from checksig._claims.ask import AS_LISTED, Found, Part
from checksig._claims.candidates import DECLARATION, NoListError
from checksig._claims.lists import SEALS
from checksig._names import JOURNAL, UNFINISHED, quoted
from checksig._trust import policy as policies
from checksig.errors import ManifestError, SignatureUntrusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from checksig._claims.ask import Ask
    from checksig._claims.parsing import Manifest
    from checksig._places import Item, Place
    from checksig._trust.policy import Policy

_TAGS: Final = b"tagmanifest-"
_LIBRARY: Final = b"0=ocfl_1."  # the declaration of a storage root of OCFL
WHEEL: Final = b".whl"
#: The length of the name of a commit, and so that of a snapshot in a cache of the hub.
_COMMIT: Final = 40


def find(place: Place, ask: Ask, policy: Policy, items: Mapping[bytes, Item] | None = None) -> Part:
    """Return a place with what is said of it.

    Args:
        place: The place.
        ask: The list that a caller asks for.
        policy: Whom the caller trusts.
        items: Its files by their names, if they are known.

    Raises:
        ManifestError: there is nothing, or it cannot be read.
        TrustError: it is not signed as the policy asks.
        TypeError, ValueError: an entry that a caller gives is not one.
    """
    if ask.known:
        from checksig._claims import known  # noqa: PLC0415 (most files have names)

        claim = of_lists(known.found(place, ask, policy), ask, policy).claim
        return Part(place, claim._replace(looks=True, whole=""))
    home, named = place, ask.manifest is not None or ask.entries is not None
    inside = (home.root or home.path) != ask.path  # it is a list, and the place is around it
    if named or ask.root is not None or inside:
        from checksig._claims import outright  # noqa: PLC0415 (most lists are looked for)

        place = outright.place_of(home, ask)
        if named or inside:
            return outright.part(place, ask) or of_lists(
                outright.found(place, ask, policy), ask, policy
            )
    elif home.root is None and ask.path.lower().endswith(WHEEL):
        from checksig._claims import wheel  # noqa: PLC0415 (few places are wheels)

        policies.refuse_unsigned(policy, ask.path)
        return Part(home, lists.claim([wheel.found(home)], whole=""))
    if items is None:
        deep = ask.recursive and home.root is not None
        items = {item.name: item for item in home.walk(deep=deep)}
    if part := _of_layout(home, place, items, ask, policy):
        return part
    if policy.required:
        _expect_no_tag_manifest(home, items)
    try:
        found = among(home, items, place, ask, policy)
    except NoListError:
        if home is not place or policy.required:
            raise
        from checksig._claims import content_named  # noqa: PLC0415 (few places are such stores)

        if stored := content_named.part(home, items):
            return stored
        raise
    if home is place and any(m.format.name == _formats.OF_OBJECTS for m in found.manifests):
        from checksig._claims import ocfl  # noqa: PLC0415 (few places are of OCFL)

        found = ocfl.with_versions(found, home, policy)
    return of_lists(found, ask, policy)


def _of_layout(
    home: Place, place: Place, items: Mapping[bytes, Item], ask: Ask, policy: Policy
) -> Part | None:
    """Return a place that its layout tells, with what is said of it; None if it tells nothing.

    Raises:
        ManifestError: it cannot be read, or is not finished.
        TrustError: it is not signed as the policy asks.
    """
    if UNFINISHED in items or JOURNAL in items:  # in a walk there are files alone
        where = _where(home)
        raise ManifestError(f"{where} is an unfinished bag: run checksig bag {where} again")
    if DECLARATION in items and home is place:
        if ask.renaming != AS_LISTED:
            raise ManifestError(f"names in a bag are those of its files: {_where(home)} is one")
        return of_bag(place, items, ask, policy)
    if home.root is not None and (b"blobs" in items or len(os.path.basename(home.root)) == _COMMIT):
        from checksig._claims import hub_cache  # noqa: PLC0415 (few directories are caches)

        if cached := hub_cache.parts(home.root, ask, policy):
            return cached[0]
    if home is place and any(name.startswith(_LIBRARY) for name in items):
        from checksig._claims import ocfl_root  # noqa: PLC0415 (few places are of OCFL)

        policies.refuse_unsigned(policy, ask.path)
        return ocfl_root.part(home, policy)
    return None


def _where(place: Place) -> str:
    return quoted(os.fsencode(place.show()))


def among(
    home: Place, items: Mapping[bytes, Item], place: Place, ask: Ask, policy: Policy
) -> Found:
    """Return the lists among files, and of several, verdicts on those that cannot be read.

    They are files that are called like lists. A signature that is called like that of a list, which
    is not there, may hold it.

    Args:
        home: The place that the files lie in.
        items: They, by their names.
        place: The place that the lists are for.
        ask: How they are read.
        policy: Whom the caller trusts.

    Raises:
        ManifestError: there is no list, or none of them can be read.
        TrustError: a list is in a signature that does not hold.
    """

    def read(name: bytes) -> Manifest:
        manifest = lists.read(home, items[name], place, policy, form=ask.format)
        form, above = manifest.format, os.fsdecode(os.path.basename(home.root or b""))
        moves = form.base != "." or form.base_rule or above in form.bases
        if home is place and (moves or b"/" in name):
            manifest = lists.based(manifest)
        beside = [name + end for end in SEALS if name + end in items]
        return manifest._replace(beside=tuple(beside))

    names, copied = _names(home, items, place, policy)
    if len(names) == 1 and not copied:
        return Found(place, [read(names[0])])
    from checksig._claims import copies, several  # noqa: PLC0415 (there is mostly one)

    found = several.read({home.show(name): partial(read, name) for name in names})
    remarks = (*copies.said_of(copied), *found.remarks)
    return Found(place, found.manifests, found.faults, remarks=remarks)


def _names(
    home: Place, items: Mapping[bytes, Item], place: Place, policy: Policy
) -> tuple[list[bytes], list[bytes]]:
    """Return the names of lists, and of old copies of them, each sorted."""
    known = by_name()
    wanted: list[bytes] = []
    holders: list[bytes] = []
    called: list[bytes] = []  # like lists, and are none
    copied: list[bytes] = []  # from lists that are there
    for name in items:
        base = os.fsdecode(name[name.rfind(b"/") + 1 :])
        if name.endswith(SEALS):
            if candidates.may_hold_a_list(name, base, known, items):
                holders.append(name)
        elif match := _formats.match_name(base, known):
            if home.root is not None and os.path.isdir(os.path.join(home.root, name)):
                continue
            if match.weak and _is_copy(home, items, name, place):
                copied.append(name)
            elif not match.weak or candidates.holds_a_list(home, items[name], match):
                wanted.append(name)
            else:
                called.append(name)
    if policy.keys:
        wanted += holders
    if not wanted:
        raise NoListError(candidates.none_in(home, holders, called))
    return sorted(wanted), sorted(copied)


def _is_copy(home: Place, items: Mapping[bytes, Item], name: bytes, place: Place) -> bool:
    from checksig._claims import copies  # noqa: PLC0415 (few lists have weak names)

    return copies.is_copy(home, items[name], items, place)


def of_lists(found: Found, ask: Ask, policy: Policy) -> Part:
    """Return a place with what lists say of it.

    Raises:
        ManifestError, TrustError: as for :func:`find`.
    """
    place, manifests, faults, whole, remarks = found
    unbound: tuple[bytes, ...] = ()
    unchecked: tuple[str, ...] = ()
    if policy.required or policy.rules or any(each.beside or each.signatures for each in manifests):
        from checksig._claims import signed  # noqa: PLC0415 (most lists are not signed)

        manifests, unchecked, more = signed.prove(place, manifests, policy)
        remarks = (*remarks, *more)
    if ask.renaming != AS_LISTED:
        from checksig._claims import renaming  # noqa: PLC0415 (most names are as they are listed)

        manifests, settled, more = renaming.renamed(manifests, ask.renaming, place)
        remarks, faults = (*remarks, *more), (*faults, *settled)
    if any(each.format.pieces or each.format.packages for each in manifests):
        manifests, settled, more = lists.proved(manifests, place, whole=whole)
        remarks, faults = (*remarks, *more), (*faults, *settled)
    if whole and any(b"." in each.name for each in found.manifests):
        from checksig._claims import namesake  # noqa: PLC0415 (few lists are called after files)

        # One that is passed over may be taken for a list of its file as well.
        kept = {each.name for each in manifests}
        named = [*manifests, *[each for each in found.manifests if each.name not in kept]]
        faults = (*faults, *namesake.unmet(named, place))
    if whole and any(
        each.format.tree
        or each.format.for_one_file
        or _formats.may_name_a_list(each.text or each.data, by_name())
        for each in manifests
    ):
        from checksig._claims import chain  # noqa: PLC0415 (few lists list others)

        followed = chain.follow(place, manifests, policy)
        manifests, unbound = followed.manifests, followed.unbound
        remarks, faults = (*remarks, *followed.remarks), (*faults, *followed.faults)
    if ask.recursive:
        manifests = [_bound(each) for each in manifests]
    if not ask.only:
        lists.expect_algorithms(manifests, place)
    claim = lists.claim(
        manifests,
        unchecked,
        remarks,
        links=ask.links,
        looks=whole,
        settled=faults,
        unbound=unbound,
    )
    if ask.versions:
        from checksig._claims import versions  # noqa: PLC0415 (few stores are asked for them)

        found_versions = versions.listed(manifests)
        remarks = () if found_versions else ("no list has versions that count",)
        claim = claim._replace(versions=found_versions, remarks=(*claim.remarks, *remarks))
    return Part(place, claim)


def _bound(manifest: Manifest) -> Manifest:
    """Return a list. One below the top that nobody has signed has to be listed, as GLEP 74 has it.

    It would else vouch for its own directory.
    """
    if b"/" in manifest.name and not manifest.signatures:
        return manifest._replace(own=())
    return manifest


def of_bag(place: Place, names: Iterable[bytes], ask: Ask, policy: Policy) -> Part:
    """Return a bag with what its manifests say of it.

    Raises:
        ManifestError: it is no bag that can be checked.
        TrustError: it is not signed as the policy asks.
    """
    from checksig._claims import bag, signed_bag  # noqa: PLC0415 (few places are bags)

    found = bag.found(place, names)
    manifests, unchecked, notes = signed_bag.prove_bag(place, found, policy, ask.least)
    claim = lists.claim(manifests, unchecked, whole=bag.PAYLOAD, notes=notes, settled=found.faults)
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
