"""Signatures of minisign: ``LIST.minisig``.

Source: the documentation of minisign 0.12, "Signature format". Four lines: an untrusted comment;
the signature (``ED`` over the BLAKE2b-512 of the file; ``Ed``, of old, over the file); a trusted
comment; and a signature over the first one and that comment, without which it is worth nothing.
What follows, if only a blank, is refused.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Final

from checksig._schemes import _ed25519
from checksig._schemes._minisign_pair import generate, spelled
from checksig._schemes._scheme import (
    MissingExtraError,
    Proof,
    Scheme,
    SchemeError,
    Signing,
    UntrustedError,
    WrongError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checksig._schemes._scheme import Key, Primitives, Terms

_NAME: Final = "minisign"
_PREHASHED: Final = b"ED"
_TRUSTED: Final = b"trusted comment: "
_MAX_TRUSTED: Final = 8192  # in bytes
_GLOBAL_SIZE: Final = 64
_LINES: Final = 4


def _sniff(data: bytes) -> bool:
    if not data.startswith(_ed25519.COMMENT):
        return False
    rows = data.split(b"\n", 3)
    return len(rows) == _LINES and rows[2].startswith(_TRUSTED)


def _keys(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    del primitives
    return _ed25519.keys(data, source, _NAME)


def _verify(
    data: bytes,
    message: bytes | None,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
) -> Proof:
    if message is None:
        raise SchemeError("what it signs is missing")
    if terms.identity or terms.namespace:
        raise UntrustedError("minisign knows no identities and namespaces, and you asked for one")
    rows = data.split(b"\n")
    if len(rows) == _LINES + 1 and not rows[-1]:
        rows.pop()
    if len(rows) != _LINES:
        raise SchemeError(f"it has {len(rows)} lines, not {_LINES}")
    _ed25519.comment(rows[0], _ed25519.COMMENT)
    signed = _ed25519.signed(rows[1])
    trusted = _ed25519.comment(rows[2], _TRUSTED, _MAX_TRUSTED)
    whole = _ed25519.decoded(rows[3], _GLOBAL_SIZE)
    if signed.algorithm not in (_ed25519.ALGORITHM, _PREHASHED):
        raise SchemeError("it is in an algorithm that minisign does not have")
    hashed = hashlib.blake2b(message).digest() if signed.algorithm == _PREHASHED else message
    for key in _ed25519.chosen(keys, signed.number):
        if _ed25519.matches(key, signed.value, hashed, primitives):
            if not _ed25519.matches(key, whole, signed.value + trusted, primitives):
                raise SchemeError("the trusted comment was changed")
            return Proof(key.id, message, comment=trusted.decode("utf-8", "surrogateescape"))
    raise WrongError(f"key {_ed25519.identifier(signed.number)}")


def _embeds(data: bytes) -> bool:
    del data
    return False


def _is_signing_key(data: bytes) -> bool:
    return data.startswith(b"untrusted comment: ")


def _sign(key: bytes, name: bytes, data: bytes, password: Callable[[], str] | None) -> bytes:
    try:
        import minisign  # type: ignore[import-untyped]  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise MissingExtraError("to sign with minisign", "trust") from None
    said = name.decode("utf-8", "surrogateescape")
    comment = f"timestamp:{int(time.time())}\tfile:{said}\thashed"
    try:
        with minisign.SecretKey.from_bytes(key) as secret:
            if secret.is_encrypted():
                if password is None:
                    raise SchemeError("it has a password")
                secret.decrypt(spelled(password()))
            signature = secret.sign(data, trusted_comment=comment)
    except minisign.Error as error:
        raise SchemeError(str(error)) from None
    return bytes(signature) + b"\n"


SCHEME: Final = Scheme(
    name=_NAME,
    title="minisign",
    sniff=_sniff,
    keys=_keys,
    verify=_verify,
    embeds=_embeds,
    signing=Signing(b".minisig", _is_signing_key, sign=_sign, generate=generate),
)
