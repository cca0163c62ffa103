"""Signatures of OpenPGP: detached, around the list, and in clear text.

Source: RFC 9580 for what tells the kinds apart; everything else is Sequoia's, by way of pysequoia:
parsing, expiry, revocation, and which algorithms are too weak. It knows no other time than now.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from checksig._schemes import _packets
from checksig._schemes._scheme import (
    Key,
    Proof,
    Scheme,
    SchemeError,
    UntrustedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pysequoia import Cert

    from checksig._schemes._scheme import Primitives, Terms

_NAME: Final = "openpgp"

_SIGNATURE: Final = b"-----BEGIN PGP SIGNATURE-----"
_CLEAR: Final = b"-----BEGIN PGP SIGNED MESSAGE-----"
_MESSAGE: Final = b"-----BEGIN PGP MESSAGE-----"
_PUBLIC: Final = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
_SECRET: Final = b"-----BEGIN PGP PRIVATE KEY BLOCK-----"

#: Types of packets (RFC 9580, section 5) that begin a file without armour.
_SIGNATURE_TAG, _SECRET_TAG, _PUBLIC_TAG = 2, 5, 6
_MESSAGE_TAGS: Final = (4, 8)  # a one-pass signature, and compressed data

#: What the times of two calls may differ by.
_NOW: Final = timedelta(minutes=1)


def _tag(data: bytes) -> int | None:
    """Return the type of the first packet; None if there is none."""
    first = data[0] if data else 0
    if not first & 0x80:
        return None
    return first & 0x3F if first & 0x40 else first >> 2 & 0x0F


def _sniff(data: bytes) -> bool:
    armoured = data.lstrip().startswith((_SIGNATURE, _CLEAR, _MESSAGE))
    return armoured or _tag(data) in (_SIGNATURE_TAG, *_MESSAGE_TAGS)


def _embeds(data: bytes) -> bool:
    return data.lstrip().startswith((_CLEAR, _MESSAGE)) or _tag(data) in _MESSAGE_TAGS


def _keys(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    del primitives
    if _SECRET in data or _tag(data) == _SECRET_TAG:
        raise ValueError("this is a secret key: give the public one, and keep this to yourself")
    if _PUBLIC not in data and _tag(data) != _PUBLIC_TAG:
        return []
    sequoia = _packets.sequoia()
    try:
        certs: list[Cert] = sequoia.Cert.split_bytes(data)
        _packets.names(certs)  # some damage shows only when a certificate is written again
        secret = any("Secret" in str(packet.tag) for packet in _packets.read(data))
    except Exception as error:
        raise ValueError(
            f"the OpenPGP certificate cannot be read: {_packets.said(error)}"
        ) from None
    if secret:
        raise ValueError("there is a secret key in it: give the public one")
    return [Key(_NAME, cert.fingerprint.upper(), source, cert) for cert in certs]


def _verify(
    data: bytes,
    message: bytes | None,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
) -> Proof:
    del primitives
    if terms.namespace:
        raise UntrustedError("OpenPGP knows no namespaces, and you asked for one")
    if abs(datetime.now(UTC) - terms.at) > _NOW:
        raise UntrustedError("OpenPGP signatures can only be checked as of now")
    certs = _merged(keys)
    if message is None:
        content, signers = _inside(data, certs)
    else:
        content, signers = message, _detached(data, message, certs)
    first, *others = _proofs(signers, certs, content, terms.identity)
    return first._replace(also=tuple(others))


def _merged(keys: Sequence[Key]) -> list[Any]:
    """Return certificates, each once: one copy may be older than the other, which is revoked."""
    found: dict[str, Any] = {}
    for key in keys:
        cert: Any = key.public
        found[key.id] = found[key.id].merge(cert) if key.id in found else cert
    return list(found.values())


def _proofs(
    signers: dict[str, datetime | None], certs: list[Any], content: bytes, wanted: str | None
) -> list[Proof]:
    """Return what those signers prove who have an identity.

    Raises:
        UntrustedError: none has, or a certificate is revoked.
    """
    proofs: list[Proof] = []
    doubts: list[UntrustedError] = []
    for signer, created in signers.items():
        cert = next(cert for cert in certs if cert.fingerprint == signer)
        if cert.is_revoked:
            raise UntrustedError(f"the certificate {signer.upper()} is revoked")
        try:
            identity = _identity(cert, wanted)
        except UntrustedError as error:
            doubts.append(error)
        else:
            proofs.append(Proof(signer.upper(), content, identity=identity, signed_at=created))
    if not proofs:
        raise doubts[0]
    return proofs


def _detached(data: bytes, message: bytes, certs: list[Any]) -> dict[str, datetime | None]:
    """Return the fingerprints of the certificates that made a detached signature, and when.

    Of several signatures in a file, those by certificates that are trusted have to hold.
    """
    found = list(_packets.read(data))
    if not found or not all(_packets.is_signature(packet) for packet in found):
        raise SchemeError("it is damaged, or no detached signature")
    known = _packets.names(certs)
    own = [packet for packet in found if _packets.issuers(packet) & known]
    if not own:
        by = " and ".join(
            sorted(max(_packets.issuers(packet), key=len, default="?") for packet in found)
        )
        raise UntrustedError(f"it was made by {by.upper()}, which you did not name")
    signers: dict[str, datetime | None] = {}
    for packet in own:
        for signer in _checked(message, certs, packet):
            signers.setdefault(signer, packet.signature_created)
    return signers


def _checked(message: bytes, certs: list[Any], packet: Any) -> list[str]:
    sequoia = _packets.sequoia()
    try:
        signature = sequoia.Sig.from_bytes(bytes(packet))
        found = sequoia.verify(bytes=message, store=_giver(certs), signature=signature)
    except Exception as error:
        raise SchemeError(
            f"{_packets.said(error)} (made {_packets.how(packet)}; now, and with this list)"
        ) from None
    return _signers(found.valid_sigs)


def _giver(certs: list[Any]) -> Callable[[list[str]], list[Any]]:
    """Return what Sequoia asks for certificates."""

    def give(names: list[str]) -> list[Any]:
        del names
        return certs

    return give


def _inside(data: bytes, certs: list[Any]) -> tuple[bytes, dict[str, datetime | None]]:
    """Return what a message holds that is signed, and the fingerprints of the certificates."""
    sequoia = _packets.sequoia()
    asked: list[str] = []

    def store(names: list[str]) -> list[Any]:
        asked.extend(names)
        return certs

    try:
        found = sequoia.verify(bytes=data, store=store)
    except Exception as error:
        if asked and not _packets.names(certs) & {name.lower() for name in asked}:
            by = " and ".join(asked).upper()
            raise UntrustedError(f"it was made by {by}, which you did not name") from None
        raise SchemeError(_packets.said(error)) from None
    if found.bytes is None:
        raise SchemeError("it holds nothing")
    # When each was made is not said.
    return bytes(found.bytes), dict.fromkeys(_signers(found.valid_sigs))


def _signers(valid: Sequence[Any]) -> list[str]:
    if not valid:
        raise SchemeError("there is no signature in it that holds")
    return [signature.certificate for signature in valid]


def _identity(cert: Any, wanted: str | None) -> str | None:
    """Return the user id of a certificate: the one that is asked for, or the first."""
    names = [str(user_id) for user_id in cert.user_ids]
    if wanted is None:
        return names[0] if names else None
    for name in names:
        address = re.search(r"<([^<>]*)>\s*\Z", name)
        if wanted in (name, address[1] if address else name):
            return name
    raise UntrustedError(f'the certificate is not that of "{wanted}"')


SCHEME: Final = Scheme(
    name=_NAME,
    title="OpenPGP",
    sniff=_sniff,
    keys=_keys,
    verify=_verify,
    embeds=_embeds,
)
