"""Key pairs of minisign, made: as ``minisign -G`` makes them."""

from __future__ import annotations

from typing import Final

from checksig._schemes import _ed25519
from checksig._schemes._scheme import MissingExtraError, Pair, SchemeError

#: What the password of a key is stretched with, as minisign does it: 1 GiB of memory, for seconds.
_OPERATIONS: Final = 1 << 25
_MEMORY: Final = 1 << 30


def generate(password: str | None) -> Pair:
    """Return a new key pair, with a password or without.

    Raises:
        MissingExtraError: there is no py-minisign.
        SchemeError: the password cannot be used.
    """
    try:
        import minisign  # type: ignore[import-untyped]  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise MissingExtraError("to make keys of minisign", "trust") from None
    pair = minisign.KeyPair.generate()
    text = pair.public_key.to_base64()
    [key] = _ed25519.keys(text, "", "")
    with pair.secret_key as secret:
        if password is not None:
            try:
                secret.encrypt(spelled(password), opslimit=_OPERATIONS, memlimit=_MEMORY)
            except (MemoryError, ValueError) as error:
                raise SchemeError(f"the password cannot be used: {error}") from None
        kind = b"encrypted " if password is not None else b""
        rows = (b"untrusted comment: minisign %bsecret key" % kind, secret.to_base64())
        data = b"".join(row + b"\n" for row in rows)
    public = b"untrusted comment: minisign public key %b\n%b\n" % (key.id.encode(), text)
    return Pair(data, public, text.decode(), key.id)


def spelled(password: str) -> str:
    """Return a password that is UTF-8. The error about one that is not would have it with it.

    Raises:
        SchemeError: it is not.
    """
    if any("\ud800" <= c <= "\udfff" for c in password):
        raise SchemeError("the password is not UTF-8")
    return password
