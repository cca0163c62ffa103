"""Signatures over archives as a whole, checked over the bytes that members are read from.

A signature may be over the archive before it was compressed: kernel.org and Debian have
``linux-6.1.tar.sign`` beside ``linux-6.1.tar.xz``, so that one signature serves all of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files, _schemes
from checksig._claims import lists
from checksig._claims.signed import certificates_beside, checked, expect_enough
from checksig._names import quoted, unpacked_name
from checksig._places import Directory
from checksig._results import Result, Signature, Status
from checksig.errors import KeyFileError, SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._places.archive import Archive
    from checksig._trust.policy import Policy


_HEAD: Final = 64  # in bytes: what tells that an archive has its own signature


class Found(NamedTuple):
    """The signatures over an archive as a whole."""

    signatures: tuple[Signature, ...] = ()  # by trusted keys
    unchecked: tuple[str, ...] = ()  # paths of others
    doubts: tuple[str, ...] = ()  # why they prove nothing
    verdicts: tuple[Result, ...] = ()  # on the archive, or on what it was before it was compressed


def seals(home: Directory, name: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the signatures beside an archive, and whether one is over what is in it, unpacked."""
    yield from [(name + end, False) for end in lists.SEALS if home.find(name + end)]
    inner = unpacked_name(name)
    if inner is not None:
        yield from [(inner + end, True) for end in lists.SEALS if home.find(inner + end)]


def over_archive(archive: Archive, policy: Policy) -> Found:
    """Check the signatures over an archive as a whole, by the bytes that are read afterwards.

    Raises:
        ArchiveError: the archive cannot be read.
        KeyFileError: a signature that is named cannot be read.
        SignatureInvalid: a signature is not one over the archive.
    """
    home, name = Directory(os.path.dirname(archive.path)), os.path.basename(archive.path)
    inner = unpacked_name(name)
    if policy.signatures:
        paths = [(path, _is_over(path, inner)) for path in policy.signatures]
    else:
        paths = [(path, False) for path in _own_signature(archive.path)]
        paths += [(os.fsencode(home.show(each)), packed) for each, packed in seals(home, name)]
    if not policy.keys:
        return Found(unchecked=tuple([os.fsdecode(path) for path, _ in paths]))
    called = [os.fsdecode(archive.path)]
    if inner is not None:
        called.append(os.fsdecode(os.path.join(home.root, inner)))
    ruled = policy.for_list(*called)
    held = any(rule.is_for(each) for rule in policy.rules for each in called)
    signatures: list[Signature] = []
    unchecked: list[str] = []
    doubts: list[str] = []
    verdicts: dict[str, Result] = {}
    error = KeyFileError if policy.signatures else SignatureUntrusted
    for path, packed in paths:
        data = archive.unpacked() if packed else archive.whole()
        signature = data if path == archive.path else _files.read(path, error)
        place = Directory(os.path.dirname(path) or b".")
        certificates = certificates_beside(place, os.path.basename(path))
        asked = ruled.beside(certificates.values(), os.fsdecode(name))
        found = checked(path, signature, data, asked, doubts)
        if found is None:
            unchecked.append(os.fsdecode(path))
        elif found[1] != data:
            raise SignatureInvalid(f"{quoted(path)} holds what it signs, and not the archive")
        else:
            signatures += found[0]
            shown = os.path.basename(os.fsdecode(inner if packed and inner else archive.show()))
            verdicts[shown] = Result(shown, Status.OK, size=len(data))
    if signatures or policy.signatures or held:
        expect_enough(archive.path, tuple(signatures), doubts, ruled)
    return Found(tuple(signatures), tuple(unchecked), tuple(doubts), tuple(verdicts.values()))


def _is_over(path: bytes, inner: bytes | None) -> bool:
    """Whether a signature is called after what an archive was before it was compressed."""
    name = os.path.basename(path)
    return inner is not None and any(name == inner + end for end in lists.SEALS)


def _own_signature(path: bytes) -> tuple[bytes, ...]:
    """Return the path of an archive that has its own signature in it; else nothing."""
    try:
        with open(path, "rb") as file:
            return (path,) if _schemes.is_signed_archive(file.read(_HEAD)) else ()
    except OSError:
        return ()  # it cannot be read, and whoever reads it says so
