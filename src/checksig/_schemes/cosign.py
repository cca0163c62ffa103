"""Signatures by keys in PEM, as cosign and OpenSSL make them: ``LIST.sig``, or a bundle.

Source: ``cosign sign-blob`` and ``cosign attest-blob`` of cosign 1 to 3, and ``openssl dgst -sign``
and ``pkeyutl``. The signature alone, in base64 or as it is, does not say by which key it is, nor
over which hash. A certificate beside it (``LIST.pem``, ``LIST.crt``) counts if one that is trusted
vouches for it. What a log said of the signature is not looked at.
"""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from checksig._json import as_object, as_string, load
from checksig._schemes import _attestations, _bundle, _statement, _x509
from checksig._schemes._scheme import Proof, Scheme, SchemeError, UntrustedError, WrongError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._schemes._bundle import Bundle
    from checksig._schemes._scheme import Key, Primitives, Terms
    from checksig._schemes._x509 import Signer

_NAME: Final = "cosign"
#: The bundle of cosign 1 and 2.
_OF_OLD: Final = "base64Signature"
#: In bytes: signatures of Ed25519, and of RSA with 2,048 to 16,384 bits, by multiples of 64.
_SIZES: Final = (64, *range(256, 2049, 8))
#: In bytes: a pair of numbers in DER, that is a signature of ECDSA.
_PAIRS: Final = range(8, 142)
_CERTIFICATE: Final = rb"-----BEGIN CERTIFICATE-----\s[^-]+-----END CERTIFICATE-----"


def _raw(data: bytes) -> bytes | None:
    """Return the signature that a file is, in base64 or as it is; None if it is none."""
    try:
        found = base64.b64decode(b"".join(data.split()), validate=True)
    except (ValueError, binascii.Error):
        found = b""
    if found and _is_value(found):
        # Bits that the last digit has to spare would let two spellings pass for the same.
        return found if base64.b64encode(found) == b"".join(data.split()) else None
    return data if _is_value(data) and not _is_text(data) else None


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_value(data: bytes) -> bool:
    if len(data) in _SIZES:
        return True
    long = data[1:2] == b"\x81"  # the pair of P-521 is longer than one byte says
    size = data[1 + long : 2 + long]
    return len(data) in _PAIRS and data[:1] == b"\x30" and size == bytes([len(data) - 2 - long])


def _sniff(data: bytes) -> bool:
    if _raw(data) is not None:  # which may begin like JSON as well
        return True
    if data.lstrip()[:1] != b"{":
        return False
    if f'"{_OF_OLD}"'.encode() in data:
        return True
    if f'"{_attestations.MESSAGE}"'.encode() in data:
        return True
    try:
        payload = _attestations.payload(as_object(load(data), "the bundle"))
    except ValueError:
        return False
    return payload is not None and _statement.is_about_others(payload)


def _embeds(data: bytes) -> bool:
    del data
    return False


def _keys(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    return _x509.keys(data, source, _NAME, primitives, _x509.KINDS)


def _verify(
    data: bytes, message: bytes | None, keys: Sequence[Key], terms: Terms, primitives: Primitives
) -> Proof:
    if message is None:
        raise SchemeError("what it signs is missing")
    if terms.namespace:
        raise UntrustedError("keys in PEM know no namespaces, and you asked for one")
    try:
        bundle = _read(data, terms)
        origin = _statement.Provenance()
        if bundle.payload is not None:
            origin = _statement.about(bundle.payload, message, terms.name)
    except SchemeError:
        raise
    except ValueError as error:
        raise SchemeError(f"it is damaged, or not a cosign signature: {error}") from None
    signers, certain = _signers(bundle, keys, terms, primitives)
    for signer in signers:
        if _x509.matches_somehow(signer, bundle.value, bundle.signed(message), primitives):
            said = [origin.source] if origin.source else []
            source = _statement.expected_source(said, terms.source)
            return Proof(
                signer.id,
                message,
                identity=signer.identity,
                builder=origin.builder,
                source=source,
                chain=signer.chain,
            )
    if certain:
        raise WrongError(" or ".join(f"key {signer.id}" for signer in signers))
    raise UntrustedError(
        "it is not by a key that you trust, or the signed data was changed: it "
        "does not say which key made it"
    )


def _signers(
    bundle: Bundle, keys: Sequence[Key], terms: Terms, primitives: Primitives
) -> tuple[list[Signer], bool]:
    """Return who may have signed, and whether it says that one of them has.

    Raises:
        UntrustedError: nobody who is trusted.
    """
    if bundle.hint is not None:
        return _bundle.signers(bundle, keys, terms, primitives, _x509.KINDS), True
    public = [
        _x509.Signer(key.id, key.public) for key in keys if isinstance(key.public, _x509.Public)
    ]
    found = [*public] if terms.identity is None else []
    if bundle.chain is None:
        for key in keys:  # that of a certificate which is trusted itself
            if isinstance(key.public, _x509.Certificate):
                with suppress(SchemeError):
                    alone = bundle._replace(chain=[key.public.der])
                    found += _bundle.signers(alone, keys, terms, primitives, _x509.KINDS)
    else:
        try:
            certified = _bundle.signers(bundle, keys, terms, primitives, _x509.KINDS)
        except UntrustedError:
            if not found:
                raise
        else:
            return found + certified, True
    if not found:
        why = "nothing says whose key it is" if public else "you gave none that could be it"
        raise UntrustedError(f"it was made with a key, and {why}")
    return found, False


def _read(data: bytes, terms: Terms) -> Bundle:
    """Return a signature as a bundle.

    Raises:
        ValueError: it is none.
    """
    if (value := _raw(data)) is not None:
        return _bundle.Bundle(None, value, None, _chain(terms.certificates))
    document = as_object(load(data), "the bundle")
    if _OF_OLD not in document:
        return _bundle.read(data)
    names = ("cert", "rekorBundle")
    said = _attestations.exactly(document, "the bundle", _OF_OLD, optional=names)
    value = _raw(as_string(said[_OF_OLD], "the signature").encode())
    if value is None:
        raise ValueError("the signature in it is damaged")
    certificate = as_string(said.get("cert") or "", "the certificate")
    inside = [base64.b64decode(certificate, validate=True)] if certificate else []
    return _bundle.Bundle(None, value, None, _chain([*inside, *terms.certificates]))


def _chain(files: Sequence[bytes]) -> list[bytes] | None:
    """Return the certificates in files, in DER; None if there are none."""
    found: list[bytes] = []
    for data in files:
        text = data if b"-----BEGIN" in data else _decoded(data)
        for block in re.findall(_CERTIFICATE, text):
            found.append(_decoded(b"".join(block.split(b"-----")[2].split())))
    return found or None


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        return b""


SCHEME: Final = Scheme(
    name=_NAME,
    title="cosign",
    sniff=_sniff,
    keys=_keys,
    verify=_verify,
    embeds=_embeds,
    sources=True,
    standing=_x509.standing,
)
