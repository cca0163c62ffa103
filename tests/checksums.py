"""Checksums that Python's standard library does not have, a byte at a time."""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING, Final

import xxhash

if TYPE_CHECKING:
    from collections.abc import Callable


def posix_crc(content: bytes) -> str:
    """POSIX.1-2017, cksum: the bytes, then their number, the most significant bit first."""
    table = [_forwards(byte << 24) for byte in range(256)]
    register = 0
    length = len(content)
    for byte in content + length.to_bytes((length.bit_length() + 7) // 8, "little"):
        register = (register << 8 & 0xFFFFFFFF) ^ table[register >> 24 ^ byte]
    return f"{register ^ 0xFFFFFFFF:08x}"


def _forwards(register: int) -> int:
    for _ in range(8):
        register = (register << 1 ^ (0x04C11DB7 if register >> 31 else 0)) & 0xFFFFFFFF
    return register


def crc32c(content: bytes) -> str:
    """RFC 3720: the polynomial of Castagnoli, the least significant bit first."""
    table = [_backwards(byte, 0x82F63B78) for byte in range(256)]
    register = 0xFFFFFFFF
    for byte in content:
        register = register >> 8 ^ table[(register ^ byte) & 0xFF]
    return f"{register ^ 0xFFFFFFFF:08x}"


def _backwards(register: int, polynomial: int) -> int:
    for _ in range(8):
        register = register >> 1 ^ (polynomial if register & 1 else 0)
    return register


def crc64nvme(content: bytes) -> str:
    """NVM Express: the least significant bit first."""
    table = [_backwards(byte, 0x9A6C9329AC4BC9B5) for byte in range(256)]
    register = ones = 0xFFFFFFFFFFFFFFFF
    for byte in content:
        register = register >> 8 ^ table[(register ^ byte) & 0xFF]
    return f"{register ^ ones:016x}"


def bsd(content: bytes) -> str:
    """Like sum -r: rotated to the right before each byte is added."""
    total = 0
    for byte in content:
        total = ((total >> 1) + ((total & 1) << 15) + byte) & 0xFFFF
    return f"{total:04x}"


def sysv(content: bytes) -> str:
    """Like sum -s: the sum of all bytes, its halves added."""
    total = sum(content) & 0xFFFFFFFF
    total = (total & 0xFFFF) + (total >> 16)
    return f"{(total & 0xFFFF) + (total >> 16):04x}"


def blocks(content: bytes, size: int) -> str:
    """How many blocks of a size a content takes."""
    return f"{-(-len(content) // size):016x}"


def ed2k(content: bytes) -> str:
    """As eMule has it, of less than a chunk: MD4, of RFC 1320."""
    assert len(content) < 9_728_000
    state = list(_MD4)
    padded = content + b"\x80" + bytes(-(len(content) + 9) % 64)
    padded += (8 * len(content)).to_bytes(8, "little")
    for at in range(0, len(padded), 64):
        words = struct.unpack("<16I", padded[at : at + 64])
        found = [sum(pair) & 0xFFFFFFFF for pair in zip(state, _md4(state, words), strict=True)]
        state = found
    return struct.pack("<4I", *state).hex()


_MD4: Final = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
_ROUNDS: Final = (
    (0, (3, 7, 11, 19), range(16), lambda x, y, z: x & y | ~x & z),
    (0x5A827999, (3, 5, 9, 13), [i % 4 * 4 + i // 4 for i in range(16)],
     lambda x, y, z: x & y | x & z | y & z),
    (0x6ED9EBA1, (3, 9, 11, 15), [int(f"{i:04b}"[::-1], 2) for i in range(16)],
     lambda x, y, z: x ^ y ^ z),
)  # fmt: skip


def _md4(state: list[int], words: tuple[int, ...]) -> list[int]:
    a, b, c, d = state
    for constant, shifts, order, mix in _ROUNDS:
        for step, word in enumerate(order):
            total = (a + mix(b, c, d) + words[word] + constant) & 0xFFFFFFFF
            by = shifts[step % 4]
            a, b, c, d = d, (total << by | total >> 32 - by) & 0xFFFFFFFF, b, c
    return [a, b, c, d]


def bittorrent(content: bytes) -> str:
    """BEP 52: all leaves, filled up, and the levels above."""
    size = 16 << 10
    blocks = [content[at : at + size] for at in range(0, len(content), size)]
    level = [hashlib.sha256(block).digest() for block in blocks]
    while not level or len(level) & len(level) - 1:
        level.append(bytes(32))
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [hashlib.sha256(left + right).digest() for left, right in pairs]
    return level[0].hex()


CHECKSUMS: Final[dict[str, Callable[[bytes], str]]] = {
    "crc32": lambda content: f"{zlib.crc32(content):08x}",
    "crc": posix_crc,
    "crc32c": crc32c,
    "crc64nvme": crc64nvme,
    "bsd": bsd,
    "sysv": sysv,
    "adler32": lambda content: f"{zlib.adler32(content):08x}",
    "xxh32": xxhash.xxh32_hexdigest,
    "xxh64": xxhash.xxh64_hexdigest,
    "xxh3": xxhash.xxh3_64_hexdigest,
    "xxh128": xxhash.xxh3_128_hexdigest,
    "blocks-1024": lambda content: blocks(content, 1024),
    "blocks-512": lambda content: blocks(content, 512),
    "ed2k": ed2k,
    "bittorrent-v2": bittorrent,
}
