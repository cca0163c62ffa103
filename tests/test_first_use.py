"""Trust on first use: the key that came first is remembered, and another is refused after it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from keypairs import KEY
from programs import run

import checksig
from checksig import SignatureInvalid, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

LIST = "SHA256SUMS"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The habitual place, which is not there."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    return tmp_path / "config/checksig/trust.d"


def key_of(directory: Path, name: str) -> Path:
    """A new key of SSH."""
    command = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", name)
    assert run(directory, *command).returncode == 0
    return directory / name


@pytest.fixture
def signed(tree: Path) -> Path:
    """A tree whose list a key of SSH has signed."""
    checksig.sign(tree / LIST, key_of(tree.parent, "first"))
    return tree


def test_the_key_that_came_first_is_remembered_and_said(
    signed: Path, place: Path, cli: Cli
) -> None:
    assert cli("verify", signed, "--require-signature").code == 3
    answer = cli("verify", signed, "--tofu", "--json")
    assert answer.code == 0, answer.err
    [signature] = json.loads(answer.out)["signatures"]
    assert signature["first_use"] is True
    kind, text, _ = (signed.parent / "first.pub").read_text().split()
    policy = (place / "policy.toml").read_text()
    assert policy == f'[[rule]]\nfor = ["{signed / LIST}"]\nkeys = ["{kind} {text}"]\n'
    for options in ([], ["--tofu"]):
        answer = cli("verify", signed, *options)
        assert answer.code == 0
        assert "signed by ssh key SHA256:" in answer.out
        assert "first use" not in answer.out
    assert (place / "policy.toml").read_text() == policy


def test_the_verdict_says_that_nobody_named_the_key(signed: Path, cli: Cli) -> None:
    answer = cli("verify", signed, "--tofu")
    assert answer.code == 0
    assert "(trusted on first use: nobody named this key)" in " ".join(answer.out.split())


def test_another_key_than_the_first_is_refused(signed: Path, cli: Cli) -> None:
    assert cli("verify", signed, "--tofu").code == 0
    checksig.sign(signed / LIST, key_of(signed.parent, "second"), overwrite=True)
    for options in ([], ["--tofu"]):
        answer = cli("verify", signed, *options)
        assert (answer.code, answer.out) == (3, "")
        assert "which you do not trust" in answer.err
    (signed / f"{LIST}.sig").unlink()
    assert cli("verify", signed).code == 3


def test_a_list_at_another_path_is_another_one(
    signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other [a-z]*"
    checksig.verify(signed, tofu=True)
    signed.rename(other)
    with pytest.raises(SignatureUntrusted):
        checksig.verify(other, require_signature=True)
    assert checksig.verify(other, tofu=True).signatures[0].first_use
    monkeypatch.chdir(other)
    assert not checksig.verify(".", require_signature=True).signatures[0].first_use


def test_a_signature_that_does_not_hold_is_not_remembered(signed: Path, place: Path) -> None:
    (signed / LIST).write_text((signed / LIST).read_text().upper())
    with pytest.raises(SignatureInvalid):
        checksig.verify(signed, tofu=True)
    (signed / f"{LIST}.sig").unlink()
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.verify(signed, tofu=True)
    assert not place.exists()


def test_a_scheme_whose_signatures_carry_no_key_has_no_first_use(tree: Path, place: Path) -> None:
    (tree / f"{LIST}.minisig").write_bytes(KEY.minisign((tree / LIST).read_bytes()))
    with pytest.raises(SignatureUntrusted, match="minisign carry no key that could be trusted"):
        checksig.verify(tree, tofu=True)
    assert not place.exists()


def test_a_key_that_is_trusted_already_is_not_remembered(signed: Path, place: Path) -> None:
    place.mkdir(parents=True)
    (place / "me.pub").write_bytes((signed.parent / "first.pub").read_bytes())
    assert not checksig.verify(signed, tofu=True).signatures[0].first_use
    assert [path.name for path in place.iterdir()] == ["me.pub"]


def test_an_identity_is_not_taken_on_first_use(signed: Path, place: Path) -> None:
    with pytest.raises(SignatureUntrusted, match="nothing says that it is that of me"):
        checksig.verify(signed, tofu=True, identity="me@example.org")
    assert not place.exists()


def test_the_namespace_is_remembered(tree: Path, place: Path) -> None:
    checksig.sign(tree / LIST, key_of(tree.parent, "first"), namespace="file")
    with pytest.raises(SignatureUntrusted, match="namespace"):
        checksig.verify(tree, tofu=True)
    assert checksig.verify(tree, tofu=True, namespace="file").ok
    assert 'namespace = "file"\n' in (place / "policy.toml").read_text()
    assert checksig.verify(tree).signature is not None


def test_a_key_that_cannot_be_remembered_is_not_trusted(signed: Path, place: Path) -> None:
    place.parent.mkdir(parents=True)
    place.write_text("in the way")
    with pytest.raises(checksig.ChecksigError):
        checksig.verify(signed, tofu=True)
    place.unlink()
    place.mkdir()
    (place / "policy.toml").write_text("nonsense")
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed, tofu=True)


@pytest.mark.parametrize(
    "options", [["--trust", "x"], ["--signature", "x"], ["--signers", "2"]], ids=str
)
def test_first_use_is_for_a_key_that_nobody_names(
    signed: Path, cli: Cli, options: list[str]
) -> None:
    answer = cli("verify", signed, "--tofu", *options)
    assert (answer.code, answer.out) == (2, "")
    assert "tofu is for when no key is given" in answer.err


def test_one_file_is_not_trusted_on_first_use(signed: Path, cli: Cli) -> None:
    with pytest.raises(TypeError, match="tofu"):
        checksig.check_signature(signed / LIST, tofu=True)  # type: ignore[call-arg]
    assert cli("check-signature", signed / LIST, "--tofu").code == 2


def test_a_revoked_key_is_not_trusted_on_first_use(signed: Path, place: Path) -> None:
    with pytest.raises(SignatureUntrusted, match="is revoked"):
        checksig.verify(signed, tofu=True, revoked=signed.parent / "first.pub")
    assert not place.exists()
