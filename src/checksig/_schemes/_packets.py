"""Packets of OpenPGP, as Sequoia reads them out of files, by way of pysequoia.

Whatever Sequoia raises is caught here: what it cannot tell of a packet is not guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._names import escape
from checksig._schemes import _openpgp_frames
from checksig._schemes._scheme import MissingExtraError, SchemeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta

    from checksig._schemes._openpgp_frames import Frame

#: In characters, of what Sequoia says is wrong.
_MAX_WORDS: Final = 300

#: Types of packets (RFC 9580, section 5), as Sequoia calls them.
SIGNATURE, LITERAL, ONE_PASS = "Signature", "Literal", "OnePassSig"
KEY, SUBKEY = "PublicKey", "PublicSubkey"
USER, ATTRIBUTE = "UserID", "UserAttribute"


class Packet(NamedTuple):
    """A packet. What its type does not have is None."""

    tag: str  # its type; empty if Sequoia does not know it, or not what is in it
    data: bytes  # all of it
    body: bytes  # without its header
    fingerprint: str | None = None  # of a key; in capitals, as all names of keys
    key_id: str | None = None
    key_created: datetime | None = None
    user_id: str | None = None
    text: bytes | None = None  # that a message holds
    issuers: frozenset[str] = frozenset()  # the names of the key that it says it is by
    created: datetime | None = None  # of a signature
    ends: datetime | None = None
    hash: str | None = None
    lasts: timedelta | None = None  # the key, after it was made
    signs: bool | None = None  # whether the key is to sign; None if nothing is said
    first: bool = False  # whether a user id is the primary one

    @property
    def maker(self) -> str:
        """The key that a signature says it is by."""
        return max(self.issuers, key=len, default="?")

    @property
    def how(self) -> str:
        """When a signature was made, and with which hash."""
        return f"made {self.created}, {self.hash}"


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


def read(frames: Iterable[Frame]) -> Iterator[Packet]:
    """Yield packets with what Sequoia says of them. None may be compressed.

    Raises:
        SchemeError: they are damaged.
    """
    from pysequoia.packet import PacketPile  # noqa: PLC0415 # pyright: ignore[reportMissingModuleSource]

    data = _openpgp_frames.framed(frames)
    try:
        for packet in PacketPile.from_bytes(data):
            yield _packet(packet)
    except Exception as error:
        raise SchemeError(said(error)) from None


def _packet(packet: Any) -> Packet:
    data, body = bytes(packet), bytes(packet.body)
    try:
        tag = str(packet.tag).removeprefix("Tag.")
        return Packet(tag, data, body, **_fields(tag, packet))
    except Exception:
        return Packet("", data, body)


def _fields(tag: str, packet: Any) -> dict[str, Any]:
    """Return what Sequoia says of a packet, by the names of :class:`Packet`."""
    if tag in (KEY, SUBKEY):
        return {
            "fingerprint": packet.fingerprint.upper(),
            "key_id": packet.key_id.upper(),
            "key_created": packet.key_created,
        }
    if tag == USER:
        return {"user_id": packet.user_id}
    if tag == LITERAL:
        return {"text": bytes(packet.literal_data)}
    if tag != SIGNATURE:
        return {}
    names = (packet.issuer_fingerprint, packet.issuer_key_id)
    return {
        "issuers": frozenset(name.upper() for name in names if name),
        "created": packet.signature_created,
        "ends": packet.signature_expiration_time,
        "hash": str(packet.hash_algorithm).removeprefix("HashAlgorithm."),
        "lasts": packet.key_validity_period,
        "signs": None if packet.key_flags is None else bool(packet.key_flags.signing),
        "first": bool(packet.primary_userid),
    }


def said(error: BaseException) -> str:
    """Return what Sequoia says is wrong, on one line."""
    words = str(error).partition("Stack backtrace")[0]
    return escape(" ".join(words.split()).rstrip(".")[:_MAX_WORDS]) or type(error).__name__
