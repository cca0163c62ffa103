"""What a caller asks of a place, found: places with what is said of them, rules and reading."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from checksig import _claims, _formats, _places
from checksig._bridge import wire
from checksig._bridge.algorithms import lookup
from checksig._checking import starting
from checksig._options import NameOptions, values
from checksig._places.standard_input import STDIN
from checksig._trust import policy as policies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._checking.ahead import Ahead
    from checksig._claims import Ask, Part
    from checksig._options import StrPath
    from checksig._options.values import Reading, Rules
    from checksig._places.place import AnyFileSystem, Place
    from checksig._trust.policy import Policy


class Asked(NamedTuple):
    """Places with what is said of them, and how they are to be held against it."""

    path: bytes  # as the caller gave it
    parts: Sequence[Part]
    rules: Rules
    reading: Reading
    ahead: Ahead | None  # digests that were taken while the names of the first place were read
    began: float | None  # when that was begun, by time.perf_counter


def asked(
    path: StrPath | AnyFileSystem,
    options: Mapping[str, Any],
    names: tuple[bytes, ...] = (),
    place: Place | None = None,
) -> Asked:
    """Return what is asked for.

    Args:
        path: As of :func:`checksig.verify`.
        options: All of :class:`CheckOptions`, settled.
        names: Of files in the directory at the path that are checked by themselves.
        place: The place at the path, if somebody has opened it.

    Raises:
        ChecksigError, TypeError, ValueError: as :func:`checksig.audit` does.
    """
    if options["cancel"] is not None:
        wire.expect_wanted(options["cancel"])
    system: Place | None = None
    if not isinstance(path, (str, bytes, os.PathLike)) or b"://" in os.fsencode(path):
        path, system = starting.given(path)
    options = {**options, "signatures": tuple(options["signatures"])}
    only = options["algorithm"]
    algorithm = None if only is None else lookup(only).name
    if options["entries"] is None and not options["signatures"]:
        policy = policies.policy(options)
    else:
        policy = starting.policy_of_entries(options)
    ask = _ask(os.fsencode(path), options, algorithm, names)
    if ask.names or ask.digests or ask.path == STDIN:
        ask, place = starting.by_themselves(ask, system)
    else:
        place = place or system or _places.open_place(ask.path, ask.network)
    try:
        parts, ahead, began = _parts(place, ask, policy, algorithm, options)
        rules, reading = values.rules(options, algorithm), values.reading(options)
    except BaseException:
        place.close()
        raise
    return Asked(os.fsencode(path), parts, rules, reading, ahead, began)


def _ask(
    path: bytes, options: Mapping[str, Any], algorithm: str | None, names: tuple[bytes, ...]
) -> Ask:
    """Return the question that options ask.

    Raises:
        ValueError: they make no sense.
    """
    ask = _claims.Ask(
        path,
        **{name: options[name] for name in ("manifest", "entries", "signatures")},
        **{name: options[name] for name in ("recursive", "complete")},
        links=options["symlinks"] == "record",
        least=options["min_strength"],
        only=algorithm,
        root=options["root"],
        format=options["format"] and _formats.known(options["format"]),
        names=names,
        digests=tuple(options["digest"]),
        versions=options["trust_versions"],
        network=values.Network(tuple(options["redirects"]), options["timeout"], options["cancel"]),
    )
    if any(map(options.get, vars(NameOptions)["rows"])):
        ask = ask._replace(renaming=_claims.Renaming.of(options))
    if ask.root is not None and ask.is_named:
        raise ValueError("root needs a list as the path; for other lists, the path is the root")
    return ask


def _parts(
    place: Place, ask: Ask, policy: Policy, algorithm: str | None, options: Mapping[str, Any]
) -> tuple[list[Part], Ahead | None, float | None]:
    """Return places with what is said of them, what was hashed meanwhile, and since when."""
    if options["index"] is not None:
        from checksig._checking import trees  # noqa: PLC0415 (few servers have one)

        trees.take_index(place, ask, options)
    if place.root == ask.path and not (ask.recursive or ask.names):
        return [_claims.find(place, ask, policy)], None, None
    return starting.others(place, ask, policy, algorithm, options)
