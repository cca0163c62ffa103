"""Signatures of SSH keys: ``LIST.sig``, as ``ssh-keygen -Y sign`` makes them.

Source: PROTOCOL.sshsig of OpenSSH. Stricter than ssh-keygen: nothing may stand before or after the
armour, base64 is spelled the one way, RSA has 2,048 bits at least, a key in hardware was touched,
and a certificate that is restricted, or for nobody, is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._schemes import _ssh_allowed, _ssh_certificate
from checksig._schemes._scheme import (
    Key,
    Proof,
    Scheme,
    SchemeError,
    Signing,
    Standing,
    UntrustedError,
)
from checksig._schemes._ssh_revoked import Revoked
from checksig._schemes._ssh_wire import Public, Reader, decoded, pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from checksig._schemes._scheme import Primitives, Terms
    from checksig._schemes._ssh_allowed import Rule
    from checksig._schemes._ssh_certificate import Certificate

_NAME: Final = "ssh"
_NAMESPACE: Final = "checksig"
_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----"
_ARMOUR: Final = (
    r"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]{1,76}\n)+)-----END SSH SIGNATURE-----\n?"
)
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = 1
_HASHES: Final = ("sha256", "sha512")


class _Signature(NamedTuple):
    """The content of an envelope."""

    key: Public
    certificate: Certificate | None
    namespace: str
    hash: str
    value: bytes


def _sniff(data: bytes) -> bool:
    return data.startswith(_BEGIN)


def _embeds(data: bytes) -> bool:
    del data
    return False


def _keys(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    return [
        Key(_NAME, rule.key.fingerprint, source, rule)
        for rule in _ssh_allowed.rules(data, primitives)
    ]


def _read(data: bytes, primitives: Primitives) -> _Signature:
    match = re.fullmatch(_ARMOUR, data.decode("latin-1"))
    if not match:
        raise SchemeError("it is not in the armour of one SSH signature, and nothing else")
    reader = Reader(decoded(match[1].replace("\n", "")))
    if reader.take(len(_MAGIC)) != _MAGIC or reader.number() != _VERSION:
        raise SchemeError("it is of a version that is not known")
    key, certificate = _ssh_certificate.read(reader.string(), primitives)
    namespace, reserved, name = reader.text(), reader.string(), reader.text()
    value = reader.string()
    reader.end()
    if not namespace or reserved or name not in _HASHES:
        raise SchemeError("it is signed in a way that is not known")
    return _Signature(key, certificate, namespace, name, value)


def _verify(
    data: bytes,
    message: bytes | None,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
) -> Proof:
    if message is None:
        raise SchemeError("what it signs is missing")
    signature = _read(data, primitives)
    digest = hashlib.new(signature.hash, message).digest()
    parts = (signature.namespace.encode(), b"", signature.hash.encode(), digest)
    signature.key.verify(signature.value, _MAGIC + b"".join(map(pack, parts)), primitives)
    wanted = terms.namespace or _NAMESPACE
    if signature.namespace != wanted:
        said = f"it is for the namespace {signature.namespace}, and not for {wanted}"
        raise UntrustedError(f"{said}: give it (--namespace)")
    _refuse_revoked(signature, terms.revoked, primitives)
    rules = [key.public for key in keys if isinstance(key.public, _ssh_allowed.Rule)]
    identity = _whose(signature, rules, wanted, terms.identity, terms.at)
    return Proof(signature.key.fingerprint, message, identity=identity, namespace=wanted)


def _refuse_revoked(signature: _Signature, lists: Sequence[bytes], primitives: Primitives) -> None:
    for data in lists:
        try:
            revoked = Revoked(data, primitives)
        except ValueError as error:
            raise UntrustedError(f"the revoked keys cannot be read: {error}") from None
        if revoked.has(signature.key, signature.certificate):
            raise UntrustedError(f"the key {signature.key.fingerprint} is revoked")


def _whose(
    signature: _Signature,
    rules: Sequence[Rule],
    namespace: str,
    wanted: str | None,
    at: datetime,
) -> str | None:
    """Return who signed; None if the rules do not say.

    Raises:
        UntrustedError: nobody who may.
    """
    doubts: list[str] = []
    for rule in rules:
        if not _is_for(rule, signature):
            continue
        certificate = signature.certificate
        try:
            _ssh_allowed.holds(rule, namespace, at)
            if certificate is not None:
                certificate.holds(at)
            return _identity(rule, certificate, wanted)
        except SchemeError as error:
            doubts.append(str(error))
    by = signature.key.fingerprint
    raise UntrustedError("; ".join(doubts) or f"it was made by {by}, which you do not trust")


def _is_for(rule: Rule, signature: _Signature) -> bool:
    """Whether a rule is about a key, or about the very certificate, or about who certified it."""
    certificate = signature.certificate
    if rule.authority:
        return certificate is not None and certificate.authority.blob == rule.key.blob
    if rule.certificate is not None or certificate is not None:
        return rule.certificate == certificate
    return signature.key.blob == rule.key.blob


def _identity(rule: Rule, certificate: Certificate | None, wanted: str | None) -> str | None:
    if rule.principals is None:
        if wanted is not None:
            raise SchemeError(f"the key is trusted, and nothing says that it is that of {wanted}")
        return None
    if certificate is not None and rule.authority:
        names = [n for n in certificate.principals if _ssh_allowed.matches(n, rule.principals)]
        if not names or wanted not in (None, *names):
            raise SchemeError(f"the certificate is not that of {wanted or rule.principals}")
        return wanted or names[0]
    if wanted is not None and not _ssh_allowed.matches(wanted, rule.principals):
        raise SchemeError(f"the key is that of {rule.principals}, not of {wanted}")
    return wanted or rule.principals


def _carried(data: bytes, primitives: Primitives) -> list[Key]:
    """Return the key in a signature; none if it is that of a certificate, or damaged."""
    try:
        signature = _read(data, primitives)
    except SchemeError:
        return []
    if signature.certificate is not None:
        return []
    key = signature.key
    text = f"{key.kind} {base64.b64encode(key.blob).decode()}"
    return [Key(_NAME, key.fingerprint, text, _ssh_allowed.Rule(key))]


def _is_signing_key(data: bytes) -> bool:
    return data.startswith((b"-----BEGIN ", b"ssh-", b"ecdsa-", b"sk-"))


def _command(key: bytes, namespace: str) -> Sequence[str | bytes]:
    """Return the call of ssh-keygen, which talks to agents and hardware keys by itself."""
    return ["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", namespace]


def _standing(key: Key) -> Standing:
    rule = key.public
    return Standing(until=rule.before if isinstance(rule, _ssh_allowed.Rule) else None)


SCHEME: Final = Scheme(
    name=_NAME,
    title="SSH",
    sniff=_sniff,
    keys=_keys,
    verify=_verify,
    embeds=_embeds,
    standing=_standing,
    reads_revocations=True,
    carried=_carried,
    signing=Signing(b".sig", _is_signing_key, namespaces=True, command=_command),
)
