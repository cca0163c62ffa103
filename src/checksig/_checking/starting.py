"""Checks of something else than a directory and its lists: how they begin."""

from __future__ import annotations

import os
import time

from checksig import _claims, _places
from checksig._claims.candidates import NoListError
from checksig._entries import Malformed
from checksig._names import quoted
from checksig._options import CheckOptions, NameOptions, RuleOptions, table
from checksig._places.standard_input import STDIN, StandardInput
from checksig._trust import policy as policies
from checksig.errors import ArchiveError, ManifestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from checksig._checking.ahead import Ahead
    from checksig._claims import Part
    from checksig._options import StrPath, Trait
    from checksig._places import Place, Remote
    from checksig._places.place import AnyFileSystem
    from checksig._trust.policy import Policy


def policy_of_entries(options: Mapping[str, Any]) -> Policy:
    """Return the policy for entries that a caller gives.

    Raises:
        TypeError: there are none, or lists are to be looked for as well.
    """
    if options["entries"] is None:
        raise TypeError("signatures need entries")
    if options["manifest"] is not None or options["recursive"]:
        raise TypeError("entries cannot be combined with manifest or recursive")
    if any(map(options.get, table(NameOptions))):
        raise TypeError("entries have the names of files, and need no others")
    return policies.of_entries(options)


def given(path: StrPath | AnyFileSystem) -> tuple[bytes, Place | None]:
    """Return the path that a caller gives; or of a file system the place, and its address.

    Raises:
        TypeError: it is neither.
    """
    if not isinstance(path, (str, bytes, os.PathLike)):
        place = _places.of_object(path)
        return place.path, place
    encoded = os.fsencode(path)
    return (_places.plain(encoded) if b"://" in encoded else encoded), None


def of_one(path: StrPath | AnyFileSystem) -> tuple[StrPath | AnyFileSystem, bytes]:
    """Return what to open for one file that a caller gives, and its name there.

    Elsewhere than here, the place knows its name: then this only says that it is about a file.
    """
    if not isinstance(path, (str, bytes, os.PathLike)):
        return path, b"."
    whole = _places.plain(os.fsencode(path))
    if whole == STDIN or _places.is_address(whole):
        return whole, whole
    directory, name = os.path.split(whole)
    return directory or b".", name


def by_themselves(ask: _claims.Ask, system: Place | None) -> tuple[_claims.Ask, Place]:
    """Return the question about files by themselves, and where they are.

    Args:
        ask: The question.
        system: Where they are, if the caller gives a file system.

    Raises:
        ValueError: lists are named, or entries given, and a digest.
    """
    if ask.digests and ask.is_named:
        raise ValueError("digest cannot be combined with lists or entries")
    if system or _places.is_address(ask.path):
        return ask, system or _places.open_place(ask.path, ask.network)
    if not ask.names:
        ask = ask.of_file()
    return ask, StandardInput() if ask.path == STDIN else _places.Directory(ask.path)


def others(
    place: Place,
    ask: _claims.Ask,
    policy: Policy,
    algorithm: str | None,
    options: Mapping[str, Any],
) -> tuple[list[Part], Ahead | None, float | None]:
    """Return an archive, a file or several places with what is said of them.

    And what was hashed meanwhile, and since when.
    """
    if there := _places.remote(place):
        from checksig._checking import servers  # noqa: PLC0415 (most places are directories)

        if not (_places.may_be_archive(there.name) and _is_archive(there, ask, policy)):
            return [servers.find(there, ask, policy, options)], None, None
    archive = place if place.root is None and not ask.names else _packed(place, ask, policy)
    if archive:
        return _archive(archive, ask, policy, algorithm, options)
    if ask.recursive and place.root == ask.path and not (ask.is_named or ask.names or ask.root):
        from checksig._claims import heap, hub_cache  # noqa: PLC0415 (few trees have bags in them)

        if found := hub_cache.parts(ask.path, ask, policy):
            return found, None, None
        return [*heap.parts(place, ask, policy, complete=options["complete"])], None, None
    from checksig._claims import one_file  # noqa: PLC0415 (most places are directories)

    if ask.names or (place.root != ask.path and one_file.is_asked(ask, policy)):
        from checksig._checking import trees  # noqa: PLC0415 (as above)

        trees.expect_no_tree(options)
        try:
            part = one_file.find(ask if ask.names else ask.of_file(), policy)
            if not part.claim.lists:
                _expect_no_rules(part.place, options)
            return [part], None, None
        except NoListError as error:
            if ask.names or ask.is_named or error.helps:
                raise
            _expect_entries(ask, error)  # which says more of what was meant as a list
            raise
    return [_claims.find(place, ask, policy)], None, None


