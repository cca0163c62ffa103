"""Certificates of SSH: a key, for whom it is, and an authority that says so.

Source: PROTOCOL.certkeys of OpenSSH.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes._scheme import SchemeError
from checksig._schemes._ssh_wire import Public, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._schemes._scheme import Primitives

_SUFFIX: Final = "-cert-v01@openssh.com"
_USER: Final = 1


class Certificate(NamedTuple):
    """A key that an authority vouches for."""

    key: Public
    serial: int
    key_id: str
    principals: tuple[str, ...]
    after: int  # seconds since the epoch
    before: int
    authority: Public
    blob: bytes  # as it is packed

    def holds(self, at: datetime) -> None:
        """Make sure that it is valid at a time.

        Raises:
            SchemeError: it is not.
        """
        seconds = at.astimezone(UTC).timestamp()
        if not self.after <= seconds < self.before:
            said = f"{_said(self.after)} until {_said(self.before)}, and not at {_said(seconds)}"
            name = self.key.fingerprint
            raise SchemeError(f"the certificate of the key {name} is valid from {said}")


def kind_of(kind: str) -> str:
    """Return what certificates for keys of a kind are called."""
    return kind.removesuffix("@openssh.com") + _SUFFIX


def read(blob: bytes, primitives: Primitives) -> tuple[Public, Certificate | None]:
    """Return the key that is packed in these bytes, and if it is a certificate, that.

    Raises:
        SchemeError: it is damaged, or its authority did not sign it.
    """
    reader = Reader(blob)
    kind = reader.text()
    if not kind.endswith(_SUFFIX):
        return Public.of(blob), None
    plain = kind.removesuffix(_SUFFIX)
    reader.string()  # a nonce
    key = Public.read(reader, f"{plain}@openssh.com" if plain.startswith("sk-") else plain)
    serial, purpose, key_id = reader.number(8), reader.number(), reader.string()
    principals = tuple(_strings(reader.string()))
    after, before = reader.number(8), reader.number(8)
    critical = reader.string()
    reader.string()  # extensions, which say what may be done with a session
    reader.string()  # reserved
    authority = Public.of(reader.string())
    signed = blob[: reader.at]
    authority.verify(reader.string(), signed, primitives)
    reader.end()
    if purpose != _USER:
        raise SchemeError("it was made with the certificate of a host")
    if critical:
        raise SchemeError("its certificate is restricted in a way that is not known here")
    if not principals:
        raise SchemeError("its certificate is for nobody")
    text = key_id.decode("utf-8", "surrogateescape")
    return key, Certificate(key, serial, text, principals, after, before, authority, blob)


def _strings(data: bytes) -> Iterator[str]:
    reader = Reader(data)
    while reader.at < len(data):
        yield reader.string().decode("utf-8", "surrogateescape")


def _said(seconds: float) -> str:
    """Return a time in words: 2⁶⁴ - 1 is for ever, and there are others that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return "ever"
