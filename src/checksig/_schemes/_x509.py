"""Public keys and certificates in PEM, and signatures by them.

Source: RFC 7468 for PEM, RFC 5280 for certificates; FIPS 186-5 for ECDSA, and RFC 8017 for RSA.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes._scheme import Key, SchemeError, Standing
from checksig._schemes._ssh_wire import decoded

if TYPE_CHECKING:
    from collections.abc import Collection

    from checksig._schemes._scheme import Primitives

_SECRET: Final = rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"
_BEGIN: Final = rb"-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----"
_BLOCK: Final = (
    rb"-----BEGIN (PUBLIC KEY|CERTIFICATE)-----\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+)"
    rb"-----END \1-----(?=\r?\n|\Z)"
)
#: Keys on curves, and the hash that has the size of each.
CURVES: Final = {"ecdsa-p256": "sha256", "ecdsa-p384": "sha384", "ecdsa-p521": "sha512"}
#: All kinds of keys, and the ways in which each may sign.
KINDS: Final = {
    **{kind: (kind,) for kind in CURVES},
    "rsa": ("rsa-pkcs1v15", "rsa-pss"),
    "ed25519": ("ed25519",),
}
_LINE: Final = 64  # digits of base64 in PEM
_ED25519: Final = 32  # in bytes: a key, which ends its SubjectPublicKeyInfo


class Public(NamedTuple):
    """A public key."""

    kind: str  # as the core calls it; empty if it is of one that does not sign here
    der: bytes  # a SubjectPublicKeyInfo


class Certificate(NamedTuple):
    """A certificate, and what it says of itself."""

    der: bytes
    public: Public
    subject: str
    issuer: str
    names: tuple[str, ...]  # addresses, URIs and hosts
    until: datetime  # the last second in which it is valid


class Signer(NamedTuple):
    """A key that is trusted to sign."""

    id: str
    public: Public
    identity: str | None = None
    chain: tuple[str, ...] = ()  # the ids of the keys that vouch for it


def keys(
    data: bytes, source: str, scheme: str, primitives: Primitives, kinds: Collection[str]
) -> list[Key]:
    """Return the public keys of some kinds, and the certificates in a file; none if it is no PEM.

    Raises:
        ValueError: one is secret or damaged, or of no kind that is known.
    """
    if re.search(_SECRET, data):
        raise ValueError("this is a secret key: give the public one, and keep this to yourself")
    if not re.search(_BEGIN, data):
        return []
    if b"-----" in re.sub(_BLOCK, b"", data):
        raise ValueError("there is something in its PEM that is damaged, or not a public key")
    found: list[Key] = []
    for kind, text in re.findall(_BLOCK, data):
        der = decoded(re.sub(rb"\s", b"", text).decode())
        if kind == b"PUBLIC KEY":
            public = Public(primitives.key(der)["kind"], der)
            if public.kind in kinds:
                found.append(Key(scheme, identifier(der), source, public))
        else:
            trusted = _anchor(der, primitives)
            found.append(Key(scheme, identifier(trusted.public.der), source, trusted))
    return found


def identifier(der: bytes) -> str:
    """Return the SHA-256 of a public key in PEM, in hexadecimal, given the same in DER.

    Bundles name keys so, and ``sha256sum`` finds the same for the file that OpenSSL writes.
    """
    text = base64.b64encode(der)
    rows = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    pem = [b"-----BEGIN PUBLIC KEY-----", *rows, b"-----END PUBLIC KEY-----", b""]
    return hashlib.sha256(b"\n".join(pem)).hexdigest()


def _anchor(der: bytes, primitives: Primitives) -> Certificate:
    """Return a certificate that is trusted as it is; its own signature holds, if it made it.

    Raises:
        ValueError: it is damaged.
    """
    found = primitives.certificate(der)
    if found["own"] and not found["holds"]:
        raise ValueError("the signature of the certificate does not hold")
    return certificate(der, primitives)


def certificate(der: bytes, primitives: Primitives) -> Certificate:
    """Return a certificate.

    Raises:
        SchemeError: it is damaged.
    """
    try:
        found = primitives.certificate(der)
    except ValueError as error:
        raise SchemeError(str(error)) from None
    kind = found["key"]["kind"] if found["key"] else ""
    names = tuple(name["value"] for name in found["names"])
    public = Public(kind, found["public"])
    until = datetime.fromtimestamp(found["before"], UTC)
    return Certificate(der, public, found["subject"], found["issuer"], names, until)


def standing(key: Key) -> Standing:
    """Return how long a key counts: as long as its certificate, if it has one."""
    return Standing(until=key.public.until if isinstance(key.public, Certificate) else None)


def matches(signer: Signer, value: bytes, message: bytes, primitives: Primitives) -> bool:
    """Whether a signature was made by a key on a curve, with the hash that has its size."""
    kind, der = signer.public
    return primitives.signature(kind, der, value, message, hash=CURVES[kind])


def matches_somehow(signer: Signer, value: bytes, message: bytes, primitives: Primitives) -> bool:
    """Whether a signature over a message was made by a key, in any way that such keys sign.

    Which hash it is over, and how RSA is padded, the signature does not say.
    """
    kind, der = signer.public
    if kind == "ed25519":
        return primitives.signature(kind, der[-_ED25519:], value, message)
    return any(
        primitives.signature(way, der, value, message, hash=name)
        for way in KINDS[kind]
        for name in CURVES.values()
    )
