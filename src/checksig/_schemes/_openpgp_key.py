"""Keys of OpenPGP that may sign, and when: what the signatures in a certificate say.

Source: RFC 9580, section 5.2.1 (types of signatures) and 10.1 (certificates). Sequoia decides about
the moment of which a signature says that it was made then. The moment of checking is decided here,
and so are certificates whose owner signed them anew, and left out what he had signed before.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes import _openpgp_digests as digests
from checksig._schemes import _packets
from checksig._schemes._scheme import SchemeError, UntrustedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._schemes._packets import Packet

    #: Whether a signature over some pieces is by a key; None if that cannot be checked here.
    Checker = Callable[[digests.Public | None, digests.Parts, tuple[bytes, ...]], bool | None]

_DIRECT: Final = 0x1F
_CERTIFICATIONS: Final = range(0x10, 0x14)
_BINDING, _BINDING_BACK = 0x18, 0x19
_SUBKEY_REVOKED, _USER_REVOKED = 0x28, 0x30
_EMBEDDED: Final = 32  # the subpacket
_USERS: Final = (_packets.USER, _packets.ATTRIBUTE)
_NEVER: Final = (False, datetime.min.replace(tzinfo=UTC))


class Binding(NamedTuple):
    """A signature by which the owner says what a key is for, and until when."""

    created: datetime
    lasts: timedelta | None  # from when the key was made
    signs: bool | None  # whether the key is to sign; None if it does not say
    first: bool  # whether the user id is the primary one
    ends: datetime | None  # when the signature itself does
    proved: bool  # whether it could be checked
    weak: str | None = None  # the hash that it is over, if that is one that proves nothing

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
            raise UntrustedError(f"{name} is revoked")
        if at < self.created:
            raise UntrustedError(f"{name} was made at {_said(self.created)}, after {_said(at)}")
        counting = self._at(at)
        if not counting:
            weak = sorted({each.weak for each in self.bindings if each.weak})
            by = f"nothing but {' and '.join(weak)}" if weak else "no signature that holds"
            raise UntrustedError(f"{name} is bound by {by}")
        # A primary key that says nothing may sign. A subkey has to say so, and to have agreed.
        enough = (True,) if self.primary else (True, None)
        if signs and any(each.signs not in enough for each in counting):
            raise UntrustedError(f"{name} is not for signatures")
        for each in counting:
            if each.lasts is not None and at >= self.created + each.lasts:
                end = _said(self.created + each.lasts)
                raise UntrustedError(f"{name} expired at {end}, before {_said(at)}")

    @property
    def is_proved(self) -> bool:
        """Whether a signature that could be checked binds the key."""
        own = any(each.proved for each in self.bindings)
        return own and (self.primary is None or self.primary.is_proved)

    def _at(self, at: datetime) -> list[Binding]:
        """Return the bindings that count at a time: the newest; all, if all were made later.

        Those that could not be checked count as well, since all that they can do is to take away.
        """
        doubtful = [each for each in self.bindings if not each.proved and not each.weak]
        proved = [each for each in self.bindings if each.proved]
        before = [each for each in proved if each.counts(at)]
        newest = max((each.created for each in before), default=None)
        if not before and all(each.created > at for each in proved):
            return proved + doubtful
        return [each for each in before if each.created == newest] + doubtful


def _said(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


class _Component(NamedTuple):
    """The primary key, a user id or a subkey, and the signatures behind it."""

    packet: Packet
    signatures: list[Packet]


class Owner(NamedTuple):
    """The content of a certificate."""

    keys: list[SigningKey]  # the primary one first
    user_ids: list[str]  # those that the owner signed, and did not revoke, the primary one first


def owner(packets: Iterable[Packet], check: Checker, *, revoked: bool) -> Owner:
    """Return what a certificate says of its owner.

    Args:
        packets: Of the certificate, or of all copies of it.
        check: Whether a signature is by a key.
        revoked: Whether the certificate is.
    """
    components: dict[tuple[str, bytes], _Component] = {}
    last: _Component | None = None
    for packet in packets:
        if packet.tag != _packets.SIGNATURE:
            # Of several copies of a certificate, each may have signatures that the others lack.
            last = components.setdefault((packet.tag, packet.body), _Component(packet, []))
        elif last is not None:
            last.signatures.append(packet)
    first, *others = components.values()
    reader = _Reader(first.packet, check)
    users = [(each, reader.user(each)) for each in others if each.packet.tag in _USERS]
    bindings = [*reader.direct(first), *(binding for _, found in users for binding in found)]
    primary = reader.key(first, None, bindings, revoked=revoked)
    names = [(each.packet.user_id, found) for each, found in users if each.packet.user_id]
    names = [(name, [each for each in found if each.proved]) for name, found in names]
    names.sort(key=lambda row: max(((b.first, b.created) for b in row[1]), default=_NEVER))
    return Owner(
        [
            primary,
            *_subkeys(
                reader, [each for each in others if each.packet.tag == _packets.SUBKEY], primary
            ),
        ],
        [name for name, found in reversed(names) if name and found],
    )


def _subkeys(
    reader: _Reader, components: list[_Component], primary: SigningKey
) -> Iterator[SigningKey]:
    """Yield the subkeys of a certificate. One that is damaged, or of a new kind, signs nothing."""
    for each in components:
        if each.packet.tag == _packets.SUBKEY:
            with suppress(SchemeError):
                yield reader.subkey(each, primary)


class _Reader(NamedTuple):
    """The primary key of a certificate, by which all in it is signed."""

    packet: Packet
    check: Checker

    @property
    def _public(self) -> digests.Public | None:
        return digests.public(self.packet.body)

    @property
    def _hashed(self) -> bytes:
        return digests.of_key(self.packet.body)

    def direct(self, component: _Component) -> list[Binding]:
        """Return what the primary key says of itself."""
        return self._bindings(component.signatures, (_DIRECT,), (self._hashed,))

    def user(self, component: _Component) -> list[Binding]:
        """Return what the primary key says of a user id, and did not take back."""
        attribute = component.packet.tag != _USERS[0]
        user = digests.of_user(component.packet.body, attribute=attribute)
        pieces = (self._hashed, user)
        found = self._bindings(component.signatures, _CERTIFICATIONS, pieces)
        gone = self._bindings(component.signatures, (_USER_REVOKED,), pieces)
        last = max((each.created for each in gone if each.proved), default=None)
        return [each for each in found if last is None or each.created > last]

    def key(
        self,
        component: _Component,
        primary: SigningKey | None,
        bindings: list[Binding],
        *,
        revoked: bool,
    ) -> SigningKey:
        """Return a key, with what binds it."""
        packet = component.packet
        return SigningKey(
            packet.fingerprint or "",
            packet.key_id or "",
            packet.key_created or _NEVER[1],
            digests.public(packet.body),
            primary,
            tuple(bindings),
            revoked,
        )

    def subkey(self, component: _Component, primary: SigningKey) -> SigningKey:
        """Return a subkey, with what the primary key says of it, if it agrees to be one."""
        body = component.packet.body
        public, pieces = digests.public(body), (self._hashed, digests.of_key(body))
        bindings = [
            binding
            for packet in component.signatures
            for binding in self._bindings([packet], (_BINDING,), pieces)
            if binding.signs is not True or self._agreed(packet, public, pieces)
        ]
        gone = self._bindings(component.signatures, (_SUBKEY_REVOKED,), pieces)
        revoked = any(each.proved for each in gone)
        return self.key(component, primary, bindings, revoked=revoked)

    def _bindings(
        self, packets: Iterable[Packet], kinds: Iterable[int], pieces: tuple[bytes, ...]
    ) -> list[Binding]:
        """Return what signatures of these types say, unless they are by others, or wrong."""
        bindings: list[Binding] = []
        for packet in packets:
            try:
                found = digests.parts(packet.body)
                known = digests.is_understood(found)
            except SchemeError:
                continue
            created = packet.created
            if found.kind not in kinds or not known or created is None or self._by_another(packet):
                continue
            weak = digests.WEAK.get(found.hash)
            right = None if weak else self.check(self._public, found, pieces)
            if right is not False:
                said = (created, packet.lasts, packet.signs, packet.first, packet.ends)
                bindings.append(Binding(*said, right is True, weak))
        return bindings

    def _by_another(self, packet: Packet) -> bool:
        own = (self.packet.fingerprint, self.packet.key_id)
        return bool(packet.issuers) and packet.issuers.isdisjoint(own)

    def _agreed(
        self, packet: Packet, public: digests.Public | None, pieces: tuple[bytes, ...]
    ) -> bool:
        """Whether a subkey that signs has signed that it belongs to the primary key."""
        for area in digests.parts(packet.body).areas:
            for kind, _, data in digests.subpackets(area):
                if kind != _EMBEDDED:
                    continue
                found = digests.parts(data)
                right = found.kind == _BINDING_BACK and self.check(public, found, pieces)
                if right or right is None:
                    return True
        return False
