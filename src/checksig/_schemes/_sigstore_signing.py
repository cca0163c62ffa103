"""Signatures of Sigstore, made: by the identity of the CI job that runs, with no key to keep.

All of it is sigstore-python's: the token of the job, the certificate (Fulcio), the log (Rekor).
This is the one place that goes to a network, and only if a caller asks for such a signature. The
token is a secret: it goes to the authority of the configuration, and into no message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checksig._schemes._scheme import Keyless, SchemeError
from checksig._schemes._sigstore_root import package, said

if TYPE_CHECKING:
    from collections.abc import Callable

#: What certificates of Fulcio say of the issuer of the identity, in DER.
_ISSUER: Final = "1.3.6.1.4.1.57264.1.8"


def sign(data: bytes, config: bytes | None) -> Keyless:
    """Return a bundle over data, and whose it is.

    Args:
        data: What is signed.
        config: A client trust configuration in JSON: whom to ask, and whom to believe. None is the
            public instance, as its TUF repository has it.

    Raises:
        SchemeError: there is no token, or somebody who was asked did not do it.
    """
    models, signing = package("models"), package("sign")
    read = models.ClientTrustConfig
    trust: Any = _step(
        "the trust configuration cannot be used",
        lambda: read.production() if config is None else read.from_json(config.decode()),
    )
    context: Any = _step(
        "the trust configuration cannot be used",
        lambda: signing.SigningContext.from_trust_config(trust),
    )
    token = _token()

    def signed() -> Any:
        with context.signer(token) as signer:
            return signer.sign_artifact(data)

    bundle: Any = _step("Sigstore did not sign", signed)
    identity, issuer = _step("its certificate names nobody", lambda: _whose(bundle))
    wanted = package("verify.policy").Identity(identity=identity, issuer=issuer)
    verifier = package("verify").Verifier(trusted_root=trust.trusted_root)
    # Whoever was asked may have answered anything. What is written is what others will accept.
    held = "what Sigstore answered does not hold"
    _step(held, lambda: verifier.verify_artifact(data, bundle, wanted))
    return Keyless(bundle.to_json().encode() + b"\n", identity, issuer)


def _token() -> Any:
    """Return the token of the job.

    Raises:
        SchemeError: there is none, or it is not for this.
    """
    oidc = package("oidc")
    try:
        raw = oidc.detect_credential()
    except Exception as error:  # an answer in it may hold anything
        why = said(error).partition(", body=")[0]
        raise SchemeError(f"cannot get the identity token of this job: {why}") from None
    if raw is None:
        raise SchemeError(
            "there is no identity token: Sigstore signs here for jobs of CI that have one (on "
            "GitHub, permissions: id-token: write; on GitLab, id_tokens: SIGSTORE_ID_TOKEN)"
        )
    try:
        return oidc.IdentityToken(raw)
    except Exception as error:
        raise SchemeError(f"the identity token of this job is not valid: {said(error)}") from None


def _step(what: str, step: Callable[[], Any]) -> Any:
    try:
        return step()
    except Exception as error:
        raise SchemeError(f"{what}: {said(error)}") from None


def _whose(bundle: Any) -> tuple[str, str]:
    """Return the identity in a certificate, and its issuer."""
    from cryptography import x509  # noqa: PLC0415 (an extra)

    extensions = bundle.signing_certificate.extensions
    [name] = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    oid = x509.ObjectIdentifier(_ISSUER)
    text: bytes = extensions.get_extension_for_oid(oid).value.value
    # A string of UTF-8 in DER: its tag, its length in one byte or more, and its bytes.
    more = text[1] & 0x7F if text[1] & 0x80 else 0
    return str(name.value), text[2 + more :].decode()
