"""Files that are looked up by their digests, whatever they are called: NSRL, and any other list.

The names in a list count for nothing, and so do lines that no file has. Each file is hashed here to
be found in the list; the core then reads it once more, and holds it to all that the list says.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig._bridge import wire
from checksig._bridge.algorithms import by_name
from checksig._bridge.hashing import hash_stream
from checksig._claims import locks, outright
from checksig._claims.ask import Found
from checksig._claims.parsing import Manifest
from checksig._claims.reference import Lines, special
from checksig._formats import OF_TABLES, known
from checksig._names import counted, escape, quoted
from checksig._places import Fault
from checksig._places.directory import own_names
from checksig._results import Result, Status
from checksig._trust import policy as policies
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._claims.ask import Ask
    from checksig._claims.reference import Database
    from checksig._entries import Entry
    from checksig._places import Place
    from checksig._trust.policy import Policy


_UNKNOWN: Final = "no list has its digest"


def found(place: Place, ask: Ask, policy: Policy) -> Found:
    """Return lists with lines about those files of a place that they have the digests of.

    Args:
        place: The place.
        ask: The lists, and the files; without any, all of the place are looked up.
        policy: Whom the caller trusts.

    Raises:
        ArchiveError: an archive cannot be read.
        ManifestError: a list cannot be read, or there is no file.
        TrustError: one is in a signature that does not hold.
    """
    locks.expect_index(place)
    left = dict.fromkeys(ask.names or (item.name for item in place.walk() if not item.fault))
    if not left:
        raise ManifestError(f"there is no file in {quoted(ask.path)}")
    manifests: list[Manifest] = []
    remarks: list[str] = []
    for path in outright.paths(ask.known or ()):
        manifest, reference = _read(path, place, ask, policy)
        lines: list[Entry] = []
        for name in manifest.own:
            left.pop(name, None)
        count = len(left)
        for name, rows in _known(reference, place, list(left)):
            if name in left:  # else another line has it, by another digest
                del left[name]
                lines += [row._replace(path=os.fsdecode(name)) for row in rows]
        shown = escape(os.path.basename(manifest.path))
        remarks.append(f"{shown} knows {count - len(left):,} of {counted(count, 'file')}")
        if reference.malformed:
            lost = counted(reference.malformed, "line")
            remarks.append(f"{shown}: {lost} cannot be understood, and no file is known by them")
        if lines:  # else it says nothing of these files
            manifests.append(manifest._replace(lines=lines, base=b""))
    unlisted = [Result(os.fsdecode(name), Status.UNLISTED, detail=_UNKNOWN) for name in left]
    # The core says that of files, if it has lists to hold them to.
    faults = () if manifests else tuple(unlisted)
    return Found(place, manifests, faults, whole=False, remarks=tuple(remarks))


def _read(path: bytes, place: Place, ask: Ask, policy: Policy) -> tuple[Manifest, Lines | Database]:
    """Return a list, and what is in it."""
    if not (b"://" in path or path == b"-") and (reference := special(path)):
        policies.refuse_unsigned(policy, path)
        own = own_names(place.root, path) if place.root is not None else ()
        manifest = Manifest(
            os.fsdecode(path), b"", known(OF_TABLES), None, b"", own, place, os.path.basename(path)
        )
        return manifest, reference
    manifest = outright.named(path, place, policy, form=ask.format, network=ask.network)
    return manifest, Lines.of(manifest)


def _known(
    reference: Lines | Database, place: Place, names: list[bytes]
) -> Iterator[tuple[bytes, list[Entry]]]:
    """Yield the name of each file that is known, and what is said of it."""
    digests = _Digests(place, names)
    for best, rows in reference.entries(digests) if names else ():
        algorithm = by_name()[best.algorithm.lower()].name
        for name in digests[algorithm].get(best.digest.lower(), ()):
            yield name, rows


class _Digests(dict[str, dict[str, list[bytes]]]):
    """The names of files by their digests, by algorithms: computed for who asks."""

    def __init__(self, place: Place, names: list[bytes]) -> None:
        super().__init__()
        self._place, self._names = place, names

    def __missing__(self, algorithm: str) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for name, digest in _hashed(self._place, self._names, algorithm):
            found.setdefault(digest, []).append(name)
        self[algorithm] = found
        return found


def _hashed(place: Place, names: list[bytes], algorithm: str) -> Iterator[tuple[bytes, str]]:
    """Yield names with digests; not those of what is no file, or cannot be read."""
    if place.root is None:
        items = filter(None, map(place.find, names))
        for item, stream in place.open(items):
            if isinstance(stream, Fault):
                continue
            try:
                digest = hash_stream(stream, [algorithm]).digests[algorithm]
            except OSError:
                continue  # it is not known then
            yield item.name, digest.hex()
        return
    request = wire.request(
        "hash", root=place.root, paths=names, settings={"algorithms": [algorithm]}
    )
    for batch in wire.batches(request):
        for result in batch.results:
            if result.ok and result.found:
                yield os.fsencode(result.path), result.found
