"""Signatures over lists: found, and checked over the bytes in memory that are parsed afterwards."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig import _files
from checksig import _schemes as trust
from checksig._claims import lists as _manifest
from checksig._names import counted, quoted
from checksig._places import directory
from checksig._results import Signature
from checksig.errors import ManifestError, SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._claims.lists import Found, Manifest, Signatures, Unseal
    from checksig._schemes import Scheme
    from checksig._trust.policy import Policy


class Proved(NamedTuple):
    """Lists, who signed them, and the signatures that nobody's key was given for."""

    found: Found
    signatures: tuple[Signature, ...]
    unchecked: tuple[str, ...]


def prove(found: Found, policy: Policy) -> Proved:
    """Check the signatures over lists, before any file is read.

    Every list needs as many as the policy wants: what only another list names would else be ok, and
    signed by nobody.

    Raises:
        SignatureInvalid: a signature is not one over its list.
        SignatureUntrusted: a list has none by a trusted key, or too few.
    """
    if policy.signatures and len(found.manifests) > 1:
        raise SignatureUntrusted("there are several lists, and a signature is named: name its list")
    manifests: list[Manifest] = []
    unchecked: list[str] = []
    for manifest in found.manifests:
        proved, doubts = _prove(found.root, manifest, policy)
        manifests.append(proved)
        unchecked += doubts
    signatures = tuple(each for manifest in manifests for each in manifest.signatures)
    return Proved(found._replace(manifests=manifests), signatures, tuple(unchecked))


def _prove(root: bytes, manifest: Manifest, policy: Policy) -> tuple[Manifest, list[str]]:
    """Return a list with its signatures, and the paths of those that nobody's key is for."""
    unchecked: list[str] = []
    doubts: list[str] = []
    listed = manifest.data  # as it lies there: what detached signatures are over
    for place in policy.signatures or beside(os.fsencode(manifest.path)):
        if not policy.keys:
            unchecked.append(os.fsdecode(place))
            continue
        data = _files.read(place, SignatureUntrusted)
        try:
            signatures, content = check(place, data, listed, policy)
        except SignatureUntrusted as error:
            if isinstance(error.__cause__, trust.MissingExtraError):
                raise  # it may be by a trusted key, and it may be a bad one
            unchecked.append(os.fsdecode(place))
            doubts.append(str(error))
            continue
        if not _alike(content, manifest.data):
            if manifest.signatures:
                raise SignatureInvalid(
                    f"{quoted(place)} signs another list than the signature before"
                )
            manifest = _held(manifest, place, content)
        manifest = manifest._replace(
            data=content,
            own=[*manifest.own, *directory.own_names(root, place, linked=False)],
            signatures=(*manifest.signatures, *signatures),
        )
    found = signers(manifest.signatures)
    if found < policy.signers and (policy.required or found):
        raise SignatureUntrusted(_too_few(manifest, found, doubts, policy.signers))
    return manifest, unchecked


def signers(signatures: Iterable[Signature]) -> int:
    """Return how many have signed. A key that Sigstore certifies is used once."""
    return len({(s.identity, s.issuer) if s.issuer else s.key_id for s in signatures})


def _alike(one: bytes, other: bytes) -> bool:
    """Whether two signed lists are the same, but for the last line end, which clear text lacks."""
    # Lines that end with a zero byte could hold it in a name.
    return one == other or (
        b"\0" not in one and one.removesuffix(b"\n") == other.removesuffix(b"\n")
    )


def _held(manifest: Manifest, place: bytes, content: bytes) -> Manifest:
    """Return the list that a signature holds, instead of another one that lies beside it.

    That was signed by nobody: it does not say how the bytes are read, and is a file like others.

    Raises:
        SignatureInvalid: the list in the signature is one of another format.
    """
    found = _manifest.recognised(os.fsencode(manifest.path), content, manifest.base, [])
    if found.format is not manifest.format:
        raise SignatureInvalid(
            f"{quoted(place)} holds a list of another format than the one beside it"
        )
    return found._replace(path=os.fsdecode(place))


