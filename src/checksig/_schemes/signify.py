"""Signatures of OpenBSD's signify: ``LIST.sig``, or with the list inside (``SHA256.sig``).

Or in the head of an archive (``signify -z``): then that is its own signature.

Source: signify(1) and signify.c of OpenBSD 7. Two lines: a comment, which is not signed, and the
signature over the file. What follows, if anything does, is the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._schemes import _ed25519, _signify_zip
from checksig._schemes._scheme import Proof, Scheme, SchemeError, UntrustedError, WrongError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._schemes._scheme import Key, Primitives, Terms

_NAME: Final = "signify"
_LINE: Final = 100  # characters of base64 for a signature


def _sniff(data: bytes) -> bool:
    if _signify_zip.is_signed(data):
        return True
    comment, _, rest = data.partition(b"\n")
    return comment.startswith(_ed25519.COMMENT) and len(rest.partition(b"\n")[0]) == _LINE


def _keys(data: bytes, source: str, primitives: Primitives) -> list[Key]:
    del primitives
    return _ed25519.keys(data, source, _NAME)


def _embeds(data: bytes) -> bool:
    if _signify_zip.is_signed(data):
        return False
    return data.count(b"\n") > 2 or not data.endswith(b"\n")


def _verify(
    data: bytes,
    message: bytes | None,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
) -> Proof:
    if terms.identity or terms.namespace:
        raise UntrustedError("signify knows no identities and namespaces, and you asked for one")
    if _signify_zip.is_signed(data):
        return _of_archive(data, message, keys, terms, primitives)
    comment, _, rest = data.partition(b"\n")
    row, line_end, inside = rest.partition(b"\n")
    _ed25519.comment(comment, _ed25519.COMMENT)
    signed = _ed25519.signed(row)
    if not line_end or bool(inside) == (message is not None):
        raise SchemeError("it holds no list" if message is None else "something follows it")
    if signed.algorithm != _ed25519.ALGORITHM:
        raise SchemeError("it is in an algorithm that signify does not have")
    content = inside if message is None else message
    for key in _ed25519.chosen(keys, signed.number):
        if _ed25519.matches(key, signed.value, content, primitives):
            return Proof(key.id, content)
    raise WrongError(f"key {_ed25519.identifier(signed.number)}")


def _of_archive(
    data: bytes,
    message: bytes | None,
    keys: Sequence[Key],
    terms: Terms,
    primitives: Primitives,
) -> Proof:
    """Check an archive that has its own signature."""
    if message != data:
        raise SchemeError("it is the signature of the archive that it is in, and of nothing else")
    zipped = _signify_zip.opened(data)
    proof = _verify(zipped.signature, None, keys, terms, primitives)
    _signify_zip.expect_blocks(data, zipped.at, proof.content)
    return proof._replace(content=data)


SCHEME: Final = Scheme(
    name=_NAME,
    title="signify",
    sniff=_sniff,
    keys=_keys,
    verify=_verify,
    embeds=_embeds,
)
