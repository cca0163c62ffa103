"""Files by themselves: whether signatures may be over one, and what these prove of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig._claims import beside
from checksig._names import escape, unpacked_name
from checksig._places import Directory, is_archive, remote
from checksig._places.standard_input import STDIN, StandardInput

if TYPE_CHECKING:
    from checksig._claims.ask import Ask
    from checksig._claims.beside import About
    from checksig._claims.claim import Claim
    from checksig._claims.signed_whole import Found as Seals
    from checksig._places import Place
    from checksig._places.one import Whole
    from checksig._trust.policy import Policy


def sealed(
    ask: Ask, policy: Policy, about: About, file: Whole | None
) -> tuple[Seals | None, Place]:
    """Return the signatures over a file itself, if there may be any, and where its bytes are.

    They are those that signatures were checked over.

    Args:
        ask: Its directory, and its name there; or standard input.
        policy: Whom the caller trusts.
        about: The lists that speak of it.
        file: It, if it lies elsewhere.
    """
    there = file.there if file else None
    place: Place = there or (StandardInput() if ask.path == STDIN else Directory(ask.path))
    if len(ask.names) != 1 or not may_be(ask, ask.names[0], policy, about, place):
        return None, place
    from checksig._claims import signed_whole  # noqa: PLC0415 (most files are not signed)
    from checksig._places.one import OneFile, Whole  # noqa: PLC0415 (as above)

    [name] = ask.names
    with file or Whole(place, name) as whole:
        seals = signed_whole.over_whole(whole, policy, {each.path for each in about.manifests})
        if seals.signatures:
            place = OneFile(name, whole.whole(), there.show() if there else "")
    return seals, place


def may_be(ask: Ask, name: bytes, policy: Policy, about: About, home: Place) -> bool:
    """Whether there may be signatures over a file."""
    if policy.signatures:  # it may be over the list
        listed = {each.path for each in about.manifests}
        return not any(os.fsdecode(path) in listed for path in policy.signatures) and (
            not listed
            or all(os.path.basename(path).startswith(name + b".") for path in policy.signatures)
        )
    if ask.path == STDIN:
        return False
    if policy.keys and _wants_a_look(name, policy, about, home):
        return True
    return any(base and beside.seals(home, base) for base in (name, unpacked_name(name)))


def _wants_a_look(name: bytes, policy: Policy, about: About, home: Place) -> bool:
    """Whether a rule may be for a file, or it may be an archive that has its own signature.

    To look into one that lies elsewhere, all of it is copied: only if no list speaks of it.
    """
    if remote(home) is None:
        return bool(policy.rules) or is_archive(name)
    called = [home.show(each) for each in (name, unpacked_name(name)) if each]
    held = any(rule.is_for(each) for rule in policy.rules for each in called)
    return held or (is_archive(name) and bool(about.nameless))


def with_seals(claim: Claim, seals: Seals) -> Claim:
    """Return what is said of a file, with the signatures over it."""
    over = {each.path: None for each in seals.verdicts}
    said = [f"{escape(name)} is signed as a whole" for name in over]
    return claim._replace(
        settled=claim.settled if claim.lists else (*seals.verdicts, *claim.settled),
        signatures=(*seals.signatures, *claim.signatures),
        unchecked=(*seals.unchecked, *claim.unchecked),
        remarks=(*said, *claim.remarks),
    )
