"""Chains of certificates, and what they prove.

Source: RFC 5280. ``cryptography`` finds the path, and checks signatures, validity, constraints, and
that there are no critical extensions which it does not know. All are to be for signing code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checksig._names import escape
from checksig._schemes._scheme import SchemeError, UntrustedError
from checksig._schemes._x509 import Signer, certificate, hash_for, identifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography.x509 import Certificate

    from checksig._schemes._scheme import Terms

#: Certificates that could all have made each other are tried in every order, up to a limit that not
#: every release of ``cryptography`` has.
_MAX_CHAIN: Final = 6


def certified(chain: Sequence[bytes], anchors: Sequence[Certificate], terms: Terms) -> Signer:
    """Return who signed with the first of some certificates, if one that is trusted vouches for it.

    Raises:
        SchemeError: the certificates are damaged.
        UntrustedError: none does, now and for this.
    """
    if not 0 < len(chain) <= _MAX_CHAIN:
        raise SchemeError(f"it has {len(chain)} certificates, and not 1 to {_MAX_CHAIN}")
    leaf, *others = map(certificate, chain)
    hash_for(leaf.public_key())
    path = _path(leaf, others, anchors, terms.at)
    return Signer(
        identifier(leaf),
        leaf.public_key(),
        _identity(leaf, terms.identity),
        tuple(map(identifier, path[1:])),
    )


def _path(
    leaf: Certificate, others: list[Certificate], anchors: Sequence[Certificate], at: datetime
) -> list[Certificate]:
    from cryptography.x509 import verification  # noqa: PLC0415 (an extra)

    if not anchors:
        raise UntrustedError("it was made with a certificate, and you named none to trust")
    authority, signer = _policies()
    try:
        builder = verification.PolicyBuilder().store(verification.Store(list(anchors))).time(at)
        builder = builder.extension_policies(ca_policy=authority, ee_policy=signer)
        builder = builder.max_chain_depth(_MAX_CHAIN)
        return builder.build_client_verifier().verify(leaf, others).chain
    except Exception as error:
        # What follows is what the certificate says of itself.
        why = escape(str(error).partition(" (encountered")[0])
        raise UntrustedError(f"no certificate that you trust vouches for it: {why}") from None


def _policies() -> tuple[Any, Any]:
    """Return what the extensions of authorities and of signers have to be."""
    from cryptography.x509 import (  # noqa: PLC0415 (an extra)
        BasicConstraints,
        ExtendedKeyUsage,
        KeyUsage,
    )
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415
    from cryptography.x509.verification import Criticality, ExtensionPolicy  # noqa: PLC0415

    def signs_code(_policy: object, _of: object, found: Any) -> None:
        if found is not None and ExtendedKeyUsageOID.CODE_SIGNING not in found:
            raise ValueError("it is not for signing code")

    def signs(_policy: object, _of: object, found: Any) -> None:
        if found is not None and not found.digital_signature:
            raise ValueError("its key is not for signatures")

    def is_none(_policy: object, _of: object, found: Any) -> None:
        if found is not None and found.ca:
            raise ValueError("an authority does not sign itself")

    def is_authority(_policy: object, _of: object, found: Any) -> None:
        if not found.ca:
            raise ValueError("it is no authority")

    def certifies(_policy: object, _of: object, found: Any) -> None:
        if found is not None and not found.key_cert_sign:
            raise ValueError("its key is not for certificates")

    either, free = Criticality.AGNOSTIC, ExtensionPolicy.permit_all()
    authority = (
        free.require_present(BasicConstraints, either, is_authority)
        .may_be_present(KeyUsage, either, certifies)
        .may_be_present(ExtendedKeyUsage, either, signs_code)
    )
    signer = (
        free.require_present(ExtendedKeyUsage, either, signs_code)
        .may_be_present(KeyUsage, either, signs)
        .may_be_present(BasicConstraints, either, is_none)
    )
    return authority, signer


def _identity(leaf: Certificate, wanted: str | None) -> str | None:
    """Return whose a certificate is: a name that is asked for, or the first if there is one."""
    names = [name for name in (*_alternatives(leaf), leaf.subject.rfc4514_string()) if name]
    if wanted is None:
        return names[0] if names else None
    if wanted not in names:
        raise UntrustedError(f'the certificate is not that of "{wanted}"')
    return wanted


def _alternatives(leaf: Certificate) -> list[str]:
    from cryptography import x509  # noqa: PLC0415 (an extra)

    try:
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    kinds = (x509.RFC822Name, x509.UniformResourceIdentifier, x509.DNSName)
    return [name.value for name in found if isinstance(name, kinds)]
