"""Keys that are typed, fingerprints of keys in the habitual places, and where those are."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from keypairs import KEY, OTHER, Pair
from platformdirs import windows
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from programs import run

import checksig
from checksig import KeyFileError, SignatureUntrusted
from checksig._trust import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Answer

    Cli = Callable[..., Answer]

LIST = "SHA256SUMS"


def line(pair: object) -> str:
    """A public key of minisign, as it is typed."""
    return str(pair.public.decode().splitlines()[1])  # type: ignore[attr-defined]


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The habitual place, with a key."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    place = tmp_path / "config/checksig/trust.d"
    place.mkdir(parents=True)
    (place / "other.pub").write_bytes(OTHER.public)
    return place


@pytest.fixture
def signed(tree: Path, trusted: Path) -> Path:
    """A tree whose list ``KEY`` has signed, which nobody trusts."""
    del trusted
    (tree / f"{LIST}.minisig").write_bytes(KEY.minisign((tree / LIST).read_bytes()))
    return tree


def test_a_key_of_minisign_is_typed(signed: Path, cli: Cli) -> None:
    report = checksig.verify(signed, trust=line(KEY), complete=True)
    assert report.signature is not None
    assert cli("verify", signed, "--trust", line(KEY)).code == 0
    assert cli("verify", signed, "--trust", line(OTHER)).code == 3
    two = ["--trust", line(KEY), "--trust", line(OTHER)]
    assert cli("verify", signed, *two).code == 0
    assert cli("verify", signed, *two, "--signers", "2").code == 3
    path = signed / LIST
    assert checksig.check_signature(path, trust=[line(KEY)]).key_id == report.signature.key_id


def test_a_key_of_ssh_is_typed(tree: Path, cli: Cli) -> None:
    keys = tree.parent
    assert run(keys, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key").returncode == 0
    checksig.sign(tree / LIST, keys / "key")
    text = (keys / "key.pub").read_text().strip()
    assert cli("verify", tree, "--trust", text).code == 0
    assert cli("verify", tree, "--trust", " ".join(text.split()[:2])).code == 0


def test_a_key_in_armour_is_typed(signed: Path) -> None:
    with pytest.raises(SignatureUntrusted, match="the typed key"):
        checksig.verify(signed, trust="-----BEGIN PUBLIC KEY-----\nnonsense")


def test_a_key_that_may_be_a_file_is_neither(
    signed: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    pair = next(p for p in map(Pair.of, range(3, 99)) if "/" not in line(p))
    (signed / f"{LIST}.minisig").write_bytes(pair.minisign((signed / LIST).read_bytes()))
    text = line(pair)
    assert cli("verify", signed, "--trust", text).code == 0
    Path(text).write_bytes(OTHER.public)
    answer = cli("verify", signed, "--trust", text)
    assert (answer.code, answer.out) == (2, "")
    assert "is a file, and may be a typed key" in answer.err
    with pytest.raises(KeyFileError):
        checksig.verify(signed, trust=text)
    with pytest.raises(SignatureUntrusted):  # the file, which holds the other key
        checksig.verify(signed, trust=f"./{text}")
    with pytest.raises(SignatureUntrusted):  # what is no str is a path
        checksig.verify(signed, trust=Path(text))
    Path(text).unlink()
    Path(text).symlink_to("nowhere")
    with pytest.raises(KeyFileError):
        checksig.verify(signed, trust=text)


@pytest.mark.parametrize("kind", ["minisign", "signify", "pem"])
def test_a_secret_key_that_is_typed_is_refused_and_not_shown(
    signed: Path, cli: Cli, kind: str, tmp_path: Path
) -> None:
    if kind == "minisign":
        pair = checksig.keygen(tmp_path / "k", password=None)
        text = Path(pair.key).read_text().splitlines()[1]
    elif kind == "signify":
        made = run(tmp_path, "signify-openbsd", "-G", "-n", "-p", "k.pub", "-s", "k.sec")
        assert made.returncode == 0
        text = (tmp_path / "k.sec").read_text().splitlines()[1]
    else:
        text = "-----BEGIN PRIVATE KEY-----\nsesame\n-----END PRIVATE KEY-----"
    answer = cli("verify", signed, f"--trust={text}")
    assert (answer.code, answer.out) == (3, "")
    assert "this is a secret key" in answer.err
    assert text[30:50] not in answer.err


def test_a_key_that_is_typed_has_no_path_for_its_source() -> None:
    from checksig._trust import typed

    [key, _] = typed.read(line(KEY), [])
    assert key.source == "typed"
    assert key.id == "101010101010101"


@pytest.fixture
def certificate(trusted: Path, tree: Path) -> str:
    """The fingerprint of an OpenPGP certificate in the habitual place, which signed a list."""
    import pysequoia

    secret = pysequoia.Tsk.generate("A <a@example.org>")
    cert = secret.extract_certificate()
    (trusted / "me.pgp").write_bytes(bytes(cert))
    mode = pysequoia.SignatureMode.DETACHED
    signature = pysequoia.sign(secret.signer(), (tree / LIST).read_bytes(), mode=mode)
    (tree / f"{LIST}.asc").write_bytes(signature)
    return str(cert.fingerprint)


def spaced(text: str) -> str:
    """A fingerprint as gpg prints it."""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def test_a_fingerprint_names_a_certificate_in_the_habitual_place(
    tree: Path, trusted: Path, certificate: str, cli: Cli
) -> None:
    digest = hashlib.sha256((trusted / "me.pgp").read_bytes()).hexdigest()
    for text in (certificate, certificate.upper(), spaced(certificate), f"sha256:{digest}"):
        answer = cli("verify", tree, "--trust", text)
        assert answer.code == 0, answer.err
        assert f"openpgp key {certificate.upper()} at " in " ".join(answer.out.split())


@pytest.mark.parametrize(
    "text", ["0" * 40, "0" * 64, f"sha256:{'0' * 64}", f"SHA256:{'A' * 43}"], ids=len
)
def test_a_fingerprint_of_no_key_is_not_trusted(
    signed: Path, trusted: Path, cli: Cli, text: str
) -> None:
    answer = cli("verify", signed, "--trust", text)
    assert (answer.code, answer.out) == (3, "")
    assert f'no key with the fingerprint {text} is in "{trusted}"' in answer.err


def test_a_fingerprint_of_ssh_and_of_pem_names_a_key_as_well(
    tree: Path, trusted: Path, cli: Cli
) -> None:
    from checksig._schemes import keys_in
    from checksig._trust.primitives import PRIMITIVES

    keys = tree.parent
    assert run(keys, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key").returncode == 0
    checksig.sign(tree / LIST, keys / "key")
    (trusted / "key.pub").write_bytes((keys / "key.pub").read_bytes())
    [key] = keys_in((keys / "key.pub").read_bytes(), "", PRIMITIVES)
    assert cli("verify", tree, "--trust", key.id).code == 0
    (trusted / "key.pub").unlink()
    assert cli("verify", tree, "--trust", key.id).code == 3


def test_a_fingerprint_alone_does_not_let_other_habitual_keys_count(
    signed: Path, trusted: Path, certificate: str, cli: Cli
) -> None:
    (signed / f"{LIST}.asc").unlink()
    (trusted / "key.pub").write_bytes(KEY.public)
    assert cli("verify", signed, "--require-signature").code == 0
    assert cli("verify", signed, "--trust", certificate).code == 3


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("base", [None, "", "relative/config", "/some/where"])
def test_habitual_places_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, platform: str, base: str | None
) -> None:
    name = "LOCALAPPDATA" if platform == "win32" else "XDG_CONFIG_HOME"
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    monkeypatch.delenv(name, raising=False)
    if base is not None:
        monkeypatch.setenv(name, base)
    monkeypatch.setattr(windows, "get_win_folder", windows.get_win_folder_from_env_vars)
    kinds = {"linux": Unix, "darwin": MacOS, "win32": windows.Windows}
    if platform == "win32" and base != "/some/where":  # it asks Windows then
        theirs = Path("~/AppData/Local/checksig").expanduser()
    else:
        theirs = Path(kinds[platform]("checksig", False).user_config_dir.replace("\\", "/"))
    monkeypatch.setattr(sys, "platform", platform)
    [ours] = policy.default_files(wanted=True)
    assert os.fsdecode(ours) == str(theirs / "trust.d")


SECRETS = {
    "minisign": "untrusted comment: minisign encrypted secret key\nRWRTY0Iy" + "A" * 60,
    "minisign-line": " RWRTY0Iy" + "A" * 60,
    "ssh": "b3BlbnNzaC1rZXktdjE" + "A" * 51 + "\n" + "B" * 70,
    "pem": "-----BEGIN PRIVATE KEY-----\nMIGHAgEA" + "C" * 56 + "\n-----END PRIVATE KEY-----\n",
    "der": "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg" + "D" * 40,
}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "command",
    [
        ("verify", "{tree}", "--trust", "{text}"),
        ("verify", "{tree}", "--trust", "{key}", "--revoked", "{text}"),
        ("verify", "{tree}", "--trust", "{key}", "--signature", "{text}"),
        ("trust", "add", "{text}"),
        ("sign", "{tree}/SHA256SUMS", "--key", "{text}"),
        ("create", "{tree}", "--force", "--sign", "{text}"),
    ],
    ids=lambda command: " ".join(command[:4]),
)
def test_the_text_of_a_key_in_the_place_of_a_file_is_not_shown(
    tree: Path, cli: Cli, name: str, command: tuple[str, ...]
) -> None:
    secret = SECRETS[name]
    key = tree.parent / "key.pub"
    key.write_bytes(KEY.public)
    answer = cli(*[each.format(tree=tree, key=key, text=secret) for each in command])
    assert answer.code in {2, 3}
    for line in filter(None, secret.split("\n")):
        if not line.startswith(("-----", "untrusted")):
            assert line.strip() not in answer.out + answer.err
