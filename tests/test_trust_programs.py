"""What minisign and signify sign holds here, and what they refuse is refused here."""

from __future__ import annotations

from subprocess import DEVNULL
from typing import TYPE_CHECKING

import pytest
from programs import run

import checksig
from checksig import SignatureInvalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

LIST = "SHA256SUMS"


def succeed(directory: Path, *command: str | Path) -> None:
    """Run a program that has to succeed."""
    done = run(directory, *command)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("legacy", [[], ["-l"]], ids=["prehashed", "legacy"])
def test_what_minisign_signs_holds(tree: Path, legacy: list[str]) -> None:
    keys = tree.parent
    succeed(keys, "minisign", "-G", "-W", "-p", "key.pub", "-s", "key.sec")
    comment = "a comment, which is signed"
    succeed(tree, "minisign", "-S", *legacy, "-s", keys / "key.sec", "-t", comment, "-m", LIST)
    report = checksig.verify(tree, trust=keys / "key.pub", complete=True)
    assert report.signature is not None
    assert report.signature.comment == comment
    assert report.signature.key_id in (keys / "key.pub").read_text()
    line = (keys / "key.pub").read_text().splitlines()[1]
    (keys / "line.pub").write_text(line)
    assert checksig.verify(tree, trust=keys / "line.pub").signature == report.signature
    with pytest.raises(checksig.SignatureUntrusted, match="secret key"):
        checksig.verify(tree, trust=keys / "key.sec")
    (tree / LIST).write_text((tree / LIST).read_text().upper())
    assert run(tree, "minisign", "-V", "-p", keys / "key.pub", "-m", LIST).returncode != 0
    with pytest.raises(SignatureInvalid):
        checksig.verify(tree, trust=keys / "key.pub")


@pytest.mark.parametrize("embedded", [False, True], ids=["detached", "embedded"])
def test_what_signify_signs_holds(tree: Path, *, embedded: bool) -> None:
    keys, inside = tree.parent, ["-e"] if embedded else []
    succeed(keys, "signify-openbsd", "-G", "-n", "-p", "key.pub", "-s", "key.sec")
    sign = ["signify-openbsd", "-S", *inside, "-s", keys / "key.sec", "-m", LIST]
    succeed(tree, *sign, "-x", f"{LIST}.sig")
    if embedded:
        (tree / LIST).unlink()
    report = checksig.verify(tree, trust=keys / "key.pub", complete=True)
    assert report.files == 1
    assert [signature.scheme for signature in report.signatures] == ["signify"]
    with pytest.raises(checksig.SignatureUntrusted, match="secret key"):
        checksig.verify(tree, trust=keys / "key.sec")
    with (tree / (f"{LIST}.sig" if embedded else LIST)).open("ab") as file:
        file.write(b"# more\n")
    check = ["signify-openbsd", "-V", *inside, "-p", keys / "key.pub", "-m", LIST]
    assert run(tree, *check, "-x", f"{LIST}.sig").returncode != 0
    with pytest.raises(SignatureInvalid):
        checksig.verify(tree, trust=keys / "key.pub")


def test_minisign_accepts_what_is_signed_here(tree: Path, cli: Callable[..., Answer]) -> None:
    keys = tree.parent
    succeed(keys, "minisign", "-G", "-W", "-p", "key.pub", "-s", "key.sec")
    answer = cli("sign", tree / LIST, "--key", keys / "key.sec")
    assert answer.code == 0, answer.err
    succeed(tree, "minisign", "-V", "-p", keys / "key.pub", "-m", LIST)
    report = checksig.verify(tree, trust=keys / "key.pub", complete=True)
    assert report.signature is not None
    assert report.signature.comment is not None
    assert f"file:{LIST}" in report.signature.comment
    answer = cli("sign", tree / LIST, "--key", keys / "key.sec")
    assert (answer.code, answer.out) == (2, "")
    assert cli("sign", tree / LIST, "--key", keys / "key.sec", "--force").code == 0


def test_a_list_can_be_made_and_signed_in_one_go(tree: Path, cli: Callable[..., Answer]) -> None:
    keys = tree.parent
    succeed(keys, "minisign", "-G", "-W", "-p", "key.pub", "-s", "key.sec")
    signed = tree / f"{LIST}.minisig"
    answer = cli("create", tree, "--force", "--sign", keys / "key.pub")
    assert (answer.code, answer.out) == (2, "")
    assert not signed.exists()
    answer = cli("create", tree, "--force", "--sign", keys / "key.sec")
    assert answer.code == 0, answer.err
    assert str(signed) in answer.out
    assert checksig.verify(tree, trust=keys / "key.pub", complete=True).files == 1
    assert cli("create", tree, "-o", "-", "--sign", keys / "key.sec").code == 2
    created = checksig.create(
        tree, overwrite=True, update=True, signer=checksig.Signer.of(keys / "key.sec")
    )
    assert created.signatures == (str(signed),)


def test_ssh_keygen_signs(tree: Path, cli: Callable[..., Answer]) -> None:
    keys = tree.parent
    succeed(keys, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key")
    answer = cli("sign", tree / LIST, "--key", keys / "key")
    assert answer.code == 0, answer.err
    (keys / "allowed").write_text(f"me@example.org {(keys / 'key.pub').read_text()}")
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "me@example.org"]
    with (tree / LIST).open("rb") as file:
        done = run(keys, *command, "-n", "checksig", "-s", tree / f"{LIST}.sig", stdin=file)
    assert done.returncode == 0, done.stderr


def test_a_password_is_asked_for(tree: Path, cli: Callable[..., Answer]) -> None:
    import minisign

    pair = minisign.KeyPair.generate()
    pair.secret_key.encrypt("a secret", opslimit=1 << 15, memlimit=1 << 24)
    key, public = tree.parent / "key.sec", tree.parent / "key.pub"
    pair.secret_key.untrusted_comment = "a key"
    key.write_bytes(bytes(pair.secret_key) + b"\n")
    public.write_bytes(bytes(pair.public_key) + b"\n")
    with pytest.raises(checksig.CreateError, match="has a password"):
        checksig.sign(tree / LIST, key)
    with pytest.raises(checksig.CreateError) as caught:
        checksig.sign(tree / LIST, key, password=lambda: "another secret")
    assert "secret" not in str(caught.value).replace("key.sec", "")
    assert not (tree / f"{LIST}.minisig").exists()
    with pytest.raises(checksig.CreateError, match="not UTF-8"):
        checksig.sign(tree / LIST, key, password=lambda: "a \udcff")
    # It is asked for on a terminal, and on nothing else.
    answer = cli("sign", tree / LIST, "--key", key, stdin=DEVNULL, start_new_session=True)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "checksig: there is no terminal to ask for the password on\n"
    checksig.sign(tree / LIST, key, password=lambda: "a secret")
    assert checksig.verify(tree, trust=public).signature is not None