def _packed(place: Place, ask: _claims.Ask, policy: Policy) -> Place | None:
    """Return a file that is not called like an archive, and is one whose members are asked about.

    If something is said of the file itself, that is what counts: it may be large, and need not be
    unpacked.

    Raises:
        ArchiveError: it cannot be read.
    """
    if (
        ask.names
        or ask.root is not None
        or ask.format is not None
        or place.root in (None, ask.path)
    ):
        return None
    if not _places.is_packed(ask.path):
        return None
    from checksig._claims import beside, one_file  # noqa: PLC0415 (most places are directories)
    from checksig._places.archive import Archive  # noqa: PLC0415 (as above)

    alone = ask.of_file()
    said = beside.is_called_like_a_list(ask.path) or (
        ask.entries is None and one_file.is_listed(alone, policy, _places.Directory(alone.path))
    )
    return None if said else Archive(ask.path)


def _is_archive(there: Remote, ask: _claims.Ask, policy: Policy) -> bool:
    """Whether an address is that of an archive whose members are asked about."""
    from checksig._checking import archives  # noqa: PLC0415 (most addresses are those of lists)

    return archives.is_asked(there, ask, policy)


def _archive(
    place: Place,
    ask: _claims.Ask,
    policy: Policy,
    algorithm: str | None,
    options: Mapping[str, Any],
) -> tuple[list[Part], Ahead | None, float | None]:
    """Return an archive, copied here if it lies elsewhere, with what is said of it: see others."""
    from checksig._checking import archives  # noqa: PLC0415 (directories need none of it)

    began, there = time.perf_counter(), _places.remote(place)
    _expect_traits(archives.ABILITIES if there else place.traits, options)
    if there:
        place = archives.copied(there, options)
        ask = ask._replace(path=place.path)
    try:
        part, ahead = archives.find(place, ask, policy, algorithm, options)
        if not part.claim.lists:
            _expect_no_rules(part.place, options)
    except BaseException:
        place.close()
        raise
    return [part], ahead, began


def _expect_entries(ask: _claims.Ask, error: NoListError) -> None:
    """Say why a file is no list, as far as that can be told.

    Raises:
        ManifestError: it may have been meant as one.
    """
    from checksig._claims import outright, parsing  # noqa: PLC0415 (as above)

    try:
        manifest = outright.named(ask.path, _places.Directory(os.path.dirname(ask.path)))
        first = next(iter(parsing.lines(manifest)), None)
    except ManifestError as why:
        raise NoListError(f"{why}, and no list beside it names it") from error
    except ValueError:
        return
    if first is None or isinstance(first, Malformed):
        why_ = "the list is empty"
        if first is not None:
            why_ = f"no line lists a file; line {first.line}: {first.reason}"
        said = f"{quoted(ask.path)}: {why_}, and no list beside it names it"
        raise NoListError(said) from error


def alone(path: bytes, options: Mapping[str, Any]) -> tuple[bytes, bytes] | None:
    """Return the directory and the name of a file that is checked by itself; None for others.

    Args:
        path: A path that a caller gives.
        options: Some of :class:`CheckOptions`.
    """
    if path == STDIN:
        return STDIN, STDIN
    if _places.is_archive(path) or not os.path.isfile(path):
        return None
    from checksig._claims import beside  # noqa: PLC0415 (most places are directories)

    if options.get("root") is not None or options.get("format"):
        return None
    if not options.get("manifest") and beside.is_list(path):
        return None  # or it is a file that looks like one, which is found out by itself
    directory, name = os.path.split(path)
    return directory or b".", name


def _expect_traits(traits: frozenset[Trait], options: Mapping[str, Any]) -> None:
    """Refuse options that ask for what an archive does not have.

    Raises:
        ArchiveError: there is one.
    """
    needs = {name: row.asks_for(options[name]) for name, row in table(CheckOptions).items()}
    lacking = {name: need for name, need in needs.items() if need and need not in traits}
    for name, need in lacking.items():
        if need != "links":
            raise ArchiveError(f"{name} is not for archives")
    if lacking:
        raise ArchiveError("symbolic links are not compared in archives")


def _expect_no_rules(place: Place, options: Mapping[str, Any]) -> None:
    """Refuse options about what is listed where nothing is.

    Raises:
        ManifestError: there is one.
    """
    about = {"algorithm": None, **{n: row.default for n, row in table(RuleOptions).items()}}
    for name, default in about.items():
        if options[name] != default and name not in ("complete", "max_failures", "symlinks"):
            where = quoted(os.fsencode(place.show()))
            raise ManifestError(f"{name} is about a list of digests, and none is in {where}")
