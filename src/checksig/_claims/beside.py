"""One file, and what the lists beside it say of it.

Who has ``data.tar.gz`` and ``data.tar.gz.sha256``, or ``SHA256SUMS``, asks whether that file is
right: of these lists, only the lines about it count.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files, _formats, _schemes
from checksig._bridge.algorithms import by_name
from checksig._claims import candidates, copies, lists, namesake
from checksig._entries import Entry, Malformed, Unverified
from checksig._names import quoted, shortest
from checksig._places import Directory, Fault, Item
from checksig._results import Result, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._claims.lists import Manifest
    from checksig._entries import Line
    from checksig._trust.policy import Policy

_PLAIN: Final = rb"[A-Za-z0-9_.+@~:-]+"
_ESCAPES: Final = (b"\\", b"&", b'"', b"%")
#: In bytes: what is read of a file to know that it is no list.
_HEAD: Final = 64 << 10


def is_list(path: bytes) -> bool:
    """Whether a file is called like a list, or like a signature that may hold one, or is one."""
    base = os.fsdecode(os.path.basename(path))
    if path.endswith(lists.SEALS) or base in _schemes.LISTS:
        return True
    head = _head(path)
    if head is None:
        return True  # whoever reads it says what is wrong with it
    if match := _formats.match_name(base, by_name()):
        home = Directory(os.path.dirname(path) or b".")
        return not match.weak or candidates.holds_a_list(home, Item(os.path.basename(path)), match)
    if head.lstrip()[:5] == b"-----":
        return True
    text = _head_as_text(head)
    return not _formats.misfit(text) and any(
        f.sniff(text) for f in _formats.table() if not f.by_name_only
    )


def _head_as_text(head: bytes) -> bytes:
    try:
        return _formats.plain(head[: len(head) & ~1]) or head
    except ValueError:
        return head  # what is compressed, and not called like a list, is none


def _head(path: bytes) -> bytes | None:
    buffer = bytearray(_HEAD)
    for _, stream in Directory(os.path.dirname(path) or b".").open([Item(os.path.basename(path))]):
        if not isinstance(stream, Fault):
            return bytes(buffer[: stream.readinto(memoryview(buffer)) or 0])
    return None


class About(NamedTuple):
    """The lists beside a file that name it, with only what they say of it."""

    manifests: list[Manifest]
    settled: tuple[Result, ...] = ()  # on a list that is called after the file, and leaves it out
    remarks: tuple[str, ...] = ()


def about(path: bytes, policy: Policy) -> About:
    """Return what the lists beside a file say of it.

    Raises:
        ManifestError: one of them cannot be read.
        TrustError: one of them is in a signature that does not hold.
    """
    home, name = Directory(os.path.dirname(path) or b"."), os.path.basename(path)
    found: list[Manifest] = []
    settled: list[Result] = []
    copied: list[bytes] = []
    proved = False
    for manifest in [*_named(home, name, policy)] or _candidates(home, name, policy, copied):
        called_after = _formats.namesake(os.fsdecode(manifest.name), by_name()) == os.fsdecode(name)
        try:
            rows = lists.lines(manifest) if manifest.lines is None else manifest.lines
            rows = [row for row in rows if _is_about(row, os.fsdecode(name), whole=called_after)]
        except ValueError as error:
            raise ManifestError(f"{quoted(os.fsencode(manifest.path))}: {error}") from error
        if any(isinstance(row, (Entry, Unverified)) for row in rows):
            beside = [manifest.name + end for end in lists.SEALS if home.find(manifest.name + end)]
            found.append(manifest._replace(lines=rows, beside=tuple(beside)))
            proved = proved or any(isinstance(row, Entry) for row in rows)
        elif called_after:
            settled += namesake.unmet([manifest], home)
    if not proved:  # a size alone proves nothing, and counts all the same
        settled += [result for each in found for result in _by_size(path, each)]
    remarks = copies.said_of(copied) if copied else ()
    return About(found if proved else [], tuple(settled), remarks)


def _by_size(path: bytes, manifest: Manifest) -> Iterator[Result]:
    """Yield verdicts on a file that has another size than a list without a digest says."""
    length = os.path.getsize(path)
    for row in manifest.lines or ():
        if isinstance(row, Unverified) and row.size not in (None, length):
            why = f"it has {length} bytes, and {row.size} are listed"
            where = manifest.path
            yield Result(row.path, Status.MISMATCH, line=row.line, detail=why, manifest=where)


def _is_about(row: Line, name: str, *, whole: bool) -> bool:
    if isinstance(row, Malformed):
        return whole
    return name in (shortest(row.path), shortest(row.path.replace("\\", "/")))


def _candidates(
    home: Directory, name: bytes, policy: Policy, copied: list[bytes]
) -> Iterator[Manifest]:
    known = by_name()
    names = sorted(item.name for item in home.walk(deep=False))
    for each in names:
        base = os.fsdecode(each)
        if each.endswith(lists.SEALS):
            if policy.keys and candidates.may_hold_a_list(each, base, known, names):
                yield from _held(home, each, name, policy)
            elif policy.keys and not policy.signatures and _schemes.stem(base) == os.fsdecode(name):
                yield from _statement(home, each, name, policy)
            continue
        match = _formats.match_name(base, known)
        other = _formats.namesake(base, known)
        if not match or each == name:
            continue
        if os.path.isdir(os.path.join(home.root, each)) or match.format.base != ".":
            continue
        if match.weak and not candidates.holds_a_list(home, Item(each), match):
            continue
        manifest = lists.read(home, Item(each), home, policy)
        if other != os.fsdecode(name) and not _may_name(manifest, name):
            continue
        if match.weak and copies.is_copy(home, Item(each), names, home):
            copied.append(each)
        else:
            yield manifest


def _held(home: Directory, each: bytes, name: bytes, policy: Policy) -> Iterator[Manifest]:
    """Yield the list in a signature, if it names a file."""
    manifest = lists.read(home, Item(each), home, policy)
    if _may_name(manifest, name):
        yield manifest


def _named(home: Directory, name: bytes, policy: Policy) -> Iterator[Manifest]:
    """Yield the list in a signature that the caller names, if it is a statement about files."""
    for path in policy.signatures:
        place = Directory(os.path.dirname(path) or b".")
        for manifest in _statement(place, os.path.basename(path), name, policy):
            # It is checked once more, as any signature that is named.
            yield manifest._replace(home=home, signatures=())


def _statement(home: Directory, each: bytes, name: bytes, policy: Policy) -> Iterator[Manifest]:
    """Yield the statement in a signature, if it is one, as a list about a file of that name."""
    try:
        data = home.read(Item(each), _files.MAX_SIZE)
    except OSError:
        return  # whoever needs it says so
    if not _schemes.is_signed_statement(data):
        return
    manifest = lists.read(home, Item(each), home, policy, data=data)
    # A model that is a single file has no name in it.
    called = manifest._replace(path=os.fsdecode(name), signatures=())
    yield manifest._replace(lines=list(lists.lines(called)))


def _may_name(manifest: Manifest, name: bytes) -> bool:
    """Whether a list may name a file. What is not plain may be escaped, in ways of the format."""
    data = manifest.text or manifest.data
    if name in data or re.fullmatch(_PLAIN, name):
        return name in data
    return any(each in data for each in _ESCAPES)


def sealed(path: bytes) -> list[bytes]:
    """Return the names of what lies beside a file and may hold a list, which a key takes out."""
    home = Directory(os.path.dirname(path) or b".")
    names = sorted(item.name for item in home.walk(deep=False))
    return [
        each
        for each in names
        if each.endswith(lists.SEALS)
        and candidates.may_hold_a_list(each, os.fsdecode(each), by_name(), names)
    ]
