"""The message about a missing package says how to install it, here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

import checksig
from checksig._schemes import MissingExtraError
from checksig._trust.extras import sentence

if TYPE_CHECKING:
    from pathlib import Path

PIP = "pip install 'checksig[openpgp]'"


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        ("nothing", "", PIP),
        ("pyvenv.cfg", "home = /usr/bin\nversion = 3.13.1\n", PIP),
        ("pyvenv.cfg", "home = /usr/bin\nuv = 0.9.2\n", f"uv {PIP}"),
        ("pyvenv.cfg", "home = /opt/uv = 1\n", PIP),
        ("uv-receipt.toml", "", "uv tool install 'checksig[openpgp]'"),
        ("pipx_metadata.json", "", "pipx install --force 'checksig[openpgp]'"),
    ],
)
def test_the_line_is_that_of_what_made_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, content: str, line: str
) -> None:
    monkeypatch.delenv("CHECKSIG_IMAGE", raising=False)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    (tmp_path / file).write_text(content)
    assert sentence(MissingExtraError("OpenPGP", "openpgp")) == f"OpenPGP needs a package: {line}"


def test_in_an_image_the_line_is_one_for_another_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKSIG_IMAGE", "1")
    said = sentence(MissingExtraError("OpenPGP", "openpgp"))
    assert said.endswith(f"RUN {PIP}")
    assert "FROM this one" in said


def test_a_missing_package_of_a_signer_is_named(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import minisign

    pair = minisign.KeyPair.generate()
    pair.secret_key.untrusted_comment = "a key"
    key = tree.parent / "key.sec"
    key.write_bytes(bytes(pair.secret_key) + b"\n")
    monkeypatch.setitem(sys.modules, "minisign", None)
    with pytest.raises(checksig.CreateError, match=r"install 'checksig\[trust\]'"):
        checksig.sign(tree / "SHA256SUMS", key)
