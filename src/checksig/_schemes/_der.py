"""Keys and signatures in DER, out of their numbers, as the core takes them. Nothing is read here.

Source: X.690 for DER; RFC 3279 for keys of RSA and signatures of ECDSA; RFC 5480 for points.
"""

from __future__ import annotations

from typing import Final

_INTEGER, _BITS, _SEQUENCE = 0x02, 0x03, 0x30
#: The algorithm of a SubjectPublicKeyInfo: RSA, and points on curves.
_RSA: Final = bytes.fromhex("300d06092a864886f70d0101010500")
_CURVES: Final = {
    "ecdsa-p256": bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107"),
    "ecdsa-p384": bytes.fromhex("301006072a8648ce3d020106052b81040022"),
    "ecdsa-p521": bytes.fromhex("301006072a8648ce3d020106052b81040023"),
}


def rsa_key(modulus: int, exponent: int) -> bytes:
    """Return the SubjectPublicKeyInfo of a key of RSA."""
    return _info(_RSA, _element(_SEQUENCE, _integer(modulus) + _integer(exponent)))


def curve_key(scheme: str, point: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of a point on the curve of a scheme."""
    return _info(_CURVES[scheme], point)


def ecdsa(r: int, s: int) -> bytes:
    """Return a signature of ECDSA."""
    return _element(_SEQUENCE, _integer(r) + _integer(s))


def _info(algorithm: bytes, key: bytes) -> bytes:
    return _element(_SEQUENCE, algorithm + _element(_BITS, b"\0" + key))


def _integer(value: int) -> bytes:
    """Return a number that is not negative."""
    return _element(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
