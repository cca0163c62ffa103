"""Attestations: statements about a file, by an identity that Sigstore vouches for."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier
from models import as_bytes, text
from sigstores import ISSUER, ME, Signing, Sigstore

import checksig
from checksig import SignatureInvalid, SignatureUntrusted, TrustError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

OURS = Sigstore(1)
WHO = {"identity": ME, "issuer": ISSUER}
LIST = "SHA256SUMS"
PUBLISH = "https://docs.pypi.org/attestations/publish/v1"
SLSA_1, SLSA_0 = "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"
SOURCE, BUILDER = "https://github.com/me/tool", "https://example.org/builder"
SLSA_1_SAID = {
    "buildDefinition": {"externalParameters": {"workflow": {"repository": SOURCE}}},
    "runDetails": {"builder": {"id": BUILDER}},
}
SLSA_0_SAID = {
    "builder": {"id": BUILDER},
    "invocation": {"configSource": {"uri": f"git+{SOURCE}@refs/heads/main"}},
}


def statement(
    data: bytes, kind: str = PUBLISH, predicate: Any = None, version: str = "v1", **digests: str
) -> bytes:
    """A statement about a file, and about another one."""
    found = digests or {"sha256": hashlib.sha256(data).hexdigest()}
    fields = {
        "_type": f"https://in-toto.io/Statement/{version}",
        "subject": [
            {"name": "other", "digest": {"sha256": "0" * 64}},
            {"name": LIST, "digest": found},
        ],
        "predicateType": kind,
        "predicate": predicate,
    }
    return json.dumps(fields).encode()


def pep740(bundle: dict[str, Any]) -> dict[str, Any]:
    """The attestation object of PEP 740 that says the same as a bundle."""
    material = bundle["verificationMaterial"]
    return {
        "version": 1,
        "verification_material": {
            "certificate": material["certificate"]["rawBytes"],
            "transparency_entries": material["tlogEntries"],
        },
        "envelope": {
            "statement": bundle["dsseEnvelope"]["payload"],
            "signature": bundle["dsseEnvelope"]["signatures"][0]["sig"],
        },
    }


def of_index(*bundles: dict[str, Any]) -> bytes:
    """The provenance of PEP 740."""
    found = [{"publisher": {"kind": "x"}, "attestations": [pep740(each) for each in bundles]}]
    return json.dumps({"version": 1, "attestation_bundles": found}).encode()


def of_npm(*bundles: dict[str, Any]) -> bytes:
    """The attestations of the npm registry."""
    found = [{"predicateType": "x", "bundle": each} for each in bundles]
    return json.dumps({"attestations": found}).encode()


def lines(*bundles: dict[str, Any]) -> bytes:
    """One bundle a line."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in bundles)


@pytest.fixture
def root(tree: Path) -> Path:
    """The file of the trusted root."""
    path = tree.parent / "trusted_root.json"
    path.write_bytes(OURS.trusted)
    return path


def listed(tree: Path) -> bytes:
    """The list of a tree."""
    return (tree / LIST).read_bytes()


FORMS: dict[str, Callable[..., bytes]] = {
    ".publish.attestation": lambda each: as_bytes(pep740(each)),
    ".slsa.attestation": lambda each: as_bytes(pep740(each)),
    ".provenance": of_index,
    ".sigstore.json": as_bytes,
    ".bundle": as_bytes,
    ".intoto.jsonl": lines,
    ".sigstore": of_npm,
}


@pytest.mark.parametrize("end", FORMS)
def test_a_statement_about_a_file_vouches_for_it(tree: Path, root: Path, end: str) -> None:
    good = OURS.sign_statement(statement(listed(tree)))
    (tree / f"{LIST}{end}").write_bytes(FORMS[end](good))
    report = checksig.verify(tree, trust=root, complete=True, **WHO)
    assert [(s.identity, s.issuer) for s in report.signatures] == [(ME, ISSUER)]
    with pytest.raises(SignatureUntrusted, match="is not that of"):
        checksig.verify(tree, trust=root, **(WHO | {"identity": "you@example.org"}))
    (tree / LIST).write_bytes(listed(tree) + b"# more\n")
    with pytest.raises(SignatureInvalid, match="about other files, or the file was changed"):
        checksig.verify(tree, trust=root, **WHO)


