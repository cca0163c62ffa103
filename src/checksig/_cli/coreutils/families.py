"""Algorithms as the coreutils name them: some are several, by the length of the digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Family:
    """An algorithm, or several that differ in the length of the digest. Lengths are in bits."""

    argument: str  #: of ``--algorithm``
    tag: bytes
    lengths: tuple[int, ...]
    default: int = 0  #: the length if none is said; 0 if one must be
    core: str = ""  #: the name in the core, if it is not the argument
    shown: bool = False  #: whether a tag has the length behind it, unless it is the default

    def name(self, length: int) -> str:
        """Return what the core calls it, with digests of this length."""
        name = self.core or self.argument
        if len(self.lengths) == 1 or length == self.default:
            return name
        return f"{name}-{length}" if self is BLAKE2B else f"{name}{length}"

    def full_tag(self, length: int) -> bytes:
        """Return the tag of a line with a digest of this length."""
        if self is SHA2:
            return b"SHA%d" % length
        return b"%s-%d" % (self.tag, length) if self.shown and length != self.default else self.tag


def _one(argument: str, length: int, core: str = "") -> Family:
    return Family(argument, argument.upper().encode(), (length,), length, core)


_SHA_LENGTHS: Final = (224, 256, 384, 512)

SHA2: Final = Family("sha2", b"SHA2", _SHA_LENGTHS, core="sha")
SHA3: Final = Family("sha3", b"SHA3", _SHA_LENGTHS, core="sha3-", shown=True)
BLAKE2B: Final = Family("blake2b", b"BLAKE2b", tuple(range(8, 513, 8)), 512, shown=True)
#: An addition of checksig's: lists that b3sum --tag writes can be checked.
BLAKE3: Final = Family("blake3", b"BLAKE3", (256,), 256, shown=True)

BSD: Final = _one("bsd", 16)
SYSV: Final = _one("sysv", 16)
CRC: Final = _one("crc", 32)
CRC32B: Final = _one("crc32b", 32, core="crc32")

#: Those without lists: a line of theirs is numbers, and cannot be checked.
LEGACY: Final = (BSD, SYSV, CRC, CRC32B)

SHA2_BY_LENGTH: Final = tuple(_one(f"sha{length}", length) for length in _SHA_LENGTHS)

#: In the order in which a message lists them.
ALL: Final = (
    *LEGACY, _one("md5", 128), _one("sha1", 160), *SHA2_BY_LENGTH, SHA2, SHA3, BLAKE2B,
    _one("sm3", 256),
)  # fmt: skip

BY_TAG: Final = {family.tag: family for family in (*ALL, BLAKE3)}

#: What each command computes unless it is asked for another.
OF_TOOL: Final = {
    "b2sum": BLAKE2B,
    "cksum": CRC,
    "sum": BSD,
    **{f"{family.argument}sum": family for family in (*ALL[4:6], *SHA2_BY_LENGTH)},
}
