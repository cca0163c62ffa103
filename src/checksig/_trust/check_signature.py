"""The check of one file and its signature."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Unpack

from checksig import _files, _schemes
from checksig._names import escape, quoted, unpacked_name
from checksig._options import TrustOptions
from checksig._options.values import settle, takes
from checksig._trust import checking
from checksig._trust.policy import policy
from checksig.errors import ChecksigError, KeyFileError, SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from checksig._options import StrPath
    from checksig._results import Signature
    from checksig._trust.policy import Policy


@takes(TrustOptions, but=("require_signature", "tofu"))
def check_signature(
    path: StrPath | None = None,
    *,
    data: bytes | None = None,
    **options: Unpack[TrustOptions],
) -> Signature:
    """Check the signature over a file, and return who made it.

    This is about one file and a key. :func:`check_signatures`, the plural, is about digests.

    Args:
        path: The file; or a signature that holds what it signs.
        data: The bytes of the file, if you have them already.
        **options: See :class:`TrustOptions`. ``signature`` is needed if it is not beside the file,
            and ``trust`` unless there are keys trusted by habit.

    Raises:
        SignatureInvalid: it is not a signature over the file.
        SignatureUntrusted: no key is trusted for it, at this time and for this purpose.
        ChecksigError: the file cannot be read.
        TypeError, ValueError: the options make no sense.
    """
    if options.get("tofu"):
        raise TypeError("unknown options: tofu")
    asked = policy({**settle(TrustOptions, options), "require_signature": True})
    place = None if path is None else os.fsencode(path)
    if data is None:
        if place is None:
            raise TypeError("a path or data is needed")
        data = _files.read(place, ChecksigError, limit=None)
    if place and not asked.signatures and (opened := checking.unseal(place, data, asked)):
        return _enough(opened[0], asked)
    ruled = asked.for_list(os.fsdecode(place)) if place else asked
    if place and not asked.signatures and _schemes.is_signed_archive(data):
        return _enough(checking.check(place, data, data, ruled)[0], ruled)
    return _enough(_detached(place, data, ruled), ruled)


def _detached(place: bytes | None, data: bytes, asked: Policy) -> tuple[Signature, ...]:
    """Check the signature that is named, or lies beside a file."""
    paths = asked.signatures or tuple(_beside(place) if place else ())
    if len(paths) != 1:
        raise SignatureUntrusted(
            f"there are {len(paths)} signatures beside {quoted(place or b'-')}: give one "
            "(--signature)"
        )
    signature = _files.read(paths[0], KeyFileError)
    name = os.path.basename(os.fsdecode(place)) if place else None
    held = asked.beside(_near(paths[0]), name)
    try:
        signatures, content = checking.check(paths[0], signature, data, held)
    except SignatureInvalid as error:
        inner = unpacked_name(os.path.basename(place or b""))
        if inner is None or not os.path.basename(paths[0]).startswith(inner + b"."):
            raise
        raise SignatureInvalid(
            f"{error}; it may be over {escape(os.fsdecode(inner))}, before it was compressed: "
            "checksig verify tries that"
        ) from error
    if content != data:
        raise SignatureInvalid(f"{quoted(paths[0])} holds what it signs, and that is not the file")
    return signatures


def _beside(path: bytes) -> list[bytes]:
    """Return the signatures that lie beside a file."""
    paths = [path + os.fsencode(extension) for extension in _schemes.EXTENSIONS]
    return [each for each in paths if os.path.lexists(each)]


def _near(path: bytes) -> list[bytes]:
    """Return the files beside a signature that may hold its certificate."""
    names = _schemes.certificates_of(os.fsdecode(path))
    return [_files.read(os.fsencode(name), KeyFileError) for name in names if os.path.isfile(name)]


def _enough(signatures: tuple[Signature, ...], asked: Policy) -> Signature:
    """Return the first of the signatures in a file, if as many have signed as are asked for."""
    if (found := checking.signers(signatures)) < asked.signers:
        name = quoted(os.fsencode(signatures[0].path))
        raise SignatureUntrusted(f"{name} is by {found}, and {asked.signers} are required")
    return signatures[0]
