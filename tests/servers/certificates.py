"""Certificates for servers on this machine: right ones, and each wrong in one way."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

#: What a certificate for this machine names.
HERE: tuple[x509.GeneralName, ...] = (
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
)
DAY = timedelta(days=1)
_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Certificate:
    """Files of a server: its certificate, its key, and what a client trusts it by."""

    chain: Path
    key: Path
    trusted: Path


class Authority:
    """An authority that lives as long as a test: whoever trusts ``trusted`` trusts it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("an authority for tests")
        made = _signed(self._name, self._key, DAY, self._key, authority=True)
        self.trusted = directory / "authority.pem"
        self.trusted.write_bytes(made.public_bytes(Encoding.PEM))

    def right(self) -> Certificate:
        """Make a certificate for 127.0.0.1 and localhost."""
        return self._made("right")

    def expired(self) -> Certificate:
        """Make one that was valid until yesterday."""
        return self._made("expired", ends=-DAY)

    def for_another_host(self) -> Certificate:
        """Make one for example.org."""
        return self._made("another", names=(x509.DNSName("example.org"),))

    def self_signed(self) -> Certificate:
        """Make one that only itself speaks for: ``trusted`` is the authority all the same."""
        return self._made("self", by_itself=True)

    def _made(
        self,
        name: str,
        *,
        ends: timedelta = DAY,
        names: tuple[x509.GeneralName, ...] = HERE,
        by_itself: bool = False,
    ) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, by = (_named(name), key) if by_itself else (self._name, self._key)
        made = _signed(issuer, by, ends, key, subject=_named(name), names=names)
        chain, secret = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        chain.write_bytes(made.public_bytes(Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )
        return Certificate(chain, secret, self.trusted)


def _signed(
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    ends: timedelta,
    key: ec.EllipticCurvePrivateKey,
    *,
    subject: x509.Name | None = None,
    names: tuple[x509.GeneralName, ...] = (),
    authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    used = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature"}
    subject_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    builder = (
        x509.CertificateBuilder(issuer, subject or issuer, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 10 * DAY)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.KeyUsage(**{use: use in used for use in _USES}), critical=True)
        .add_extension(subject_id, critical=False)
        .add_extension(issuer_id, critical=False)
    )
    if names:
        serves = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(serves, critical=False)
    return builder.sign(by, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
