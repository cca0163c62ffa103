"""Chains of certificates, and what they prove.

Source: RFC 5280. The core finds the path, and checks signatures, validity, constraints, that there
are no critical extensions which it does not know, and that all are for signing code.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from checksig._schemes._scheme import SchemeError, UntrustedError
from checksig._schemes._x509 import Signer, certificate, identifier

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from checksig._schemes._scheme import Primitives, Terms
    from checksig._schemes._x509 import Certificate

_MAX_CHAIN: Final = 6
_CODE_SIGNING: Final = "1.3.6.1.5.5.7.3.3"


def certified(
    chain: Sequence[bytes],
    anchors: Sequence[Certificate],
    terms: Terms,
    primitives: Primitives,
    kinds: Collection[str],
) -> Signer:
    """Return who signed with the first of some certificates, if one that is trusted vouches for it.

    Its key has to be of one of these kinds.

    Raises:
        SchemeError: the certificates are damaged.
        UntrustedError: none does, now and for this.
    """
    if not 0 < len(chain) <= _MAX_CHAIN:
        raise SchemeError(f"it has {len(chain)} certificates, and not 1 to {_MAX_CHAIN}")
    leaf, *_ = [certificate(each, primitives) for each in chain]
    if leaf.public.kind not in kinds:
        raise SchemeError(f"its key is none of {', '.join(kinds)}")
    if not anchors:
        raise UntrustedError("it was made with a certificate, and you gave none to trust")
    trusted, at = [each.der for each in anchors], math.floor(terms.at.timestamp())
    try:
        _, *above = primitives.path(chain, trusted, at, _CODE_SIGNING)
    except ValueError as error:
        raise UntrustedError(f"no certificate that you trust vouches for it: {error}") from None
    return Signer(
        identifier(leaf.public.der),
        leaf.public,
        _identity(leaf, terms.identity),
        tuple(map(identifier, above)),
    )


def _identity(leaf: Certificate, wanted: str | None) -> str | None:
    """Return whose a certificate is: a name that is asked for, or the first if there is one."""
    names = [name for name in (*leaf.names, leaf.subject) if name]
    if wanted is None:
        return names[0] if names else None
    if wanted not in names:
        raise UntrustedError(f'the certificate is not that of "{wanted}"')
    return wanted
