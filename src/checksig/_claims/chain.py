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
from checksig._claims import lists, nested, parsing
from checksig._claims.candidates import fault
from checksig._claims.naming import name_of
from checksig._entries import Entry, Malformed
from checksig._names import counted, escape, leads_out, quoted
from checksig.errors import ManifestError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._claims.parsing import Manifest
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
        SignatureInvalid, SignatureUntrusted: a list is in a signature that does not hold.
    """
    queue = list(found)
    known, first = {name for each in queue for name in each.own}, len(queue)
    unbound: list[bytes] = []
    remarks: list[str] = []
    faults: list[Result] = []
    absent: set[bytes] = set()
    passed: set[bytes] = set()
    lacking = 0
    for at, manifest in enumerate(queue):  # which grows meanwhile
        loose = True
        try:
            rows = parsing.lines(manifest) if manifest.lines is None else manifest.lines
            tree = manifest.format.tree
            if tree and (said := tree(manifest.text or manifest.data)):
                loose = said.loose
                patterns = [p for p in said.unbound if at < first or p.startswith("/")]
                unbound += [_anchored(manifest.base, pattern) for pattern in patterns]
                rows, gone = _here(list(rows), said, manifest, place)
                absent |= gone
                queue[at] = manifest._replace(lines=rows)
                listed = nested.among(manifest, said.lists, rows, place)
            else:
                listed = nested.told_by_name(manifest, rows, place, known, policy)
            remarks += listed.remarks
            passed |= set(listed.passed)
            lacking += listed.absent
        except ValueError:
            continue  # it is no list of its format, and whoever packs it says why
        for name, named in listed.followed.items():
            if name in known:
                continue
            known.add(name)
            if _is_signed(manifest) and not _vouches(manifest, named):
                shown = escape(os.fsdecode(name))
                remarks.append(f"{shown} is listed without a strong digest, and was not followed")
                continue
            try:
                below = _read(place, name, named, manifest, policy, loose=loose)
            except (ManifestError, SignatureUntrusted) as error:
                if loose:
                    remarks.append(f"{escape(os.fsdecode(name))} was not followed: {error}")
                elif isinstance(error, SignatureUntrusted):
                    raise
                else:
                    faults.append(fault(place.show(name), error))
                continue
            _expect_signed(below, policy)
            queue += below
    remarks += nested.said_of(passed - known, lacking)
    remarks += _said_of_absent(len(absent))
    return Followed(queue, tuple(unbound), tuple(remarks), tuple(faults))


def _said_of_absent(count: int) -> list[str]:
    are = "is" if count == 1 else "are"
    return [f"{counted(count, 'file')} need not be here, and {are} not"] if count else []


def _here(
    rows: list[Line], said: Tree, manifest: Manifest, place: Place
) -> tuple[list[Line], set[bytes]]:
    """Return the lines but for files that may lie elsewhere and do, and the names of those.

    A list of nothing else keeps them: it would verify nothing, and not say why.
    """
    names = {
        row: name_of(manifest, row, place)
        for row in rows
        if isinstance(row, Entry) and not leads_out(row.path) and said.names(row.path)
    }
    there = {row.path for row, name in names.items() if place.find(name) is not None}
    gone = {
        row: name
        for row, name in names.items()
        if row.path not in there
        and (row.path in said.elsewhere or any(row.path in v and v & there for v in said.variants))
    }
    here = [row for row in rows if row not in gone]
    if any(isinstance(row, Entry) for row in here):
        return here, set(gone.values())
    return rows, set()


def _anchored(base: bytes, pattern: str) -> bytes:
    """Return a pattern that is relative to a directory as one that is relative to the root."""
    if not base:
        return os.fsencode(pattern)
    above = "/" + _formats.as_pattern(os.fsdecode(base))
    return os.fsencode(above + (pattern if pattern.startswith("/") else f"/**/{pattern}"))


def _read(
    place: Place,
    name: bytes,
    rows: list[Entry],
    parent: Manifest,
    policy: Policy,
    *,
    loose: bool,
) -> list[Manifest]:
    """Return a list that another lists, if it is what is listed; ``loose``: if it is a list."""
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
    if loose and not _lists_something(child):
        raise ManifestError("it cannot be read as a list")
    vouched = _vouches(parent, rows)
    return [lists.based(child)._replace(own=(), vouched=vouched)]


def _expect_signed(lists_below: list[Manifest], policy: Policy) -> None:
    """Make sure that no rule asks for a signature over a list that only an unsigned one names.

    Raises:
        SignatureUntrusted: one does.
    """
    for each in lists_below:
        ruled = any(rule.is_for(each.path) for rule in policy.rules)
        if ruled and not (each.signatures or each.vouched):
            raise SignatureUntrusted(
                f"{quoted(os.fsencode(each.path))} has to be signed, by a rule, and is named by a "
                "list that is not: name it outright"
            )


def _lists_something(manifest: Manifest) -> bool:
    try:
        return any(not isinstance(row, Malformed) for row in parsing.lines(manifest))
    except ValueError:
        return False


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


def vouched(manifests: Sequence[Manifest], place: Place) -> list[Manifest]:
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
        for row in parsing.lines(parent) if parent.lines is None else parent.lines:
            if isinstance(row, Entry) and not leads_out(row.path):
                at = unsigned.get(os.fsdecode(name_of(parent, row, place)))
                if at is not None:
                    rows.setdefault(at, []).append(row)
        for at, listed in rows.items():
            child = found[at]
            if not child.vouched and _has(listed, child.data) and _vouches(parent, listed):
                found[at] = child._replace(vouched=True)
                queue.append(found[at])
    return found
