"""Key pairs that sign as minisign and signify do."""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Pair(NamedTuple):
    """A key pair as minisign and signify have them."""

    number: bytes
    secret: Ed25519PrivateKey

    @classmethod
    def of(cls, seed: int) -> Pair:
        """Return the pair of a seed."""
        secret = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        return cls(bytes([seed]) * 8, secret)

    @property
    def public(self) -> bytes:
        """The file of the public key."""
        raw = self.secret.public_key().public_bytes_raw()
        return b"untrusted comment: a key\n" + base64.b64encode(b"Ed" + self.number + raw) + b"\n"

    def minisign(self, data: bytes, comment: bytes = b"timestamp:1", *, old: bool = False) -> bytes:
        """Return a signature of minisign."""
        name, hashed = (b"Ed", data) if old else (b"ED", hashlib.blake2b(data).digest())
        value = self.secret.sign(hashed)
        rows = (
            b"untrusted comment: whatever",
            base64.b64encode(name + self.number + value),
            b"trusted comment: " + comment,
            base64.b64encode(self.secret.sign(value + comment)),
        )
        return b"".join(row + b"\n" for row in rows)

    def signify(self, data: bytes, *, embedded: bool = False) -> bytes:
        """Return a signature of signify."""
        row = base64.b64encode(b"Ed" + self.number + self.secret.sign(data))
        return b"untrusted comment: verify with a.pub\n" + row + b"\n" + (data if embedded else b"")


KEY, OTHER = Pair.of(1), Pair.of(2)
