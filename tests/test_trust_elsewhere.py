"""Rules for lists at addresses, and keys that are trusted there on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from keypairs import KEY, OTHER
from programs import run
from servers.web import serving
from trees import sha256

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Cli

fsspec = pytest.importorskip("fsspec", reason="fsspec: make .venv/made/stores brings it")


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of keys that count for whoever names none."""
    place = tmp_path / "keys"
    place.mkdir()
    monkeypatch.setenv("CHECKSIG_TRUST", str(place))
    (place / "key.pub").write_bytes(KEY.public)
    return place


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory with an unsigned list."""
    root = tmp_path / "Set"
    root.mkdir()
    (root / "tool").write_bytes(b"tool")
    (root / "SHA256SUMS").write_text(f"{sha256(b'tool')}  tool\n")
    return root


def _within(root: Path) -> Any:
    from fsspec.implementations.dirfs import DirFileSystem

    return DirFileSystem(str(root), fsspec.filesystem("file"))


@pytest.mark.parametrize(
    ("glob", "of"),
    [
        ("URL/SHA256SUMS", str),
        ("URL/*", str),
        ("*://*/SHA256SUMS", str),
        ("UPPER/SHA256SUMS", str),
        ("ROOT/*", lambda _: "ROOT"),
        ("ROOT/*", lambda _: "simplecache::file://ROOT/"),
        ("ROOT/*", _within),
        ("ROOT/SHA256SUMS", _within),
    ],
)
def test_a_rule_is_for_an_address_or_for_what_it_leads_to(
    keys: Path, root: Path, glob: str, of: Callable[[Any], Any]
) -> None:
    with serving(root) as web:
        url = web.url.rstrip("/")
        upper = url.replace("http://", "HTTP://")
        names = {"URL": url, "UPPER": upper, "ROOT": str(root)}
        for name, value in names.items():
            glob = glob.replace(name, value)
        place = of(f"{url}/SHA256SUMS") if of is str else of(root)
        place = place.replace("ROOT", str(root)) if isinstance(place, str) else place
        policy = keys / "policy.toml"
        policy.write_text(f'[[rule]]\nfor = "{glob}"\nkeys = "key.pub"\n')
        with pytest.raises(checksig.SignatureUntrusted, match="is not signed"):
            checksig.verify(place)
        (root / "SHA256SUMS.minisig").write_bytes(KEY.minisign((root / "SHA256SUMS").read_bytes()))
        assert checksig.verify(place).signature is not None
        (root / "SHA256SUMS.minisig").write_bytes(
            OTHER.minisign((root / "SHA256SUMS").read_bytes())
        )
        with pytest.raises(checksig.SignatureUntrusted, match="which you do not trust"):
            checksig.verify(place)


def test_a_key_that_was_trusted_first_counts_for_an_address_wherever_one_is(
    root: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    for name in ("key", "other"):
        run(tmp_path, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name)
    sign = ("ssh-keygen", "-q", "-Y", "sign", "-n", "checksig", "-f")
    run(tmp_path, *sign, "key", root / "SHA256SUMS")
    with serving(root) as web:
        address = f"{web.url.rstrip('/')}/SHA256SUMS"
        monkeypatch.chdir(root)
        first = cli("verify", address, "--tofu")
        assert first.code == 0
        assert "trusted on first use" in " ".join(first.out.split())
        monkeypatch.chdir(tmp_path)
        (root / "SHA256SUMS.sig").unlink()
        assert cli("verify", address).code == 3
        run(tmp_path, *sign, "other", root / "SHA256SUMS")
        assert cli("verify", address, "--tofu").code == 3
