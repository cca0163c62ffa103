"""Bundles by a key that somebody has, or by certificates that no log knows.

Source: the Sigstore bundle 0.3 in JSON, and DSSE 1.0 ("PAE"). What a bundle says besides is not
signed and not shown. One by a key has a hint, the SHA-256 of the key: as model-signing has it, in
hexadecimal and of the PEM; as cosign has it, in base64 and of the DER.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._json import as_array, as_object, as_string, load
from checksig._schemes import _x509, _x509_path
from checksig._schemes._attestations import ENVELOPE, MESSAGE, exactly
from checksig._schemes._scheme import UntrustedError
from checksig._schemes._ssh_wire import decoded
from checksig._schemes._statement import BUNDLE, PAYLOAD, encoded

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from checksig._schemes._scheme import Key, Primitives, Terms

#: What vouches for the time or the place of a signature, and not for what is signed.
_BESIDES: Final = ("tlogEntries", "timestampVerificationData")
_KNOWN: Final = (BUNDLE, "application/vnd.dev.sigstore.bundle+json;version=0.3")
_HINT: Final = r"[0-9a-f]{64}|[A-Za-z0-9+/]{43}="


class Bundle(NamedTuple):
    """The content of a bundle."""

    payload: bytes | None  # a statement that it holds; None if it is over a file
    value: bytes
    hint: str | None  # which key; None if it does not say
    chain: Sequence[bytes] | None  # of certificates; None if it is by a key

    def signed(self, message: bytes) -> bytes:
        """Return what the signature is over: the message, or what holds the statement."""
        if self.payload is None:
            return message
        return encoded(self.payload)


def read(data: bytes) -> Bundle:
    """Return what a bundle says.

    Raises:
        ValueError: it is damaged, or has something in it that is not known.
    """
    document = as_object(load(data), "the bundle")
    content = MESSAGE if MESSAGE in document else ENVELOPE
    bundle = exactly(document, "the bundle", "mediaType", "verificationMaterial", content)
    if bundle["mediaType"] not in _KNOWN:
        raise ValueError("the bundle is of a version that is not known")
    hint, chain = _material(bundle["verificationMaterial"])
    if content == MESSAGE:
        signed = exactly(bundle[MESSAGE], "the signature", "signature", optional=("messageDigest",))
        return Bundle(None, _bytes(signed["signature"]), hint, chain)
    names = ("payload", "payloadType", "signatures")
    envelope = exactly(bundle[ENVELOPE], "the envelope", *names)
    if envelope["payloadType"] != PAYLOAD:
        raise ValueError("what is signed is not an in-toto statement")
    signatures = as_array(envelope["signatures"], "the signatures")
    if len(signatures) != 1:
        raise ValueError(f"there are {len(signatures)} signatures in it, not one")
    signature = exactly(signatures[0], "the signature", "sig", optional=("keyid",))
    return Bundle(_bytes(envelope["payload"]), _bytes(signature["sig"]), hint, chain)


def signers(
    bundle: Bundle,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
    kinds: Collection[str],
) -> list[_x509.Signer]:
    """Return who may have signed, with keys of these kinds.

    Raises:
        UntrustedError: nobody who is trusted.
    """
    if bundle.chain is not None:
        anchors = [key.public for key in keys if isinstance(key.public, _x509.Certificate)]
        return [_x509_path.certified(bundle.chain, anchors, terms, primitives, kinds)]
    if terms.identity is not None:
        raise UntrustedError("it was made with a key, and nothing says whose key it is")
    found = [
        _x509.Signer(key.id, key.public)
        for key in keys
        if isinstance(key.public, _x509.Public) and bundle.hint in (None, *_hints(key))
    ]
    if not found:
        raise UntrustedError(f"it was made by key {bundle.hint or '?'}, which you do not trust")
    return found


def _hints(key: Key) -> tuple[str, ...]:
    """Return how bundles call a key."""
    if not isinstance(key.public, _x509.Public):
        return ()
    return key.id, base64.b64encode(hashlib.sha256(key.public.der).digest()).decode()


def _material(value: Any) -> tuple[str | None, list[bytes] | None]:
    """Return the hint of a key, or a chain of certificates, the one that signed first."""
    found = as_object(value, "the verification material")
    kinds = [name for name in found if name not in _BESIDES]
    if kinds == ["publicKey"]:
        # Releases of model-signing before 1.1 wrote the last two, which say nothing more.
        optional = ("hint", "rawBytes", "keyDetails")
        hint = exactly(found["publicKey"], "the public key", optional=optional).get("hint")
        if hint is not None and not re.fullmatch(_HINT, as_string(hint, "the hint")):
            raise ValueError("the hint of the key is not a SHA-256")
        return hint, None
    if kinds == ["certificate"]:
        return None, [_certificate(found["certificate"])]
    if kinds == ["x509CertificateChain"]:
        chain = exactly(found["x509CertificateChain"], "the chain", "certificates")
        return None, [_certificate(each) for each in as_array(chain["certificates"], "they")]
    raise ValueError("it has neither a key nor a chain of certificates")


def _certificate(value: Any) -> bytes:
    return _bytes(exactly(value, "the certificate", "rawBytes")["rawBytes"])


def _bytes(value: Any) -> bytes:
    return decoded(as_string(value, "what should be base64"))
