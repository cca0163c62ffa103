"""Digests are the ones that those who specified the algorithms published.

The package cryptography-vectors has the files: those of NIST's Cryptographic Algorithm
Validation Program for SHA, those of the RFC for MD5, those of the authors for BLAKE2 and for
RIPEMD-160.
"""

from __future__ import annotations

import re
from pathlib import Path

import cryptography_vectors
import pytest

import checksig

pytestmark = pytest.mark.kernels

HASHES = Path(cryptography_vectors.__file__).parent / "hashes"

#: For each algorithm the start of its files' names, and how many messages are in them.
PUBLISHED = {
    "md5": ("MD5/rfc-1321", 7),
    "sha1": ("SHA1/SHA1", 129),
    "sha224": ("SHA2/SHA224", 129),
    "sha256": ("SHA2/SHA256", 129),
    "sha384": ("SHA2/SHA384", 257),
    "sha512": ("SHA2/SHA512", 257),
    "sha512-224": ("SHA2/SHA512_224", 257),
    "sha512-256": ("SHA2/SHA512_256", 257),
    "sha3-224": ("SHA3/SHA3_224", 245),
    "sha3-256": ("SHA3/SHA3_256", 237),
    "sha3-384": ("SHA3/SHA3_384", 205),
    "sha3-512": ("SHA3/SHA3_512", 173),
    "blake2b": ("blake2/blake2b", 7),
    "blake2s": ("blake2/blake2s", 7),
    "ripemd160": ("ripemd160/ripevectors", 8),
}

#: There are no files for these in the package.
UNPUBLISHED = re.compile(
    "crc32c?|crc64nvme|crc|bsd|sysv|sm3|blake3|blake2b-.*|blocks-.*|adler32|xxh.*|shake.*|ed2k"
    "|bittorrent-v2|tiger|whirlpool"
)

ALGORITHMS = [a.name for a in checksig.algorithms()]

RECORD = re.compile(r"^Len = (\d+)\s+Msg = ([0-9a-f]+)\s+MD = ([0-9a-f]+)\s*$", re.MULTILINE)


def published(algorithm: str) -> list[tuple[bytes, str]]:
    """All messages of an algorithm with their digests."""
    start, count = PUBLISHED[algorithm]
    found = [
        (bytes.fromhex(message)[: int(bits) // 8], digest)
        for kind in ("ShortMsg.rsp", "LongMsg.rsp", ".txt")
        for path in [HASHES / (start + kind)]
        if path.exists()
        for bits, message, digest in RECORD.findall(path.read_text())
    ]
    assert len(found) == count
    return found


@pytest.mark.parametrize("algorithm", sorted(PUBLISHED.keys() & set(ALGORITHMS)))
def test_digests_are_the_published_ones(tmp_path: Path, algorithm: str) -> None:
    wanted = {}
    for number, (message, digest) in enumerate(published(algorithm)):
        path = tmp_path / f"{number:03}"
        path.write_bytes(message)
        wanted[str(path)] = digest
    found = {r.path: r.found for r in checksig.hash_files(wanted, algorithm)}
    assert found == wanted


def test_no_algorithm_goes_without() -> None:
    assert len(ALGORITHMS) >= len(PUBLISHED) - 1
    without = set(ALGORITHMS) - PUBLISHED.keys()
    assert not [name for name in without if not UNPUBLISHED.fullmatch(name)]
