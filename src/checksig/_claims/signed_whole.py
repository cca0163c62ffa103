"""Signatures over a file as a whole, checked over the bytes that are read from it afterwards.

A signature may be over an archive before it was compressed: kernel.org and Debian have
``linux-6.1.tar.sign`` beside ``linux-6.1.tar.xz``, so that one signature serves all of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from checksig import _files, _schemes
from checksig._claims import lists
from checksig._claims.signed import certificates_beside, checked, expect_enough
from checksig._names import quoted, unpacked_name
from checksig._places import Directory
from checksig._results import Result, Signature, Status
from checksig.errors import KeyFileError, SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from checksig._trust.policy import Policy


_HEAD: Final = 64  # in bytes: what tells that an archive has its own signature


class Whole(Protocol):
    """A file that is read once, and from then on is those bytes."""

    path: bytes

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

    path: bytes
    packed: bool  # whether it is over what was compressed


def seals(home: Directory, name: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the signatures beside a file, and whether one is over what is in it, unpacked."""
    yield from [(name + end, False) for end in lists.SEALS if home.find(name + end)]
    inner = unpacked_name(name)
    if inner is not None:
        yield from [(inner + end, True) for end in lists.SEALS if home.find(inner + end)]


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
    home, name = Directory(os.path.dirname(file.path)), os.path.basename(file.path)
    inner = unpacked_name(name)
    seals_ = _seals(home, name, inner, policy)
    found = [each for each in seals_ if os.fsdecode(each.path) not in but]
    if not policy.keys:
        return Found(unchecked=tuple([os.fsdecode(each.path) for each in found]))
    called = [os.fsdecode(file.path)]
    if inner is not None:
        called.append(os.fsdecode(os.path.join(home.root, inner)))
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


def _seals(home: Directory, name: bytes, inner: bytes | None, policy: Policy) -> list[_Seal]:
    """Return the signatures that are named, or else those that are in a file and beside it."""
    if policy.signatures:
        return [_Seal(path, _is_over(path, inner)) for path in policy.signatures]
    own = [_Seal(path, packed=False) for path in _own_signature(os.path.join(home.root, name))]
    beside = [_Seal(os.fsencode(home.show(each)), packed) for each, packed in seals(home, name)]
    return own + beside


def _checked(
    seal: _Seal, data: bytes, file: Whole, policy: Policy, doubts: list[str]
) -> tuple[Signature, ...] | None:
    """Check a signature over some data; None if no trusted key is for it, which is noted."""
    path = seal.path
    error = KeyFileError if policy.signatures else SignatureUntrusted
    signature = data if path == file.path else _files.read(path, error)
    place = Directory(os.path.dirname(path) or b".")
    certificates = certificates_beside(place, os.path.basename(path)).values()
    asked = policy.beside(certificates, os.path.basename(os.fsdecode(file.path)))
    found = checked(path, signature, data, asked, doubts)
    if found is None:
        return None
    if found[1] != data:
        raise SignatureInvalid(f"{quoted(path)} holds what it signs, and not the file beside it")
    return found[0]


def _is_over(path: bytes, inner: bytes | None) -> bool:
    """Whether a signature is called after what an archive was before it was compressed."""
    name = os.path.basename(path)
    return inner is not None and any(name == inner + end for end in lists.SEALS)


def _own_signature(path: bytes) -> tuple[bytes, ...]:
    """Return the path of an archive that has its own signature in it; else nothing."""
    try:
        with open(path, "rb", buffering=0) as file:
            return (path,) if _schemes.is_signed_archive(file.read(_HEAD)) else ()
    except OSError:
        return ()  # it cannot be read, and whoever reads it says so
