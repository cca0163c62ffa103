"""Two places held against each other, without a list: what the first has, the second needs.

The first is listed, in memory, and the second is checked against that. Where a store has checksums
of its own, they may stand for the bytes, on request.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Unpack

from checksig import _places
from checksig._bridge import packed, wire
from checksig._bridge.algorithms import by_name, lookup
from checksig._checking.check import Check
from checksig._checking.watch import Watch
from checksig._claims import Claim, Part
from checksig._classes import replace
from checksig._entries import Entry
from checksig._making.hashing import hash_all, refuse_unreadable
from checksig._making.list_request import ListRequest
from checksig._names import quoted
from checksig._options import CheckOptions, CompareOptions, table, values
from checksig._options.values import settle, takes
from checksig._results import STRENGTHS, Report, Result, Source, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator, Mapping

    from checksig._options import StrPath
    from checksig._places import Item, Place, Said, Served

#: How many files a store is asked about to find out which checksums it has.
_PROBE: Final = 1000
#: How many it is asked about at a time.
_AT_A_TIME: Final = 4096
_ALGORITHM: Final = "sha256"


@takes(CompareOptions)
def compare(
    path: StrPath,
    other: StrPath,
    *,
    algorithm: str | None = None,
    **options: Unpack[CompareOptions],
) -> Report:
    """Compare two places without a list, and return a report on the second: look at its ``ok``.

    It is ok if both have the same files with the same bytes. What only the first has is missing;
    what only the second has is unlisted.

    Args:
        path: A directory, an archive, or the address of a store.
        other: Another.
        algorithm: The algorithm to compare by. Without it, SHA-256; or with
            ``server_checksums``, one that the store has.
        **options: See :class:`CompareOptions`.

    Raises:
        ManifestError: one of them cannot be read, the first has no files, or both are the same.
        CreateError: a file of the first cannot be read.
        UnknownAlgorithmError: ``algorithm`` is not known.
        TypeError, ValueError: the options make no sense.
    """
    return run(path, other, algorithm, options)


def run(
    path: StrPath,
    other: StrPath,
    algorithm: str | None,
    options: CompareOptions,
    *,
    on_result: Callable[[Result], object] | None = None,
    keep_ok: bool = False,
    look: Callable[[], object] | None = None,
) -> Report:
    """Do what :func:`compare` does, and pass on results as they come."""
    if algorithm is not None and not isinstance(algorithm, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError("algorithm is one, and not several")
    settled = settle(CompareOptions, options)
    watch = Watch(settled["progress"]) if settled["progress"] else None
    tell = watch.tell if watch else None
    path, other = (_places.plain(os.fsencode(each)) for each in (path, other))
    wanted = _request(path, algorithm, {**options, "progress": tell})
    of = wanted.place.show() if wanted.place else os.fsdecode(wanted.root)
    if watch:
        watch.begin(last=False)
    part, rules, served = _prepared(wanted, path, other, algorithm, settled)
    if watch:
        watch.begin(last=True)
    reading = values.reading(settled)
    check = Check([part], rules, reading, keep_ok=keep_ok, progress=tell, look=look)
    for result in check:
        if on_result:
            on_result(result)
    report = check.report()
    served = min(report.counts[Status.OK], report.served + served)
    return replace(report, compared=of, served=served)


def _prepared(
    wanted: ListRequest,
    path: bytes,
    other: bytes,
    algorithm: str | None,
    settled: Mapping[str, Any],
) -> tuple[Part, values.Rules, int]:
    """Return the second place with what it has to be, the rules, and the number of files served.

    Args:
        wanted: The first place, as it is to be listed.
        path: Its path.
        other: The path of the second.
        algorithm: The one that the caller asks for.
        settled: All of :class:`CompareOptions`.
    """
    first, etags, trusted = wanted.place, settled["trust_etag"], settled["server_checksums"]
    of = first.show() if first else os.fsdecode(wanted.root)
    with ExitStack() as stack:
        if first:
            stack.callback(first.close)
        second = _whole(other, wanted.network)
        stack.callback(second.close)
        _expect_two(_shown(path, first), _shown(other, second))
        checks = [p for p in (first, second) if p and "checksums" in p.traits] if trusted else []
        if trusted and not checks:
            raise ManifestError("server_checksums is for stores that have some: none is compared")
        if "all" not in second.traits:
            raise ManifestError(f"{quoted(second.path)} does not say what it has")
        if algorithm is None and second in checks and first not in checks:
            common = _common(second, etags=etags)
            wanted = wanted._replace(algorithms=(lookup(common or _ALGORITHM),))
        only = () if algorithm is None else (lookup(algorithm).name,)
        listed = _list(wanted, served=first in checks, only=only, etags=etags)
        rules = values.rules(_rules(settled, served=second in checks))
        stack.pop_all()
    lists, sources = (wire.List(lines=listed.lines),), (Source(of, "place"),)
    return Part(second, Claim(lists, sources, settled=listed.failures)), rules, listed.served


def _request(path: bytes, algorithm: str | None, options: Mapping[str, Any]) -> ListRequest:
    """Return a request for a list of all that there is in the first place."""
    rows = table(CompareOptions).keys() - {"server_checksums", "trust_etag"}
    given: Any = {name: value for name, value in options.items() if name in rows}
    wanted = ListRequest.of(path, algorithm, "text", given)
    root = path
    if wanted.only is not None and _places.is_packed(root) and not wanted.place:
        return wanted._replace(root=root, only=None, place=_whole(path, wanted.network))
    if wanted.only is not None:
        raise ManifestError(f"{_places.quoted_path(root)} is one file: give its digest to verify")
    if not wanted.place:
        _whole(path, wanted.network)
    return wanted


def _whole(path: bytes, network: values.Network) -> Place:
    """Open a place, all of which is compared; of an archive, what is in its one directory.

    Raises:
        ArchiveError: an archive cannot be read.
        ManifestError: there is none, or the path is that of one file.
    """
    place = _places.open_place(path, network)
    there = _places.remote(place)
    packed_here = place.root not in (None, path) and _places.is_packed(path)
    if not there and (place.root is None or packed_here):
        from checksig._places.archive import Archive  # noqa: PLC0415 (zipfile takes 10 ms)

        place = Archive(path) if packed_here else place
        if isinstance(place, Archive):
            place.index()
            place.enter_only_directory()
    if (there and there.name) or (place.root and place.root != path):
        place.close()
        raise ManifestError(f"{_places.quoted_path(path)} is one file: give its digest to verify")
    return place


def _shown(path: bytes, place: Place | None) -> bytes:
    """Return a path, or the address of a place as all spell it."""
    return os.fsencode(place.show()) if place and _places.remote(place) else path


def _expect_two(*given: bytes) -> None:
    """Refuse a place that is compared with itself: that they are equal proves nothing.

    Raises:
        ManifestError: the paths lead to the same place.
    """
    found = {
        path.rstrip(b"/") if _places.is_address(path) else os.path.realpath(path) for path in given
    }
    if len(found) == 1:
        first, second = map(_places.quoted_path, given)
        raise ManifestError(
            f"{second} is the same place as {first}: give a copy to compare it with"
        )


def _rules(settled: Mapping[str, Any], *, served: bool) -> Mapping[str, Any]:
    """Return the options of the check of the second place."""
    given: Any = {"complete": True, "include": settled["include"], "exclude": settled["exclude"]}
    if served:
        given |= {name: settled[name] for name in ("server_checksums", "trust_etag")}
    return settle(CheckOptions, given)


class _Listed(NamedTuple):
    """All that a place has, as the core takes it."""

    lines: bytes
    failures: tuple[Result, ...]  # what cannot be listed
    served: int  # files whose digests the server has said


def _list(wanted: ListRequest, *, served: bool, only: Collection[str], etags: bool) -> _Listed:
    """List a place, by the checksums that its server has, or by its bytes.

    Args:
        wanted: The place, and the algorithm for bytes.
        served: Whether its server is asked.
        only: The algorithms that its checksums may have; none: any.
        etags: Whether entity tags may be such.

    Raises:
        ManifestError: there is nothing in it.
        CreateError: a file cannot be read.
    """
    server = _places.served(wanted.place) if wanted.place and served else None
    known = set[bytes]()
    asked = set(only or by_name())
    lines = packed.pack_entries(_entries(server, known, asked, etags=etags)) if server else b""
    results = hash_all(wanted, [*known]).results
    refuse_unreadable(wanted.root, results)
    [algorithm] = wanted.algorithms
    lines += packed.pack_entries(
        Entry(each.path, each.found or "", algorithm.name, 0, each.size)
        for each in results
        if each.ok
    )
    if not lines:
        raise ManifestError(f"there are no files in {quoted(wanted.root)} to compare with")
    failures = [
        Result(each.path, each.status, detail=f"in {os.fsdecode(wanted.root)}: {each.detail}")
        for each in results
        if not each.ok
    ]
    return _Listed(lines, tuple(failures), len(known))


def _entries(
    server: Served, known: set[bytes], asked: Container[str], *, etags: bool
) -> Iterator[Entry]:
    """Yield what a store says of its files by some algorithms, and note the names of those."""
    for item, found in _said(server, server.walk(), etags=etags):
        for name, digest in found.digests.items() if found else ():
            if name not in asked:
                continue
            known.add(item.name)
            yield Entry(
                os.fsdecode(item.name), digest.hex(), name, 0, found.size if found else None
            )


def _said(
    server: Served, items: Iterator[Item], *, etags: bool
) -> Iterator[tuple[Item, Said | None]]:
    """Yield the files of a store with the checksums that it has of them."""
    while some := list(islice(items, _AT_A_TIME)):
        right = [item for item in some if not item.fault]
        files = [(each.name, str(each.pin or "")) for each in right]
        yield from zip(right, server.said(files, etags=etags), strict=True)


def _common(place: Place, *, etags: bool) -> str | None:
    """Return the algorithm of which a store has most checksums, the strongest of several."""
    server = _places.served(place)
    found: Counter[str] = Counter()
    if server:
        for _, said in _said(server, islice(server.walk(), _PROBE), etags=etags):
            found.update(said.digests.keys() if said else ())
    known = by_name()
    rank = {name: (count, STRENGTHS.index(known[name].strength)) for name, count in found.items()}
    return max(rank, key=lambda name: rank[name], default=None)
