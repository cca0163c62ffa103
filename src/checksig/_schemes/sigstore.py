"""Signatures of Sigstore: who has an identity, by the word of a certificate, a log and a time.

Source: the Sigstore bundle, versions 0.1 to 0.3, and the trusted root 0.1, both in JSON. All of the
checking is sigstore-python's: the certificate (Fulcio), its entry in the log of certificates, the
entry of the signature in the log of signatures (Rekor), the time, and the signature. It is given a
trusted root that the caller has; its own is not asked for, and nothing is fetched.

Anybody can have a certificate for an identity of theirs, and a key that is used once. So a
signature proves something only about an identity that is asked for, and the issuer who vouched for
it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from checksig._schemes import _attestations, _sigstore_signing, _statement, _x509
from checksig._schemes._scheme import (
    Key,
    Proof,
    Scheme,
    SchemeError,
    UntrustedError,
)
from checksig._schemes._sigstore_identity import Identity, source
from checksig._schemes._sigstore_root import Root, looks_like_a_root, package, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate
    from sigstore.models import Bundle
    from sigstore.verify import Verifier

    from checksig._schemes._scheme import Primitives, Terms

_NAME: Final = "sigstore"
_TITLE: Final = "Sigstore"
_ANCHOR: Final = "a trusted root is needed, the trusted_root.json of Sigstore's TUF repository"
#: What the clocks of a log and of this machine may differ by.
_SKEW: Final = timedelta(minutes=1)


def _documents(data: bytes) -> list[dict[str, Any]]:
    """Return the bundles in a file; none if it is damaged, or none are by a certificate."""
    try:
        found = _attestations.bundles(data) if _attestations.looks_like(data) else []
    except ValueError:
        return []
    return found if any(map(_attestations.is_certified, found)) else []


def _holds_a_list(document: dict[str, Any]) -> bool:
    payload = _attestations.payload(document)
    return payload is not None and not _statement.is_about_others(payload)


def _sniff(data: bytes) -> bool:
    if not _attestations.looks_like(data):
        return False
    try:
        _attestations.bundles(data)
    except ValueError:  # it should be one of these: what is wrong is said when it is checked
        return b'"verification_material"' in data or f'"{_attestations.MESSAGE}"'.encode() in data
    return bool(_documents(data)) or (b'"publicKey"' not in data and b'"messageSignature"' in data)


def _embeds(data: bytes) -> bool:
    found = _documents(data)
    try:
        return len(found) == 1 and _holds_a_list(found[0])
    except ValueError:
        return False


def _keys(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    del primitives
    if not looks_like_a_root(data):
        return []
    return [Key(_NAME, hashlib.sha256(data).hexdigest(), source, Root.of(data))]


def _verify(
    data: bytes,
    message: bytes | None,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
) -> Proof:
    del primitives
    _check_terms(terms)
    try:
        documents = _attestations.bundles(data)
        if message is None and (len(documents) != 1 or _attestations.MESSAGE in documents[0]):
            raise SchemeError("it holds nothing")
        if message is not None and len(documents) == 1 and _holds_a_list(documents[0]):
            raise SchemeError("it holds what it signs")
    except ValueError as error:
        raise SchemeError(f"it is damaged, or not a Sigstore bundle: {error}") from None
    proofs: list[Proof] = []
    others: list[str] = []
    doubts: list[UntrustedError] = []
    for document in documents:
        if not _attestations.is_certified(document):
            others.append("a bundle without a certificate of Sigstore")
            continue
        try:
            proofs.append(_vouched(document, message, keys, terms))
        except UntrustedError as error:
            doubts.append(error)
    if not proofs:
        raise doubts[0] if doubts else SchemeError("Sigstore vouches for nothing in it")
    # Of several that prove the same, the one that says most comes first.
    first, *also = sorted(proofs, key=lambda proof: (proof.builder is None, proof.source is None))
    return first._replace(also=tuple(also), others=(*others, *map(str, doubts)))


def _vouched(
    document: dict[str, Any], message: bytes | None, keys: Sequence[Key], terms: Terms
) -> Proof:
    """Return what a bundle proves by one of the roots.

    Raises:
        SchemeError: it proves nothing.
    """
    bundle = _bundle(document)
    artifact = None if _attestations.ENVELOPE in document else message
    failures: list[SchemeError] = []
    for key in keys:
        try:
            root: Any = key.public
            return _proof(bundle, artifact, message, root, terms)
        except SchemeError as error:
            failures.append(error)
    # What is wrong by one root is wrong; another that knows nothing of it has no say.
    untrusted = failures[0] if failures else UntrustedError(_ANCHOR)
    raise next((error for error in failures if not error.untrusted), untrusted)


def _check_terms(terms: Terms) -> None:
    if terms.namespace:
        raise UntrustedError("Sigstore knows no namespaces, and you asked for one")
    if not terms.identity or not terms.issuer:
        raise UntrustedError(
            "anybody can have a certificate of Sigstore: name the identity that has to have "
            "signed, and its issuer (--identity, --issuer)"
        )


def _bundle(document: dict[str, Any]) -> Bundle:
    models = package("models")
    try:
        found: Bundle = models.Bundle.from_json(json.dumps(document))
    except Exception as error:
        raise SchemeError(f"it is damaged, or not a Sigstore bundle: {said(error)}") from None
    return found


def _proof(
    bundle: Bundle, artifact: bytes | None, message: bytes | None, root: Root, terms: Terms
) -> Proof:
    """Return what a bundle proves by a root.

    Args:
        bundle: The bundle.
        artifact: What it is over; None if it holds that: a statement.
        message: What the statement has to be about; None if it is a list itself.
        root: The root.
        terms: What else it has to be.
    """
    content, comment = _checked(bundle, artifact, root, terms), None
    origin = _statement.Provenance()
    try:
        if message is None:
            comment = _statement.subject(content)
        elif artifact is None:
            origin = _statement.about(content, message, terms.name)
        made = _made(bundle)
    except ValueError as error:
        raise error if isinstance(error, SchemeError) else SchemeError(str(error)) from None
    _check_period(bundle, artifact, root, terms, made)
    if made - _SKEW > terms.at:
        raise UntrustedError(f"it was made at {made.isoformat()}, after the time of checking")
    return Proof(
        _key_id(bundle.signing_certificate),
        content if message is None else message,
        identity=terms.identity,
        issuer=terms.issuer,
        comment=comment,
        signed_at=made,
        builder=origin.builder,
        source=source(bundle.signing_certificate, origin.source, terms.source),
    )


def _key_id(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (of an extra)
        Encoding,
        PublicFormat,
    )

    how = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _x509.identifier(certificate.public_key().public_bytes(*how))


def _check_period(
    bundle: Bundle, artifact: bytes | None, root: Root, terms: Terms, made: datetime
) -> None:
    """Check a signature once more, with what of the root is for the time when it was made.

    sigstore-python takes the word of authorities and logs whenever: also after they were retired.
    """
    try:
        _checked(bundle, artifact, root.as_of(made), terms)
    except ValueError:
        raise UntrustedError(
            f"it was made at {made.isoformat()}, for which the root does not trust what vouches "
            "for it"
        ) from None


def _checked(bundle: Bundle, artifact: bytes | None, root: Root, terms: Terms) -> bytes:
    """Return what is signed, once sigstore-python has found that it is."""
    verifier = root.verifier
    wanted = Identity(terms)
    untrusted: type[Exception] = package("errors").CertValidationError
    try:
        if artifact is None:
            return _payload(verifier, bundle, wanted)
        verifier.verify_artifact(artifact, bundle, wanted)
    except SchemeError:
        raise
    except untrusted as error:
        raise UntrustedError(
            f"no authority of the trusted root vouches for its certificate: {said(error)}"
        ) from None
    except Exception as error:
        if wanted.refused:
            raise UntrustedError(
                f'the certificate is not that of "{terms.identity}" by "{terms.issuer}"'
            ) from None
        raise SchemeError(
            f"it is not a signature over this list that the root vouches for: {said(error)}"
        ) from None
    return artifact


def _payload(verifier: Verifier, bundle: Bundle, wanted: Identity) -> bytes:
    kind, payload = verifier.verify_dsse(bundle, wanted)
    if kind != _statement.PAYLOAD:
        raise SchemeError("what is signed is not an in-toto statement")
    return payload


def _made(bundle: Bundle) -> datetime:
    """Return when a signature was made that has been checked, by the word of who signed that time.

    The log signs a time if it gives a promise, and then sigstore-python has checked it. Otherwise
    one of the time stamps has been: if there are several, nobody says which.

    Raises:
        SchemeError: nobody says when.
    """
    [entry] = json.loads(bundle.to_json())["verificationMaterial"]["tlogEntries"]
    if entry.get("inclusionPromise") and int(entry.get("integratedTime", "0")):
        return datetime.fromtimestamp(int(entry["integratedTime"]), UTC)
    stamps = bundle.verification_material.timestamp_verification_data
    if stamps is None or len(stamps.rfc3161_timestamps) != 1:
        raise SchemeError("it has several time stamps, which may differ")
    return stamps.rfc3161_timestamps[0].tst_info.gen_time


SCHEME: Final = Scheme(
    name=_NAME,
    title=_TITLE,
    sniff=_sniff,
    keys=_keys,
    verify=_verify,
    embeds=_embeds,
    anchor=_ANCHOR,
    issuers=True,
    sources=True,
    revocable=False,
    keyless=(b".sigstore.json", _sigstore_signing.sign),
)
