"""Places that have an address: the list that they are checked against."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from checksig import _claims, _files, _schemes
from checksig._options import CheckOptions, table
from checksig._places import served
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checksig._claims import Ask, Part
    from checksig._places import Remote
    from checksig._trust.policy import Policy


def find(place: Remote, ask: Ask, policy: Policy, options: Mapping[str, Any]) -> Part:
    """Return a place that has an address with what is said of it.

    Args:
        place: The place, as it was opened.
        ask: The list that the caller asks for.
        policy: Whom the caller trusts.
        options: All of :class:`CheckOptions`, settled.

    Raises:
        ManifestError: there is no list, or it cannot be read.
        TrustError: it is not signed as the policy asks.
    """
    _expect_traits(place, options)
    name = place.name
    if name and not ask.is_named and (server := served(place)):
        server.look([name], _files.MAX_SIZE)
        if server.find(name):  # else whoever reads it says why
            server.look([name + os.fsencode(end) for end in _schemes.EXTENSIONS])
    return _claims.find(place, ask._replace(path=os.fsencode(place.show(name))), policy)


def _expect_traits(place: Remote, options: Mapping[str, Any]) -> None:
    """Refuse options that ask for what a place does not have.

    Raises:
        ManifestError: there is one.
    """
    for name, row in table(CheckOptions).items():
        need = row.asks_for(options[name])
        if need and need not in place.traits:
            why = ", which do not say what they have" if need == "all" else ""
            raise ManifestError(f"{name} is not for {place.kind}{why}")
