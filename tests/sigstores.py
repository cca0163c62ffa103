"""A Sigstore of our own: authorities, a log of certificates, a log of signatures, and bundles.

What is made here is as Fulcio, Rekor and the log of certificates would make it. Sources: RFC 6962
for both logs and what they sign, "signed note" for checkpoints, the Sigstore bundle 0.3.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier
from models import CODE, PAYLOAD, Owner, secret, text, use

if TYPE_CHECKING:
    from collections.abc import Sequence

ME, ISSUER = "me@example.org", "https://issuer.example.org"
MADE = datetime(2024, 1, 1, 12, 0, tzinfo=UTC)
ROOT_TYPE = "application/vnd.dev.sigstore.trustedroot+json;version=0.1"
BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
#: Extensions of Fulcio's certificates that name the issuer of the identity: in bytes, and in DER.
ISSUER_OID = ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
ISSUER_V2_OID = ObjectIdentifier("1.3.6.1.4.1.57264.1.8")
#: RFC 6962, section 3.3: what the log of certificates says, in the certificate.
SCT_OID = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
YEARS = timedelta(days=3650)
SHA256 = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


def spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key, in DER."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def canonical(document: Any) -> bytes:
    """JSON as RFC 8785 has it, if there is nothing but ASCII and small numbers."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _der(tag: int, data: bytes) -> bytes:
    length = bytes([len(data)]) if len(data) < 128 else b"\x82" + struct.pack("!H", len(data))
    return bytes([tag]) + length + data


class Log:
    """A log of signatures: a Merkle tree of entries, as in RFC 6962, section 2.1."""

    def __init__(self, number: int) -> None:
        """Make the log, and its key."""
        self.key = secret(number)
        self.id = hashlib.sha256(spki(self.key)).digest()

    def entry(self, body: bytes, kind: str, at: datetime) -> dict[str, Any]:
        """What the log says of an entry that is the second of three."""
        first, other = (hashlib.sha256(b"\0" + name).digest() for name in (b"first", b"third"))
        below = hashlib.sha256(b"\1" + first + hashlib.sha256(b"\0" + body).digest()).digest()
        root = hashlib.sha256(b"\1" + below + other).digest()
        return {
            "logIndex": "1",
            "logId": {"keyId": text(self.id)},
            "kindVersion": {"kind": kind, "version": "0.0.1"},
            "integratedTime": str(int(at.timestamp())),
            "inclusionPromise": {"signedEntryTimestamp": text(self._promise(body, at))},
            "inclusionProof": {
                "logIndex": "1",
                "rootHash": text(root),
                "treeSize": "3",
                "hashes": [text(first), text(other)],
                "checkpoint": {"envelope": self._checkpoint(root)},
            },
            "canonicalizedBody": text(body),
        }

    def _promise(self, body: bytes, at: datetime) -> bytes:
        said = {
            "body": text(body),
            "integratedTime": int(at.timestamp()),
            "logID": self.id.hex(),
            "logIndex": 1,
        }
        return self.key.sign(canonical(said), SHA256)

    def _checkpoint(self, root: bytes) -> str:
        note = f"rekor.example.org - 1\n3\n{text(root)}\n"
        signature = self.id[:4] + self.key.sign(note.encode(), SHA256)
        return f"{note}\n\N{EM DASH} rekor.example.org {text(signature)}\n"


def authority(name: str, number: int, by: Owner | None = None) -> Owner:
    """A certificate of an authority, like those of Fulcio."""
    key = secret(number)
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    maker = by.key if by else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(by.certificate.subject if by else own)
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(MADE - YEARS)
        .not_valid_after(MADE + YEARS)
        .add_extension(use(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(maker.public_key()), critical=False
        )
    )
    if by:
        builder = builder.add_extension(CODE, critical=False)
    return Owner(key, builder.sign(maker, hashes.SHA256(), ecdsa_deterministic=True))


