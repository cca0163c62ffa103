"""The identity that signed, and its repository, as certificates of Fulcio have them.

Source: Fulcio's "Sigstore OID information", and in-toto statements for what they say besides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._schemes import _statement
from checksig._schemes._sigstore_root import package

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from checksig._schemes._scheme import Terms

#: The extension with the repository of a workflow.
_REPOSITORY: Final = "1.3.6.1.4.1.57264.1.12"


class Identity:
    """The policy that sigstore-python holds a certificate to, and whether it did not hold."""

    def __init__(self, terms: Terms) -> None:
        """Ask for an identity by an issuer."""
        policy = package("verify.policy")
        self._policy = policy.Identity(identity=terms.identity, issuer=terms.issuer)
        self.refused = False

    def verify(self, cert: Certificate) -> None:
        """Check a certificate. Raises what sigstore-python does."""
        self.refused = True
        self._policy.verify(cert)
        self.refused = False


def source(certificate: Certificate, said: str | None, wanted: str | None) -> str | None:
    """Return the repository that a file is from: as the certificate has it, or the statement.

    Raises:
        UntrustedError: it is not the one that is asked for, or they differ.
    """
    found = [each for each in (_repository(certificate), said) if each]
    return _statement.expected_source(found, wanted)


def _repository(certificate: Certificate) -> str | None:
    """Return the repository that the issuer vouches for, which stands in the certificate."""
    for extension in certificate.extensions:
        if extension.oid.dotted_string == _REPOSITORY:
            found = getattr(extension.value, "value", b"")
            # A string of UTF-8 in DER; those of 128 bytes and more have a longer header.
            size = 2 if found[1:2] < b"\x80" else 3
            return found[size:].decode("utf-8", "replace") if found[:1] == b"\x0c" else None
    return None
