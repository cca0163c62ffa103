"""Public keys on the curves P-256, P-384 and P-521, and certificates, in PEM.

Source: RFC 7468 for PEM, RFC 5280 for certificates; FIPS 186-5 for ECDSA, with the hash that
has the size of the curve.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._schemes._scheme import Key, MissingExtraError, SchemeError
from checksig._schemes._ssh_wire import decoded

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_TITLE: Final = "model signing"
_SECRET: Final = rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"
_BEGIN: Final = rb"-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----"
_BLOCK: Final = (
    rb"-----BEGIN (PUBLIC KEY|CERTIFICATE)-----\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+)"
    rb"-----END \1-----(?=\r?\n|\Z)"
)
#: Curves, and the hash that goes with each.
_HASHES: Final = {"secp256r1": "SHA256", "secp384r1": "SHA384", "secp521r1": "SHA512"}


class Signer(NamedTuple):
    """A key that is trusted to sign."""

    id: str
    public: Any
    identity: str | None = None
    chain: tuple[str, ...] = ()  # the ids of the keys that vouch for it


def keys(data: bytes, source: str, scheme: str) -> list[Key]:
    """Return the public keys and the certificates in a file; none if it is no PEM of such.

    Raises:
        ValueError: one is secret or damaged, or of a kind that does not sign models.
    """
    if re.search(_SECRET, data):
        raise ValueError("this is a secret key: give the public one, and keep this to yourself")
    if not re.search(_BEGIN, data):
        return []
    if b"-----" in re.sub(_BLOCK, b"", data):
        raise ValueError("there is something in its PEM that is damaged, or no public key")
    found: list[Key] = []
    for kind, text in re.findall(_BLOCK, data):
        der = decoded(re.sub(rb"\s", b"", text).decode())
        what = _public(der) if kind == b"PUBLIC KEY" else _anchor(der)
        found.append(Key(scheme, identifier(what), source, what))
    return found


def identifier(what: Any) -> str:
    """Return the SHA-256 of a public key in PEM, or of that in a certificate, in hexadecimal.

    Bundles name keys so, and ``sha256sum`` finds the same for the file that OpenSSL writes.
    """
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (an extra)
        Encoding,
        PublicFormat,
    )

    public = what.public_key() if hasattr(what, "public_key") else what
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(pem).hexdigest()


def _public(der: bytes) -> Any:
    """Return a public key.

    Raises:
        ValueError: it is damaged, or on none of the curves.
    """
    try:
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (an extra)
            Encoding,
            PublicFormat,
            load_der_public_key,
        )
    except ImportError:
        raise MissingExtraError(_TITLE, "trust") from None
    try:
        found = load_der_public_key(der)
        again = found.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except Exception as error:
        raise ValueError("the public key is damaged, or not known") from error
    hash_for(found)
    if again != der:  # a point has several spellings
        raise ValueError("the public key is spelled in an unusual way")
    return found


def hash_for(public: Any) -> str:
    """Return the name of the hash that goes with a key.

    Raises:
        SchemeError: it is on none of the curves.
    """
    name = _HASHES.get(getattr(getattr(public, "curve", None), "name", ""))
    if name is None:
        raise SchemeError("the key is on none of the curves P-256, P-384 and P-521")
    return name


def _anchor(der: bytes) -> Certificate:
    """Return a certificate that is trusted as it is; its own signature holds, if it made it.

    Raises:
        ValueError: it is damaged.
    """
    found = certificate(der)
    try:
        if found.issuer == found.subject:
            found.verify_directly_issued_by(found)
    except Exception as error:
        raise ValueError("the signature of the certificate does not hold") from error
    return found


def certificate(der: bytes) -> Certificate:
    """Return a certificate.

    Raises:
        SchemeError: it is damaged.
    """
    try:
        from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 (an extra)
    except ImportError:
        raise MissingExtraError(_TITLE, "trust") from None
    try:
        found = load_der_x509_certificate(der)
        # These are read when they are first asked for, and then the damage shows.
        repr((identifier(found), found.issuer, found.subject, found.extensions))
    except Exception as error:
        raise SchemeError("a certificate is damaged, or not known") from error
    return found


def matches(signer: Signer, value: bytes, message: bytes) -> bool:
    """Whether a signature over a message was made by a key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (an extra)
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    try:
        algorithm = getattr(hashes, hash_for(signer.public))()
        signer.public.verify(value, message, ec.ECDSA(algorithm))
    except InvalidSignature:
        return False
    return True
