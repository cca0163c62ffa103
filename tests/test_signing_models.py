"""Directories are signed as models, as model-signing signs and verifies them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from models import CA, CODE, certify, public_pem, secret, secret_pem, use

import checksig
from checksig import CreateError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

FILES = {"a": b"content of a", "sub/b": b"", "sub/c d": b"c" * 5000, "größe": b"x", 'q"\\': b"q"}
CURVES = [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()]
WORDS = "a secret, and no other"

MAIL = x509.SubjectAlternativeName([x509.RFC822Name("me@example.org")])
ROOT = certify("root", 11, [CA])
LOCAL = certify("local", 12, [CA], ROOT)
LEAF = certify("me", 13, [CODE, use(digital_signature=True), MAIL], LOCAL)


@pytest.fixture(autouse=True)
def _no_habits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model, and no signature."""
    root = tmp_path / "a model"
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """A private key, with the public one beside it."""
    (tmp_path / "key.pub").write_bytes(public_pem(secret(1)))
    (tmp_path / "key.pem").write_bytes(secret_pem(secret(1)))
    return tmp_path / "key.pem"


def theirs(model: Path, *how: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program of model-signing on a model."""
    command = [sys.executable, "-W", "ignore", "-m", "model_signing", *how, model]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def verified(model: Path, *how: str | Path) -> bool:
    """Whether model-signing verifies a model."""
    done = theirs(model, "verify", *how, "--signature", model / "model.sig")
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_model_signing_verifies_what_is_signed_here(
    model: Path, tmp_path: Path, curve: ec.EllipticCurve, cli: Cli
) -> None:
    key, public = tmp_path / "key.pem", tmp_path / "key.pub"
    key.write_bytes(secret_pem(secret(7, curve)))
    public.write_bytes(public_pem(secret(7, curve)))
    answer = cli("sign", model, "--key", key)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"SIGNED       {model} · {model / 'model.sig'}\n"
    assert verified(model, "key", "--public_key", public)
    report = checksig.verify(model, trust=public, complete=True)
    assert report.files == len(FILES)
    assert report.signature is not None
    assert report.signature.comment == "model a model"
    (model / "a").write_bytes(b"another")
    assert not verified(model, "key", "--public_key", public)
    assert not checksig.audit(model, trust=public).ok


def test_what_model_signing_signs_is_verified_here(model: Path, pem: Path) -> None:
    done = theirs(model, "sign", "key", "--private_key", pem, "--signature", model / "model.sig")
    assert done.returncode == 0, done.stderr
    assert checksig.verify(model, trust=pem.with_suffix(".pub"), complete=True).ok
    signed = json.loads((model / "model.sig").read_bytes())
    checksig.sign(model, pem, overwrite=True)
    ours = json.loads((model / "model.sig").read_bytes())
    assert ours.keys() == signed.keys()
    assert ours["dsseEnvelope"].keys() == signed["dsseEnvelope"].keys()


def test_a_certificate_vouches_for_the_key_of_a_model(
    model: Path, tmp_path: Path, cli: Cli
) -> None:
    key, own, others, root = (tmp_path / name for name in ("k.pem", "me.pem", "ca.pem", "root.pem"))
    key.write_bytes(secret_pem(LEAF.key))
    own.write_bytes(LEAF.pem)
    others.write_bytes(LOCAL.pem + ROOT.pem)
    root.write_bytes(ROOT.pem)
    chain = ["--certificate-chain", own, "--certificate-chain", others]
    answer = cli("sign", model, "--key", key, *chain)
    assert answer.code == 0, answer.err
    assert verified(model, "certificate", "--certificate_chain", root)
    report = checksig.verify(model, trust=root, identity="me@example.org", complete=True)
    assert report.signature is not None
    with pytest.raises(CreateError, match="the first certificate is not that of the key"):
        checksig.sign(model, key, certificates=[others], overwrite=True)
    with pytest.raises(CreateError, match="a certificate is damaged"):
        checksig.sign(model, key, certificates=[key], overwrite=True)
    with pytest.raises(CreateError, match="nowhere"):
        checksig.sign(model, key, certificates=[tmp_path / "nowhere"], overwrite=True)


@pytest.mark.parametrize("kind", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_key_in_pem_with_a_password_is_used_and_the_password_not_shown(
    model: Path, pem: Path, cli: Cli, kind: PrivateFormat
) -> None:
    locked = secret(1).private_bytes(Encoding.PEM, kind, BestAvailableEncryption(WORDS.encode()))
    pem.write_bytes(locked)
    answer = cli("sign", model, "--key", pem, "--password-file", "-", input=WORDS.encode())
    assert answer.code == 0, answer.err
    assert checksig.verify(model, trust=pem.with_suffix(".pub"), complete=True).ok
    again = ["sign", model, "--key", pem, "--force"]
    answer = cli(*again, "--password-env", "X", env=os.environ | {"X": "sesame"})
    assert (answer.code, answer.out) == (2, "")
    assert "the password is wrong" in answer.err
    assert "sesame" not in answer.err
    with pytest.raises(CreateError, match="it has a password"):
        checksig.sign(model, pem, overwrite=True)


def test_files_of_git_are_left_out_as_model_signing_does(model: Path, pem: Path) -> None:
    (model / ".git/objects").mkdir(parents=True)
    (model / ".git/objects/x").write_bytes(b"x")
    (model / ".gitattributes").write_bytes(b"* text")
    checksig.sign(model, pem)
    public = pem.with_suffix(".pub")
    assert verified(model, "key", "--public_key", public)
    assert verified(model, "key", "--no-ignore-git-paths", "--public_key", public)
    failures = checksig.audit(model, trust=public, complete=True).failures
    assert {each.path for each in failures} == {".gitattributes", ".git/objects/x"}
    assert checksig.verify(model, trust=public, complete=True, exclude=["/.git*"]).ok


def test_a_signature_of_a_model_is_replaced_only_by_force(model: Path, pem: Path, cli: Cli) -> None:
    assert cli("sign", model, "--key", pem).code == 0
    before = (model / "model.sig").read_bytes()
    answer = cli("sign", model, "--key", pem)
    assert (answer.code, "exists already" in answer.err) == (2, True)
    assert (model / "model.sig").read_bytes() == before
    assert cli("sign", model, "--key", pem, "--force").code == 0
    assert checksig.verify(model, trust=pem.with_suffix(".pub"), complete=True).ok


@pytest.mark.parametrize("what", ["link", "fifo", "empty", "name", "bag"])
def test_what_a_signature_of_a_model_cannot_hold_is_refused(
    model: Path, pem: Path, cli: Cli, what: str
) -> None:
    if what == "link":
        (model / "link").symlink_to("a")
    elif what == "fifo":
        os.mkfifo(model / "fifo")
    elif what == "empty":
        model = model.parent / "empty"
        model.mkdir()
    elif what == "name":
        (model / os.fsdecode(b"\xff")).write_bytes(b"")
    else:
        checksig.make_bag(model)
    answer = cli("sign", model, "--key", pem)
    assert (answer.code, answer.out) == (2, "")
    assert not (model / "model.sig").exists()


def other_key(kind: str) -> bytes:
    """A private key that signs no models."""
    made: Any = {
        "curve": lambda: ec.derive_private_key(5, ec.SECP256K1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }[kind]()
    return bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("minisign", "is not a private key in PEM"),
        ("public", "is not a private key in PEM"),
        ("curve", "not on the curve"),
        ("rsa", "not on the curve"),
        ("damaged", "the key is damaged"),
    ],
)
def test_a_key_that_signs_no_models_is_refused(
    model: Path, pem: Path, cli: Cli, kind: str, why: str
) -> None:
    if kind == "minisign":
        pem.write_bytes(b"untrusted comment: minisign secret key\nRWQ\n")
    elif kind == "public":
        pem.write_bytes(public_pem(secret(1)))
    elif kind == "damaged":
        pem.write_bytes(secret_pem(secret(1)).replace(b"\nM", b"\nsesame"))
    else:
        pem.write_bytes(other_key(kind))
    answer = cli("sign", model, "--key", pem)
    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
    assert "sesame" not in answer.err
    assert not (model / "model.sig").exists()


def test_options_of_lists_are_refused_for_directories_and_the_other_way_round(
    model: Path, pem: Path
) -> None:
    with pytest.raises(CreateError, match="have no namespaces"):
        checksig.sign(model, pem, namespace="file")
    with pytest.raises(CreateError, match="certificates are for directories"):
        checksig.sign(model / "a", pem, certificates=[pem])
