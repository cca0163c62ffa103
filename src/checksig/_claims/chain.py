"""Lists that list lists: ``SHA256SUMS.sha256``, or the ``Manifest`` of a Gentoo tree.

Such a list proves the lists that it lists, which are read and checked as well. A list is followed
only if the bytes that are parsed have the digests that are listed for it; else its line fails like
that of any other file.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, NamedTuple

from checksig import _files, _formats
from checksig._bridge.algorithms import by_name
from checksig._bridge.hashing import hash_stream
from checksig._claims import candidates, lists
from checksig._entries import Entry
from checksig._names import below, counted, escape, leads_out, shortest
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from checksig._claims.lists import Manifest
    from checksig._entries import Line
    from checksig._formats import Tree
    from checksig._places import Place
    from checksig._results import Result
    from checksig._trust.policy import Policy


class Followed(NamedTuple):
    """Lists, with those that they list, and what else is to be said of their trees."""

    manifests: list[Manifest]
    unbound: tuple[bytes, ...] = ()  # patterns of files that need not be listed
    remarks: tuple[str, ...] = ()
    faults: tuple[Result, ...] = ()  # verdicts on lists that cannot be read


def follow(place: Place, found: Iterable[Manifest], policy: Policy) -> Followed:
    """Return lists with all that they list, however deep.

    Args:
        place: The place that names are of.
        found: Lists, whose signatures have been checked.
        policy: Whom the caller trusts.

    Raises:
        SignatureInvalid: a list is in a signature that does not hold.
    """
    queue = list(found)
    known, first = {each.name for each in queue}, len(queue)
    unbound: list[bytes] = []
    remarks: list[str] = []
    faults: list[Result] = []
    absent: set[bytes] = set()
    for at, manifest in enumerate(queue):  # which grows meanwhile
        try:
            rows = lists.lines(manifest) if manifest.lines is None else manifest.lines
            if tree := manifest.format.tree:
                said, rows = tree(manifest.text or manifest.data), list(rows)
                patterns = [p for p in said.unbound if at < first or p.startswith("/")]
                unbound += [_anchored(manifest.base, pattern) for pattern in patterns]
                gone = _elsewhere(rows, said, manifest, place)
                here = [row for row in rows if row not in gone]
                if any(isinstance(row, Entry) for row in here):
                    absent |= {_name(manifest, row) for row in gone}
                    rows = here
                queue[at] = manifest._replace(lines=rows)
                listed = _listed(manifest, said.lists, rows)
            else:
                listed = _lists_alone(rows, manifest, place, remarks)
        except ValueError:
            continue  # it is no list of its format, and whoever packs it says why
        for name, named in listed.items():
            if name in known:
                continue
            known.add(name)
            if _is_signed(manifest) and not _vouches(manifest, named):
                shown = escape(os.fsdecode(name))
                remarks.append(f"{shown} is listed without a strong digest, and was not followed")
                continue
            try:
                queue += _read(place, name, named, manifest, policy)
            except ManifestError as error:
                faults.append(lists.fault(place.show(name), error))
    if absent:
        remarks.append(f"{counted(len(absent), 'file')} may lie elsewhere, and are not here")
    return Followed(queue, tuple(unbound), tuple(remarks), tuple(faults))


def _elsewhere(rows: Iterable[Line], said: Tree, manifest: Manifest, place: Place) -> set[Entry]:
    """Return the entries of files that may lie elsewhere, and are not here."""
    return {
        row
        for row in rows
        if isinstance(row, Entry)
        and row.path in said.elsewhere
        and not leads_out(row.path)
        and place.find(_name(manifest, row)) is None
    }


def _name(manifest: Manifest, row: Entry) -> bytes:
    """Return the name of an entry below the root."""
    return below(manifest.base, os.fsencode(shortest(row.path)))


def _anchored(base: bytes, pattern: str) -> bytes:
    """Return a pattern that is relative to a directory as one that is relative to the root."""
    if not base:
        return os.fsencode(pattern)
    above = "/" + _formats.as_pattern(os.fsdecode(base))
    return os.fsencode(above + (pattern if pattern.startswith("/") else f"/**/{pattern}"))


def _listed(
    manifest: Manifest, names: Container[str], rows: Iterable[Line]
) -> dict[bytes, list[Entry]]:
    """Return the entries of certain names, by their names below the root."""
    found: dict[bytes, list[Entry]] = {}
    for row in rows:
        if isinstance(row, Entry) and row.path in names and not leads_out(row.path):
            found.setdefault(_name(manifest, row), []).append(row)
    return found


def _lists_alone(
    rows: Iterable[Line], manifest: Manifest, place: Place, remarks: list[str]
) -> dict[bytes, list[Entry]]:
    """Return the entries of a list of lists, by their names below the root; of any other, nothing.

    Its format does not say which of its entries are lists: all of them have to be.
    """
    found: dict[bytes, list[Entry]] = {}
    for row in rows:
        if not isinstance(row, Entry):
            continue
        name = b"" if leads_out(row.path) else _name(manifest, row)
        if not name or not _is_list(name, place):
            if what := _formats.unread(os.path.basename(os.fsdecode(name))):
                remarks.append(f"{escape(os.fsdecode(name))} is {what}, and was not followed")
            elif name and _is_called_like_one(name):
                remarks.append(f"{escape(os.fsdecode(name))} is called like a list, and is none")
            remarks += [
                f"{escape(os.fsdecode(n))} is listed among files, and was not followed"
                for n in list(found)[:1]
            ]
            return {}
        found.setdefault(name, []).append(row)
    return found


def _is_called_like_one(name: bytes) -> bool:
    match = _formats.match_name(os.fsdecode(name.rpartition(b"/")[2]), by_name())
    return match is not None and not match.weak


def _is_list(name: bytes, place: Place) -> bool:
    match = _formats.match_name(os.fsdecode(name.rpartition(b"/")[2]), by_name())
    item = place.find(name) if match else None
    if match is None or item is None:
        return False
    return candidates.holds_a_list(place, item, match._replace(weak=True))


def _read(
    place: Place,
    name: bytes,
    rows: list[Entry],
    parent: Manifest,
    policy: Policy,
) -> list[Manifest]:
    """Return a list that another lists, if it is what is listed."""
    item = place.find(name)
    if item is None:
        return []
    try:
        data = place.read(item, _files.MAX_SIZE)
    except OSError:
        return []  # its line fails
    if not _has(rows, data):
        return []
    child = lists.read(place, item, place, policy, data=data)
    vouched = _vouches(parent, rows)
    return [child._replace(base=name.rpartition(b"/")[0], own=(), vouched=vouched)]


def _has(rows: Sequence[Entry], data: bytes) -> bool:
    """Whether bytes have all the digests that are listed, as far as they can be computed."""
    known = by_name()
    wanted = [(known.get(row.algorithm.lower()), row.digest.lower()) for row in rows]
    names = list(dict.fromkeys(algorithm.name for algorithm, _ in wanted if algorithm))
    found = hash_stream(io.BytesIO(data), names).digests if names else {}
    return bool(found) and all(found[a.name].hex() == digest for a, digest in wanted if a)


def _vouches(parent: Manifest, rows: Sequence[Entry]) -> bool:
    """Whether what signed lists say of a list is as good as a signature over it."""
    known = by_name()
    strengths = [known[r.algorithm.lower()].strength for r in rows if r.algorithm.lower() in known]
    return _is_signed(parent) and "strong" in strengths


def _is_signed(manifest: Manifest) -> bool:
    return bool(manifest.signatures or manifest.vouched)


def vouched(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return lists; those that signed ones list, with their digests, are vouched for."""
    found = list(manifests)
    unsigned = {
        os.fsdecode(name): at
        for at, each in enumerate(found)
        for name in each.own
        if not each.signatures
    }
    queue = [each for each in found if each.signatures]
    for parent in queue:  # which grows meanwhile
        rows: dict[int, list[Entry]] = {}
        for row in lists.lines(parent) if parent.lines is None else parent.lines:
            if isinstance(row, Entry) and not leads_out(row.path):
                at = unsigned.get(os.fsdecode(_name(parent, row)))
                if at is not None:
                    rows.setdefault(at, []).append(row)
        for at, listed in rows.items():
            child = found[at]
            if not child.vouched and _has(listed, child.data) and _vouches(parent, listed):
                found[at] = child._replace(vouched=True)
                queue.append(found[at])
    return found
