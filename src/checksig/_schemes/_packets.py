"""Packets and their makers, as Sequoia reads them out of files, by way of pysequoia."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checksig._names import escape
from checksig._schemes._scheme import MissingExtraError, SchemeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: In characters, of what Sequoia says is wrong.
_MAX_WORDS: Final = 300


def sequoia() -> Any:
    """Return pysequoia.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import pysequoia  # noqa: PLC0415 (an extra)
    except ImportError:
        raise MissingExtraError("OpenPGP", "openpgp") from None
    return pysequoia


def read(data: bytes) -> Iterator[Any]:
    """Yield the packets of a file, armoured or not.

    Raises:
        SchemeError: it is damaged.
    """
    from pysequoia.packet import PacketPile  # noqa: PLC0415 # pyright: ignore[reportMissingModuleSource]

    try:
        yield from PacketPile.from_bytes(data)
    except Exception as error:
        raise SchemeError(said(error)) from None


def is_signature(packet: Any) -> bool:
    """Whether a packet is a signature."""
    try:
        return str(packet.tag) == "Tag.Signature"
    except RuntimeError:  # a type that nobody knows
        return False


def issuers(packet: Any) -> set[str]:
    """Return the fingerprint and the key id of the key that a signature says it is by."""
    return {name.lower() for name in (packet.issuer_fingerprint, packet.issuer_key_id) if name}


def names(certs: Sequence[Any]) -> set[str]:
    """Return the fingerprints and key ids of all keys of certificates."""
    found = (
        name
        for cert in certs
        for packet in read(bytes(cert))
        for name in (packet.fingerprint, packet.key_id)
    )
    return {name.lower() for name in found if name}


def how(packet: Any) -> str:
    """Return when a signature was made, and with which hash."""
    try:
        return f"{packet.signature_created}, {packet.hash_algorithm}"
    except RuntimeError as error:  # a hash that nobody knows
        return said(error)


def said(error: BaseException) -> str:
    """Return what Sequoia says is wrong, on one line."""
    words = str(error).partition("Stack backtrace")[0]
    return escape(" ".join(words.split()).rstrip(".")[:_MAX_WORDS]) or type(error).__name__
