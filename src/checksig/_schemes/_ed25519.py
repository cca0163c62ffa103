"""Ed25519 (RFC 8032), and the files in which minisign and signify keep its keys.

Source: signify(1) and signify.c of OpenBSD 7, and the documentation of minisign 0.12. Both write a
comment line, and a line of base64: ``Ed``, a random key number of 8 bytes, and the 32 bytes of the
key. The comment is not protected by anything, so it is never shown.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes._scheme import Key, SchemeError, UntrustedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._schemes._scheme import Primitives

ALGORITHM: Final = b"Ed"
COMMENT: Final = b"untrusted comment: "
MAX_COMMENT: Final = 1024  # in bytes, of an untrusted one: what both programs read

_KEY_SIZE: Final = 2 + 8 + 32
_SIGNATURE_SIZE: Final = 2 + 8 + 64
#: Of secret keys: minisign's, and signify's.
_SECRET_SIZES: Final = (158, 104)


class Public(NamedTuple):
    """A public key of Ed25519."""

    number: bytes  # 8 random bytes that tell which key made a signature
    point: bytes  # 32 bytes


class Signed(NamedTuple):
    """A signature of Ed25519."""

    algorithm: bytes  # 2 bytes
    number: bytes
    value: bytes  # 64 bytes


def keys(data: bytes, source: str, scheme: str) -> list[Key]:
    """Return the key in a file, which may be its line of base64 alone."""
    rows = data.split(b"\n")
    if rows[0].startswith(COMMENT) and len(rows[0]) <= MAX_COMMENT:
        rows = rows[1:]
    rows = rows[:-1] if len(rows) > 1 and not rows[-1] else rows
    found = _decoded(rows[0]) if len(rows) == 1 else b""
    if len(found) in _SECRET_SIZES and found.startswith(ALGORITHM):
        raise ValueError("this is a secret key: give the public one, and keep this to yourself")
    if len(found) != _KEY_SIZE or not found.startswith(ALGORITHM):
        return []
    public = Public(found[2:10], found[10:])
    return [Key(scheme, identifier(public.number), source, public)]


def identifier(number: bytes) -> str:
    """Return a key number as minisign prints it."""
    return f"{int.from_bytes(number, 'little'):X}"


def signed(row: bytes) -> Signed:
    """Return the signature in a line of base64.

    Raises:
        SchemeError: it is none.
    """
    found = _decoded(row)
    if len(found) != _SIGNATURE_SIZE:
        raise SchemeError("the signature is damaged")
    return Signed(found[:2], found[2:10], found[10:])


def comment(row: bytes, lead: bytes, limit: int = MAX_COMMENT) -> bytes:
    """Return a comment line without its lead.

    Raises:
        SchemeError: it is no such line.
    """
    if not row.startswith(lead) or len(row) > limit or b"\r" in row:
        raise SchemeError(f'there is no line "{lead.decode().strip()}", or it is too long')
    return row.removeprefix(lead)


def chosen(keys: Sequence[Key], number: bytes) -> list[Key]:
    """Return the keys that have a number. Two keys can, if somebody wants them to.

    Raises:
        UntrustedError: no key has it.
    """
    found = [key for key in keys if isinstance(key.public, Public) and key.public.number == number]
    if not found:
        raise UntrustedError(f"it was made by key {identifier(number)}, which you do not trust")
    return found


def matches(key: Key, value: bytes, message: bytes, primitives: Primitives) -> bool:
    """Whether a signature over a message was made by a key."""
    return isinstance(key.public, Public) and primitives.signature(
        "ed25519", key.public.point, value, message
    )


def decoded(row: bytes, size: int) -> bytes:
    """Return the bytes in a line of base64, of which there has to be that many.

    Raises:
        SchemeError: they are not.
    """
    found = _decoded(row)
    if len(found) != size:
        raise SchemeError("the signature is damaged")
    return found


def _decoded(row: bytes) -> bytes:
    """Return the bytes in a line of base64 that is spelled the one way; none if it is not."""
    try:
        found = base64.b64decode(row, validate=True)
    except (ValueError, binascii.Error):
        return b""
    # Bits that the last digit has to spare would let two spellings pass for the same.
    return found if base64.b64encode(found) == row else b""
