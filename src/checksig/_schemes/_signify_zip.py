"""Signatures in the head of an archive in gzip, as ``signify -z`` makes them.

Source: signify(1) and zsig.c of OpenBSD 7; RFC 1952 for the head. Its comment is a signature that
holds what it signs: a date, the name of a key, an algorithm, the size of blocks, and the digest of
each block of what follows the comment. Of the head itself, nothing but the comment is signed; and
nothing but the comment may be in it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final, NamedTuple

from checksig._schemes._ed25519 import COMMENT
from checksig._schemes._scheme import SchemeError

#: The magic, deflate, a comment and nothing else, no time; then the level, and an operating system.
_HEAD: Final = b"\x1f\x8b\x08\x10\0\0\0\0"
_HEAD_SIZE: Final = len(_HEAD) + 2
_MAX_COMMENT: Final = 16 << 20  # in bytes: for an archive of 16 GiB
_SIGNED: Final = (
    rb"date=[^\n\0]{1,100}\nkey=[^\n\0]{0,1024}\nalgorithm=SHA512/256\nblocksize=([1-9][0-9]{3,7})\n\n"
    rb"((?:[0-9a-f]{64}\n)+)"
)


class Zipped(NamedTuple):
    """An archive with a signature in its head."""

    signature: bytes  # that holds the digests
    at: int  # where the blocks begin


def is_signed(data: bytes) -> bool:
    """Whether these bytes begin like such an archive."""
    return data.startswith(_HEAD) and data.startswith(COMMENT, _HEAD_SIZE)


def opened(data: bytes) -> Zipped:
    """Return the signature in an archive, and where it ends.

    Raises:
        SchemeError: it does not end.
    """
    end = data.find(b"\0", _HEAD_SIZE, _HEAD_SIZE + _MAX_COMMENT)
    if end < 0:
        raise SchemeError("the comment of the archive, which has its signature, does not end")
    return Zipped(data[_HEAD_SIZE:end], end + 1)


def expect_blocks(data: bytes, at: int, signed: bytes) -> None:
    """Make sure that an archive has, from there on, the blocks whose digests are signed.

    Raises:
        SchemeError: it has not.
    """
    match = re.fullmatch(_SIGNED, signed)
    if not match:
        raise SchemeError("what is signed is not a list of block digests of a known kind")
    size, rows = int(match[1]), match[2].split()
    starts = range(at, len(data), size)
    if len(rows) != len(starts):
        raise SchemeError(f"{len(rows)} blocks are signed, and the archive has {len(starts)}")
    view = memoryview(data)
    for number, (row, start) in enumerate(zip(rows, starts, strict=True), 1):
        try:
            digest = hashlib.new("sha512_256", view[start : start + size])
        except ValueError:
            raise SchemeError("this Python has no SHA-512/256") from None
        if digest.hexdigest().encode() != row:
            raise SchemeError(f"block {number:,} of {len(rows):,} is not the one that was signed")
