"""Bags below a directory: each is held to its own rules, and has a verdict of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig import _formats
from checksig._claims import finding
from checksig._claims.ask import Part
from checksig._claims.candidates import DECLARATION, NoListError
from checksig._claims.claim import Claim
from checksig._names import JOURNAL, UNFINISHED, counted, escape
from checksig._places import Directory, Item
from checksig._results import Result, Status
from checksig.errors import ManifestError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checksig._claims.ask import Ask
    from checksig._places import Place
    from checksig._trust.policy import Policy


def parts(place: Place, ask: Ask, policy: Policy, *, complete: bool) -> list[Part]:
    """Return a directory with what its lists say of it, and the bags in it.

    A bag in a bag is a bag as well: to the outer one it is files like others.

    Args:
        place: The directory.
        ask: How lists are read.
        policy: Whom the caller trusts.
        complete: Whether a file that no list lists fails.

    Raises:
        ManifestError: there is no bag and no list, or none of the lists can be read.
        TrustError: a list or a bag is not signed as the policy asks.
    """
    items = {item.name: item for item in place.walk()}
    tops = _tops(items)
    if not tops or tops == {b""}:  # the root
        return [finding.find(place, ask, policy, items)]
    if policy.signatures:
        raise SignatureUntrusted(
            "there are bags below, and a signature is given: give its bag as the path"
        )
    bags, rest = _shared_out(items, tops)
    found = [_bag(place, top, names, ask, policy) for top, names in sorted(bags.items())]
    if b"" in tops:
        return [finding.find(place, ask, policy, items), *found]
    try:
        lists = finding.of_lists(finding.among(place, rest, place, ask, policy), ask, policy)
    except NoListError:
        return _with_rest(found, place, rest, complete=complete)
    inside = [os.fsencode(f"/{_formats.as_pattern(os.fsdecode(top))}/") for top in sorted(bags)]
    claim = lists.claim._replace(unbound=(*lists.claim.unbound, *inside))
    return [Part(place, claim), *found]


def _tops(items: Iterable[bytes]) -> set[bytes]:
    """Return the directories of bags, unfinished ones too, as names below the root."""
    return {
        name.removesuffix(end).rstrip(b"/")
        for name in items
        for end in (DECLARATION, UNFINISHED, JOURNAL)
        if name == end or name.endswith(b"/" + end)
    }


def _shared_out(
    items: Mapping[bytes, Item], tops: set[bytes]
) -> tuple[dict[bytes, list[bytes]], dict[bytes, Item]]:
    """Return the names in each bag below, seen from its top, and the files that are in none."""
    bags: dict[bytes, list[bytes]] = {}
    rest: dict[bytes, Item] = {}
    for name, item in items.items():
        inside = False
        at = name.find(b"/")
        while at >= 0:
            if name[:at] in tops:
                inside = True
                bags.setdefault(name[:at], []).append(name[at + 1 :])
            at = name.find(b"/", at + 1)
        if not inside:
            rest[name] = item
    return bags, rest


def _bag(place: Place, top: bytes, names: list[bytes], ask: Ask, policy: Policy) -> Part:
    home = Directory(os.path.join(place.root or b"", top))
    own = ask._replace(path=home.root)
    try:
        return finding.find(home, own, policy, {n: Item(n) for n in names})._replace(below=top)
    except ManifestError as error:
        declaration = os.fsdecode(DECLARATION)
        fault = Result(declaration, Status.MALFORMED, detail=str(error))
        return Part(home, Claim((), settled=(fault,)), top)


def _with_rest(
    found: list[Part], place: Place, rest: Iterable[bytes], *, complete: bool
) -> list[Part]:
    """Return bags with the files that lie outside of them, and that no list lists."""
    names = sorted(map(os.fsdecode, rest))
    if not names:
        return found
    if complete:
        unlisted = tuple([Result(name, Status.UNLISTED) for name in names])
        return [Part(place, Claim((), settled=unlisted)), *found]
    more = f", {escape(names[0])} among them" if len(names) > 1 else f": {escape(names[0])}"
    remark = f"{counted(len(names), 'file')} outside of the bags, in no list{more}"
    first = found[0]
    claim = first.claim._replace(remarks=(*first.claim.remarks, remark))
    return [first._replace(claim=claim), *found[1:]]
