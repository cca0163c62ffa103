"""Signatures of OpenPGP: detached, around the list, and in clear text.

Source: RFC 9580 for what tells the kinds apart; everything else is Sequoia's, by way of pysequoia:
parsing, revocation, which algorithms are too weak, and whether a key was valid when it signed.
Whether it is at the time of checking is in ``_openpgp_key``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from checksig._schemes import _openpgp_ring, _openpgp_text
from checksig._schemes._openpgp_key import RevokedError
from checksig._schemes._scheme import (
    Key,
    Proof,
    Scheme,
    SchemeError,
    UntrustedError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._schemes._packets import Packet
    from checksig._schemes._scheme import Primitives, Terms

_NAME: Final = "openpgp"

#: The first line of a block of armour, which may stand below something that is then refused.
_BEGIN: Final = rb"^-----BEGIN PGP (SIGNATURE|SIGNED MESSAGE|MESSAGE)-----[ \t\r]*$"
_HOLDS: Final = (b"SIGNED MESSAGE", b"MESSAGE")
_HEAD: Final = 64 << 10  # in bytes: where that line is looked for
_PUBLIC: Final = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
_SECRET: Final = b"-----BEGIN PGP PRIVATE KEY BLOCK-----"

#: Types of packets (RFC 9580, section 5) that begin a file without armour.
_SIGNATURE_TAG, _SECRET_TAG, _PUBLIC_TAG = 2, 5, 6
_MESSAGE_TAGS: Final = (4, 8)  # a one-pass signature, and compressed data


def _tag(data: bytes) -> int | None:
    """Return the type of the first packet; None if there is none."""
    first = data[0] if data else 0
    if not first & 0x80:
        return None
    return first & 0x3F if first & 0x40 else first >> 2 & 0x0F


def _armoured(data: bytes) -> bytes | None:
    """Return what the first block of armour of a signature is; None if there is none."""
    found = re.search(_BEGIN, data[:_HEAD], re.MULTILINE)
    return found[1] if found else None


def _sniff(data: bytes) -> bool:
    if _armoured(data) is not None:
        return True
    tags = (_SIGNATURE_TAG, *_MESSAGE_TAGS)
    return _tag(data) in tags and _openpgp_text.is_framed(data)


def _embeds(data: bytes) -> bool:
    kind = _armoured(data)
    return kind in _HOLDS if kind is not None else _tag(data) in _MESSAGE_TAGS


def _keys(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    del primitives
    if _SECRET in data or _tag(data) == _SECRET_TAG:
        raise ValueError("this is a secret key: give the public one, and keep this to yourself")
    if _PUBLIC not in data and _tag(data) != _PUBLIC_TAG:
        return []
    found = _openpgp_ring.certificates(data)
    return [Key(_NAME, each.fingerprint, source, each) for each in found]


def _verify(
    data: bytes,
    message: bytes | None,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
) -> Proof:
    if terms.namespace:
        raise UntrustedError("OpenPGP knows no namespaces, and you asked for one")
    found = _openpgp_text.read(data)
    if (found.content is None) is (message is None):
        raise SchemeError("it holds nothing" if message is None else "it holds what it signs")
    content = (message if found.content is None else found.content) or b""
    ring = _openpgp_ring.Ring([key.public for key in keys], primitives)
    strangers = [packet for packet in found.signatures if not ring.by_trusted(packet)]
    if len(strangers) == len(found.signatures):
        by = " and ".join(sorted(packet.maker for packet in strangers))
        raise UntrustedError(f"it was made by {by}, which you do not trust")
    proofs: dict[str, Proof] = {}
    doubts: list[UntrustedError] = []
    for packet in dict.fromkeys(found.signatures):
        if not ring.by_trusted(packet):
            continue
        try:
            proof = _proof(ring, packet, content, terms)
        except RevokedError:
            raise
        except UntrustedError as error:
            doubts.append(error)
        else:
            proofs.setdefault(proof.key_id, proof)
    if not proofs:
        raise doubts[0]
    first, *also = proofs.values()
    others = (*[packet.maker for packet in strangers], *map(str, doubts))
    return first._replace(also=tuple(also), others=others)


def _proof(ring: _openpgp_ring.Ring, packet: Packet, content: bytes, terms: Terms) -> Proof:
    """Return what a signature proves.

    Raises:
        SchemeError: it is not one over the content.
        UntrustedError: its key is not to be trusted, at one of the two times, or is another's.
    """
    cert, key = ring.signer(packet, content)
    made = packet.created
    if made is None:
        raise SchemeError("it does not say when it was made")
    if made > terms.at + _openpgp_ring.SKEW:
        raise UntrustedError(f"it was made at {made.isoformat()}, after the time of checking")
    if packet.ends is not None and terms.at >= packet.ends:
        raise UntrustedError(f"it expired at {packet.ends.isoformat()}")
    key.expect_valid(max(terms.at, made))
    if abs(datetime.now(UTC) - terms.at) < _openpgp_ring.SKEW:
        ring.expect_alive(cert, terms.at)
    identity = _identity(ring.user_ids(cert, max(terms.at, made)), terms.identity)
    return Proof(cert.fingerprint.upper(), content, identity=identity, signed_at=made)


def _identity(names: list[str], wanted: str | None) -> str | None:
    """Return the user id of a certificate: the one that is asked for, or the first."""
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
    standing=_openpgp_ring.standing,
)
