"""What OpenSSL signs holds here as it is, in base64, and in bundles like those of cosign."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from programs import run
from test_trust_attestations import SLSA_1, SLSA_1_SAID, SOURCE, statement

import checksig
from checksig import SignatureInvalid, SignatureUntrusted, TrustError, _schemes

if TYPE_CHECKING:
    from pathlib import Path

LIST = "SHA256SUMS"
PAYLOAD = "application/vnd.in-toto+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
KINDS = {
    "P-256": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "P-384": ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "P-521": ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "RSA": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "Ed25519": ["ED25519"],
}
PSS = ["-sigopt", "rsa_padding_mode:pss", "-sigopt"]
#: The kind of a key, and how it signs.
WAYS = {
    **{f"{kind} {name}": (kind, [f"-{name}"]) for kind in KINDS for name in ("sha256", "sha512")},
    "P-384 sha384": ("P-384", ["-sha384"]),
    "PSS": ("RSA", ["-sha256", *PSS, "rsa_pss_saltlen:digest"]),
    "PSS longest salt": ("RSA", ["-sha512", *PSS, "rsa_pss_saltlen:max"]),
}
del WAYS["Ed25519 sha512"]  # it has no hash to choose


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a key of each kind, and its public half."""
    place = tmp_path_factory.mktemp("openssl")
    for name, kind in KINDS.items():
        openssl(place, "genpkey", "-out", f"{name}.key", "-algorithm", *kind)
        openssl(place, "pkey", "-in", f"{name}.key", "-pubout", "-out", f"{name}.pub")
    return place


def openssl(place: Path, *arguments: str | Path) -> bytes:
    """Run OpenSSL, which has to succeed."""
    done = run(place, "openssl", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def signed(keys: Path, kind: str, how: list[str], message: Path) -> bytes:
    """Sign a file, with OpenSSL."""
    key = keys / f"{kind}.key"
    if kind == "Ed25519":
        return openssl(keys, "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", message)
    return openssl(keys, "dgst", *how, "-sign", key, message)


def accepted(keys: Path, kind: str, how: list[str], message: Path, signature: Path) -> bool:
    """Whether OpenSSL accepts a signature."""
    key = keys / f"{kind}.pub"
    command = ["dgst", *how, "-verify", key, "-signature", signature, message]
    if kind == "Ed25519":
        command = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key]
        command += ["-in", message, "-sigfile", signature]
    return run(keys, "openssl", *command).returncode == 0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", [False, True], ids=["binary", "base64"])
def test_what_openssl_signs_holds(keys: Path, tree: Path, way: str, *, text: bool) -> None:
    kind, how = WAYS[way]
    value = signed(keys, kind, how, tree / LIST)
    (raw := tree.parent / "raw").write_bytes(value)
    (tree / f"{LIST}.sig").write_bytes(base64.b64encode(value) + b"\n" if text else value)
    assert accepted(keys, kind, how, tree / LIST, raw)
    report = checksig.verify(tree, trust=keys / f"{kind}.pub", complete=True)
    assert [each.scheme for each in report.signatures] == ["cosign"]
    (tree / LIST).write_bytes((tree / LIST).read_bytes().upper())
    assert not accepted(keys, kind, how, tree / LIST, raw)
    with pytest.raises(TrustError):
        checksig.verify(tree, trust=keys / f"{kind}.pub")


