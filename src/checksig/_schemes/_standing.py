"""The standing of a key: whether it still counts, as far as its own file says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from checksig._schemes._scheme import Key

#: What says until when: a line of allowed_signers, a certificate of X.509, one of OpenPGP.
_UNTIL: Final = ("before", "not_valid_after_utc", "expiration")


def expiry(key: Key) -> datetime | None:
    """Return when a key counts no more, with a time zone; None if nothing says so."""
    for name in _UNTIL:
        found = getattr(key.public, name, None)
        if isinstance(found, datetime):
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def fault(key: Key, at: datetime) -> str | None:
    """Return why a key does not count at a time; None if it does."""
    if getattr(key.public, "is_revoked", False):
        return "is revoked"
    until = expiry(key)
    if until is not None and until <= at:
        return f"expired on {until.isoformat(timespec='seconds')}"
    return None
