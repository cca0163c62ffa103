"""Keys of OpenPGP that may sign, and when: what the signatures in a certificate say.

Source: RFC 9580, section 5.2.3 (subpackets) and 10.1 (certificates). Sequoia decides about the
moment of which a signature says that it was made then. The moment of checking is decided here, and
so are certificates whose owner signed them anew, and left out what he had signed before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checksig._schemes._scheme import UntrustedError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from checksig._schemes import _openpgp_digests as digests


class RevokedError(UntrustedError):
    """A key that its owner has taken back."""


class Binding(NamedTuple):
    """A signature by which the owner says what a key is for, and until when."""

    created: datetime
    lasts: timedelta | None  # from when the key was made
    signs: bool | None  # whether the key is to sign; None if it does not say
    first: bool  # whether the user id is the primary one
    ends: datetime | None  # when the signature itself does
    proved: bool  # whether it could be checked
    weak: str | None  # the hash that it is over, if that is one that proves nothing
    place: int = 0  # of a primary key: 0 for itself, and a number for each user id
    agreed: bool | None = None  # whether a subkey says so too; None if that cannot be checked

    def counts(self, at: datetime) -> bool:
        """Whether it says something about a time."""
        return self.created <= at and (self.ends is None or at < self.ends)


class SigningKey(NamedTuple):
    """A key of a certificate."""

    fingerprint: str  # in capitals
    key_id: str  # likewise
    created: datetime
    public: digests.Public | None  # None if it cannot be checked here
    primary: SigningKey | None  # None: it is the primary key
    bindings: tuple[Binding, ...]
    revoked: bool

    def late(self, made: datetime) -> bool:
        """Whether all that binds the key, or its primary key, is of after a signature by it."""
        proved = [each.created for each in self.bindings if each.proved]
        return (bool(proved) and min(proved) > made) or (
            self.primary is not None and self.primary.late(made)
        )

    def expect_valid(self, at: datetime, *, signs: bool = True) -> None:
        """Make sure that the key may be used at a time.

        Raises:
            UntrustedError: it may not, and why.
        """
        if self.primary is not None:
            self.primary.expect_valid(at, signs=False)
        name = f"the key {self.fingerprint}"
        if self.revoked:
            raise RevokedError(f"{name} is revoked")
        if at < self.created:
            raise UntrustedError(f"{name} was made at {_said(self.created)}, after {_said(at)}")
        counting = self._at(at)
        if not counting:
            weak = sorted({each.weak for each in self.bindings if each.weak})
            by = f"nothing but {' and '.join(weak)}" if weak else "no signature that holds"
            raise UntrustedError(f"{name} is bound by {by}")
        for each in counting:
            if signs and not self._may_sign(each):
                raise UntrustedError(f"{name} is not for signatures")
            if each.lasts is not None and at >= self.created + each.lasts:
                end = _said(self.created + each.lasts)
                raise UntrustedError(f"{name} expired at {end}, before {_said(at)}")

    def _may_sign(self, binding: Binding) -> bool:
        """Whether a binding lets the key sign: a subkey has to be told so, and to have agreed."""
        if self.primary is None:
            return binding.signs is not False
        return binding.signs is True and binding.agreed is not False

    def is_proved(self, at: datetime) -> bool:
        """Whether all that binds the key at a time could be checked, and says that it signs."""
        counting = self._at(at)
        own = all(each.proved and each.signs is True for each in counting)
        if self.primary is None:
            return bool(counting) and own
        above = self.primary._at(at)
        agreed = all(each.agreed is True for each in counting)
        return bool(counting) and own and agreed and all(each.proved for each in above)

    def _at(self, at: datetime) -> list[Binding]:
        """Return the bindings that count at a time; all, if all were made later.

        Those that could not be checked, or are over a weak hash, count if they are newer than what
        could be: all that they do is to take away. If nothing could be checked, Sequoia has to
        vouch for what is found here.
        """
        proved = [each for each in self.bindings if each.proved]
        if proved and min(each.created for each in proved) > at:
            return proved
        strong = proved or [each for each in self.bindings if not each.weak]
        before = [each for each in strong if each.counts(at)]
        if not before:
            return []
        newest = max(each.created for each in before)
        doubtful = [
            b for b in self.bindings if not b.proved and b.counts(at) and b.created > newest
        ]
        if self.primary is not None:
            own = before if not proved else [b for b in before if b.created == newest]
            return own + doubtful
        return [*_of_primary(before), *doubtful]


def _of_primary(bindings: list[Binding]) -> list[Binding]:
    """Return the bindings of a primary key that count, out of those that are valid at a time.

    Programs differ about which that is: the newest, that of the primary user id, or that of the key
    alone. All of these have to allow what the key is used for.
    """
    places: dict[int, Binding] = {}
    for each in sorted(bindings, key=lambda binding: binding.created):
        places[each.place] = each
    users = [each for place, each in places.items() if place]
    first = [max(users, key=lambda each: (each.first, each.created))] if users else []
    alone = [places[0]] if 0 in places else []
    newest = max(places.values(), key=lambda each: each.created)
    return [*alone, *first, newest]


def _said(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
