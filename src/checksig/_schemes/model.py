"""Signatures of models: ``model.sig``, as OpenSSF Model Signing 1.0 makes them.

Source: the Sigstore bundle 0.3 in JSON, DSSE 1.0 ("PAE"), the in-toto statement v1, and its
predicate ``https://model_signing/signature/v1.0``. The list is inside: that statement. What the
bundle says besides is not signed and not shown. A bundle by a key has a hint, the SHA-256 of the
key in PEM; one by a certificate has the chain. Signatures from before 1.0 are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig._json import as_array, as_object, as_string, load
from checksig._schemes import _model_seal, _x509, _x509_path
from checksig._schemes._scheme import Proof, Scheme, SchemeError, Sealing, UntrustedError
from checksig._schemes._ssh_wire import decoded
from checksig._schemes._statement import BUNDLE, PAYLOAD, encoded, subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._schemes._scheme import Key, Terms

_NAME: Final = "model"
#: What vouches for the time or the place of a signature, and not for what is signed.
_BESIDES: Final = ("tlogEntries", "timestampVerificationData")


class _Bundle(NamedTuple):
    """The content of a bundle."""

    payload: bytes
    value: bytes
    hint: str | None  # which key; None if it does not say
    chain: Sequence[bytes] | None  # of certificates; None if it is by a key


def _sniff(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{" and b'"dsseEnvelope"' in data


def _embeds(data: bytes) -> bool:
    del data
    return True


def _keys(data: bytes, source: str) -> list[Key]:
    return _x509.keys(data, source, _NAME)


def _verify(data: bytes, message: bytes | None, keys: Sequence[Key], terms: Terms) -> Proof:
    if message is not None:
        raise SchemeError("it holds the list that it signs")
    if terms.namespace:
        raise UntrustedError("model signing knows no namespaces, and you asked for one")
    try:
        bundle = _read(data)
        name = subject(bundle.payload)
    except SchemeError:
        raise
    except ValueError as error:
        raise SchemeError(f"it is no signature of a model: {error}") from None
    for signer in _signers(bundle, keys, terms):
        if _x509.matches(signer, bundle.value, encoded(bundle.payload)):
            return Proof(
                signer.id,
                bundle.payload,
                identity=signer.identity,
                comment=name,
                chain=signer.chain,
            )
    raise SchemeError("it is not a signature over the list in it, or that was changed")


def _signers(bundle: _Bundle, keys: Sequence[Key], terms: Terms) -> list[_x509.Signer]:
    """Return who may have signed.

    Raises:
        UntrustedError: nobody who is trusted.
    """
    if bundle.chain is not None:
        anchors: list[Any] = [key.public for key in keys if hasattr(key.public, "issuer")]
        return [_x509_path.certified(bundle.chain, anchors, terms)]
    if terms.identity is not None:
        raise UntrustedError("it was made with a key, and nothing says whose that is")
    public = [key for key in keys if not hasattr(key.public, "issuer")]
    found = [key for key in public if bundle.hint in (None, key.id)]
    if not found:
        raise UntrustedError(f"it was made by key {bundle.hint or '?'}, which you did not name")
    return [_x509.Signer(key.id, key.public) for key in found]


def _read(data: bytes) -> _Bundle:
    bundle = _object(load(data), "the bundle", "mediaType", "verificationMaterial", "dsseEnvelope")
    if bundle["mediaType"] != BUNDLE:
        raise ValueError("the bundle is of a version that is not known")
    envelope = _object(
        bundle["dsseEnvelope"], "the envelope", "payload", "payloadType", "signatures"
    )
    if envelope["payloadType"] != PAYLOAD:
        raise ValueError("what is signed is no in-toto statement")
    signatures = as_array(envelope["signatures"], "the signatures")
    if len(signatures) != 1:
        raise ValueError(f"there are {len(signatures)} signatures in it, not one")
    signature = _object(signatures[0], "the signature", "sig", optional=("keyid",))
    hint, chain = _material(bundle["verificationMaterial"])
    return _Bundle(_bytes(envelope["payload"]), _bytes(signature["sig"]), hint, chain)


def _material(value: Any) -> tuple[str | None, list[bytes] | None]:
    """Return the hint of a key, or a chain of certificates, the one that signed first."""
    found = as_object(value, "the verification material")
    kinds = [name for name in found if name not in _BESIDES]
    if kinds == ["publicKey"]:
        # Releases before 1.1 wrote the last two, which say nothing that the key does not.
        optional = ("hint", "rawBytes", "keyDetails")
        hint = _object(found["publicKey"], "the public key", optional=optional).get("hint")
        if hint is not None and not re.fullmatch("[0-9a-f]{64}", as_string(hint, "the hint")):
            raise ValueError("the hint of the key is no SHA-256")
        return hint, None
    if kinds == ["certificate"]:
        return None, [_certificate(found["certificate"])]
    if kinds == ["x509CertificateChain"]:
        chain = _object(found["x509CertificateChain"], "the chain", "certificates")
        return None, [_certificate(each) for each in as_array(chain["certificates"], "they")]
    raise ValueError("it has neither a key nor a chain of certificates")


def _certificate(value: Any) -> bytes:
    return _bytes(_object(value, "the certificate", "rawBytes")["rawBytes"])


def _bytes(value: Any) -> bytes:
    return decoded(as_string(value, "what should be base64"))


def _object(value: Any, what: str, *names: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an object that has these fields, and no others.

    Raises:
        ValueError: it has not.
    """
    found = as_object(value, what)
    if not set(names) <= found.keys() <= {*names, *optional}:
        raise ValueError(f"{what} has other fields than it should")
    return found


SCHEME: Final = Scheme(
    name=_NAME,
    title="model",
    sniff=_sniff,
    keys=_keys,
    verify=_verify,
    embeds=_embeds,
    sealing=Sealing(b"model.sig", _model_seal.is_key, _model_seal.sign),
)
