"""Key pairs are made as minisign makes them; passwords go where they are used, and nowhere else."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from subprocess import DEVNULL
from typing import TYPE_CHECKING

import pytest
from programs import run

import checksig
from checksig import CreateError
from checksig._schemes import _minisign_pair

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

LIST = "SHA256SUMS"
WORDS = "a secret, and no other"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that are stretched less."""
    monkeypatch.setattr(_minisign_pair, "_OPERATIONS", 1 << 15)
    monkeypatch.setattr(_minisign_pair, "_MEMORY", 1 << 24)


@pytest.fixture
def key(tmp_path: Path, quick: None) -> Path:
    """A secret key that has a password."""
    del quick
    return tmp_path.joinpath(checksig.keygen(tmp_path / "release", password=lambda: WORDS).key)


def test_what_is_made_signs_and_is_printed_as_text(tmp_path: Path, tree: Path, cli: Cli) -> None:
    answer = cli("keygen", "--no-password", cwd=tmp_path)
    assert answer.code == 0, answer.err
    first, text = answer.out.splitlines()
    assert first.startswith("CREATED      minisign.key, minisign.pub · minisign key ")
    public = (tmp_path / "minisign.pub").read_text().splitlines()
    assert public[1] == text
    assert first.endswith(f" {public[0].removeprefix('untrusted comment: minisign public key ')}")
    assert (tmp_path / "minisign.key").stat().st_mode & 0o777 == 0o600
    assert cli("sign", tree / LIST, "--key", tmp_path / "minisign.key").code == 0
    assert checksig.verify(tree, trust=tmp_path / "minisign.pub", complete=True).ok


def test_minisign_signs_with_a_key_that_is_made_here(tmp_path: Path, tree: Path) -> None:
    pair = checksig.keygen(tmp_path / "k", password=None)
    done = run(tree, "minisign", "-S", "-W", "-s", pair.key, "-m", LIST)
    assert done.returncode == 0, done.stderr
    report = checksig.verify(tree, trust=pair.public)
    assert report.signature is not None
    assert report.signature.key_id == pair.id
    checksig.sign(tree / LIST, pair.key, overwrite=True)
    done = run(tree, "minisign", "-V", "-P", pair.text, "-m", LIST)
    assert done.returncode == 0, done.stderr


def test_minisign_takes_the_password_of_a_key_that_is_made_here(
    tmp_path: Path, tree: Path, cli: Cli
) -> None:
    (tmp_path / "pw").write_text(WORDS + "\n")
    (tmp_path / "pw").chmod(0o600)
    answer = cli("keygen", tmp_path / "k", "--password-file", tmp_path / "pw")
    assert (answer.code, answer.err) == (0, "")
    assert "encrypted secret key" in (tmp_path / "k.key").read_text()
    with (tmp_path / "pw").open("rb") as file:
        command = ("minisign", "-S", "-s", tmp_path / "k.key", "-m", LIST)
        done = run(tree, *command, stdin=file)
    assert done.returncode == 0, done.stderr
    assert checksig.verify(tree, trust=tmp_path / "k.pub").ok


@pytest.mark.parametrize("ending", ["key", "pub"])
def test_a_key_pair_takes_the_place_of_nothing(tmp_path: Path, cli: Cli, ending: str) -> None:
    there = tmp_path / f"release.{ending}"
    there.write_text("precious")
    answer = cli("keygen", tmp_path / "release", "--no-password")
    assert (answer.code, answer.out) == (2, "")
    assert "exists already" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == [there.name]
    assert there.read_text() == "precious"


def test_no_key_is_left_without_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def failing(source: bytes, target: bytes) -> None:
        if target.endswith(b".pub"):
            (tmp_path / "k.pub").write_text("it came in between")
        link(source, target)

    monkeypatch.setattr(os, "link", failing)
    with pytest.raises(CreateError, match="exists already"):
        checksig.keygen(tmp_path / "k", password=None)
    assert [path.name for path in tmp_path.iterdir()] == ["k.pub"]
    assert (tmp_path / "k.pub").read_text() == "it came in between"


