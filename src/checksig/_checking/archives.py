"""Archives: the list that they are checked against, and signatures over them as a whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from checksig import _claims
from checksig._bridge import wire
from checksig._bridge.hashing import Pace
from checksig._checking import outside, servers
from checksig._checking.ahead import Ahead
from checksig._claims import Claim, Part, beside, candidates, inside, one_file, signed_whole
from checksig._claims.candidates import NoListError
from checksig._classes import replace
from checksig._places import Directory, is_archive, may_be_archive
from checksig._places.archive import ABILITIES, Archive
from checksig._results import Result
from checksig._trust import policy as policies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from checksig._claims import Ask
    from checksig._places import Place, Remote
    from checksig._results import Progress
    from checksig._trust.policy import Policy

__all__ = ["ABILITIES", "copied", "find", "is_asked"]


def find(
    place: Place,
    ask: Ask,
    policy: Policy,
    only: str | None,
    options: Mapping[str, Any],
) -> tuple[Part, Ahead | None]:
    """Index an archive, and return it with what is said of it, and what was hashed on the way.

    What is said of the archive from outside counts: signatures over it, and lists beside it. A
    signature over the archive itself, or over a list that it matches, covers all that is in it: it
    needs no list then, and lists in it need no signatures of their own.

    Args:
        place: The archive, as it was opened.
        ask: The list that the caller asks for.
        policy: Whom the caller trusts.
        only: The only algorithm that lists may use.
        options: All of :class:`CheckOptions`, settled.

    Raises:
        ArchiveError: the archive cannot be read, or wants more than an archive may.
        ManifestError: there is no list, or one of them cannot be read.
        TrustError: neither the archive nor its list is signed as the policy asks.
    """
    cancel, pace = options["cancel"], Pace(options["bwlimit"])
    if not isinstance(place, Archive):
        return _claims.find(place, ask, policy), None
    if ask.is_named:
        if not place.there and (part := one_file.if_listed(ask, policy)):
            place.close()
            return part, None
        part = _claims.find(place, ask, policy)
        if place.indexed:  # what is in it has decided what is listed
            return part, None
        ahead = Ahead(place, part.claim.lists, only, cancel, pace)
        ahead.index(_watch(ahead, options))
        return part, ahead if place.forward else None
    signatures, unchecked, doubts, own = signed_whole.over_whole(place, policy)
    outer = outside.claim_on(place, policy, only, options)
    ahead = Ahead(place, None, only, cancel, pace)
    ahead.index(_watch(ahead, options))
    within = inside.lists_in(place)
    if not (within or ask.path.lower().endswith(_claims.WHEEL)):
        place.enter_only_directory()
    required = policy.required and not (signatures or outer.signatures)
    inner = policy._replace(required=required, signatures=(), doubts=doubts)
    try:
        items = {item.name: item for item in (*place.walk(deep=False), *within)} if within else None
        claim = _claims.find(place, ask, inner, items).claim
    except NoListError as error:
        if required and (doubts or outer.settled):  # by nobody who counts
            raise policies.unsigned(place.path, policy, *doubts) from error
        if not (policy.keys or outer.settled) and (sealed := _sealed(place)):
            raise NoListError(candidates.none_beside(place.path, sealed)) from error
        if required or not (signatures or outer.settled):
            said = candidates.which_key_checks(unchecked) if not policy.keys else ()
            beside_it = [] if is_archive(place.path) else ["no list beside it names it"]
            raise NoListError("; ".join([str(error), *beside_it, *doubts, *said])) from error
        claim = Claim((), settled=tuple(_faults(place)))
    claim = claim._replace(
        sources=(*claim.sources, *outer.sources),
        settled=(*own, *outer.settled, *claim.settled),
        signatures=(*signatures, *outer.signatures, *claim.signatures),
        unchecked=(*unchecked, *outer.unchecked, *claim.unchecked),
        remarks=(*outer.remarks, *claim.remarks),
        members=place.files if signatures else None,
    )
    return Part(place, claim), ahead if place.forward else None


def _sealed(archive: Archive) -> list[bytes]:
    """Return the names of what lies beside an archive and may hold a list."""
    if archive.there:
        return beside.sealed(archive.there, archive.there.name)
    home, name = os.path.split(archive.path)
    return beside.sealed(Directory(home or b"."), name)


def is_asked(place: Remote, ask: Ask, policy: Policy) -> bool:
    """Whether who gives the address of an archive asks about its members.

    If a list speaks of it, it is one file, which is read as it comes, and need not be copied.

    Raises:
        ManifestError: a list cannot be read.
        TrustError: one is in a signature that does not hold.
    """
    if not may_be_archive(place.name) or ask.names or ask.digests or ask.root is not None:
        return False
    if ask.entries is not None:
        return True
    alone = ask._replace(path=place.path.removesuffix(b"/"), names=(place.name,))
    return not one_file.is_listed(alone, policy, place)


def copied(place: Remote, options: Mapping[str, Any]) -> Archive:
    """Return the archive at an address, copied here.

    Raises:
        ArchiveError: it cannot be had, there is no room for it, or it cannot be read.
    """
    from checksig._places.copying import Copy  # noqa: PLC0415 (most archives are here)

    copy = Copy(place, servers.watch(options))
    return Archive(copy.path, copy.opened, place)


def _watch(ahead: Ahead, options: Mapping[str, Any]) -> Callable[[Progress], None]:
    """Return what is told how far an archive was read for its names.

    What was hashed on the way is read for good: the rest is passed over, and read later.
    """
    tell: Callable[[Progress], None] | None = options["progress"]

    def told(progress: Progress) -> None:
        if options["cancel"] is not None:
            wire.expect_wanted(options["cancel"])
        if tell:
            total = max(progress.total_bytes, ahead.bytes)
            tell(replace(progress, files=0, bytes=ahead.bytes, total_bytes=total, settled=False))

    return told


def _faults(place: Archive) -> Iterator[Result]:
    """Yield the members that fail whether they are listed or not."""
    for item in place.walk():
        if item.fault and item.fault.unlisted == "reported":
            yield Result(os.fsdecode(item.name), item.fault.status, detail=item.fault.reason)
