"""Certificates of OpenPGP that are trusted, and by whose key a signature is.

Source: RFC 9580. Sequoia reads certificates and checks signatures, by the word of its standard
policy. It wants a key to have been bound when it signed; a certificate that was signed anew, and
exported without what was there before, does not show that. So if nothing but that is missing, the
key has to have been made by then, and all that binds it now has to allow it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._schemes import _openpgp_cert, _openpgp_frames, _openpgp_text, _packets
from checksig._schemes import _openpgp_digests as digests
from checksig._schemes._scheme import SchemeError, Standing, UntrustedError, WrongError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checksig._schemes._openpgp_key import SigningKey
    from checksig._schemes._packets import Packet
    from checksig._schemes._scheme import Key, Primitives


#: What clocks may differ by.
SKEW: Final = timedelta(minutes=1)


class Certificate(NamedTuple):
    """A certificate, as it was read."""

    fingerprint: str  # in capitals
    names: frozenset[str]  # the fingerprints and key ids of all its keys
    data: bytes


def certificates(data: bytes) -> list[Certificate]:
    """Return the certificates in a file, which may have several blocks of armour.

    Raises:
        ValueError: one is damaged, or secret.
    """
    sequoia = _packets.sequoia()
    found: list[Certificate] = []
    try:
        for block in _openpgp_text.armours(data):
            own = list(_certificates(block))
            certs = [cert.fingerprint.upper() for cert in sequoia.Cert.split_bytes(block)]
            if certs != [each.fingerprint for each in own]:
                raise ValueError("there is something in it besides certificates")
            found += own
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(
            f"the OpenPGP certificate cannot be read: {_packets.said(error)}"
        ) from None
    return found


def _certificates(block: bytes) -> Iterator[Certificate]:
    packets: list[Packet] = []
    for packet in _packets.read(_openpgp_frames.frames(block)):
        if "Secret" in packet.tag:
            raise ValueError("there is a secret key in it: give the public one")
        if packet.tag == _packets.KEY and packets:
            yield _certificate(packets)
            packets = []
        packets.append(packet)
    if packets:
        yield _certificate(packets)


def _certificate(packets: list[Packet]) -> Certificate:
    names = [name for packet in packets for name in (packet.fingerprint, packet.key_id) if name]
    if not names:
        raise ValueError("there is something in it besides certificates")
    return Certificate(names[0], frozenset(names), b"".join([packet.data for packet in packets]))


def standing(key: Key) -> Standing:
    """Return how long a certificate counts, for Sequoia."""
    if not isinstance(key.public, Certificate):
        return Standing()
    try:
        cert = _packets.sequoia().Cert.from_bytes(key.public.data)
        revoked = bool(cert.is_revoked)
        return Standing(None if revoked else cert.expiration, revoked)
    except Exception:  # it says nothing that holds, and is refused when it is used
        return Standing()


def _giver(certs: list[Any]) -> Callable[[list[str]], list[Any]]:
    """Return what Sequoia asks for certificates."""

    def give(names: list[str]) -> list[Any]:
        del names
        return certs

    return give


class Ring:
    """The certificates that a caller trusts."""

    def __init__(self, trusted: Sequence[Any], primitives: Primitives) -> None:
        """Gather them. One copy of a certificate may be older than another, which is revoked."""
        self._primitives = primitives
        self._by_name: dict[str, set[str]] = {}
        self._copies: dict[str, list[Certificate]] = {}
        for each in trusted:
            self._copies.setdefault(each.fingerprint, []).append(each)
            for name in each.names:
                self._by_name.setdefault(name, set()).add(each.fingerprint)
        self._certs: dict[str, Any] = {}
        self._owners: dict[str, _openpgp_cert.Owner] = {}

    def by_trusted(self, packet: Packet) -> bool:
        """Whether a signature says that it is by one of the certificates."""
        return not packet.issuers.isdisjoint(self._by_name)

    def expect_alive(self, cert: Any, at: datetime) -> None:
        """Make sure that a certificate has not expired for Sequoia either.

        Raises:
            UntrustedError: it has.
        """
        try:
            end = cert.expiration
        except Exception as error:
            raise UntrustedError(f"the certificate is not valid: {_packets.said(error)}") from None
        if end is not None and at >= end:
            name = cert.fingerprint.upper()
            raise UntrustedError(f"the certificate {name} expired at {end.isoformat()}")

    def user_ids(self, cert: Any, at: datetime) -> list[str]:
        """Return the user ids of a certificate that count at a time, the primary one first."""
        owner = self._owner(cert)
        if any(each.proved for _, rows in owner.users for each in rows):
            return owner.user_ids(at)
        try:
            return [str(user_id) for user_id in cert.user_ids]
        except Exception:
            return []

    def signer(self, packet: Packet, content: bytes) -> tuple[Any, SigningKey]:
        """Return the certificate and the key that made a signature over some content.

        Raises:
            SchemeError: it is none over that.
            UntrustedError: the key was not one that could sign then.
        """
        found = digests.parts(packet.body)
        if found.kind == digests.TEXT and digests.has_bare_return(content):
            raise SchemeError("it is signed as text, and a return in it may be the end of a line")
        certs = self._of(packet)
        sequoia = _packets.sequoia()
        try:
            signature = sequoia.Sig.from_bytes(packet.data)
            held = sequoia.verify(bytes=content, store=_giver(certs), signature=signature)
        except Exception as error:
            return self._signer(packet, content, certs, _packets.said(error))
        valid = held.valid_sigs[0]  # without one it would have failed
        cert = next(cert for cert in certs if cert.fingerprint == valid.certificate)
        name = valid.signing_key.upper()
        for key in self._owner(cert).keys:
            if key.fingerprint == name:
                return cert, key
        raise UntrustedError(f"the key {name} is not in the certificate")

    def _signer(
        self, packet: Packet, content: bytes, certs: list[Any], why: str
    ) -> tuple[Any, SigningKey]:
        """Return who made a signature that Sequoia refuses, if only for want of old bindings."""
        found = digests.parts(packet.body)
        pieces = (digests.of_file(found.kind, content),)
        doubts: list[UntrustedError] = []
        for cert in certs:
            for key in self._owner(cert).keys:
                if packet.issuers.isdisjoint((key.fingerprint, key.key_id)):
                    continue
                if found.hash in digests.WEAK:
                    raise SchemeError(f"its hash is too weak ({packet.how})")
                right = self._right(key.public, found, pieces)
                if right is None:
                    raise SchemeError(f"{why} ({packet.how})")
                if not right:
                    continue
                try:
                    _expect_bound(key, found, packet)
                except UntrustedError as error:
                    doubts.append(error)
                else:
                    return cert, key
        if doubts:
            raise doubts[0]
        raise WrongError(f"key {packet.maker}, {packet.how}")

    def _of(self, packet: Packet) -> list[Any]:
        """Return the certificates that a signature may be by, all copies of one merged."""
        wanted = {name for each in packet.issuers for name in self._by_name.get(each, ())}
        return [self._cert(name) for name in sorted(wanted)]

    def _cert(self, name: str) -> Any:
        if name not in self._certs:
            sequoia = _packets.sequoia()
            try:
                cert, *others = [sequoia.Cert.from_bytes(each.data) for each in self._copies[name]]
                for other in others:
                    cert = cert.merge(other)
                bytes(cert)  # some damage shows only when it is written again
            except Exception as error:
                raise UntrustedError(
                    f"the certificate {name} cannot be read: {_packets.said(error)}"
                ) from None
            self._certs[name] = cert
        return self._certs[name]

    def _owner(self, cert: Any) -> _openpgp_cert.Owner:
        name = cert.fingerprint.upper()
        if name not in self._owners:
            # Signatures may stand behind something else than they are over. Sequoia sorts them.
            files = [*[each.data for each in self._copies[name]], bytes(cert)]
            packets = (
                packet for data in files for packet in _packets.read(_openpgp_frames.frames(data))
            )
            try:
                owner = _openpgp_cert.owner(packets, self._right, revoked=bool(cert.is_revoked))
            except SchemeError as error:
                raise UntrustedError(f"the certificate {name} cannot be read: {error}") from None
            self._owners[name] = owner
        return self._owners[name]

    def _right(
        self, public: digests.Public | None, found: digests.Parts, pieces: tuple[bytes, ...]
    ) -> bool | None:
        """Whether a signature over some pieces is by a key; None if that cannot be known here."""
        name = digests.HASHES.get(found.hash)
        if public is None or name is None:
            return None
        value = digests.value(public, found)
        if value is None:
            return False
        digest = digests.digest(found, name, pieces)
        if public.scheme == "ed25519":  # it is over the digest, as over any message
            return self._primitives.signature(public.scheme, public.key, value, digest)
        return self._primitives.signature(
            public.scheme, public.key, value, digest, hash=name, digest=True
        )


def _expect_bound(key: SigningKey, found: digests.Parts, packet: Packet) -> None:
    """Make sure that a key may have made a signature, but for bindings that its owner left out.

    Raises:
        SchemeError: Sequoia refuses the signature for something else.
        UntrustedError: the key was none that could sign then, and why.
    """
    made, now = packet.created, datetime.now(UTC)
    if made is None or found.kind not in (digests.BINARY, digests.TEXT):
        raise SchemeError("it is not a signature over a file, or does not say when it was made")
    if not digests.is_understood(found):
        raise SchemeError("it has a critical part that is not known")
    if made > now + SKEW:
        raise UntrustedError(f"it was made at {made.isoformat()}, which is in the future")
    if packet.ends is not None and now >= packet.ends:
        raise UntrustedError(f"it expired at {packet.ends.isoformat()}")
    key.expect_valid(made)
    if not key.late(made) or not key.is_proved(made):
        raise SchemeError(f"Sequoia refuses it, or what binds the key is not known ({packet.how})")
