"""Archives: the list that they are checked against, and signatures over them as a whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig import _claims
from checksig._checking.ahead import Ahead
from checksig._claims import Claim, Part, signed
from checksig._claims.lists import NoListError
from checksig._places.archive import Archive
from checksig._results import Result
from checksig.errors import SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checksig._claims import Ask
    from checksig._places import Place
    from checksig._results import Progress
    from checksig._trust.policy import Policy


def find(
    place: Place,
    ask: Ask,
    policy: Policy,
    only: str | None,
    progress: Callable[[Progress], None] | None,
) -> tuple[Part, Ahead | None]:
    """Index an archive, and return it with what is said of it, and what was hashed on the way.

    A signature over the archive itself covers all that is in it: it needs no list then, and lists
    in it need no signatures of their own.

    Args:
        place: The archive, as it was opened.
        ask: The list that the caller asks for.
        policy: Whom the caller trusts.
        only: The only algorithm that lists may use.
        progress: Called now and then while the archive is read for its names.

    Raises:
        ArchiveError: the archive cannot be read, or wants more than an archive may.
        ManifestError: there is no list, or one of them cannot be read.
        TrustError: neither the archive nor its list is signed as the policy asks.
    """
    if not isinstance(place, Archive):
        return _claims.find(place, ask, policy), None
    if ask.is_named:
        part = _claims.find(place, ask, policy)
        ahead = Ahead(place, part.claim.lists, only)
        place.index(ahead.visit, progress)
        return part, ahead if place.forward else None
    signatures, unchecked, doubts = signed.over_archive(place, policy)
    ahead = Ahead(place, None, only)
    place.index(ahead.visit, progress)
    if not ask.path.lower().endswith(_claims.WHEEL):
        place.enter_only_directory()
    if not signatures:
        try:
            part = _claims.find(place, ask, policy._replace(signatures=(), doubts=doubts))
        except NoListError as error:
            if policy.required and doubts:  # it is signed, and by nobody who counts
                raise SignatureUntrusted("; ".join(doubts)) from error
            raise NoListError("; ".join([str(error), *doubts])) from error
        claim = part.claim._replace(unchecked=(*unchecked, *part.claim.unchecked))
        return Part(place, claim), ahead if place.forward else None
    part = Part(place, _signed(place, ask, policy))
    claim = part.claim._replace(
        settled=(signed.verdict_on(place), *part.claim.settled),
        signatures=(*signatures, *part.claim.signatures),
        unchecked=(*unchecked, *part.claim.unchecked),
        members=place.files,
    )
    return Part(place, claim), ahead if place.forward else None


def _signed(place: Archive, ask: Ask, policy: Policy) -> Claim:
    """Return what is said in an archive that is signed as a whole."""
    try:
        return _claims.find(place, ask, policy._replace(required=False, signatures=())).claim
    except NoListError:
        return Claim((), settled=tuple(_faults(place)))


def _faults(place: Archive) -> Iterator[Result]:
    """Yield the members that fail whether they are listed or not."""
    for item in place.walk():
        if item.fault and item.fault.unlisted == "reported":
            yield Result(os.fsdecode(item.name), item.fault.status, detail=item.fault.reason)
