"""SSH keys that are revoked: lists of public keys, and key revocation lists (KRL).

Source: PROTOCOL.krl of OpenSSH, and ssh-keygen(1), "KEY REVOCATION LISTS". What is not known in a
KRL could be what revokes the key, so it makes the list unusable.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes._scheme import SchemeError
from checksig._schemes._ssh_allowed import rules
from checksig._schemes._ssh_wire import Public, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._schemes._scheme import Primitives
    from checksig._schemes._ssh_certificate import Certificate

_MAGIC: Final = b"SSHKRL\n\0"
_VERSION: Final = 1

# Sections.
_CERTIFICATES, _KEYS, _SHA1, _SIGNATURE, _SHA256, _EXTENSION = 1, 2, 3, 4, 5, 255
# Parts of a section about certificates.
_LIST, _RANGE, _BITMAP, _IDS, _CERTIFICATE_EXTENSION = 0x20, 0x21, 0x22, 0x23, 0x39


class _Serials(NamedTuple):
    """The certificates of an authority that are revoked."""

    authority: bytes  # the key, packed; empty for all of them
    ranges: list[tuple[int, int]]  # from, to
    bitmaps: list[tuple[int, int]]  # offset, bits
    ids: set[bytes]

    def has(self, certificate: Certificate) -> bool:
        if self.authority not in (b"", certificate.authority.blob):
            return False
        serial = certificate.serial  # 0 is that of all whose authority counts none
        return certificate.key_id.encode("utf-8", "surrogateescape") in self.ids or (
            serial != 0
            and (
                any(low <= serial <= high for low, high in self.ranges)
                or any(
                    serial >= offset
                    and serial - offset < bits.bit_length()
                    and bits >> (serial - offset) & 1
                    for offset, bits in self.bitmaps
                )
            )
        )


class Revoked:
    """The revocations of a file."""

    def __init__(self, data: bytes, primitives: Primitives) -> None:
        """Read the file.

        Raises:
            ValueError: it is neither a KRL nor a list of public keys of SSH.
        """
        self.keys: set[bytes] = set()  # packed
        self.digests: set[bytes] = set()  # SHA-1 and SHA-256 of packed keys
        self.certificates: list[_Serials] = []
        if data.startswith(_MAGIC):
            self._read(Reader(data[len(_MAGIC) :]))
            return
        found = rules(data, primitives)
        if not found:
            raise SchemeError("it is not a list of revoked keys")
        self.keys.update(rule.key.blob for rule in found)

    def has(self, key: Public, certificate: Certificate | None) -> bool:
        """Whether a key is revoked, or its certificate, or the authority of that."""
        if certificate is not None and (
            self.has(certificate.authority, None)
            or any(serials.has(certificate) for serials in self.certificates)
        ):
            return True
        blob = key.blob
        sha1 = hashlib.sha1(blob, usedforsecurity=False).digest()
        return blob in self.keys or not self.digests.isdisjoint(
            (sha1, hashlib.sha256(blob).digest())
        )

    def _read(self, reader: Reader) -> None:
        if reader.number() != _VERSION:
            raise SchemeError("the KRL is of a version that is not known")
        reader.take(3 * 8)  # its number, its date, and flags
        reader.string()
        reader.string()  # a comment
        while reader.at < len(reader.data):
            kind, section = reader.number(1), Reader(reader.string())
            if kind == _CERTIFICATES:
                self.certificates.append(_serials(section))
            elif kind == _KEYS:
                self.keys.update(_strings(section))
            elif kind in (_SHA1, _SHA256):
                self.digests.update(_strings(section))
            elif kind == _SIGNATURE:
                reader.string()  # over the KRL, which the caller trusts for where it is from
            elif kind == _EXTENSION:
                _pass_over(section)
            else:
                raise SchemeError(f"the KRL has a section of the kind {kind}, which is not known")


def _serials(reader: Reader) -> _Serials:
    found = _Serials(reader.string(), [], [], set())
    reader.string()  # reserved
    while reader.at < len(reader.data):
        kind, part = reader.number(1), Reader(reader.string())
        if kind == _LIST:
            while part.at < len(part.data):
                serial = part.number(8)
                found.ranges.append((serial, serial))
        elif kind == _RANGE:
            found.ranges.append((part.number(8), part.number(8)))
        elif kind == _BITMAP:
            found.bitmaps.append((part.number(8), part.natural()))
        elif kind == _IDS:
            found.ids.update(_strings(part))
        elif kind == _CERTIFICATE_EXTENSION:
            _pass_over(part)
        else:
            raise SchemeError(f"the KRL has certificates of the kind {kind}, which is not known")
        part.end()
    return found


def _pass_over(reader: Reader) -> None:
    """Pass over an extension, unless it says that this must not be done."""
    reader.string()
    critical = reader.number(1)
    reader.string()
    reader.end()
    if critical:
        raise SchemeError("the KRL has an extension that is critical, and not known")


def _strings(reader: Reader) -> Iterator[bytes]:
    while reader.at < len(reader.data):
        yield reader.string()
