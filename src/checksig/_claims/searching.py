"""Lists of digests that are found in a place: files that are called like lists, and hold one."""

from __future__ import annotations

import os
import posixpath
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files, _formats, _schemes
from checksig._bridge.algorithms import by_name
from checksig._claims import lists
from checksig._claims.lists import SEALS, Manifest
from checksig._names import quoted
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from checksig._formats import Format, NameMatch
    from checksig._places import Item, Place
    from checksig._results import Result
    from checksig._trust.policy import Policy

_EXAMPLES: Final = "sha1sum.txt, SHA256SUMS or checksums.txt"


#: In bytes: a list of lists is short, but for those of formats that say which are lists.
_SHORT: Final = 1 << 20


class NoListError(ManifestError):
    """There is no list in a place."""


class Search(NamedTuple):
    """The place in which lists are looked for, and how what is found is read."""

    home: Place  # where the lists lie
    place: Place  # where the files lie that they name
    policy: Policy
    format: Format | None = None  # of all lists, if the caller says it


def found(search: Search, items: Mapping[bytes, Item]) -> tuple[list[Manifest], list[Result]]:
    """Return the lists of a place, and of several, verdicts on those that cannot be read.

    They are files that are called like lists. A signature that is called like that of a list, which
    is not there, may hold it.

    Raises:
        ManifestError: there is no list, or none of them can be read.
        TrustError: a list is in a signature that does not hold.
    """
    names = list(_names(search, items))
    read = [partial(_read, search, items, name) for name in names]
    return lists.several(list(zip(map(search.home.show, names), read, strict=True)))


def _names(search: Search, items: Mapping[bytes, Item]) -> list[bytes]:
    """Return the names of lists, sorted."""
    known, home = by_name(), search.home
    wanted: list[bytes] = []
    holders: list[bytes] = []
    called: list[bytes] = []  # like lists, and are none
    for name in items:
        base = os.fsdecode(name[name.rfind(b"/") + 1 :])
        if name.endswith(SEALS):
            if _may_hold_a_list(name, base, known, items):
                holders.append(name)
        elif match := _formats.match_name(base, known):
            if home.root is not None and os.path.isdir(os.path.join(home.root, name)):
                continue
            if not match.weak or holds_a_list(home, items[name], match):
                wanted.append(name)
            else:
                called.append(name)
    if search.policy.keys:
        wanted += holders
    if not wanted:
        raise NoListError(_none_in(home, holders, called))
    return sorted(wanted)


def _read(search: Search, items: Mapping[bytes, Item], name: bytes) -> Manifest:
    home, place, policy, _ = search
    manifest = lists.read(home, items[name], place, policy, form=search.format)
    beside = [name + end for end in SEALS if name + end in items]
    if home is place and (manifest.format.base != "." or b"/" in name):
        manifest = _based(manifest, place)
    return manifest._replace(beside=tuple(beside))


def holds_a_list(place: Place, item: Item, match: NameMatch) -> bool:
    """Whether a file with a weak name is a list. One that cannot be read is a file like others."""
    try:
        data = place.read(item, _files.MAX_SIZE)
        signed = data.lstrip()[:5] == b"-----" and _schemes.is_signed_text(data)
        return signed or _formats.is_list(match, _formats.plain(data) or data)
    except (OSError, ValueError):
        return False


def may_lead(manifest: Manifest) -> bool:
    """Whether a list may list others: its first line names something that is called like one."""
    if manifest.format.tree:
        return True
    data = manifest.text or manifest.data
    words = data[:4096].split(b"\n", 1)[0].replace(b"(", b" ").replace(b")", b" ").split()
    known = by_name()
    return len(data) < _SHORT and any(
        _formats.match_name(os.fsdecode(word.lstrip(b"*").rpartition(b"/")[2]), known)
        or _formats.unread(os.fsdecode(word))
        for word in words
    )


def _none_in(place: Place, holders: Sequence[bytes], called: Sequence[bytes]) -> str:
    where = quoted(os.fsencode(place.show()))
    if place.root is None:
        return f"no list of digests in {where}: name one outright"
    if called:
        return f"no list of digests in {where}: {quoted(called[0])} is called like one, and is none"
    hint = f"; {quoted(holders[0])} may hold one, for who trusts a key" if holders else ""
    return (
        f"no list of digests in {where}: none of its files is called {_EXAMPLES}, or the like{hint}"
    )


def _may_hold_a_list(
    name: bytes, base: str, known: Container[str], names: Container[bytes]
) -> bool:
    if base in _schemes.LISTS:
        return True
    stem = _schemes.stem(base) or ""
    return name[: len(stem) - len(base)] not in names and (
        stem.lower() in known or _formats.match_name(stem, known) is not None
    )


def _based(manifest: Manifest, place: Place) -> Manifest:
    """Return a list of a place with the directory that its names are relative to."""
    directory = manifest.name.rpartition(b"/")[0]
    base = _formats.base_of(manifest.format, os.fsdecode(manifest.name))
    found = posixpath.normpath(posixpath.join(directory, base.encode()))
    if found.split(b"/")[0] == b"..":
        raise ManifestError(
            f"the names in {quoted(os.fsencode(manifest.path))} are relative to a directory "
            f"outside of {quoted(os.fsencode(place.show()))}; name the list outright"
        )
    return manifest._replace(base=b"" if found == b"." else found)
