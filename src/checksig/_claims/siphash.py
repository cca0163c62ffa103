"""SipHash-2-4, by which Python before 3.11, and PyPy, know the source of a compiled file.

Since 3.11 it is SipHash-1-3, which ``_imp.source_hash`` computes.

Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012; PEP 552.
"""

from __future__ import annotations

from typing import Final

_MASK: Final = (1 << 64) - 1


def siphash24(key: int, data: bytes) -> bytes:
    """Return the hash with a key of 64 bits: the other half of the key is 0."""
    v0, v1 = key ^ 0x736F6D6570736575, 0x646F72616E646F6D
    v2, v3 = key ^ 0x6C7967656E657261, 0x7465646279746573
    length = len(data)
    padded = data + bytes(7 - length % 8) + bytes([length & 0xFF])
    for start in range(0, len(padded), 8):
        word = int.from_bytes(padded[start : start + 8], "little")
        v3 ^= word
        v0, v1, v2, v3 = _round(*_round(v0, v1, v2, v3))
        v0 ^= word
    v2 ^= 0xFF
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return (v0 ^ v1 ^ v2 ^ v3).to_bytes(8, "little")


def _round(v0: int, v1: int, v2: int, v3: int) -> tuple[int, int, int, int]:
    v0 = (v0 + v1) & _MASK
    v1 = _left(v1, 13) ^ v0
    v0 = _left(v0, 32)
    v2 = (v2 + v3) & _MASK
    v3 = _left(v3, 16) ^ v2
    v0 = (v0 + v3) & _MASK
    v3 = _left(v3, 21) ^ v0
    v2 = (v2 + v1) & _MASK
    v1 = _left(v1, 17) ^ v2
    return v0, v1, _left(v2, 32), v3


def _left(word: int, count: int) -> int:
    return (word << count | word >> (64 - count)) & _MASK
