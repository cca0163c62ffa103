"""Places that have an address: the list that they are checked against."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from checksig import _claims, _files, _schemes
from checksig._options import CheckOptions, RuleOptions, table
from checksig._places import served, vouching
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
    if (said := vouching(place)) and not (name or ask.is_named):
        from checksig._claims import hub  # noqa: PLC0415 (few places say digests)

        if hub.will_do(policy, place.show()):
            _expect_no_rules(options)
            return hub.part(said, options["cancel"])
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


def _expect_no_rules(options: Mapping[str, Any]) -> None:
    """Refuse options about what is listed where a place says digests by itself.

    Raises:
        ManifestError: there is one.
    """
    about = {"algorithm": None, **{n: row.default for n, row in table(RuleOptions).items()}}
    for name, default in about.items():
        if options[name] != default and name not in ("complete", "max_failures", "symlinks"):
            raise ManifestError(f"{name} is about a list of digests: give one (--manifest)")
