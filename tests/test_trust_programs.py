"""What minisign and signify sign holds here, and what they refuse is refused here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from programs import run

import checksig
from checksig import SignatureInvalid

if TYPE_CHECKING:
    from pathlib import Path

LIST = "SHA256SUMS"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with a list that is not signed."""
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a").write_bytes(b"content")
    checksig.create(root)
    return root


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
