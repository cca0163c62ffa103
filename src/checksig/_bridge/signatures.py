"""Signatures by keys, and certificates: checked in the core, over bytes in memory."""

from __future__ import annotations

import base64
import ctypes
import json
from typing import TYPE_CHECKING, Any, Final

from checksig._bridge.library import checked, library

if TYPE_CHECKING:
    from collections.abc import Sequence

#: In bytes, for an answer: most are shorter, and others are asked for again.
_ROOM: Final = 1 << 13


def check(
    scheme: str,
    public: bytes,
    signature: bytes,
    message: bytes,
    *,
    hash: str = "",  # noqa: A002 (what the field and the header call it)
    digest: bool = False,
    salt: int = -1,
) -> bool:
    """Whether a key made a signature over a message.

    Args:
        scheme: ``ed25519``, ``ecdsa-p256``, ``ecdsa-p384``, ``ecdsa-p521``, ``rsa-pkcs1v15`` or
            ``rsa-pss``.
        public: The 32 bytes of a key of Ed25519; of others its SubjectPublicKeyInfo in DER.
        signature: That of ECDSA in DER.
        message: The bytes that it has to be over. They are not copied.
        hash: ``sha256``, ``sha384`` or ``sha512``; none for Ed25519.
        digest: Whether the message is the digest of what was signed.
        salt: The length of the salt of PSS, in bytes; -1 for any.

    Raises:
        LibraryError: there is no such scheme, or not with this hash.
    """
    header = {"scheme": scheme, "hash": hash, "digest": digest, "salt": salt, "public": len(public)}
    request = json.dumps(header).encode() + b"\n" + public + signature
    code = library().checksig_check_signature(request, len(request), message, len(message))
    return checked(code) == 1


def key(der: bytes) -> dict[str, Any]:
    """Return what a SubjectPublicKeyInfo is: its ``kind``, and the ``bits`` of RSA.

    Raises:
        ValueError: it is damaged, spelled in an unusual way, or of a kind that is not known.
    """
    found: dict[str, Any] = _ask({"op": "key"}, der)["key"]
    return found


def certificate(der: bytes) -> dict[str, Any]:
    """Return what a certificate says of itself: see checksig.h.

    Raises:
        ValueError: it is damaged, or of a kind that is not known.
    """
    found: dict[str, Any] = _ask({"op": "certificate"}, der)["certificate"]
    return found | {"public": base64.b64decode(found["public"])}


def path(
    chain: Sequence[bytes], anchors: Sequence[bytes], at: int, purpose: str
) -> tuple[bytes, ...]:
    """Return the keys (SubjectPublicKeyInfo) from the first certificate to one that is trusted.

    Args:
        chain: Certificates, the one that signed first.
        anchors: Certificates that are trusted.
        at: When all have to be valid, in seconds since 1970.
        purpose: The extended key usage that all have to be for, as an object identifier.

    Raises:
        ValueError: there is no such path.
    """
    lengths = {"chain": [*map(len, chain)], "anchors": [*map(len, anchors)]}
    header = {"op": "path", "at": at, "purpose": purpose} | lengths
    return tuple(map(base64.b64decode, _ask(header, b"".join((*chain, *anchors)))["path"]))


def _ask(header: dict[str, Any], data: bytes) -> dict[str, Any]:
    request, size = json.dumps(header).encode() + b"\n" + data, _ROOM
    while True:
        buffer = ctypes.create_string_buffer(size)
        length = checked(library().checksig_certificates(request, len(request), buffer, size))
        if length <= size:
            break
        size = length
    found: dict[str, Any] = json.loads(buffer.raw[:length])
    if "error" in found:
        raise ValueError(found["error"])
    return found
