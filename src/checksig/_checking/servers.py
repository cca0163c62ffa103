"""Places that have an address: the list that they are checked against."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final

from checksig import _claims, _files, _schemes
from checksig._bridge import wire
from checksig._bridge.hashing import Pace
from checksig._checking.trees import expect_no_tree
from checksig._claims import beside
from checksig._claims.candidates import NoListError
from checksig._names import quoted
from checksig._options import CheckOptions, RuleOptions, table
from checksig._places import indexed, may_be_archive, served, vouching
from checksig._places.store.index import is_page
from checksig._results import Progress
from checksig.errors import ManifestError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checksig._claims import Ask, Part
    from checksig._places import Remote
    from checksig._trust.policy import Policy

#: In bytes: what is read of a file that is not called like a list, to find out whether it is one.
_SMALL: Final = 16 << 20
#: In seconds: how long progress waits to be told.
_TELL_AFTER: Final = 0.05
_LARGE: Final = "it is larger than"


def find(place: Remote, ask: Ask, policy: Policy, options: Mapping[str, Any]) -> Part:
    """Return a place that has an address with what is said of it.

    Args:
        place: The place, as it was opened.
        ask: The list, or the file, that the caller asks for.
        policy: Whom the caller trusts.
        options: All of :class:`CheckOptions`, settled.

    Raises:
        ManifestError: there is no list, or it cannot be read.
        TrustError: it is not signed as the policy asks.
    """
    _expect_traits(place, options)
    server = served(place)
    if ask.names or ask.digests or _asks_for_file(place, ask, policy):
        expect_no_tree(options)
        return _file(place, ask, policy, options)
    if server and place.name and not ask.is_named and server.find(place.name):
        # Else whoever reads it says why.
        server.look([place.name + os.fsencode(end) for end in _schemes.EXTENSIONS])
    if (said := vouching(place)) and not (place.name or ask.is_named):
        from checksig._claims import hub  # noqa: PLC0415 (few places say digests)

        if hub.will_do(policy, place.show()):
            _expect_no_rules(options)
            return hub.part(said, options["cancel"])
    return _claims.find(place, ask._replace(path=os.fsencode(place.show(place.name))), policy)


def _asks_for_file(place: Remote, ask: Ask, policy: Policy) -> bool:
    """Return whether what is asked for elsewhere is one file, and no list.

    Raises:
        ManifestError: nobody can tell.
    """
    name = place.name
    if not name or ask.root is not None or ask.entries is not None:
        return False
    if ask.manifest is not None:
        return True
    called = ask.format is not None or beside.is_called(os.fsdecode(name))
    if may_be_archive(name) and not called:
        return True
    if server := served(place):
        server.look([name], _files.MAX_SIZE if called else _SMALL)
        server.expect_answer(name)
    if called:
        return False
    if not _is_list(place, name):
        return True
    # Whoever swaps a file decides what is in it. What lies beside it and speaks of it counts.
    about = beside.about(place, (name,), policy)
    return bool(about.manifests or about.settled)


def _is_list(place: Remote, name: bytes) -> bool:
    """Return whether a file that is not called like a list is one, or cannot be read."""
    try:
        item = place.find(name)
        return item is None or beside.is_like_a_list(place.read(item, _SMALL))
    except (ManifestError, OSError) as error:
        return _LARGE not in str(error)


def _file(place: Remote, ask: Ask, policy: Policy, options: Mapping[str, Any]) -> Part:
    """Return a file elsewhere, by itself, with what is said of it.

    Raises:
        ManifestError: the address is not that of a file, or nothing speaks of it.
    """
    from checksig._claims import one_file  # noqa: PLC0415 (most addresses are those of lists)
    from checksig._places.one import Whole  # noqa: PLC0415 (as above)

    if not place.name:
        raise ManifestError(f"{quoted(place.path)} is a directory, and this is about one file")
    directory = place.path.removesuffix(b"/")
    file = Whole(place, place.name, watch(options))
    try:
        return one_file.find(ask._replace(path=directory, names=(place.name,)), policy, file=file)
    except (NoListError, SignatureUntrusted) as error:
        if indexed(place) and _is_page(place):
            error.args = (f"{error}; it is a page: the address of a directory ends in a slash",)
        raise


def _is_page(place: Remote) -> bool:
    """Return whether a file is a page of HTML, as servers have them for directories."""
    try:
        item = place.find(place.name)
        return item is not None and is_page(place.read(item, _SMALL))
    except (ManifestError, OSError):
        return False


def watch(options: Mapping[str, Any]) -> Callable[[int], None]:
    """Return what is told how much was read of a file that is copied, and waits if it was fast."""
    began, last, read = time.perf_counter(), 0.0, 0
    pace = Pace(options["bwlimit"])

    def expect_wanted() -> None:
        if options["cancel"] is not None:
            wire.expect_wanted(options["cancel"])

    def told(size: int) -> None:
        nonlocal last, read
        new, read = max(0, size - read), size  # it may begin once more
        pace.keep(new, expect_wanted)
        if options["progress"] and (now := time.perf_counter()) - last > _TELL_AFTER:
            last = now
            options["progress"](Progress(0, 1, size, size, now - began, settled=False))

    return told


def _expect_traits(place: Remote, options: Mapping[str, Any]) -> None:
    """Refuse options that ask for what a place does not have.

    Raises:
        ManifestError: there is one.
    """
    for name, row in table(CheckOptions).items():
        need = row.asks_for(options[name])
        if need and need not in place.traits:
            why = ", which do not say what they have" if need == "all" else ""
            why += ": give an index of that (--index)" if why and "index" in place.traits else ""
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
