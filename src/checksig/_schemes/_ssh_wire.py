"""Strings, numbers and keys as SSH packs them, and signatures by these keys.

Source: RFC 4251 (section 5), RFC 4253, RFC 5656, RFC 8332 and RFC 8709; PROTOCOL.u2f of OpenSSH for
keys in hardware.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes import _der
from checksig._schemes._scheme import SchemeError, WrongError

if TYPE_CHECKING:
    from checksig._schemes._scheme import Primitives

_ED25519, _RSA = "ssh-ed25519", "ssh-rsa"
_SK_ED25519, _SK_ECDSA = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"
#: Curves of ECDSA, and the hash that goes with each.
_CURVES: Final = {
    "nistp256": ("ecdsa-p256", "sha256"),
    "nistp384": ("ecdsa-p384", "sha384"),
    "nistp521": ("ecdsa-p521", "sha512"),
}
_ECDSA: Final = {f"ecdsa-sha2-{curve}": curve for curve in _CURVES}
KINDS: Final = (_ED25519, _RSA, _SK_ED25519, _SK_ECDSA, *_ECDSA)
#: ssh-rsa, of old, is a signature over SHA-1.
_RSA_SIGNATURES: Final = {"rsa-sha2-256": "sha256", "rsa-sha2-512": "sha512"}

_RSA_BITS: Final = (2048, 16384)
_MAX_EXPONENT: Final = 2**31 - 1  # as far as the core goes; all that are in use are small
#: Of a key in hardware: somebody touched it.
_PRESENT: Final = 0x01


class Reader:
    """Packed bytes, to be read from their start to their end."""

    def __init__(self, data: bytes) -> None:
        """Begin to read."""
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes.

        Raises:
            SchemeError: there are fewer.
        """
        if size > len(self.data) - self.at:
            raise SchemeError("it ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int = 4) -> int:
        """Return a number of so many bytes."""
        return int.from_bytes(self.take(size), "big")

    def string(self) -> bytes:
        """Return a string."""
        return self.take(self.number())

    def text(self) -> str:
        """Return a string that is printable ASCII."""
        found = self.string().decode("latin-1")
        if not (found.isascii() and found.isprintable()):
            raise SchemeError("a name in it is not printable")
        return found

    def natural(self) -> int:
        """Return a number of any length, spelled the one way, and not negative."""
        data = self.string()
        if data and (data[0] & 0x80 or (data[0] == 0 and not data[1:2] >= b"\x80")):
            raise SchemeError("a number in it is negative, or longer than it need be")
        return int.from_bytes(data, "big")

    def end(self) -> None:
        """Make sure that there is nothing more."""
        if self.at != len(self.data):
            raise SchemeError("something follows its end")


class Public(NamedTuple):
    """A public key."""

    kind: str
    fields: tuple[bytes, ...]  # as they are packed, behind the kind

    @property
    def blob(self) -> bytes:
        """The key as it is packed."""
        return b"".join(map(pack, (self.kind.encode(), *self.fields)))

    @property
    def fingerprint(self) -> str:
        """The fingerprint, as ``ssh-keygen -l`` prints it."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest())
        return f"SHA256:{digest.rstrip(b'=').decode()}"

    @classmethod
    def read(cls, reader: Reader, kind: str) -> Public:
        """Read the fields of a key of that kind."""
        count = {_ED25519: 1, _SK_ECDSA: 3}.get(kind, 2)
        if kind not in KINDS:
            raise SchemeError(f"keys of the kind {kind[:60]} are not known")
        found = cls(kind, tuple(reader.string() for _ in range(count)))
        found.look()
        return found

    @classmethod
    def of(cls, blob: bytes) -> Public:
        """Return the key that is packed in these bytes."""
        reader = Reader(blob)
        found = cls.read(reader, reader.text())
        reader.end()
        return found

    def look(self) -> None:
        """Make sure that the fields are those of such a key."""
        if self.kind == _RSA:
            bits = Reader(pack(self.fields[1])).natural().bit_length()
            exponent = Reader(pack(self.fields[0])).natural()
            if not _RSA_BITS[0] <= bits <= _RSA_BITS[1]:
                raise SchemeError(f"RSA with {bits} bits is not accepted")
            if not (3 <= exponent <= _MAX_EXPONENT and exponent & 1):
                raise SchemeError("RSA with such an exponent is not accepted")
        elif "ed25519" in self.kind:
            if len(self.fields[0]) != 32:
                raise SchemeError("the key has the wrong length")
        elif self.fields[0].decode("latin-1") != _ECDSA.get(self.kind, "nistp256"):
            raise SchemeError("the key is on another curve than it says")

    def verify(self, signature: bytes, message: bytes, primitives: Primitives) -> None:
        """Check a signature as it is packed.

        Raises:
            SchemeError: it was not made by this key over this message.
        """
        reader = Reader(signature)
        algorithm, value = reader.text(), reader.string()
        if algorithm not in (_RSA_SIGNATURES if self.kind == _RSA else (self.kind,)):
            raise SchemeError(f"{algorithm[:60]} is not how a key of the kind {self.kind} signs")
        if self.kind in (_SK_ED25519, _SK_ECDSA):
            flags, counter = reader.take(1), reader.take(4)
            if not flags[0] & _PRESENT:
                raise SchemeError("nobody touched the key that made it")
            application, digest = hashlib.sha256(self.fields[-1]), hashlib.sha256(message)
            message = application.digest() + flags + counter + digest.digest()
        reader.end()
        if not self._made(algorithm, value, message, primitives):
            raise WrongError(f"key {self.fingerprint}")

    def _made(self, algorithm: str, value: bytes, message: bytes, primitives: Primitives) -> bool:
        if "ed25519" in self.kind:
            return primitives.signature("ed25519", self.fields[0], value, message)
        if self.kind == _RSA:
            exponent, modulus = (int.from_bytes(field, "big") for field in self.fields)
            public, name = _der.rsa_key(modulus, exponent), _RSA_SIGNATURES[algorithm]
            return primitives.signature("rsa-pkcs1v15", public, value, message, hash=name)
        scheme, name = _CURVES[_ECDSA.get(self.kind, "nistp256")]
        pair = Reader(value)
        encoded = _der.ecdsa(pair.natural(), pair.natural())
        pair.end()
        public = _der.curve_key(scheme, self.fields[1])
        return primitives.signature(scheme, public, encoded, message, hash=name)


def pack(data: bytes) -> bytes:
    """Return a string as it is packed."""
    return len(data).to_bytes(4, "big") + data


def decoded(text: str) -> bytes:
    """Return the bytes in base64 that is spelled the one way.

    Raises:
        SchemeError: it is not.
    """
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        found = b""
    if not found or base64.b64encode(found).decode() != text:
        raise SchemeError("its base64 is damaged")
    return found
