"""Certificates of OpenPGP: whose they are, and which keys they bind.

Source: RFC 9580, section 5.2.1 (types of signatures) and 10.1 (certificates). A signature counts if
it is by the primary key, and over what stands there.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes import _openpgp_digests as digests
from checksig._schemes import _packets
from checksig._schemes._openpgp_key import Binding, SigningKey
from checksig._schemes._scheme import SchemeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._schemes._packets import Packet

    #: Whether a signature over some pieces is by a key; None if that cannot be checked here.
    Checker = Callable[[digests.Public | None, digests.Parts, tuple[bytes, ...]], bool | None]

_DIRECT, _REVOKED = 0x1F, 0x20
_CERTIFICATIONS: Final = range(0x10, 0x14)
_BINDING, _BINDING_BACK = 0x18, 0x19
_SUBKEY_REVOKED, _USER_REVOKED = 0x28, 0x30
_EMBEDDED, _REVOKER = 32, 12  # subpackets
_USERS: Final = (_packets.USER, _packets.ATTRIBUTE)
_NEVER: Final = (False, datetime.min.replace(tzinfo=UTC))


class _Component(NamedTuple):
    """The primary key, a user id or a subkey, and the signatures behind it."""

    packet: Packet
    signatures: list[Packet]


class Owner(NamedTuple):
    """The content of a certificate."""

    keys: list[SigningKey]  # the primary one first
    users: list[tuple[str, list[Binding]]]  # user ids that the owner signed, and did not take back

    def user_ids(self, at: datetime) -> list[str]:
        """Return the user ids at a time, or of later if there are none; the primary one first."""
        found = [(name, [b for b in rows if b.proved]) for name, rows in self.users]
        now = [(name, [b for b in rows if b.counts(at)]) for name, rows in found]
        rows = [row for row in now if row[1]] or [
            (name, rows) for name, rows in found if rows and min(rows).created > at
        ]
        rows.sort(key=lambda row: max((b.first, b.created) for b in row[1]), reverse=True)
        return [name for name, _ in rows]


def owner(packets: Iterable[Packet], check: Checker, *, revoked: bool) -> Owner:
    """Return what a certificate says of its owner.

    Args:
        packets: Of the certificate, or of all copies of it.
        check: Whether a signature is by a key.
        revoked: Whether it is revoked, or somebody else says so.
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
    users = [
        (each, reader.user(each, place))
        for place, each in enumerate((each for each in others if each.packet.tag in _USERS), 1)
    ]
    bindings = [*reader.direct(first), *(binding for _, found in users for binding in found)]
    everything = [packet for each in components.values() for packet in each.signatures]
    revoked = reader.is_taken_back(everything, by_others=revoked)
    primary = reader.key(first, None, bindings, revoked=revoked)
    names = [(each.packet.user_id, found) for each, found in users if each.packet.user_id]
    return Owner([primary, *_subkeys(reader, others, primary)], names)


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

    def is_taken_back(self, signatures: list[Packet], *, by_others: bool) -> bool:
        """Whether the owner has revoked the key, or somebody whom the owner let do it.

        Anybody can make a signature of that kind, and add it to a certificate.
        """
        if self._bindings(signatures, (_REVOKED,), (self._hashed,)):
            return True
        if not by_others:
            return False
        own = [packet for packet in signatures if not self._by_another(packet)]
        return any(
            kind == _REVOKER
            for packet in own
            for kind, _, _ in digests.subpackets(digests.parts(packet.body).areas[0])
        )

    def user(self, component: _Component, place: int) -> list[Binding]:
        """Return what the primary key says of a user id, and did not take back."""
        attribute = component.packet.tag != _USERS[0]
        user = digests.of_user(component.packet.body, attribute=attribute)
        pieces = (self._hashed, user)
        found = self._bindings(component.signatures, _CERTIFICATIONS, pieces)
        gone = self._bindings(component.signatures, (_USER_REVOKED,), pieces)
        last = max((each.created for each in gone), default=None)
        return [b._replace(place=place) for b in found if last is None or b.created > last]

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
            binding._replace(agreed=self._agreed(packet, public, pieces))
            for packet in component.signatures
            for binding in self._bindings([packet], (_BINDING,), pieces)
        ]
        # One that cannot be checked counts as well: it can only take away.
        revoked = bool(self._bindings(component.signatures, (_SUBKEY_REVOKED,), pieces))
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
    ) -> bool | None:
        """Whether a subkey has signed that it belongs to the primary key; None if nobody knows."""
        unknown = False
        for area in digests.parts(packet.body).areas:
            for kind, _, data in digests.subpackets(area):
                if kind != _EMBEDDED:
                    continue
                found = digests.parts(data)
                if found.kind != _BINDING_BACK or found.hash in digests.WEAK:
                    continue
                right = self.check(public, found, pieces)
                if right:
                    return True
                unknown = unknown or (right is None and public is None)
        return None if unknown else False
