"""Checksums that Python's standard library does not have, a byte at a time."""

from __future__ import annotations

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
}
