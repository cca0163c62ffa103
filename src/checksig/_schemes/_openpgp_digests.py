"""The digests that signatures of OpenPGP are over, and whether a signature is by a key.

Source: RFC 9580: section 5.2 for signatures, 5.5 for keys, 9 for the numbers of algorithms. Of
signatures over files this is a second opinion: Sequoia has the first. It is the only one of when a
key may sign, for which the signatures in a certificate have to be right.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes import _der
from checksig._schemes._openpgp_frames import Cursor
from checksig._schemes._scheme import SchemeError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Hashes by their numbers (section 9.5), and those that are too weak, for Sequoia as well.
HASHES: Final = {8: "sha256", 9: "sha384", 10: "sha512"}
WEAK: Final = {1: "MD5", 2: "SHA-1", 3: "RIPEMD-160"}

_RSA: Final = (1, 3)
_ECDSA, _EDDSA, _ED25519 = 19, 22, 27
#: Curves by their object identifiers (section 9.2).
_CURVES: Final = {
    bytes.fromhex("2a8648ce3d030107"): "ecdsa-p256",
    bytes.fromhex("2b81040022"): "ecdsa-p384",
    bytes.fromhex("2b81040023"): "ecdsa-p521",
}
_ED25519_OF_OLD: Final = bytes.fromhex("2b06010401da470f01")
_RSA_BITS: Final = (2048, 16384)

#: Types of signatures (section 5.2.1) over a file.
BINARY, TEXT = 0x00, 0x01
#: Subpackets (section 5.2.3.7) that are understood where they are critical.
_KNOWN: Final = frozenset({2, 3, 4, 7, 9, 11, 16, 20, 21, 22, 23, 25, 27, 28, 29, 30, 32, 33, 34})
_NOTATION: Final = 20


class Public(NamedTuple):
    """A public key that can be checked with."""

    scheme: str  # as primitives call it
    key: bytes  # as they take it
    size: int  # of a signature of RSA, in bytes; else 0


class Parts(NamedTuple):
    """The parts of a signature."""

    version: int
    kind: int
    algorithm: int
    hash: int
    head: bytes  # what is hashed of it
    salt: bytes
    areas: tuple[bytes, bytes]  # subpackets, hashed and not
    value: bytes


def parts(body: bytes) -> Parts:
    """Return the parts of a signature.

    Raises:
        SchemeError: it is damaged, or of a version that is not known.
    """
    at = Cursor(body)
    version = at.number(1)
    if version not in (4, 6):
        raise SchemeError(f"a signature in it is of version {version}")
    width = 2 if version == 4 else 4
    kind, algorithm, hashed = at.number(1), at.number(1), at.number(1)
    inside = at.take(at.number(width))
    head = body[: at.at]
    outside = at.take(at.number(width))
    at.take(2)  # the first bits of the digest
    salt = at.take(at.number(1)) if version == 6 else b""
    return Parts(version, kind, algorithm, hashed, head, salt, (inside, outside), at.rest())


def subpackets(area: bytes) -> Iterator[tuple[int, bool, bytes]]:
    """Yield the subpackets of an area: their types, whether they are critical, and their bytes."""
    at = Cursor(area)
    while at.at < len(area):
        size = at.number(1)
        if size == 255:
            size = at.number(4)
        elif size >= 192:
            size = (size - 192 << 8) + at.number(1) + 192
        if size == 0:
            raise SchemeError("a subpacket in it is empty")
        kind = at.number(1)
        yield kind & 0x7F, bool(kind & 0x80), at.take(size - 1)


def is_understood(found: Parts) -> bool:
    """Whether nothing in a signature is critical and not known."""
    return not any(
        critical and (kind not in _KNOWN or kind == _NOTATION)
        for kind, critical, _ in subpackets(found.areas[0])
    )


def of_key(body: bytes) -> bytes:
    """Return what is hashed of a key (section 5.2.4)."""
    if body[:1] == b"\4":
        return b"\x99" + len(body).to_bytes(2, "big") + body
    return b"\x9b" + len(body).to_bytes(4, "big") + body


def of_user(body: bytes, *, attribute: bool) -> bytes:
    """Return what is hashed of a user id, or of an attribute."""
    return (b"\xd1" if attribute else b"\xb4") + len(body).to_bytes(4, "big") + body


def of_file(kind: int, content: bytes) -> bytes:
    """Return what is hashed of a file: if it is signed as text, lines end in one way."""
    return re.sub(rb"\r?\n", b"\r\n", content) if kind == TEXT else content


def has_bare_return(content: bytes) -> bool:
    """Whether a return stands alone: for some programs it is the end of a line, for others not."""
    return re.search(rb"\r(?!\n)", content) is not None


def digest(found: Parts, name: str, pieces: tuple[bytes, ...]) -> bytes:
    """Return the digest that a signature is over."""
    hashed = hashlib.new(name, found.salt, usedforsecurity=False)
    for piece in pieces:
        hashed.update(piece)
    hashed.update(found.head)
    hashed.update(bytes([found.version, 0xFF]) + len(found.head).to_bytes(4, "big"))
    return hashed.digest()


def public(body: bytes) -> Public | None:
    """Return the public key in a packet; None if it is of an algorithm that is not checked here."""
    at = Cursor(body)
    version = at.number(1)
    at.take(4)  # when it was made
    algorithm = at.number(1)
    if version == 6:
        at.take(4)  # the size of what follows
    elif version != 4:
        return None
    if algorithm in _RSA:
        modulus, exponent = (int.from_bytes(at.natural(), "big") for _ in range(2))
        bits = modulus.bit_length()
        if not _RSA_BITS[0] <= bits <= _RSA_BITS[1]:
            return None
        return Public("rsa-pkcs1v15", _der.rsa_key(modulus, exponent), (bits + 7) // 8)
    if algorithm == _ED25519:
        return Public("ed25519", at.take(32), 0)
    return _on_a_curve(algorithm, at) if algorithm in (_ECDSA, _EDDSA) else None


def _on_a_curve(algorithm: int, at: Cursor) -> Public | None:
    curve, point = at.take(at.number(1)), at.natural()
    if algorithm == _EDDSA:
        known = curve == _ED25519_OF_OLD and len(point) == 33 and point[:1] == b"\x40"
        return Public("ed25519", point[1:], 0) if known else None
    scheme = _CURVES.get(curve)
    return Public(scheme, _der.curve_key(scheme, point), 0) if scheme else None


def value(key: Public, found: Parts) -> bytes | None:
    """Return the value of a signature as primitives take it; None if it is not of that key's kind.

    Of ECDSA, the pair of numbers is in DER.
    """
    at = Cursor(found.value)
    if key.size:
        return at.natural().rjust(key.size, b"\0") if found.algorithm in _RSA else None
    if found.algorithm == _ED25519:
        return at.take(64) if key.scheme == "ed25519" else None
    if found.algorithm not in (_ECDSA, _EDDSA):
        return None
    pair = at.natural(), at.natural()
    if found.algorithm == _EDDSA:
        return b"".join(each.rjust(32, b"\0") for each in pair) if key.scheme == "ed25519" else None
    if key.scheme == "ed25519":
        return None
    return _der.ecdsa(*(int.from_bytes(each, "big") for each in pair))