@pytest.mark.parametrize("digests", [("sha512",), ("sha256", "sha384")])
def test_all_strong_digests_of_a_subject_count(
    tree: Path, root: Path, digests: tuple[str, ...]
) -> None:
    found = {name: hashlib.new(name, listed(tree)).hexdigest() for name in digests}
    place = tree / f"{LIST}.sigstore.json"
    place.write_bytes(as_bytes(OURS.sign_statement(statement(b"", **found))))
    assert checksig.verify(tree, trust=root, **WHO).signature
    for name in digests:
        wrong = statement(b"", **(found | {name: "0" * len(found[name])}))
        place.write_bytes(as_bytes(OURS.sign_statement(wrong)))
        with pytest.raises(SignatureInvalid, match="about other files"):
            checksig.verify(tree, trust=root, **WHO)
    weak = statement(b"", sha1=hashlib.sha1(listed(tree), usedforsecurity=False).hexdigest())
    place.write_bytes(as_bytes(OURS.sign_statement(weak)))
    with pytest.raises(SignatureInvalid, match="about other files"):
        checksig.verify(tree, trust=root, **WHO)


@pytest.mark.parametrize(
    "said", [(SLSA_1, SLSA_1_SAID, "v1"), (SLSA_0, SLSA_0_SAID, "v0.1")], ids=["v1", "v0.2"]
)
def test_who_built_a_file_and_from_what_is_shown_and_can_be_demanded(
    tree: Path,
    root: Path,
    cli: Callable[..., Answer],
    said: tuple[str, dict[str, Any], str],
) -> None:
    made = OURS.sign_statement(statement(listed(tree), *said))
    (tree / f"{LIST}.sigstore.json").write_bytes(as_bytes(made))
    signature = checksig.verify(tree, trust=root, **WHO).signature
    assert signature is not None
    assert (signature.source, signature.builder) == (SOURCE, BUILDER)
    for wanted in ("me/tool", SOURCE, f"git+{SOURCE}.git", "github.com/me/tool"):
        assert checksig.verify(tree, trust=root, source=wanted, **WHO).signature
    options = ("--trust", root, "--identity", ME, "--issuer", ISSUER)
    answer = cli("verify", tree, *options, "--source", "me/other")
    assert answer.code == 3
    assert f"it is from {SOURCE}, and not from https://github.com/me/other" in answer.err
    answer = cli("verify", tree, *options)
    assert f"(from {SOURCE} by {BUILDER})" in " ".join(answer.out.split())
    answer = cli("verify", tree, *options, "--json")
    assert json.loads(answer.out)["signatures"][0]["source"] == SOURCE


def from_repository(repository: str) -> Signing:
    """What Fulcio certifies of a workflow."""
    said = repository.encode()
    value = bytes([0x0C, len(said)]) + said
    oid = ObjectIdentifier("1.3.6.1.4.1.57264.1.12")
    return Signing(extensions=[*Signing().extensions, x509.UnrecognizedExtension(oid, value)])


def test_the_repository_in_the_certificate_counts_too(tree: Path, root: Path) -> None:
    place = tree / f"{LIST}.sigstore.json"
    place.write_bytes(as_bytes(OURS.sign(listed(tree), from_repository(SOURCE))))
    assert checksig.verify(tree, trust=root, source="me/tool", **WHO).signature
    with pytest.raises(SignatureUntrusted, match="not from"):
        checksig.verify(tree, trust=root, source="me/other", **WHO)
    place.write_bytes(as_bytes(OURS.sign(listed(tree))))
    with pytest.raises(SignatureUntrusted, match="no repository that it names"):
        checksig.verify(tree, trust=root, source="me/tool", **WHO)
    # What a workflow says of itself is not enough, if its certificate says something else.
    made = OURS.sign_statement(
        statement(listed(tree), SLSA_1, SLSA_1_SAID), from_repository(f"{SOURCE}-evil")
    )
    place.write_bytes(as_bytes(made))
    with pytest.raises(SignatureUntrusted, match=r"certificate names .*-evil, and its statement"):
        checksig.verify(tree, trust=root, source="me/tool", **WHO)


