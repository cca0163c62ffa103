"""Places on servers: the list that they are checked against."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from checksig import _claims, _files, _schemes
from checksig._claims import beside
from checksig._names import quoted
from checksig._options import CheckOptions, table
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checksig._claims import Ask, Part
    from checksig._places import Served
    from checksig._trust.policy import Policy


#: In bytes: what is read of a file that is not called like a list, to find out whether it is one.
_SMALL: Final = 16 << 20
_LARGE: Final = "it is larger than"


def find(place: Served, ask: Ask, policy: Policy, options: Mapping[str, Any]) -> Part:
    """Return a place on a server with what is said of it.

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
    if ask.names or ask.digests or (name and ask.manifest is not None and ask.root is None):
        return _file(place, ask, policy)
    if not name or ask.is_named:
        return _claims.find(place, ask._replace(path=os.fsencode(place.show(name))), policy)
    called = ask.format is not None or beside.is_called(os.fsdecode(name))
    place.look([name], _files.MAX_SIZE if called or ask.root is not None else _SMALL)
    if ask.root is None and not called and not _is_list(place, name):
        return _file(place, ask, policy)
    if place.find(name):  # else whoever reads it says why
        place.look([name + os.fsencode(end) for end in _schemes.EXTENSIONS])
    return _claims.find(place, ask._replace(path=os.fsencode(place.show(name))), policy)


def _file(place: Served, ask: Ask, policy: Policy) -> Part:
    """Return a file on a server, by itself, with what is said of it.

    Raises:
        ManifestError: the address is not that of a file, or nothing speaks of it.
    """
    from checksig._claims import one_file  # noqa: PLC0415 (most addresses are those of lists)

    if not place.name:
        raise ManifestError(f"{quoted(place.path)} is a directory, and this is about one file")
    directory = place.path.removesuffix(b"/")
    return one_file.find(ask._replace(path=directory, names=(place.name,)), policy, server=place)


def _is_list(place: Served, name: bytes) -> bool:
    """Return whether a file that is not called like a list is one all the same.

    Raises:
        ManifestError: nobody can tell.
    """
    try:
        item = place.find(name)
    except ManifestError as error:
        return _LARGE not in str(error)
    return item is None or beside.is_like_a_list(place.read(item, _SMALL))


def _expect_traits(place: Served, options: Mapping[str, Any]) -> None:
    """Refuse options that ask for what a server does not have.

    Raises:
        ManifestError: there is one.
    """
    for name, row in table(CheckOptions).items():
        need = row.asks_for(options[name])
        if need and need not in place.traits:
            why = ", which do not say what they have" if need == "all" else ""
            raise ManifestError(f"{name} is not for {place.kind}{why}")