@dataclass(frozen=True)
class Signing:
    """What differs between signatures."""

    identity: str = ME
    issuer: str = ISSUER
    at: datetime = MADE
    valid: tuple[datetime, datetime] = (MADE - timedelta(minutes=5), MADE + timedelta(minutes=5))
    key: int = 9
    extensions: Sequence[x509.ExtensionType] = field(
        default_factory=lambda: [use(digital_signature=True), CODE]
    )


class Sigstore:
    """An instance with authorities and logs of its own, the same for the same number."""

    def __init__(self, number: int) -> None:
        """Make the authorities and the logs."""
        self.number = number
        self.root = authority(f"root {number}", number * 100 + 1)
        self.fulcio = authority(f"fulcio {number}", number * 100 + 2, self.root)
        self.log = Log(number * 100 + 3)
        self.certificates = secret(number * 100 + 4)

    @cached_property
    def trusted(self) -> bytes:
        """The file of the trusted root."""
        return json.dumps(self.trusted_root()).encode()

    def trusted_root(self) -> dict[str, Any]:
        """The trusted root: whose certificates and whose logs count."""
        chain = [{"rawBytes": text(owner.der)} for owner in (self.fulcio, self.root)]
        return {
            "mediaType": ROOT_TYPE,
            "tlogs": [_instance("rekor", self.log.key)],
            "certificateAuthorities": [
                {
                    "subject": {"organization": "example.org", "commonName": "fulcio"},
                    "uri": "https://fulcio.example.org",
                    "certChain": {"certificates": chain},
                    "validFor": {"start": "2020-01-01T00:00:00Z"},
                }
            ],
            "ctlogs": [_instance("ctfe", self.certificates)],
            "timestampAuthorities": [],
        }

    def certify(self, how: Signing, *, listed: bool = True) -> Owner:
        """A certificate for an identity, which the log of certificates has listed, or not."""
        key = secret(self.number * 100 + how.key)
        return Owner(key, self.certificate(how, key.public_key(), listed=listed))

    def certificate(
        self, how: Signing, key: ec.EllipticCurvePublicKey, *, listed: bool = True
    ) -> x509.Certificate:
        """The certificate for a key that may be somebody else's."""
        builder = self._builder(how, key)
        maker = (self.fulcio.key, hashes.SHA256())
        if listed:
            before = builder.sign(*maker, ecdsa_deterministic=True)
            value = self._listed(before.tbs_certificate_bytes, how.at)
            builder = builder.add_extension(
                x509.UnrecognizedExtension(SCT_OID, value), critical=False
            )
        return builder.sign(*maker, ecdsa_deterministic=True)

    def _builder(self, how: Signing, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        kind = x509.UniformResourceIdentifier if "://" in how.identity else x509.RFC822Name
        issuer = how.issuer.encode()
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self.fulcio.certificate.subject)
            .public_key(key)
            .serial_number(how.key)
            .not_valid_before(how.valid[0])
            .not_valid_after(how.valid[1])
        )
        for extension in how.extensions:
            critical = isinstance(extension, x509.KeyUsage)
            builder = builder.add_extension(extension, critical=critical)
        return (
            builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.fulcio.key.public_key()),
                critical=False,
            )
            .add_extension(x509.SubjectAlternativeName([kind(how.identity)]), critical=True)
            .add_extension(x509.UnrecognizedExtension(ISSUER_OID, issuer), critical=False)
            .add_extension(
                x509.UnrecognizedExtension(ISSUER_V2_OID, _der(0x0C, issuer)), critical=False
            )
        )

    def _listed(self, certificate: bytes, at: datetime) -> bytes:
        """What the log of certificates says of one that is about to be made: RFC 6962, 3.2."""
        millis = int(at.timestamp() * 1000)
        issuer = hashlib.sha256(spki(self.fulcio.key)).digest()
        length = struct.pack("!I", len(certificate))[1:]
        head = struct.pack("!BBQH", 0, 0, millis, 1)
        signed = head + issuer + length + certificate + struct.pack("!H", 0)
        signature = self.certificates.sign(signed, SHA256)
        log = hashlib.sha256(spki(self.certificates)).digest()
        said = b"\0" + log + struct.pack("!QH", millis, 0)
        said += b"\4\3" + struct.pack("!H", len(signature)) + signature
        entry = struct.pack("!H", len(said)) + said
        return _der(4, struct.pack("!H", len(entry)) + entry)

    def sign(self, message: bytes, how: Signing | None = None, **other: Any) -> dict[str, Any]:
        """A bundle with a signature over a message."""
        how = replace(how or Signing(), **other)
        owner = self.certify(how)
        value = owner.key.sign(message, SHA256)
        digest = hashlib.sha256(message)
        spec = {
            "data": {"hash": {"algorithm": "sha256", "value": digest.hexdigest()}},
            "signature": {"content": text(value), "publicKey": {"content": text(owner.pem)}},
        }
        content = {
            "messageDigest": {"algorithm": "SHA2_256", "digest": text(digest.digest())},
            "signature": text(value),
        }
        return self._bundle(owner, ("hashedrekord", spec), how, {"messageSignature": content})

    def sign_stamped(self, message: bytes, how: Signing, stamps: Sequence[bytes]) -> dict[str, Any]:
        """A bundle of the second version of the log, which says no time: others stamp it."""
        document, owner = self.sign(message, how), self.certify(how)
        content = document["messageSignature"]
        verifier = {
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "x509Certificate": {"rawBytes": text(owner.der)},
        }
        spec = {
            "data": content["messageDigest"],
            "signature": {"content": content["signature"], "verifier": verifier},
        }
        body = {"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": spec}}
        entry = self.log.entry(canonical(body), "hashedrekord", how.at)
        entry["kindVersion"]["version"] = "0.0.2"
        del entry["integratedTime"], entry["inclusionPromise"]
        document["verificationMaterial"] |= {
            "tlogEntries": [entry],
            "timestampVerificationData": {
                "rfc3161Timestamps": [{"signedTimestamp": text(each)} for each in stamps]
            },
        }
        return document

    def sign_statement(
        self, payload: bytes, how: Signing | None = None, *, kind: str = PAYLOAD, **other: Any
    ) -> dict[str, Any]:
        """A bundle that holds a statement, and signs it as DSSE has it."""
        how = replace(how or Signing(), **other)
        owner = self.certify(how)
        encoded = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload)
        value = owner.key.sign(encoded, SHA256)
        envelope = {
            "payload": text(payload),
            "payloadType": kind,
            "signatures": [{"sig": text(value)}],
        }
        spec = {
            "envelopeHash": _sha256(canonical(envelope)),
            "payloadHash": _sha256(payload),
            "signatures": [{"signature": text(value), "verifier": text(owner.pem)}],
        }
        return self._bundle(owner, ("dsse", spec), how, {"dsseEnvelope": envelope})

    def _bundle(
        self, owner: Owner, entry: tuple[str, dict[str, Any]], how: Signing, content: dict[str, Any]
    ) -> dict[str, Any]:
        kind, spec = entry
        body = canonical({"apiVersion": "0.0.1", "kind": kind, "spec": spec})
        return {
            "mediaType": BUNDLE_TYPE,
            "verificationMaterial": {
                "certificate": {"rawBytes": text(owner.der)},
                "tlogEntries": [self.log.entry(body, kind, how.at)],
            },
        } | content


def _sha256(data: bytes) -> dict[str, str]:
    return {"algorithm": "sha256", "value": hashlib.sha256(data).hexdigest()}


def _instance(name: str, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """A log in a trusted root."""
    return {
        "baseUrl": f"https://{name}.example.org",
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": text(spki(key)),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": {"start": "2020-01-01T00:00:00Z"},
        },
        "logId": {"keyId": base64.b64encode(hashlib.sha256(spki(key)).digest()).decode()},
    }
