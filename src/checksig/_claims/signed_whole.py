"""Signatures over a file as a whole, checked over the bytes that are read from it afterwards.

A signature may be over an archive before it was compressed: kernel.org and Debian have
``linux-6.1.tar.sign`` beside ``linux-6.1.tar.xz``, so that one signature serves all of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from checksig import _files, _schemes
from checksig._claims import beside, lists
from checksig._claims.signed import certificates_beside, checked, expect_enough
from checksig._names import quoted, unpacked_name
from checksig._places import Directory, Item
from checksig._results import Result, Signature, Status
from checksig.errors import KeyFileError, SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Collection

    from checksig._places import Place, Remote
    from checksig._trust.policy import Policy


_HEAD: Final = 64  # in bytes: what tells that an archive has its own signature


class Whole(Protocol):
    """A file that is read once, and from then on is those bytes."""

    path: bytes  # or its address
    there: Remote | None  # where it lies, under its name there, if that is not here

    def head(self, size: int) -> bytes:
        """Return how it begins."""
        ...

    def whole(self) -> bytes:
        """Return all its bytes."""
        ...

    def unpacked(self) -> bytes:
        """Return the bytes that were compressed."""
        ...


class Found(NamedTuple):
    """The signatures over a file as a whole."""

    signatures: tuple[Signature, ...] = ()  # by trusted keys
    unchecked: tuple[str, ...] = ()  # paths of others
    doubts: tuple[str, ...] = ()  # why they prove nothing
    verdicts: tuple[Result, ...] = ()  # on the file, or on what it was before it was compressed


class _Seal(NamedTuple):
    """A signature that may be over a file."""

    home: Place
    name: bytes
    path: bytes  # as reports show it
    packed: bool  # whether it is over what was compressed


def over_whole(file: Whole, policy: Policy, but: Collection[str] = ()) -> Found:
    """Check the signatures over a file as a whole, by the bytes that are read afterwards.

    Args:
        file: The file.
        policy: Whom the caller trusts.
        but: Paths beside it of what was read as a list, and is no signature over the file.

    Raises:
        ArchiveError: the file cannot be read.
        KeyFileError: a signature that is named cannot be read.
        SignatureInvalid: a signature is not one over the file.
    """
    home: Place = file.there or Directory(os.path.dirname(file.path))
    name = file.there.name if file.there else os.path.basename(file.path)
    inner = unpacked_name(name)
    seals = _seals(file, home, name, policy)
    found = [each for each in seals if os.fsdecode(each.path) not in but]
    if not policy.keys:
        return Found(unchecked=tuple([os.fsdecode(each.path) for each in found]))
    called = [os.fsdecode(file.path)]
    if inner is not None:
        called.append(home.show(inner))
    ruled = policy.for_list(*called)
    signatures: list[Signature] = []
    unchecked: list[str] = []
    doubts: list[str] = []
    verdicts: dict[str, Result] = {}
    for each in found:
        data = file.unpacked() if each.packed else file.whole()
        made = _checked(each, data, file, ruled, doubts)
        if made is None:
            unchecked.append(os.fsdecode(each.path))
            continue
        signatures += made
        shown = os.fsdecode(inner if each.packed and inner else name)
        verdicts[shown] = Result(shown, Status.OK, size=len(data))
    held = any(rule.is_for(each) for rule in policy.rules for each in called)
    if signatures or policy.signatures or held:
        expect_enough(file.path, tuple(signatures), doubts, ruled)
    return Found(tuple(signatures), tuple(unchecked), tuple(doubts), tuple(verdicts.values()))


def _seals(file: Whole, home: Place, name: bytes, policy: Policy) -> list[_Seal]:
    """Return the signatures that are named, or else those that are in a file and beside it."""
    inner = unpacked_name(name)
    if policy.signatures:
        return [_named(path, inner) for path in policy.signatures]
    found: list[_Seal] = []
    # Of a file elsewhere all has to be copied for that, which is for nothing without a key.
    if (policy.keys or not file.there) and _schemes.is_signed_archive(file.head(_HEAD)):
        found.append(_Seal(home, name, file.path, packed=False))
    for base, packed in ((name, False), (inner, True)):
        beside_ = beside.seals(home, base) if base else []
        found += [_Seal(home, each, os.fsencode(home.show(each)), packed) for each in beside_]
    return found


def _named(path: bytes, inner: bytes | None) -> _Seal:
    """Return a signature that a caller names."""
    directory, name = os.path.split(path)
    # Whether it is called after what an archive was before it was compressed.
    packed = inner is not None and any(name == inner + end for end in lists.SEALS)
    return _Seal(Directory(directory or b"."), name, path, packed)


def _checked(
    seal: _Seal, data: bytes, file: Whole, policy: Policy, doubts: list[str]
) -> tuple[Signature, ...] | None:
    """Check a signature over some data; None if no trusted key is for it, which is noted."""
    path = seal.path
    signature = data if path == file.path else _read(seal, policy)
    certificates = certificates_beside(seal.home, seal.name).values()
    asked = policy.beside(certificates, os.path.basename(os.fsdecode(file.path)))
    found = checked(path, signature, data, asked, doubts)
    if found is None:
        return None
    if found[1] != data:
        raise SignatureInvalid(f"{quoted(path)} holds what it signs, and not the file beside it")
    return found[0]


def _read(seal: _Seal, policy: Policy) -> bytes:
    try:
        return seal.home.read(Item(seal.name), _files.MAX_SIZE)
    except OSError as error:
        kind = KeyFileError if policy.signatures else SignatureUntrusted
        raise _files.unreadable(seal.path, error, kind) from error
