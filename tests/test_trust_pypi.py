"""Attestations of wheels: what pypi-attestations makes and accepts holds here, and nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from archives import pack, wheel
from pypi_attestations import Attestation, Distribution, VerificationError
from pypi_attestations import _impl as theirs
from signatures import VECTORS
from sigstore.models import Bundle, ClientTrustConfig
from sigstore.verify import Verifier
from sigstore.verify.policy import Identity
from sigstores import ISSUER, ME, Sigstore
from test_trust_attestations import SLSA_1, SLSA_1_SAID, WHO, pep740

import checksig
from checksig import TrustError

if TYPE_CHECKING:
    from pathlib import Path

OURS, OTHERS = Sigstore(1), Sigstore(2)
NAME = "p-1-py3-none-any.whl"
PUBLISH = "https://docs.pypi.org/attestations/publish/v1"


@pytest.fixture
def whl(tmp_path: Path) -> Path:
    """A wheel, with the trusted root beside it."""
    (tmp_path / "root.json").write_bytes(OURS.trusted)
    return pack(tmp_path / NAME, wheel({"p/__init__.py": b""}))


@pytest.fixture(autouse=True)
def _our_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """pypi-attestations takes the public root for granted: here it is ours."""
    config = {
        "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        "trustedRoot": OURS.trusted_root(),
        "signingConfig": {"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json"},
    }
    root = ClientTrustConfig.from_json(json.dumps(config)).trusted_root
    monkeypatch.setattr(theirs.Verifier, "production", lambda **_: Verifier(trusted_root=root))


def said(path: Path, name: str = NAME, kind: str = PUBLISH, predicate: Any = None) -> bytes:
    """The statement that an index would want: about one file, by its name."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    fields = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest}}],
        "predicateType": kind,
        "predicate": predicate,
    }
    return json.dumps(fields).encode()


def converted(bundle: dict[str, Any]) -> bytes:
    """The attestation that pypi-attestations makes of a bundle."""
    return Attestation.from_bundle(Bundle.from_json(json.dumps(bundle))).model_dump_json().encode()


def agree(whl: Path, attestation: bytes, identity: str = ME) -> bool:
    """Whether a wheel is accepted with an attestation, here and there."""
    (whl.parent / f"{NAME}.publish.attestation").write_bytes(attestation)
    dist = Distribution.from_file(whl)
    try:
        found = Attestation.model_validate_json(attestation)
        found.verify(Identity(identity=identity, issuer=ISSUER), dist, offline=True)
    except (VerificationError, ValueError):
        right = False
    else:
        right = True
    root = whl.parent / "root.json"
    try:
        report = checksig.verify(whl, trust=root, identity=identity, issuer=ISSUER)
    except TrustError:
        assert not right
        return False
    assert right
    assert [each.identity for each in report.signatures] == [identity]
    return True


@pytest.mark.parametrize(
    "kind", [(PUBLISH, None), (SLSA_1, SLSA_1_SAID)], ids=["publish", "provenance"]
)
def test_pypi_attestations_and_we_agree_on_wheels(whl: Path, kind: tuple[str, Any]) -> None:
    statement = said(whl, NAME, *kind)
    good = converted(OURS.sign_statement(statement))
    assert agree(whl, good)
    assert not agree(whl, good, "you@example.org")
    assert not agree(whl, converted(OTHERS.sign_statement(statement)))
    other = OURS.sign_statement(said(whl, NAME, "https://spdx.dev/Document"))
    assert not agree(whl, converted(other))
    pack(whl, wheel({"p/__init__.py": b"# more"}))
    assert not agree(whl, good)


def test_pypi_attestations_wants_one_subject_of_the_name_of_the_file(whl: Path) -> None:
    attestation = converted(OURS.sign_statement(said(whl, "q-1-py3-none-any.whl")))
    (whl.parent / f"{NAME}.publish.attestation").write_bytes(attestation)
    with pytest.raises(VerificationError, match="does not match distribution name"):
        Attestation.model_validate_json(attestation).verify(
            Identity(identity=ME, issuer=ISSUER), Distribution.from_file(whl), offline=True
        )
    with pytest.raises(checksig.SignatureInvalid, match="a file of another name"):
        checksig.verify(whl, trust=whl.parent / "root.json", **WHO)


def test_a_bundle_that_pypi_attestations_makes_of_an_attestation_holds(whl: Path) -> None:
    attestation = json.dumps(pep740(OURS.sign_statement(said(whl))))
    bundle = Attestation.model_validate_json(attestation).to_bundle().to_json()
    (whl.parent / f"{NAME}.sigstore.json").write_text(bundle)
    assert checksig.verify(whl, trust=whl.parent / "root.json", **WHO).signature


@pytest.mark.parametrize("name", ["attestation", "attestation-of-another"])
def test_our_vectors_are_attestations_to_pypi_attestations(name: str) -> None:
    data = (VECTORS / "sigstore" / name / "signature").read_bytes()
    bundle = Attestation.model_validate_json(data).to_bundle()
    assert json.loads(converted(json.loads(bundle.to_json()))) == json.loads(data)