def test_a_source_is_asked_of_schemes_that_know_one(tree: Path) -> None:
    key = tree.parent / "key.pub"
    key.write_bytes(b"RWQ" + b"A" * 53 + b"\n")
    (tree / f"{LIST}.minisig").write_bytes(b"untrusted comment: x\nA\ntrusted comment: y\nB\n")
    with pytest.raises(SignatureUntrusted, match="do not say what a file is built from"):
        checksig.verify(tree, trust=key, source="me/tool")


@pytest.mark.parametrize(
    "kind", ["https://in-toto.io/attestation/test-result/v0.1", "https://spdx.dev/Document"]
)
def test_a_statement_of_another_kind_says_nothing_of_who_made_a_file(
    tree: Path, root: Path, kind: str
) -> None:
    made = OURS.sign_statement(statement(listed(tree), kind))
    (tree / f"{LIST}.sigstore.json").write_bytes(as_bytes(made))
    with pytest.raises(SignatureInvalid, match="says nothing of who made the file"):
        checksig.verify(tree, trust=root, **WHO)


@pytest.mark.parametrize("form", [of_index, of_npm, lines])
def test_of_several_in_a_file_each_counts(
    tree: Path, root: Path, form: Callable[..., bytes]
) -> None:
    place = tree / f"{LIST}.provenance"
    mine = OURS.sign_statement(statement(listed(tree)))
    more = OURS.sign_statement(statement(listed(tree), SLSA_1, SLSA_1_SAID))
    other = OURS.sign_statement(statement(b"another file"))
    stranger = OURS.sign_statement(statement(listed(tree)), identity="you@example.org")
    place.write_bytes(form(mine, more))
    report = checksig.verify(tree, trust=root, **WHO)
    assert [signature.builder for signature in report.signatures] == [BUILDER, None]
    with pytest.raises(SignatureUntrusted, match="2 are required"):
        checksig.verify(tree, trust=root, signers=2, **WHO)
    place.write_bytes(form(mine, other))
    with pytest.raises(SignatureInvalid, match="about other files"):
        checksig.verify(tree, trust=root, **WHO)
    place.write_bytes(form(stranger, mine))
    [signature] = checksig.verify(tree, trust=root, **WHO).signatures
    assert "is not that of" in signature.others[0]
    place.write_bytes(form(stranger))
    with pytest.raises(SignatureUntrusted, match="is not that of"):
        checksig.verify(tree, trust=root, **WHO)


def test_what_is_not_known_of_such_a_file_is_refused(tree: Path, root: Path) -> None:
    place = tree / f"{LIST}.publish.attestation"
    good = pep740(OURS.sign_statement(statement(listed(tree))))
    for wrong in (
        good | {"version": 2},
        good | {"more": 1},
        good | {"envelope": good["envelope"] | {"more": 1}},
        good | {"verification_material": {"certificate": text(b"x")}},
        good | {"envelope": good["envelope"] | {"signature": text(b"x")}},
        {"version": 1, "attestation_bundles": []},
        {"verification_material": 1},
    ):
        place.write_bytes(json.dumps(wrong).encode())
        with pytest.raises(TrustError):
            checksig.verify(tree, trust=root, **WHO)
    for changed in (json.dumps(good).encode() + b"x", json.dumps(good).encode()[:-1]):
        place.write_bytes(changed)
        with pytest.raises(TrustError):
            checksig.verify(tree, trust=root, **WHO)


def test_an_index_publishes_a_file_under_its_name(tree: Path, root: Path) -> None:
    other = statement(listed(tree)).replace(LIST.encode(), b"OTHERSUMS")
    (tree / f"{LIST}.publish.attestation").write_bytes(as_bytes(pep740(OURS.sign_statement(other))))
    with pytest.raises(SignatureInvalid, match="a file of another name"):
        checksig.verify(tree, trust=root, **WHO)


def test_a_source_is_a_repository_and_no_branch_of_it(tree: Path, root: Path) -> None:
    made = OURS.sign_statement(statement(listed(tree), SLSA_1, SLSA_1_SAID))
    (tree / f"{LIST}.sigstore.json").write_bytes(as_bytes(made))
    with pytest.raises(SignatureUntrusted, match="without a branch or a tag"):
        checksig.verify(tree, trust=root, source="me/tool@refs/tags/v1", **WHO)
