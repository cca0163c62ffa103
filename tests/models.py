"""Signatures of models that model-signing would not make, and certificates for them."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://model_signing/signature/v1.0"
PAYLOAD = "application/vnd.in-toto+json"
HASHES = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}


def secret(number: int, curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    """The key of a number."""
    return ec.derive_private_key(number, curve or ec.SECP256R1())


def public_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key, as OpenSSL writes it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def secret_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A key, as OpenSSL writes it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_id(key: ec.EllipticCurvePrivateKey) -> str:
    """How bundles name a key."""
    return hashlib.sha256(public_pem(key)).hexdigest()


def resource(name: str, data: bytes, algorithm: str = "sha256") -> dict[str, str]:
    """A file in a statement."""
    return {"name": name, "algorithm": algorithm, "digest": hashlib.sha256(data).hexdigest()}


def statement(resources: Sequence[dict[str, Any]], method: str = "files", **other: Any) -> bytes:
    """A statement about a model."""
    digest = hashlib.sha256(b"".join(bytes.fromhex(r["digest"]) for r in resources)).hexdigest()
    fields = {
        "_type": STATEMENT,
        "subject": [{"name": "a model", "digest": {"sha256": digest}}],
        "predicateType": PREDICATE,
        "predicate": {
            "serialization": {"method": method, "hash_type": "sha256", "allow_symlinks": False},
            "resources": list(resources),
        },
    }
    return json.dumps(fields | other).encode()


def text(data: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(data).decode()


def bundle(
    key: ec.EllipticCurvePrivateKey,
    payload: bytes,
    material: dict[str, Any] | None = None,
    **other: Any,
) -> dict[str, Any]:
    """A bundle, signed as DSSE has it: the same each time."""
    encoded = b"DSSEv1 %d %b %d %b" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)
    algorithm = ec.ECDSA(HASHES[key.curve.key_size], deterministic_signing=True)
    if material is None:
        material = {"publicKey": {"hint": key_id(key)}}
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": material | {"tlogEntries": []},
        "dsseEnvelope": {
            "payload": text(payload),
            "payloadType": PAYLOAD,
            "signatures": [{"sig": text(key.sign(encoded, algorithm)), "keyid": "x"}],
        },
    } | other


def as_bytes(document: dict[str, Any]) -> bytes:
    """The file of a bundle."""
    return json.dumps(document).encode()


class Owner(NamedTuple):
    """A certificate and its key."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """The file of the certificate."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        """The certificate in a bundle."""
        return self.certificate.public_bytes(Encoding.DER)


CODE = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
CA = x509.BasicConstraints(ca=True, path_length=None)


def use(**what: bool) -> x509.KeyUsage:
    """What a key is for."""
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
    names += ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**(dict.fromkeys(names, False) | what))


def certify(
    name: str,
    number: int,
    extensions: Sequence[x509.ExtensionType],
    by: Owner | None = None,
    *,
    days: tuple[int, int] = (-10, 10),
    critical: bool = False,
) -> Owner:
    """A certificate, valid within some days from now, made by another or by itself."""
    key = secret(number)
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(by.certificate.subject if by else own)
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(NOW + days[0] * DAY)
        .not_valid_after(NOW + days[1] * DAY)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return Owner(
        key, builder.sign(by.key if by else key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def chained(*owners: Owner) -> dict[str, Any]:
    """The material of a bundle that the first of some owners signed."""
    return {
        "x509CertificateChain": {"certificates": [{"rawBytes": text(each.der)} for each in owners]}
    }
