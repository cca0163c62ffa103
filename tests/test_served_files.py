"""Single files on servers, by a digest or by the lists beside them."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any, Final

import pytest
from keypairs import KEY
from servers.corpus import listed
from servers.faults import FAULTS
from servers.reply import Reply
from servers.web import serving

import checksig
from checksig._formats import likely

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from programs import Answer
    from servers import Store
    from servers.web import Web

_DATA: Final = os.urandom(100_000)
_DIGEST: Final = f"sha256:{hashlib.sha256(_DATA).hexdigest()}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory with a file, which a server has."""
    root = tmp_path / "served"
    root.mkdir()
    (root / "tool.run").write_bytes(_DATA)
    (root / "other").write_bytes(b"other")
    return root


@pytest.fixture
def web(root: Path) -> Generator[Web]:
    """A web server that lists nothing."""
    with serving(root) as server:
        server.index = ""
        yield server


def _said(path: str, **options: Any) -> str:
    """Return the verdict, and the statuses of failures."""
    report = checksig.audit(path, **options)
    return ", ".join([report.verdict, *[str(each.status) for each in report.failures]])


def test_a_digest_is_enough(web: Web, cli: Callable[..., Answer]) -> None:
    address = f"{web.url}/tool.run"
    assert _said(address, digest=_DIGEST) == "VERIFIED"
    assert checksig.verify_file(address, digest=_DIGEST).bytes == len(_DATA)
    assert _said(address, digest="sha256:" + "0" * 64) == "FAILED, mismatch"
    assert _said(f"{web.url}/none", digest=_DIGEST) == "FAILED, missing"
    answer = cli("verify", address, "--digest", _DIGEST)
    assert answer.code == 0
    answer = cli("verify", f"{web.url}/", "--digest", _DIGEST)
    assert answer.code == 2
    assert "this is about one file" in answer.err


@pytest.mark.parametrize("name", ["SHA256SUMS", "tool.run.sha256", "checksums.txt"])
def test_a_list_beside_it_is_found(web: Web, root: Path, name: str) -> None:
    address = f"{web.url}/tool.run"
    with pytest.raises(checksig.ManifestError, match="no list beside"):
        checksig.audit(address)
    (root / name).write_text(listed({"tool.run": _DATA, "gone": b""}))
    assert _said(address) == "VERIFIED"
    assert checksig.verify_file(address).manifests[0].path == f"{web.url}/{name}"
    (root / name).write_text(listed({"tool.run": _DATA[1:], "gone": b""}))
    assert _said(address) == "FAILED, mismatch"


def test_the_list_beside_it_has_to_be_signed_if_somebody_is_trusted(
    web: Web, root: Path, tmp_path: Path
) -> None:
    address, key = f"{web.url}/tool.run", tmp_path / "key.pub"
    key.write_bytes(KEY.public)
    text = listed({"tool.run": _DATA})
    (root / "SHA256SUMS").write_text(text)
    with pytest.raises(checksig.TrustError):
        checksig.audit(address, trust=key)
    (root / "SHA256SUMS.minisig").write_bytes(KEY.minisign(text.encode()))
    report = checksig.verify(address, trust=key)
    assert [each.scheme for each in report.signatures] == ["minisign"]
    (root / "SHA256SUMS").write_text(listed({"tool.run": b"other"}))
    with pytest.raises(checksig.TrustError):
        checksig.audit(address, trust=key)
    with pytest.raises(checksig.TrustError):
        checksig.audit(address, trust=key, digest=_DIGEST)


def test_who_swaps_a_file_for_a_list_has_it_checked_all_the_same(web: Web, root: Path) -> None:
    (root / "SHA256SUMS").write_text(listed({"tool.run": _DATA}))
    (root / "tool.run").write_text(listed({"other": b"other"}))
    assert _said(f"{web.url}/tool.run") == "FAILED, mismatch"
    (root / "SHA256SUMS").unlink()
    assert _said(f"{web.url}/tool.run") == "VERIFIED"  # nothing else speaks of it


def test_an_address_without_its_secrets_is_what_is_shown(
    web: Web, cli: Callable[..., Answer]
) -> None:
    host = web.url.removeprefix("http://")
    secret = f"http://user:HUNTER2@{host}/tool.run?sig=HUNTER3"
    for command in (
        ("compare", secret, "."),
        ("compare", ".", secret),
        ("create", ".", "-o", secret),
        ("create", "--update", secret),
        ("verify", secret),
        ("verify", "memory://user:HUNTER2@h/f", "--digest", _DIGEST),
        ("bag", secret),
    ):
        answer = cli(*command)
        assert answer.code == 2, command
        assert "HUNTER" not in answer.out + answer.err, command


def test_a_list_that_is_named_says_what_it_is(web: Web, tmp_path: Path) -> None:
    address = f"{web.url}/tool.run"
    (tmp_path / "list").write_text(listed({"tool.run": _DATA, "other": b"another"}))
    assert _said(address, manifest=tmp_path / "list") == "VERIFIED"
    (tmp_path / "list").write_text(listed({"other": b"other"}))
    with pytest.raises(checksig.ManifestError, match="does not list"):
        checksig.audit(address, manifest=tmp_path / "list")


def test_a_page_that_a_server_gives_for_everything_is_no_list(web: Web) -> None:
    page = b"<!DOCTYPE html><html>Not here.</html>"
    for name in likely("tool.run"):
        web.faults[f"/{name}"] = lambda _: Reply(
            headers={"Content-Length": str(len(page))}, body=page
        )
    with pytest.raises(checksig.ManifestError, match="no list beside"):
        checksig.audit(f"{web.url}/tool.run")
    web.faults.clear()
    for name in likely("tool.run"):
        web.faults[f"/{name}"] = FAULTS["503"]
    with pytest.raises(checksig.ManifestError, match="503"):
        checksig.audit(f"{web.url}/tool.run", timeout=1)


def test_a_file_in_a_store_is_checked_as_one_here(bucket: Store) -> None:
    bucket.put("set/tool.run", _DATA)
    address = f"{bucket.url}/set/tool.run"
    with pytest.raises(checksig.ManifestError, match="no list beside"):
        checksig.audit(address)
    assert _said(address, digest=_DIGEST) == "VERIFIED"
    assert _said(f"{bucket.url}/set/large") == "VERIFIED"
    bucket.put("set/tool.run.sha256", listed({"tool.run": _DATA[1:]}).encode())
    assert _said(address) == "FAILED, mismatch"


def test_a_directory_without_a_slash_is_said_to_need_one(web: Web, root: Path, key: Path) -> None:
    (root / "d").write_bytes(b"<!doctype html><title>Index of d</title>")
    for options in ({}, {"trust": key}):
        with pytest.raises(checksig.ChecksigError, match="a directory ends in a slash"):
            checksig.audit(f"{web.url}/d", **options)
