"""Lists that a caller names: by their paths, or as the path that is to be checked."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from checksig import _formats
from checksig._bridge import packed
from checksig._bridge.wire import List
from checksig._claims import candidates, lists, several
from checksig._claims.ask import Found
from checksig._claims.candidates import NoListError
from checksig._claims.claim import Claim
from checksig._claims.lists import SEALS, Manifest
from checksig._names import quoted
from checksig._places import Directory, Item
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


def named(
    path: bytes, place: Place, policy: Policy | None = None, *, form: Format | None = None
) -> Manifest:
    """Return a list that lies anywhere, for a place.

    Args:
        path: The path of the list.
        place: The place that its names are of.
        policy: Whom the caller trusts; None if nobody asks.
        form: The format of the list, if the caller says it.

    Raises:
        ManifestError: it cannot be read, or is something else.
        TrustError: it is in a signature that does not hold.
    """
    home = Directory(os.path.dirname(path))
    manifest = lists.read(home, Item(os.path.basename(path)), place, policy, form=form)
    beside = [manifest.name + end for end in SEALS if home.find(manifest.name + end)]
    return manifest._replace(beside=tuple(beside))


def place_of(home: Place, ask: Ask) -> Place:
    """Return the place that names are of, if a caller says it or names the lists.

    Raises:
        ManifestError: it is no directory or archive.
    """
    if ask.root is not None:
        if home.root is None:
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
        found = _given(ask.manifest, place, ask, policy)
        return Found(place, found.manifests, found.faults)
    if ask.root is not None:
        return Found(place, [named(ask.path, place, policy, form=ask.format)])
    from checksig._claims import beside  # noqa: PLC0415 (most lists are found in directories)

    if ask.format is None and not beside.is_list(ask.path):
        about = beside.about(ask.path, policy)
        if about.manifests:
            return Found(place, about.manifests, about.settled, whole=False, remarks=about.remarks)
        if not policy.keys and (sealed := beside.sealed(ask.path)):
            raise NoListError(candidates.none_beside(ask.path, sealed))
    return _alone(ask, policy)


def _given(
    given: StrPath | Sequence[StrPath], place: Place, ask: Ask, policy: Policy
) -> several.Several:
    paths = (given,) if isinstance(given, (str, bytes, os.PathLike)) else given
    if not paths:
        raise ManifestError("no list of digests is given: manifest is empty")
    read = {
        os.fsdecode(path): partial(named, os.fsencode(path), place, policy, form=ask.format)
        for path in paths
    }
    return several.read(read)


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
