"""Stores: checked as directories are, each object of the version that was listed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from keypairs import KEY
from servers.corpus import FILES, listed

import checksig
from checksig._places.store.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from programs import Answer
    from servers import Store


def test_a_bucket_says_what_the_directory_says(
    bucket: Store, cli: Callable[..., Answer], tmp_path: Path
) -> None:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "SHA256SUMS").write_text(listed(FILES))

    def said(place: str) -> dict[str, Any]:
        answer = cli("verify", place, "--complete", "--json")
        assert answer.code == 0, answer
        report: dict[str, Any] = json.loads(answer.out)
        del report["root"], report["seconds"], report["manifests"]
        return report

    here = said(str(tmp_path))
    for address in (f"{bucket.url}/set", f"{bucket.url}/set/", f"{bucket.url}/set/SHA256SUMS"):
        assert said(address) == here


def test_every_fault_of_an_object_is_found(bucket: Store) -> None:
    bucket.put("set/a.bin", FILES["a.bin"][:-1])
    bucket.put("set/large", FILES["large"][:-1] + bytes([FILES["large"][-1] ^ 1]))
    bucket.delete("set/empty")
    bucket.delete("set/sub/b c.txt")
    bucket.put("set/sub/c.txt", FILES["sub/b c.txt"])
    bucket.put("set/more", b"")
    report = checksig.audit(f"{bucket.url}/set", complete=True)
    assert {each.path: str(each.status) for each in report.failures} == {
        "a.bin": "mismatch",
        "large": "mismatch",
        "empty": "missing",
        "sub/b c.txt": "missing",
        "sub/c.txt": "unlisted",
        "more": "unlisted",
    }


def test_an_object_that_is_not_the_one_that_was_listed_is_changed(
    bucket: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, replaced = Objects.order, list[bytes]()

    def order(self: Objects, number: int, name: bytes, version: str = "") -> bytes:
        if name in (b"a.bin", b"large") and name not in replaced:
            replaced.append(name)
            data = FILES[name.decode()]
            bucket.put(f"set/{name.decode()}", data[::-1])
        return original(self, number, name, version)

    monkeypatch.setattr(Objects, "order", order)
    report = checksig.audit(f"{bucket.url}/set")
    assert len(replaced) == 2
    assert {each.path: str(each.status) for each in report.failures} == {
        "a.bin": "changed",
        "large": "changed",
    }


def test_a_signature_in_the_bucket_counts(bucket: Store, tmp_path: Path) -> None:
    key = tmp_path / "key.pub"
    key.write_bytes(KEY.public)
    with pytest.raises(checksig.TrustError):
        checksig.verify(f"{bucket.url}/set", trust=key)
    bucket.put("set/SHA256SUMS.minisig", KEY.minisign(listed(FILES).encode()))
    for address in (f"{bucket.url}/set", f"{bucket.url}/set/SHA256SUMS"):
        report = checksig.verify(address, trust=key, complete=True)
        assert [each.scheme for each in report.signatures] == ["minisign"]
    bucket.put("set/SHA256SUMS", listed({"a.bin": b""}).encode())
    with pytest.raises(checksig.TrustError):
        checksig.verify(f"{bucket.url}/set", trust=key)


def test_a_list_in_a_bucket_is_for_a_directory_here(bucket: Store, tmp_path: Path) -> None:
    address = f"{bucket.url}/set/SHA256SUMS"
    assert not checksig.audit(tmp_path, manifest=address).ok
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert checksig.verify(tmp_path, manifest=address).ok


def test_more_keys_than_a_page_has_are_all_listed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Objects, "most", 10)
    files = {f"{n % 7}/f{n:04}": str(n).encode() for n in range(55)}
    for name, data in files.items():
        store.put(name, data)
    store.put("SHA256SUMS", listed(files).encode())
    assert checksig.verify(store.url, complete=True).files == len(files)
    del files["3/f0003"]
    store.put("SHA256SUMS", listed(files).encode())
    report = checksig.audit(f"{store.url}/", complete=True)
    assert [each.path for each in report.failures] == ["3/f0003"]


@pytest.mark.parametrize("key", ["a//b", "/x", "a/../b", "./y", "dir/", "a\x01b"])
def test_a_key_that_no_file_can_have_is_not_dropped(bucket: Store, key: str) -> None:
    if bucket.name == "versitygw":  # keeps objects as files: it has no such keys
        return
    bucket.put(f"set/{key}", b"x")
    if bucket.name == "azurite" and not key.isprintable():  # which it takes, and cannot list
        with pytest.raises(checksig.ManifestError, match="cannot list"):
            checksig.audit(f"{bucket.url}/set", timeout=1)
        return
    report = checksig.audit(f"{bucket.url}/set")
    assert not report.ok
    assert [(each.path, str(each.status)) for each in report.failures] == [(key, "unsafe-path")]


@pytest.mark.parametrize(
    "key", ["at 1.02\u202fPM.png", "a\u00a0\u3000b", "soft\u00adly", "\U0001f469\u200d\U0001f4bb"]
)
def test_a_name_with_other_blanks_than_spaces_is_a_name(bucket: Store, key: str) -> None:
    bucket.put(f"set/{key}", b"x")
    bucket.put("set/SHA256SUMS", listed({**FILES, key: b"x"}).encode())
    assert checksig.verify(f"{bucket.url}/set", complete=True).files == len(FILES) + 1


def test_neither_secrets_nor_signatures_are_shown(
    bucket: Store, cli: Callable[..., Answer]
) -> None:
    bucket.put("set/a.bin", b"other")
    for output in ((), ("--json",), ("--jsonl",), ("-v",)):
        answer = cli("verify", f"{bucket.url}/set", *output)
        assert answer.code == 1
        for secret in ("testtest1", "X-Amz", "Signature="):
            assert secret not in answer.out + answer.err
