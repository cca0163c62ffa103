"""The engine for places whose files the core reads by their URLs.

The core matches names and reports what is to be read as pending. The place says where that is, and
the core reads, hashes and judges it.
"""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from checksig._bridge import handles, wire
from checksig._checking.streamed import pack_items
from checksig._classes import replace
from checksig._names import shortest
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from checksig._bridge.wire import Batch
    from checksig._checking.ordering import Ordering
    from checksig._options.values import Reading
    from checksig._places import Item, Served
    from checksig._results import Result

#: How many files are pending at a time: enough that no reader waits for Python.
WINDOW: Final = 4096
#: How many items are offered at a time.
_TOGETHER: Final = 1000
#: In milliseconds: how long a run has to take items, before it is asked for records.
_SOON_MS: Final = 10


def request(
    place: Served,
    names: Mapping[str, Sequence[bytes]],
    lists: Sequence[wire.List],
    settings: Mapping[str, Any],
) -> tuple[bytes, Iterator[Item] | None]:
    """Return a match with what is in a place, and what is to be offered to it, if something is.

    If nobody knows what there is, or asks for that, it is with what is listed.
    """
    # To list a store takes long, and is for nothing if nobody asks what else there is.
    known = "all" in place.traits and (settings["unlisted"] or settings["complete"])
    # To know whether a backslash is a slash, the core has to know all names first.
    at_once = known and any(map(_has_backslashes, lists))
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
    ordering: Ordering,
    reading: Reading,
    *,
    offered: Iterator[Item] | None = None,
) -> Generator[Batch, None, None]:
    """Run a match, have the core read what it leaves pending, and yield what that brings.

    The ordering says how that is read, and may settle some of it. What is offered is listed
    meanwhile, so that it does not matter for memory how much there is.
    """
    run = handles.Run(request)
    del request  # it may be large, and the core has a copy
    offers = None if offered is None else _Offers(run, offered)
    for batch in wire.batches(run, manifests, reading.cancel):
        results = list(batch.results)
        _reword(results, place)
        if batch.pending:
            wanted = [(each, os.fsencode(shortest(each.name))) for each in batch.pending]
            run.fetch(ordering(run, wanted))
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
        self._run.wait_ms = handles.WAIT_MS  # what is to be read is known before more is listed
        if self._run.offer(self._next, _SOON_MS):
            self._over, self._next = not self._next, None


def _reword(results: list[Result], place: Served) -> None:
    """Say why files could not be read in the words of their place."""
    for at, result in enumerate(results):
        if result.status is Status.UNREADABLE:
            results[at] = replace(result, detail=place.why_not(result.detail))
