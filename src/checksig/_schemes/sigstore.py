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

from checksig._json import as_object, load
from checksig._schemes import _sigstore_signing, _x509
from checksig._schemes._scheme import (
    Key,
    Proof,
    Scheme,
    SchemeError,
    UntrustedError,
)
from checksig._schemes._sigstore_root import Root, looks_like_a_root, package, said
from checksig._schemes._statement import PAYLOAD, subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate
    from sigstore.models import Bundle
    from sigstore.verify import Verifier

    from checksig._schemes._scheme import Terms

_NAME: Final = "sigstore"
_TITLE: Final = "Sigstore"
_ANCHOR: Final = "a trusted root is needed, the trusted_root.json of Sigstore's TUF repository"
#: What bundles sign: bytes that lie elsewhere, or a statement that they hold.
_MESSAGE, _ENVELOPE = "messageSignature", "dsseEnvelope"
_CERTIFICATES: Final = ("certificate", "x509CertificateChain")

#: What the clocks of a log and of this machine may differ by.
_SKEW: Final = timedelta(minutes=1)


def _kind(data: bytes) -> str | None:
    """Return what a bundle signs; None if it is no bundle that Sigstore vouches for.

    One over a statement may be by a key, or by a certificate without a log: then it is a model's.
    """
    if data.lstrip()[:1] != b"{":
        return None
    damaged = _MESSAGE if f'"{_MESSAGE}"'.encode() in data else None
    if damaged is None and f'"{_ENVELOPE}"'.encode() not in data:
        return None
    try:
        bundle = as_object(load(data), "the bundle")
        if _MESSAGE in bundle:
            return _MESSAGE
        material = as_object(bundle.get("verificationMaterial"), "the verification material")
    except ValueError:
        return damaged
    certified = not material.keys().isdisjoint(_CERTIFICATES)
    logged = bool(material.get("tlogEntries"))
    return _ENVELOPE if _ENVELOPE in bundle and certified and logged else None


def _sniff(data: bytes) -> bool:
    return _kind(data) is not None


def _embeds(data: bytes) -> bool:
    return _kind(data) == _ENVELOPE


def _keys(data: bytes, source: str) -> list[Key]:
    if not looks_like_a_root(data):
        return []
    return [Key(_NAME, hashlib.sha256(data).hexdigest(), source, Root.of(data))]


def _verify(data: bytes, message: bytes | None, keys: Sequence[Key], terms: Terms) -> Proof:
    _check_terms(terms)
    kind = _kind(data)
    if (kind == _ENVELOPE) is not (message is None):
        raise SchemeError("it holds what it signs" if message is not None else "it holds nothing")
    bundle = _bundle(data)
    failures: list[SchemeError] = []
    for key in keys:
        try:
            root: Any = key.public
            return _proof(bundle, message, root, terms)
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


def _bundle(data: bytes) -> Bundle:
    models = package("models")
    try:
        load(data)  # which refuses what could be read in two ways
        found: Bundle = models.Bundle.from_json(data)
    except Exception as error:
        raise SchemeError(f"it is damaged, or no bundle of Sigstore: {said(error)}") from None
    return found


def _proof(bundle: Bundle, message: bytes | None, root: Root, terms: Terms) -> Proof:
    content, comment = _checked(bundle, message, root, terms), None
    try:
        if message is None:
            comment = subject(content)
        made = _made(bundle)
    except ValueError as error:
        raise error if isinstance(error, SchemeError) else SchemeError(str(error)) from None
    _check_period(bundle, message, root, terms, made)
    if made - _SKEW > terms.at:
        raise UntrustedError(
            f"it was made at {made.isoformat()}, after the time that is asked about"
        )
    return Proof(
        _x509.identifier(bundle.signing_certificate),
        content,
        identity=terms.identity,
        issuer=terms.issuer,
        comment=comment,
        signed_at=made,
    )


def _check_period(
    bundle: Bundle, message: bytes | None, root: Root, terms: Terms, made: datetime
) -> None:
    """Check a signature once more, with what of the root is for the time when it was made.

    sigstore-python takes the word of authorities and logs whenever: also after they were retired.
    """
    try:
        _checked(bundle, message, root.as_of(made), terms)
    except ValueError:
        raise UntrustedError(
            f"it was made at {made.isoformat()}, for which the root does not trust what vouches "
            "for it"
        ) from None


def _checked(bundle: Bundle, message: bytes | None, root: Root, terms: Terms) -> bytes:
    """Return what is signed, once sigstore-python has found that it is."""
    verifier = root.verifier
    wanted = _Identity(terms)
    untrusted: type[Exception] = package("errors").CertValidationError
    try:
        if message is None:
            return _statement(verifier, bundle, wanted)
        verifier.verify_artifact(message, bundle, wanted)
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
    return message


def _statement(verifier: Verifier, bundle: Bundle, wanted: _Identity) -> bytes:
    kind, payload = verifier.verify_dsse(bundle, wanted)
    if kind != PAYLOAD:
        raise SchemeError("what is signed is no in-toto statement")
    return payload


class _Identity:
    """The policy that sigstore-python holds a certificate to, and whether it did not hold."""

    def __init__(self, terms: Terms) -> None:
        """Ask for an identity by an issuer."""
        policy = package("verify.policy")
        self._policy = policy.Identity(identity=terms.identity, issuer=terms.issuer)
        self.refused = False

    def verify(self, cert: Certificate) -> None:
        """Check a certificate. Raises what sigstore-python does."""
        self.refused = True
        self._policy.verify(cert)
        self.refused = False


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
    revocable=False,
    keyless=(b".sigstore.json", _sigstore_signing.sign),
)
