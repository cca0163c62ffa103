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
from checksig._claims import candidates, copies, lists, namesake, parsing
from checksig._claims.wanted import PLAIN, Wanted
from checksig._entries import Malformed, Unverified
from checksig._places import Directory, Fault, Item, served
from checksig._results import Result, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._claims.parsing import Manifest
    from checksig._places import Place, Served
    from checksig._trust.policy import Policy

_ESCAPES: Final = (b"\\", b"&", b'"', b"%")
#: The beginning of a page of HTML, with which many servers answer that they have no such file.
_PAGE: Final = rb"(?i)\s*<(?:!doctype html|html)\b"
#: In bytes: what is read of a file to know that it is no list.
_HEAD: Final = 64 << 10


def is_list(path: bytes) -> bool:
    """Whether a file is called like a list, or like a signature that may hold one, or is one."""
    return is_called_like_a_list(path) or looks_like_a_list(path)


def is_called_like_a_list(path: bytes) -> bool:
    """Whether a file is called like a list, or like a signature that may hold one."""
    base = os.fsdecode(os.path.basename(path))
    if is_called(base):
        return True
    if match := _formats.match_name(base, by_name()):
        home = Directory(os.path.dirname(path) or b".")
        return candidates.holds_a_list(home, Item(os.path.basename(path)), match)
    return False


def is_called(base: str) -> bool:
    """Whether a file is called like a list, or like a signature that may hold one, and no other."""
    match = _formats.match_name(base, by_name())
    sealed = os.fsencode(base).endswith(lists.SEALS) or base in _schemes.LISTS
    return sealed or (match is not None and not match.weak)


def looks_like_a_list(path: bytes) -> bool:
    """Whether what is in a file is like a list. Whoever puts it there decides that."""
    head = _head(path)
    return head is None or is_like_a_list(head)  # else whoever reads it says what is wrong with it


def is_like_a_list(data: bytes) -> bool:
    """Whether what is in a file is like a list, or a signature that may hold one.

    Args:
        data: The file, or how it begins.
    """
    head = data[:_HEAD]
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
    """The lists beside files that name them, with only what they say of these."""

    manifests: list[Manifest]
    settled: tuple[Result, ...] = ()  # on a list that is called after a file, and leaves it out
    remarks: tuple[str, ...] = ()
    nameless: tuple[bytes, ...] = ()  # files for which no digest is listed
    elsewhere: tuple[str, ...] = ()  # names that are listed, and end like those of such files


def about(
    home: Place, names: Sequence[bytes], policy: Policy, *, by_last_part: bool = False
) -> About:
    """Return what the lists beside files say of them.

    Args:
        home: The directory of the files, here or on a server.
        names: Their names there.
        policy: Whom the caller trusts.
        by_last_part: Whether the last part of a name may do, if only one is listed that ends so.

    Raises:
        ManifestError: one of the lists cannot be read.
        TrustError: one of them is in a signature that does not hold.
    """
    texts = [os.fsdecode(name) for name in names]
    wanted = Wanted({text: ((text,),) for text in texts}, by_last_part=by_last_part)
    found: list[Manifest] = []
    settled: list[Result] = []
    copied: list[bytes] = []
    malformed = False
    named = [each for name in names for each in _named(home, name, policy)]
    for manifest in named or _candidates(home, names, policy, copied):
        each = wanted.of(manifest)
        if each.lines:
            seals = [manifest.name + end for end in lists.SEALS]
            if server := served(home):
                server.look(seals)
            beside = [seal for seal in seals if home.find(seal)]
            found.append(each._replace(beside=tuple(beside)))
        if all(isinstance(row, Malformed) for row in each.lines or ()):
            malformed = malformed or bool(each.lines)
            settled += namesake.unmet([manifest], home) if wanted.called_after(manifest) else ()
    nameless = tuple([name for name in names if os.fsdecode(name) not in wanted.proved])
    if nameless:  # a size alone proves nothing, and counts all the same
        settled += [result for each in found for result in _by_size(home, nameless, each)]
    remarks = copies.said_of(copied) if copied else ()
    found = found if wanted.proved or malformed else []
    return About(found, tuple(settled), remarks, nameless, tuple(wanted.elsewhere))


def _by_size(home: Place, names: Sequence[bytes], manifest: Manifest) -> Iterator[Result]:
    """Yield verdicts on files that have another size than a list without a digest says."""
    wanted = set(map(os.fsdecode, names))
    for row in manifest.lines or ():
        if not isinstance(row, Unverified) or row.size is None or row.path not in wanted:
            continue
        length = _size(home, os.fsencode(row.path))
        if length is not None and row.size != length:
            why = f"it has {length} bytes, and {row.size} are listed"
            where = manifest.path
            yield Result(row.path, Status.MISMATCH, line=row.line, detail=why, manifest=where)


