"""Signatures of models, made: a statement in an envelope of DSSE, in a Sigstore bundle.

Sources as for ``model``. What is made is what ``model_signing sign key``, or ``sign certificate``,
makes of release 1.1.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, Final

from checksig._schemes import _x509
from checksig._schemes._minisign_pair import spelled
from checksig._schemes._scheme import MissingExtraError, SchemeError
from checksig._schemes._statement import BUNDLE, PAYLOAD, encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KEY: Final = re.compile(rb"-----BEGIN (EC |ENCRYPTED )?PRIVATE KEY-----")
_LOCKED: Final = re.compile(rb"-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED", re.MULTILINE)
_TITLE: Final = "to sign models"
#: Curves, and the hash that has the size of each.
_HASHES: Final = {"secp256r1": "SHA256", "secp384r1": "SHA384", "secp521r1": "SHA512"}


def is_key(data: bytes) -> bool:
    """Whether these bytes are a private key in PEM, as OpenSSL writes them."""
    return _KEY.search(data) is not None


def sign(
    key: bytes,
    certificates: Sequence[bytes],
    statement: bytes,
    password: Callable[[], str] | None,
) -> bytes:
    """Return the signature over a statement, which it holds.

    Args:
        key: A private key in PEM.
        certificates: In PEM, the signer's first; none if the key itself is trusted.
        statement: What is signed.
        password: Called for the password of a key that has one.

    Raises:
        SchemeError: the key cannot be used, or a certificate is damaged, or not that of the key.
    """
    secret = _loaded(key, password)
    public = secret.public_key()
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (an extra)
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    name = _HASHES.get(getattr(getattr(public, "curve", None), "name", ""))
    if name is None:
        raise SchemeError("the key is not on the curve P-256, P-384 or P-521")
    algorithm = ec.ECDSA(getattr(hashes, name)())
    material = _chain(certificates, public) if certificates else _hint(public)
    bundle: dict[str, Any] = {
        "mediaType": BUNDLE,
        "verificationMaterial": {**material, "tlogEntries": []},
        "dsseEnvelope": {
            "payload": _text(statement),
            "payloadType": PAYLOAD,
            "signatures": [{"sig": _text(secret.sign(encoded(statement), algorithm)), "keyid": ""}],
        },
    }
    return json.dumps(bundle).encode() + b"\n"


def _loaded(key: bytes, password: Callable[[], str] | None) -> Any:
    try:
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (an extra)
            load_pem_private_key,
        )
    except ImportError:
        raise MissingExtraError(_TITLE, "trust") from None
    words = None
    if _LOCKED.search(key):
        if password is None:
            raise SchemeError("it has a password")
        words = spelled(password()).encode()
    try:
        return load_pem_private_key(key, words)
    except Exception:  # its text may be about what is secret
        wrong = "the password is wrong, or the key" if words else "the key"
        raise SchemeError(f"{wrong} is damaged, or not known") from None


def _hint(public: Any) -> dict[str, Any]:
    return {"publicKey": {"hint": _identifier(public)}}


def _identifier(public: Any) -> str:
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (an extra)
        Encoding,
        PublicFormat,
    )

    how = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _x509.identifier(public.public_bytes(*how))


def _chain(certificates: Sequence[bytes], public: Any) -> dict[str, Any]:
    try:
        from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
        from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

        found = [each for data in certificates for each in load_pem_x509_certificates(data)]
        chain = [_text(each.public_bytes(Encoding.DER)) for each in found]
        own = _identifier(found[0].public_key())
    except Exception:
        raise SchemeError("a certificate is damaged, or not known") from None
    if own != _identifier(public):
        raise SchemeError("the first certificate is not that of the key")
    return {"x509CertificateChain": {"certificates": [{"rawBytes": each} for each in chain]}}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