def _too_few(manifest: Manifest, keys: int, doubts: list[str], wanted: int) -> str:
    name = quoted(os.fsencode(manifest.path))
    if keys:
        why = f"{name} is signed by {counted(keys, 'key')}, and {wanted} are asked for"
        return "; ".join([why, *doubts])
    ends = ", ".join(trust.EXTENSIONS)
    return "; ".join(doubts) or f"{name} is not signed: nothing beside it ends in {ends}"


def beside(path: bytes) -> list[bytes]:
    """Return the signatures that lie beside a file."""
    places = (path + os.fsencode(extension) for extension in trust.EXTENSIONS)
    return [place for place in places if os.path.lexists(place)]


def unsealer(policy: Policy) -> Unseal:
    """Return a function that takes lists out of signatures which hold them.

    It raises what :func:`check` does.
    """

    def unseal(path: bytes, data: bytes) -> tuple[bytes, Signatures] | None:
        may_hold_one = path.endswith(_ENDS) or trust.is_signed_text(data)
        scheme = trust.detect(data) if may_hold_one else None
        if scheme is None or not scheme.embeds(data):
            return None
        if not policy.keys:
            raise ManifestError(
                f"{quoted(path)} is a list inside of a signature: name the key that you trust"
            )
        signatures, content = check(path, data, None, policy)
        return content, signatures

    return unseal


_ENDS = tuple(map(os.fsencode, trust.EXTENSIONS))


def check(
    place: bytes, data: bytes, message: bytes | None, policy: Policy
) -> tuple[Signatures, bytes]:
    """Check a signature over a message, or over what it holds; return what was signed, by whom.

    Raises:
        SignatureInvalid: it is not one, or one over something else.
        SignatureUntrusted: no trusted key vouches for it, now and for this.
    """
    scheme = trust.detect(data)
    if scheme is None:
        raise SignatureInvalid(f"{quoted(place)} is not a signature of any scheme known here")
    keys = trust.of_scheme(policy.keys, scheme)
    if not keys:
        hint = f": {scheme.anchor}" if scheme.anchor else ""
        raise SignatureUntrusted(
            f"{quoted(place)}: there is no trusted key for {scheme.title} signatures{hint}"
        )
    if why := _misfit(scheme, policy):
        raise SignatureUntrusted(f"{quoted(place)}: {why}")
    if scheme.embeds(data):
        message = None
    try:
        proof = scheme.verify(data, message, keys, policy.terms)
    except trust.SchemeError as error:
        kind = SignatureUntrusted if error.untrusted else SignatureInvalid
        raise kind(f"{quoted(place)}: {error}") from error
    proofs = (proof, *proof.also)
    for name in (name for each in proofs for name in (each.key_id, *each.chain)):
        if (scheme.name, name) in policy.revoked:
            raise SignatureUntrusted(f"{quoted(place)}: the key {name} is revoked")
    return tuple(_signature(place, scheme, each) for each in proofs), proof.content


def _misfit(scheme: Scheme, policy: Policy) -> str | None:
    """Return why signatures of a scheme cannot be what a policy asks for; None if they can."""
    if policy.terms.issuer and not scheme.issuers:
        return f"{scheme.title} signatures have no issuer of identities, and you asked for one"
    if (policy.revoked or policy.terms.revoked) and not scheme.revocable:
        return f"keys of {scheme.title} are used once, and cannot be revoked"
    return None


def _signature(place: bytes, scheme: Scheme, proof: trust.Proof) -> Signature:
    return Signature(
        path=os.fsdecode(place),
        scheme=scheme.name,
        key_id=proof.key_id,
        identity=proof.identity,
        comment=proof.comment,
        signed_at=proof.signed_at,
        namespace=proof.namespace,
        issuer=proof.issuer,
    )
