"""One file and its signature."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Unpack

from checksig import _files
from checksig._bridge import request as _request
from checksig._claims import signed as _signed
from checksig._names import quoted
from checksig._trust import policy as _trust
from checksig.errors import ChecksigError, SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from checksig._claims.lists import Signatures
    from checksig._files import StrPath
    from checksig._results import Signature


def check_signature(
    path: StrPath | None = None,
    *,
    data: bytes | None = None,
    **options: Unpack[_trust.TrustOptions],
) -> Signature:
    """Check the signature over a file, and return who made it.

    Args:
        path: The file; or a signature that holds what it signs.
        data: The bytes of the file, if they are there already.
        **options: See :class:`TrustOptions`. ``signature`` is needed if it does not lie beside the
            file, and ``trust`` unless there are keys that always hold.

    Raises:
        SignatureInvalid: it is not a signature over the file.
        SignatureUntrusted: no trusted key vouches for it, now and for this.
        ChecksigError: the file cannot be read.
        TypeError, ValueError: the options make no sense.
    """
    _request.expect(options, _trust.TrustOptions)
    policy = _trust.policy({**options, "require_signature": True})
    place = None if path is None else os.fsencode(path)
    if data is None:
        if place is None:
            raise TypeError("a path or data is needed")
        data = _files.read(place, ChecksigError, limit=None)
    if place and not policy.signatures and (opened := _signed.unsealer(policy)(place, data)):
        return _enough(opened[1], policy)
    places = policy.signatures or tuple(_signed.beside(place) if place else ())
    if len(places) != 1:
        raise SignatureUntrusted(
            f"there are {len(places)} signatures beside {quoted(place or b'-')}: name one"
        )
    signatures, content = _signed.check(
        places[0], _files.read(places[0], ChecksigError), data, policy
    )
    if content != data:
        raise SignatureInvalid(f"{quoted(places[0])} holds what it signs, and that is not the file")
    return _enough(signatures, policy)


def _enough(signatures: Signatures, policy: _trust.Policy) -> Signature:
    """Return the first of the signatures in a file, if as many have signed as are asked for."""
    if (found := _signed.signers(signatures)) < policy.signers:
        name = quoted(os.fsencode(signatures[0].path))
        raise SignatureUntrusted(f"{name} is by {found}, and {policy.signers} are asked for")
    return signatures[0]
