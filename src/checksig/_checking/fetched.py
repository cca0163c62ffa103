"""The engine for places whose files the core reads by their URLs.

The core matches names and reports what is to be read as pending. The place says where that is, and
the core reads, hashes and judges it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from checksig._bridge import handles, matching, wire
from checksig._bridge.algorithms import by_name
from checksig._checking.streamed import pack_items
from checksig._names import shortest
from checksig._results import STRENGTHS, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from checksig._bridge.wire import Batch, Pending
    from checksig._options.values import Reading, Rules
    from checksig._places import Item, Served
    from checksig._results import Result, Strength

#: How many files are pending at a time: enough that no reader waits for Python.
WINDOW: Final = 4096
#: How many items are offered at a time.
_TOGETHER: Final = 1000
#: In milliseconds: how long a run has to give records, or to take items, before it is asked the
#: other thing. What it wants to be read has to be known before the next page is asked for.
_SOON_MS: Final = 10


def request(
    place: Served,
    names: Mapping[str, Sequence[bytes]],
    lists: Sequence[wire.List],
    settings: Mapping[str, Any],
) -> tuple[bytes, Iterator[Item] | None]:
    """Return a match with what is in a place, and what is to be offered to it, if something is.

    If nobody knows what there is, it is with what is listed.
    """
    # To list a store takes long, and is for nothing if nobody asks what else there is.
    known = "all" in place.traits and (settings["unlisted"] or settings["complete"])
    # To know whether a backslash is a slash, the core has to know all names first.
    at_once = known and (settings["slice"] or any(map(_has_backslashes, lists)))
    offered = place.walk() if known and not at_once else None
    request = wire.request(
        "match",
        items=pack_items(place.walk()) if at_once else b"",
        names=names,
        lists=lists,
        settings={
            **settings,
            "fetch": reading_of(place),
            "presumed": not known,
            "offered": offered is not None,
        },
    )
    return request, offered


def _has_backslashes(each: wire.List) -> bool:
    return each.backslashes and (b"\\" in each.text or b"\\" in each.lines)


def reading_of(place: Served) -> dict[str, Any]:
    """Return how the core reads the files of a place."""
    return {**place.fetch, "window": WINDOW}


def batches(
    request: bytes,
    place: Served,
    manifests: Sequence[str],
    rules: Rules,
    reading: Reading,
    *,
    offered: Iterator[Item] | None = None,
) -> Generator[Batch, None, None]:
    """Run a match, have the core read what it leaves pending, and yield what that brings.

    What is offered is listed meanwhile, so that it does not matter for memory how much there is.
    """
    least = dict(rules.settings).get("min_strength")
    enough = partial(_enough, least=least, several=len(manifests) != 1)
    run = handles.Run(request)
    del request  # it may be large, and the core has a copy
    offers = None if offered is None else _Offers(run, offered)
    for batch in wire.batches(run, manifests, reading.cancel):
        results = list(batch.results)
        _reword(results, place)
        if batch.pending:
            wanted = [(each, os.fsencode(shortest(each.name))) for each in batch.pending]
            if rules.server_checksums:
                wanted = _left(run, wanted, place, rules, enough)
            run.fetch(b"".join([place.order(each.number, name) for each, name in wanted]))
        yield batch._replace(results=iter(results))
        if offers:
            offers.go_on()


class _Offers:
    """Tells a run what there is in a place, as it has room for that."""

    def __init__(self, run: handles.Run, items: Iterator[Item]) -> None:
        self._run, self._items, self._over = run, items, False
        self._next: bytes | None = None
        run.wait_ms = 0  # it has nothing to do yet

    def go_on(self) -> None:
        """Offer some more, if there is more."""
        if self._over:
            return
        if self._next is None:
            self._next = pack_items(islice(self._items, _TOGETHER))  # nothing, behind the last
        self._run.wait_ms = _SOON_MS
        if self._run.offer(self._next, _SOON_MS):
            self._over, self._next = not self._next, None
            if self._over:
                self._run.wait_ms = handles.WAIT_MS


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
