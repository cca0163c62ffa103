"""Lists that a caller names: by their paths, or as the path that is to be checked."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig import _formats
from checksig._bridge import packed
from checksig._bridge.wire import List
from checksig._claims import lists, several
from checksig._claims.ask import Found, Part
from checksig._claims.claim import Claim
from checksig._claims.lists import SEALS
from checksig._claims.parsing import Manifest
from checksig._names import quoted
from checksig._options.values import Network
from checksig._places import Directory, Item, home_of, remote
from checksig._places.standard_input import STDIN, StandardInput
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._claims.ask import Ask
    from checksig._entries import Entry
    from checksig._formats import Format
    from checksig._options import StrPath
    from checksig._places import Place
    from checksig._results import Signature
    from checksig._trust.policy import Policy


_HERE: Final = Network()


def named(
    path: bytes,
    place: Place,
    policy: Policy | None = None,
    *,
    form: Format | None = None,
    network: Network = _HERE,
) -> Manifest:
    """Return a list that lies anywhere, for a place.

    Args:
        path: The path of the list, or its address.
        place: The place that its names are of.
        policy: Whom the caller trusts; None if nobody asks.
        form: The format of the list, if the caller says it.
        network: How servers are asked.

    Raises:
        ManifestError: it cannot be read, or is something else.
        TrustError: it is in a signature that does not hold.
    """
    if path == STDIN:
        return _of_standard_input(place, policy, form=form)
    home, name = home_of(path, place, network)
    manifest = lists.read(home, Item(name), place, policy, form=form)
    beside = [manifest.name + end for end in SEALS if home.find(manifest.name + end)]
    return manifest._replace(beside=tuple(beside))


def _of_standard_input(place: Place, policy: Policy | None, *, form: Format | None) -> Manifest:
    """Return the list that comes in. It has no name in any place, and nothing lies beside it.

    Raises:
        ManifestError, TrustError: as for :func:`named`.
    """
    home = StandardInput()
    manifest = lists.read(home, Item(STDIN), place, policy, form=form)
    return manifest._replace(own=())


def part(place: Place, ask: Ask) -> Part | None:
    """Return a place with the entries that a caller gives, if any are given."""
    if ask.entries is None:
        return None
    return Part(place, of_entries(ask.entries, ask.signatures))


def place_of(home: Place, ask: Ask) -> Place:
    """Return the place that names are of, if a caller says it or names the lists.

    Raises:
        ManifestError: it is not a directory or archive.
    """
    if ask.root is not None:
        if home.root is None and not remote(home):
            raise ManifestError(
                f"{quoted(ask.path)} is an archive: root is for lists that lie outside"
            )
        return Directory(os.path.normpath(os.fsencode(ask.root)))
    if home.root is None or not ask.is_named:
        return home
    if os.path.isfile(ask.path):
        raise ManifestError(f"{quoted(ask.path)} is neither a directory nor an archive")
    return Directory(ask.path)  # it has to be one: the core says so if it is not


def of_entries(entries: Iterable[Entry], signatures: tuple[Signature, ...]) -> Claim:
    """Return entries that a caller gives as a claim.

    Raises:
        TypeError, ValueError: one of them is not an entry.
    """
    return Claim((List(lines=packed.pack_entries(entries)),), signatures=signatures)


def found(place: Place, ask: Ask, policy: Policy) -> Found:
    """Return the lists that a caller names; or of a file, those beside it, if it is none.

    Raises:
        ManifestError: a list cannot be read.
        TrustError: one is in a signature that does not hold.
    """
    if ask.manifest is not None:
        found = given(ask.manifest, place, ask, policy)
        return Found(place, found.manifests, found.faults)
    if ask.root is not None:
        return Found(place, [named(ask.path, place, policy, form=ask.format)])
    if place.root is None:
        return Found(place, [lists.based(_in_place(place, ask, policy))])
    return _alone(ask, policy)


def given(
    manifest: StrPath | Sequence[StrPath], place: Place, ask: Ask, policy: Policy
) -> several.Several:
    """Return the lists that a caller names, as far as they can be read.

    Raises:
        ManifestError: none can be read.
        TrustError: one is in a signature that does not hold.
    """
    read = {
        os.fsdecode(path): partial(named, path, place, policy, form=ask.format, network=ask.network)
        for path in paths(manifest)
    }
    return several.read(read)


def paths(manifest: StrPath | Sequence[StrPath]) -> list[bytes]:
    """Return the paths of the lists that a caller names.

    Raises:
        ManifestError: there is none.
    """
    several_ = (manifest,) if isinstance(manifest, (str, bytes, os.PathLike)) else manifest
    if not several_:
        raise ManifestError("no list of digests is given: manifest is empty")
    return [os.fsencode(path) for path in several_]


def _in_place(place: Place, ask: Ask, policy: Policy) -> Manifest:
    """Return the list at the path, in the place that its names are of."""
    return named(ask.path, place, policy, form=ask.format, network=ask.network)


def _alone(ask: Ask, policy: Policy) -> Found:
    """Return a list, and the directory that its names are relative to."""
    home = os.path.dirname(ask.path)
    manifest = named(ask.path, Directory(home), policy, form=ask.format)
    base = _formats.base_of(manifest.format, os.path.abspath(os.fsdecode(ask.path)))
    place = Directory(os.path.normpath(os.path.join(home, base.encode())))
    if not os.path.isdir(place.root):
        place = Directory(home)
    own = lists.own_of(manifest.home, manifest.name, place, linked=not manifest.signatures)
    return Found(place, [manifest._replace(own=own)])