def _size(home: Place, name: bytes) -> int | None:
    """Return the size of a file, in bytes; None if nobody says it."""
    if home.root is not None:
        return os.path.getsize(os.path.join(home.root, name))
    item = home.find(name) if "sizes" in home.traits else None
    return item.size if item and item.size >= 0 else None


def _there(home: Place, names: Sequence[bytes]) -> list[bytes]:
    """Return the names of what lies there; or of what may be a list, and a server has.

    Raises:
        ManifestError: nobody can tell.
    """
    server = served(home)
    try:
        return sorted(item.name for item in home.walk(deep=False))
    except ManifestError:
        if server is None or "all" in home.traits:  # else a list that says otherwise may be missed
            raise
    texts = [text for name in names for text in _formats.likely(os.fsdecode(name))]
    guesses = list(dict.fromkeys(map(os.fsencode, texts)))
    server.look(guesses)
    return sorted([guess for guess in guesses if _has(server, guess)])


def _has(server: Served, name: bytes) -> bool:
    """Return whether a server has a file of a name, and not only a page for whatever it has not."""
    item = server.find(name)
    return item is not None and not re.match(_PAGE, server.read(item, _HEAD))


def _candidates(
    home: Place, names: Sequence[bytes], policy: Policy, copied: list[bytes]
) -> Iterator[Manifest]:
    known, wanted = by_name(), set(map(os.fsdecode, names))
    there = _there(home, names)
    for each in there:
        base = os.fsdecode(each)
        if each.endswith(lists.SEALS):
            if policy.keys and candidates.may_hold_a_list(each, base, known, there):
                yield from _held(home, each, names, policy)
            elif policy.keys and not policy.signatures and _schemes.stem(base) in wanted:
                stem = os.fsencode(_schemes.stem(base) or "")
                yield from _statement(home, each, stem, policy)
            continue
        match = _formats.match_name(base, known)
        other = _formats.namesake(base, known)
        if not match or each in names:
            continue
        is_dir = home.root is not None and os.path.isdir(os.path.join(home.root, each))
        if is_dir or match.format.base != ".":
            continue
        if match.weak and not candidates.holds_a_list(home, Item(each), match):
            continue
        try:
            manifest = lists.read(home, Item(each), home, policy)
        except ManifestError:
            if other is not None and other not in wanted:
                continue  # it is for another file, and says nothing of these
            raise
        if other not in wanted and not _may_name(manifest, names):
            continue
        if match.weak and copies.is_copy(home, Item(each), there, home):
            copied.append(each)
        else:
            yield manifest


def _held(home: Place, each: bytes, names: Sequence[bytes], policy: Policy) -> Iterator[Manifest]:
    """Yield the list in a signature, if it names one of some files."""
    manifest = lists.read(home, Item(each), home, policy)
    if _may_name(manifest, names):
        yield manifest


def _named(home: Place, name: bytes, policy: Policy) -> Iterator[Manifest]:
    """Yield the list in a signature that the caller names, if it is a statement about files."""
    for path in policy.signatures:
        place = Directory(os.path.dirname(path) or b".")
        for manifest in _statement(place, os.path.basename(path), name, policy):
            # It is checked once more, as any signature that is named.
            yield manifest._replace(home=home, signatures=())


def _statement(home: Place, each: bytes, name: bytes, policy: Policy) -> Iterator[Manifest]:
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
    yield manifest._replace(lines=list(parsing.lines(called)))


def _may_name(manifest: Manifest, names: Iterable[bytes]) -> bool:
    """Whether a list may name a file. What is not plain may be escaped, in ways of the format."""
    if manifest.format.packages:  # names of archives are made of what it says
        return True
    data = manifest.text or manifest.data
    for name in names:
        if name in data:
            return True
        if not PLAIN.fullmatch(os.fsdecode(name)) and any(each in data for each in _ESCAPES):
            return True
    return False


def seals(home: Place, name: bytes) -> list[bytes]:
    """Return the names of what lies beside a file and is called like a signature over it."""
    names = [name + end for end in lists.SEALS]
    if server := served(home):
        server.look(names)
        return [each for each in names if _has(server, each)]
    return [each for each in names if home.find(each)]


def sealed(home: Place, name: bytes) -> list[bytes]:
    """Return the names of what lies beside a file and may hold a list, which a key takes out."""
    names = _there(home, [name])
    return [
        each
        for each in names
        if each.endswith(lists.SEALS)
        and candidates.may_hold_a_list(each, os.fsdecode(each), by_name(), names)
    ]
