"""Archives as files: what the lists beside them say of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from checksig._checking.check import Check
from checksig._claims import Claim, Part, beside, lists, signed
from checksig._options import CheckOptions, values
from checksig._options.values import settle
from checksig._places import Directory
from checksig._places.one import OneFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checksig._places import Place
    from checksig._places.archive import Archive
    from checksig._trust.policy import Policy


def claim_on(
    archive: Archive, policy: Policy, only: str | None, options: Mapping[str, Any]
) -> Claim:
    """Return what lists beside an archive say of it, as verdicts.

    If one of the lists is signed, the bytes that are held to them are those that members are read
    from afterwards.

    Args:
        archive: The archive, before it is indexed.
        policy: Whom the caller trusts.
        only: The only algorithm that lists may use.
        options: All of :class:`CheckOptions`, settled.

    Raises:
        ArchiveError: the archive cannot be read.
        ManifestError: a list beside it that names it cannot be read.
        TrustError: a signature over one of the lists is not one.
    """
    there = archive.there
    home: Place = there or Directory(os.path.dirname(archive.path) or b".")
    name = there.name if there else os.path.basename(archive.path)
    about = beside.about(home, (name,), policy)
    unmet, said = about.settled, about.remarks
    if not about.manifests:
        return Claim((), settled=unmet, remarks=said)
    proved = signed.prove(home, about.manifests, policy._replace(required=False, signatures=()))
    claim = lists.claim(*proved, looks=False)
    place = home
    if claim.signatures or there:
        place = OneFile(name, archive.whole(), there.show() if there else "")
    rules = values.rules(settle(CheckOptions, {"min_strength": options["min_strength"]}), only)
    check = Check([Part(place, claim)], rules, values.reading(options), keep_ok=True)
    results = tuple(check)
    remarks = check.report().remarks
    return claim._replace(lists=(), settled=(*results, *unmet), remarks=(*said, *remarks))
