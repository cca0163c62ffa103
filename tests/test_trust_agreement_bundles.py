"""Of each bundle sigstore-python, model-signing and pypi-attestations say what is said here.

But where this table has a reason; as in ``test_trust_agreement.py``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from model_signing._signing import sign_certificate, sign_ec_key, sign_sigstore_pb
from signatures import CASES, PROVED, expectation
from sigstore.models import Bundle, ClientTrustConfig
from sigstore.verify import Verifier
from sigstore.verify.policy import Identity
from sigstores import ISSUER, ME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: By program: vectors that it accepts and that are refused here, by the reason; "accepted:" those
#: that are accepted here, and that it refuses.
DIFFERENCES: dict[str, dict[str, str]] = {
    "sigstore": {
        "it leaves statements to who reads them": "attestation-test model-other-statement",
        "it takes the second of two fields of a name": "field-twice",
        "it has no such option": (
            "made-later namespace revoked source-not-said source-twofold source-wrong"
        ),
        "it can be told to take anybody": "no-identity no-issuer",
    },
    "model-signing": {
        "it takes signatures from before version 1.0": "before-1.0",
        "it takes the word of a certificate for when it signed": "expired not-yet-valid",
        "a key for signatures may sign code, for it": "not-for-code",
        "it has no such option": (
            "identity-of-key namespace wrong-identity revoked revoked-authority revoked-certificate"
        ),
        "it takes the second of two fields of a name": "twice",
        "it looks at the first of two signatures": "two-signatures",
        "accepted: it wants the fields that no key needs to be whole": "not-signed",
        "accepted: it reads the first of two keys in a file": "right-no-hint",
    },
}
#: How many vectors each can be asked about, at least.
ASKED = {"sigstore": 35, "model-signing": 40}


def sigstore(case: Path) -> bool | None:
    """Whether sigstore-python accepts a bundle; None of files that it does not read."""
    try:
        data = json.loads((case / "signature").read_bytes())
    except ValueError:
        return None
    if not isinstance(data, dict) or "verificationMaterial" not in data:
        return None
    try:
        return _sigstore(case)
    except Exception:
        return False


def _sigstore(case: Path) -> bool:
    expected = expectation(case)
    config = {
        "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        "trustedRoot": json.loads((case / "key").read_bytes()),
        "signingConfig": {"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json"},
    }
    root = ClientTrustConfig.from_json(json.dumps(config)).trusted_root
    bundle = Bundle.from_json((case / "signature").read_bytes())
    who = Identity(
        identity=expected.get("ask-identity", ME), issuer=expected.get("ask-issuer", ISSUER)
    )
    verifier = Verifier(trusted_root=root)
    if (case / "list").exists() and b"dsseEnvelope" not in (case / "signature").read_bytes():
        verifier.verify_artifact((case / "list").read_bytes(), bundle, who)
    else:
        verifier.verify_dsse(bundle, who)
    return True


def model_signing(case: Path) -> bool:
    """Whether model-signing accepts a signature."""
    try:
        signature = sign_sigstore_pb.Signature.read(case / "signature")
        key = case / "key"
        if b"CERTIFICATE" in key.read_bytes():
            verifier: Any = sign_certificate.Verifier([key], log_fingerprints=False)
        else:
            verifier = sign_ec_key.Verifier(key)
        verifier.verify(signature)
    except Exception:
        return False
    return True


PROGRAMS: dict[str, tuple[str, Callable[[Path], bool | None]]] = {
    "sigstore": ("sigstore", sigstore),
    "model-signing": ("model", model_signing),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_other_packages_agree_but_where_there_is_a_reason(program: str) -> None:
    scheme, accepts = PROGRAMS[program]
    told = {name: why for why, names in DIFFERENCES[program].items() for name in names.split()}
    cases = [case for case in CASES if case.parent.name == scheme]
    theirs = {case: accepts(case) for case in cases}
    ours = {case: expectation(case)["expect"] in PROVED for case in cases}
    found = {case.name: ours[case] for case in cases if theirs[case] == (not ours[case])}
    assert found == {name: why.startswith("accepted:") for name, why in told.items()}
    assert sum(each is not None for each in theirs.values()) >= ASKED[program]
