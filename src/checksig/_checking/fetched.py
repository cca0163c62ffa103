"""The engine for places whose files the core reads by their URLs.

The core matches names and reports what is to be read as pending. The place says where that is, and
the core reads, hashes and judges it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from checksig._bridge import handles, matching, wire
from checksig._bridge.algorithms import by_name
from checksig._checking.streamed import pack_items
from checksig._names import shortest
from checksig._results import STRENGTHS, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from checksig._bridge.wire import Batch, Pending
    from checksig._options.values import Reading, Rules
    from checksig._places import Served
    from checksig._results import Result, Strength

#: How many files are pending at a time: enough that no reader waits for Python.
WINDOW: Final = 4096


def request(
    place: Served,
    names: Mapping[str, Sequence[bytes]],
    lists: Sequence[wire.List],
    settings: Mapping[str, Any],
) -> bytes:
    """Return a match with what is in a place; or if nobody knows, with what is listed."""
    # To list a store takes long, and is for nothing if nobody asks what else there is.
    presumed = "all" not in place.traits or not (settings["unlisted"] or settings["complete"])
    return wire.request(
        "match",
        items=b"" if presumed else pack_items(place.walk()),
        names=names,
        lists=lists,
        settings={**settings, "fetch": reading_of(place), "presumed": presumed},
    )


def reading_of(place: Served) -> dict[str, Any]:
    """Return how the core reads the files of a place."""
    return {**place.fetch, "window": WINDOW}


def batches(
    request: bytes, place: Served, manifests: Sequence[str], rules: Rules, reading: Reading
) -> Generator[Batch, None, None]:
    """Run a match, have the core read what it leaves pending, and yield what that brings."""
    least = dict(rules.settings).get("min_strength")
    enough = partial(_enough, least=least, several=len(manifests) != 1)
    run = handles.Run(request)
    del request  # it may be large, and the core has a copy
    for batch in wire.batches(run, manifests, reading.cancel):
        results = list(batch.results)
        _reword(results, place)
        if batch.pending:
            wanted = [(each, os.fsencode(shortest(each.name))) for each in batch.pending]
            if rules.server_checksums:
                wanted = _left(run, wanted, place, rules, enough)
            run.fetch(b"".join([place.order(each.number, name) for each, name in wanted]))
        yield batch._replace(results=iter(results))


def _reword(results: list[Result], place: Served) -> None:
    """Say why files could not be read in the words of their place."""
    for at, result in enumerate(results):
        if result.status is Status.UNREADABLE:
            results[at] = replace(result, detail=place.why_not(result.detail))


def _left(
    run: handles.Run,
    wanted: list[tuple[Pending, bytes]],
    place: Served,
    rules: Rules,
    enough: Callable[[Sequence[str], Sequence[bytes | None]], bool],
) -> list[tuple[Pending, bytes]]:
    """Settle the files of which the server has all checksums, and return those to be read."""
    left: list[tuple[Pending, bytes]] = []
    files = [(name, each.version) for each, name in wanted]
    said = place.said(files, etags=rules.trust_etag)
    for (each, name), found in zip(wanted, said, strict=True):
        digests = [found.digests.get(name) for name in each.algorithms] if found else []
        if found and enough(each.algorithms, digests):
            run.settle(matching.served(each.number, found.size, digests))
        else:
            left.append((each, name))
    return left


def _enough(
    names: Sequence[str], digests: Sequence[bytes | None], least: Strength | None, *, several: bool
) -> bool:
    """Return whether what a server says of a file will do instead of its bytes.

    Args:
        names: Of the algorithms that are listed.
        digests: By each of them; None where the server has none.
        least: The strength that one of them needs.
        several: Whether they are not all out of one list: each of several has to hold, and so has
            all that a caller gives.
    """
    known = by_name()
    said = [known[name] for name, each in zip(names, digests, strict=True) if each is not None]
    if several and len(said) < len(names):
        return False
    needed = STRENGTHS.index(least or "accidents")
    return any(STRENGTHS.index(each.strength) >= needed for each in said)