def test_no_key_is_left_where_it_may_not_outlast_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: bytes) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(checksig._files, "sync_directory", failing)  # type: ignore[attr-defined]
    with pytest.raises(CreateError, match="may not outlast a crash"):
        checksig.keygen(tmp_path / "k", password=None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("line", [WORDS, f"{WORDS}\n", f"{WORDS}\r\n", f"{WORDS}\nmore\n"])
def test_the_password_in_a_file_is_its_first_line(
    tmp_path: Path, tree: Path, key: Path, cli: Cli, line: str
) -> None:
    file = tmp_path / "pw"
    file.write_bytes(line.encode())
    file.chmod(0o600)
    answer = cli("sign", tree / LIST, "--key", key, "--password-file", file)
    assert (answer.code, answer.err) == (0, "")
    assert checksig.verify(tree, trust=key.with_suffix(".pub")).ok


def test_a_password_that_others_may_read_is_said(
    tmp_path: Path, tree: Path, key: Path, cli: Cli
) -> None:
    file = tmp_path / "pw"
    file.write_text(WORDS)
    file.chmod(0o644)
    answer = cli("sign", tree / LIST, "--key", key, "--password-file", file)
    assert (answer.code, answer.err) == (0, f"checksig: others can read the password in {file}\n")


def test_a_password_comes_from_standard_input_or_a_variable(
    tree: Path, key: Path, cli: Cli
) -> None:
    there = ["sign", tree / LIST, "--force", "--key", key]
    assert cli(*there, "--password-file", "-", input=f"{WORDS}\n".encode()).code == 0
    environment = os.environ | {"MY_PASSWORD": WORDS}
    assert cli(*there, "--password-env", "MY_PASSWORD", env=environment).code == 0
    answer = cli(*there, "--password-env", "MY_PASSWORD", "--password-file", "-")
    assert (answer.code, "not allowed with" in answer.err) == (2, True)
    create = ["create", tree, "--force", "--sign", key, "--password-env", "MY_PASSWORD"]
    answer = cli(*create, env=environment)
    assert answer.code == 0, answer.err
    assert checksig.verify(tree, trust=key.with_suffix(".pub"), complete=True).ok


@pytest.mark.parametrize(
    "case",
    [
        (["--password-file", "-"], b"", "it is empty"),
        (["--password-file", "-"], b"\n", "it is empty"),
        (["--password-file", "-"], b"sesame \xff\n", "is not UTF-8"),
        (["--password-file", "-"], b"sesame" * 1000, "is longer than 4096 bytes"),
        (["--password-file", "-"], b"sesame\n", "wrong password"),
        (["--password-file", "nowhere"], b"", "cannot read the password in"),
        (["--password-file", "."], b"", "cannot read the password in"),
        (
            ["--password-env", "NO_SUCH_VARIABLE"],
            b"",
            "the environment has no variable NO_SUCH_VARIABLE",
        ),
        (["--password-env", "ODD"], b"", "is not UTF-8"),
        (["--password-env", "EMPTY"], b"", "it is empty"),
    ],
)
def test_a_password_that_is_none_ends_the_run_and_is_not_shown(
    tree: Path, key: Path, cli: Cli, case: tuple[list[str], bytes, str]
) -> None:
    source, given, why = case
    environment = {**os.environb, b"ODD": b"sesame \xff", b"EMPTY": b""}
    answer = cli("sign", tree / LIST, "--key", key, *source, input=given, env=environment)
    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
    assert "sesame" not in answer.err
    assert not (tree / f"{LIST}.minisig").exists()


def test_a_password_for_nothing_is_refused(tree: Path, cli: Cli) -> None:
    answer = cli("create", tree, "--force", "--password-env", "X")
    assert (answer.code, "a password needs a key (--sign)" in answer.err) == (2, True)
    keys = tree.parent
    assert run(keys, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key").returncode == 0
    answer = cli("sign", tree / LIST, "--key", keys / "key", "--password-env", "X")
    assert (answer.code, "ssh-keygen asks for the password" in answer.err) == (2, True)


def typed(directory: Path, *rows: str) -> tuple[int, str]:
    """Make a key pair, with these rows typed on a terminal; return the exit code and all output."""
    mine, its = pty.openpty()
    command = ["setsid", "--ctty", "--wait", sys.executable, "-m", "checksig", "keygen", "k"]
    with subprocess.Popen(command, cwd=directory, stdin=its, stdout=its, stderr=its) as process:
        os.close(its)
        said, asked = b"", 0
        while select.select([mine], [], [], 30)[0]:
            try:
                said += os.read(mine, 1024)
            except OSError:  # nobody has the other end open any more
                break
            if said.count(b": ") > asked and asked < len(rows) and said.endswith(b": "):
                os.write(mine, rows[asked].encode() + b"\n")
                asked += 1
        os.close(mine)
    return process.returncode, said.decode()


def test_a_password_is_asked_for_twice_on_a_terminal(tmp_path: Path) -> None:
    code, said = typed(tmp_path, "sesame", "sesame")
    assert code == 0, said
    assert "Password: " in said
    assert "Password (again): " in said
    assert "sesame" not in said
    assert "encrypted secret key" in (tmp_path / "k.key").read_text()


@pytest.mark.parametrize(
    ("rows", "why"), [(("sesame", "sesam"), "not the same"), (("",), "the password is empty")]
)
def test_a_password_that_is_mistyped_makes_no_key(
    tmp_path: Path, rows: tuple[str, ...], why: str
) -> None:
    code, said = typed(tmp_path, *rows)
    assert code == 2
    assert why in said
    assert not list(tmp_path.iterdir())


def test_without_a_terminal_no_key_is_made(tmp_path: Path, cli: Cli) -> None:
    answer = cli("keygen", cwd=tmp_path, stdin=DEVNULL, start_new_session=True)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "checksig: there is no terminal to ask for the password on\n"
    assert not list(tmp_path.iterdir())


def test_a_secret_key_is_not_shown_by_what_stands_for_it(key: Path) -> None:
    pair = checksig.KeyPair(str(key), "x.pub", "1", "RWQ")
    assert key.read_text().splitlines()[1] not in repr(pair)
    signer = checksig.Signer.of(key, password=lambda: WORDS)
    assert WORDS not in repr(signer)