def test_a_signature_of_any_bytes_is_taken_for_one() -> None:
    """Those of RSA and Ed25519 may begin like JSON, or like a packet of OpenPGP."""
    rest = random.Random(1).randbytes(254)
    taken = [
        (first, second)
        for first in range(256)
        for second in range(256)
        if (scheme := _schemes.detect(bytes([first, second]) + rest)) is None
        or scheme.name != "cosign"
    ]
    # Compressed by one of four ways; or a packet that ends with the file.
    assert set(taken) == {(0xA3, way) for way in range(4)} | {(0x88, 254), (0x90, 254)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_that_openssl_made_vouches_for_a_key(
    keys: Path, tree: Path, kind: str
) -> None:
    (config := keys / "config").write_text(
        "[req]\ndistinguished_name=dn\n[dn]\n"
        "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
        "[leaf]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n"
        "subjectAltName=email:me@example.org\n"
    )
    new = ["req", "-new", "-config", config, "-days", "2"]
    root = ["-x509", "-extensions", "ca", "-subj", "/CN=root", "-key", "P-384.key"]
    openssl(keys, *new, *root, "-out", "root.pem")
    openssl(keys, *new[:-2], "-subj", "/CN=me", "-key", f"{kind}.key", "-out", "me.csr")
    leaf = ["-CA", "root.pem", "-CAkey", "P-384.key", "-CAcreateserial", "-days", "1"]
    extensions = ["-extfile", config, "-extensions", "leaf"]
    openssl(keys, "x509", "-req", "-in", "me.csr", *leaf, *extensions, "-out", "me.pem")
    (tree / f"{LIST}.pem").write_bytes((keys / "me.pem").read_bytes())
    (tree / f"{LIST}.sig").write_bytes(signed(keys, kind, ["-sha256"], tree / LIST))
    root = keys / "root.pem"
    assert run(keys, "openssl", "verify", "-CAfile", root, "me.pem").returncode == 0
    report = checksig.verify(tree, trust=root, identity="me@example.org")
    assert [each.identity for each in report.signatures] == ["me@example.org"]
    with pytest.raises(SignatureUntrusted, match="not that of"):
        checksig.verify(tree, trust=root, identity="you@example.org")


def bundle(keys: Path, kind: str, content: dict[str, Any]) -> bytes:
    """A bundle as cosign 3 writes it: the hint is the SHA-256 of the key in DER."""
    der = openssl(keys, "pkey", "-pubin", "-in", f"{kind}.pub", "-outform", "DER")
    hint = base64.b64encode(hashlib.sha256(der).digest()).decode()
    material = {"publicKey": {"hint": hint}, "tlogEntries": []}
    said = {"mediaType": BUNDLE, "verificationMaterial": material} | content
    return json.dumps(said).encode()


def of_old(value: bytes) -> bytes:
    """A bundle as cosign 1 and 2 write it, with what a log said, which is not looked at."""
    said = {"base64Signature": base64.b64encode(value).decode(), "rekorBundle": {"x": 1}}
    return json.dumps(said).encode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_of_a_signature_by_openssl_holds(keys: Path, tree: Path, kind: str) -> None:
    value = signed(keys, kind, ["-sha256"], tree / LIST)
    digest = {"algorithm": "SHA2_256", "digest": base64.b64encode(bytes(32)).decode()}
    message = {"messageDigest": digest, "signature": base64.b64encode(value).decode()}
    other = keys / ("RSA.pub" if kind != "RSA" else "P-256.pub")
    for data in (of_old(value), bundle(keys, kind, {"messageSignature": message})):
        (tree / f"{LIST}.bundle").write_bytes(data)
        assert checksig.verify(tree, trust=keys / f"{kind}.pub", complete=True).signature
        with pytest.raises(SignatureUntrusted):
            checksig.verify(tree, trust=other)


@pytest.mark.parametrize("kind", KINDS)
def test_a_statement_that_openssl_signed_vouches_for_its_subject(
    keys: Path, tree: Path, kind: str
) -> None:
    said = statement((tree / LIST).read_bytes(), SLSA_1, SLSA_1_SAID)
    encoded = b"DSSEv1 %d %b %d %b" % (len(PAYLOAD), PAYLOAD.encode(), len(said), said)
    (tree.parent / "encoded").write_bytes(encoded)
    value = base64.b64encode(signed(keys, kind, ["-sha256"], tree.parent / "encoded")).decode()
    envelope = {
        "payload": base64.b64encode(said).decode(),
        "payloadType": PAYLOAD,
        "signatures": [{"sig": value}],
    }
    place = tree / f"{LIST}.sigstore.json"
    place.write_bytes(bundle(keys, kind, {"dsseEnvelope": envelope}))
    [signature] = checksig.verify(tree, trust=keys / f"{kind}.pub", complete=True).signatures
    assert (signature.scheme, signature.source) == ("cosign", SOURCE)
    (tree / LIST).write_bytes((tree / LIST).read_bytes() + b"# more\n")
    with pytest.raises(SignatureInvalid, match="about other files"):
        checksig.verify(tree, trust=keys / f"{kind}.pub")
