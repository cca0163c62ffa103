"""Signatures, checked over bytes in memory: those that are parsed afterwards, and no others."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig import _schemes
from checksig._names import quoted
from checksig._results import Signature
from checksig.errors import ManifestError, SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._schemes import Proof, Scheme
    from checksig._trust.policy import Policy

_ENDS: Final = tuple(map(os.fsencode, _schemes.EXTENSIONS))


def check(
    path: bytes, data: bytes, message: bytes | None, policy: Policy
) -> tuple[tuple[Signature, ...], bytes]:
    """Check a signature over a message, or over what it holds; return what was signed, by whom.

    Args:
        path: Of the signature.
        data: Its bytes.
        message: The bytes that it has to be over, unless it holds them.
        policy: Whom to trust.

    Raises:
        SignatureInvalid: it is not a signature, or one over something else.
        SignatureUntrusted: no trusted key vouches for it, now and for this.
    """
    scheme = _schemes.detect(data)
    if scheme is None:
        raise SignatureInvalid(f"{quoted(path)} is not a signature of any scheme known here")
    policy = policy.for_list(os.fsdecode(path))
    keys = _schemes.of_scheme(policy.keys, scheme)
    if not keys or policy.terms is None:
        hint = f": {scheme.anchor}" if scheme.anchor else ""
        said = f"{quoted(path)}: there is no trusted key for {scheme.title} signatures{hint}"
        raise SignatureUntrusted("; ".join([said, *policy.doubts]))
    if why := _misfit(scheme, policy):
        raise SignatureUntrusted(f"{quoted(path)}: {why}")
    if scheme.embeds(data):
        message = None
    from checksig._trust.extras import sentence  # noqa: PLC0415 (most runs have no signature)
    from checksig._trust.primitives import PRIMITIVES  # noqa: PLC0415 (as above)

    try:
        proof = scheme.verify(data, message, keys, policy.terms, PRIMITIVES)
    except _schemes.MissingExtraError as error:
        raise SignatureUntrusted(f"{quoted(path)}: {sentence(error)}") from error
    except _schemes.SchemeError as error:
        kind = SignatureUntrusted if error.untrusted else SignatureInvalid
        raise kind(f"{quoted(path)}: {error}") from error
    proofs = (proof, *proof.also)
    for name in (name for each in proofs for name in (each.key_id, *each.chain)):
        if (scheme.name, name) in policy.revoked:
            raise SignatureUntrusted(f"{quoted(path)}: the key {name} is revoked")
    return tuple(_signature(path, scheme, each) for each in proofs), proof.content


def _misfit(scheme: Scheme, policy: Policy) -> str | None:
    """Return why signatures of a scheme cannot be what a policy asks for, or None."""
    if policy.terms is None:
        return None
    if policy.terms.issuer and not scheme.issuers:
        return f"{scheme.title} signatures have no issuer of identities, and you asked for one"
    if policy.terms.source and not scheme.sources:
        return f"{scheme.title} signatures do not say what a file is built from, and you asked"
    if (policy.revoked or policy.terms.revoked) and not scheme.revocable:
        return f"keys of {scheme.title} are used once, and cannot be revoked"
    return None


def _signature(path: bytes, scheme: Scheme, proof: Proof) -> Signature:
    return Signature(
        path=os.fsdecode(path),
        scheme=scheme.name,
        key_id=proof.key_id,
        identity=proof.identity,
        comment=proof.comment,
        signed_at=proof.signed_at,
        namespace=proof.namespace,
        issuer=proof.issuer,
        builder=proof.builder,
        source=proof.source,
        others=proof.others,
    )


def may_hold_what_it_signs(path: bytes, data: bytes) -> bool:
    """Whether a file, by its name or its first bytes, may be a signature that holds a list."""
    armoured = data[:100].lstrip().startswith(b"-----")
    return path.endswith(_ENDS) or (armoured and _schemes.is_signed_text(data))


def unseal(path: bytes, data: bytes, policy: Policy) -> tuple[tuple[Signature, ...], bytes] | None:
    """Return what a file signs and holds, and by whom; None if it is no such signature.

    Raises:
        ManifestError: it is one, and there are no keys to check it with.
        SignatureInvalid, SignatureUntrusted: as :func:`check` does.
    """
    if not may_hold_what_it_signs(path, data):
        return None
    scheme = _schemes.detect(data)
    if scheme is None or not scheme.embeds(data):
        return None
    if not policy.keys:
        raise ManifestError(
            f"{quoted(path)} is a list inside a signature: give the key that you trust (--trust)"
        )
    return check(path, data, None, policy)


def signers(signatures: Iterable[Signature]) -> int:
    """Return how many have signed. A key that an issuer certifies is used once."""
    return len({(s.identity, s.issuer) if s.issuer else s.key_id for s in signatures})
