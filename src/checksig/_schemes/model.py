"""Signatures of models: ``model.sig``, as OpenSSF Model Signing 1.0 makes them.

Source: the in-toto statement v1, and its predicate ``https://model_signing/signature/v1.0``. The
list is inside of the bundle: that statement. Signatures from before 1.0 are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._schemes import _bundle, _model_seal, _x509
from checksig._schemes._scheme import Proof, Scheme, SchemeError, Sealing, UntrustedError
from checksig._schemes._statement import subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._schemes._scheme import Key, Primitives, Terms

_NAME: Final = "model"


def _sniff(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{" and b'"dsseEnvelope"' in data


def _embeds(data: bytes) -> bool:
    del data
    return True


def _keys(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    return _x509.keys(data, source, _NAME, primitives, _x509.CURVES)


def _verify(
    data: bytes,
    message: bytes | None,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
) -> Proof:
    if message is not None:
        raise SchemeError("it holds the list that it signs")
    if terms.namespace:
        raise UntrustedError("model signing knows no namespaces, and you asked for one")
    try:
        bundle = _bundle.read(data)
        if bundle.payload is None:
            raise ValueError("it holds no statement")
        name = subject(bundle.payload)
    except SchemeError:
        raise
    except ValueError as error:
        raise SchemeError(f"it is not a signature of a model: {error}") from None
    for signer in _bundle.signers(bundle, keys, terms, primitives, _x509.CURVES):
        if _x509.matches(signer, bundle.value, bundle.signed(b""), primitives):
            return Proof(
                signer.id,
                bundle.payload,
                identity=signer.identity,
                comment=name,
                chain=signer.chain,
            )
    raise SchemeError("it is not a signature over the list in it, or that was changed")


SCHEME: Final = Scheme(
    name=_NAME,
    title="model",
    sniff=_sniff,
    keys=_keys,
    verify=_verify,
    embeds=_embeds,
    standing=_x509.standing,
    sealing=Sealing(b"model.sig", _model_seal.is_key, _model_seal.sign),
)
