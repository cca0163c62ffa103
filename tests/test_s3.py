"""Buckets of S3: checked as directories are, each object of the version that was listed."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, Final

import pytest
from keypairs import KEY

import checksig
from checksig._places.store.s3 import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from programs import Answer
    from servers.s3 import S3

pytestmark = pytest.mark.parametrize("server", ["moto", "versitygw"], indirect=True)

FILES: Final = {
    "a.bin": os.urandom(100_003),
    "empty": b"",
    "sub/b c.txt": b"hello\n",
    "sub/deep/ü+%41&=;.txt": b"a name that has to be quoted",
    "large": os.urandom(17 << 20),
}


def listed(files: dict[str, bytes]) -> str:
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    return "".join(lines)


@pytest.fixture
def bucket(store: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    """A bucket with a set of files and their list, for who has the environment."""
    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, data in FILES.items():
        store.put(f"set/{name}", data)
    store.put("set/SHA256SUMS", listed(FILES).encode())
    return store


def test_a_bucket_says_what_the_directory_says(
    bucket: S3, cli: Callable[..., Answer], tmp_path: Path
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


def test_every_fault_of_an_object_is_found(bucket: S3) -> None:
    bucket.put("set/a.bin", FILES["a.bin"][:-1])
    bucket.put("set/large", FILES["large"][:-1] + b"x")
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
    bucket: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, replaced = Bucket.order, list[bytes]()

    def order(self: Bucket, number: int, name: bytes) -> bytes:
        if name in (b"a.bin", b"large") and name not in replaced:
            replaced.append(name)
            data = FILES[name.decode()]
            bucket.put(f"set/{name.decode()}", data[::-1])
        return original(self, number, name)

    monkeypatch.setattr(Bucket, "order", order)
    report = checksig.audit(f"{bucket.url}/set")
    assert len(replaced) == 2
    assert {each.path: str(each.status) for each in report.failures} == {
        "a.bin": "changed",
        "large": "changed",
    }


def test_a_signature_in_the_bucket_counts(bucket: S3, tmp_path: Path) -> None:
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


def test_a_list_in_a_bucket_is_for_a_directory_here(bucket: S3, tmp_path: Path) -> None:
    address = f"{bucket.url}/set/SHA256SUMS"
    assert not checksig.audit(tmp_path, manifest=address).ok
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert checksig.verify(tmp_path, manifest=address).ok


def test_more_keys_than_a_page_has_are_all_listed(
    store: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    files = {f"{n % 7}/f{n:04}": str(n).encode() for n in range(1100)}
    for name, data in files.items():
        store.put(name, data)
    store.put("SHA256SUMS", listed(files).encode())
    assert checksig.verify(store.url, complete=True).files == len(files)
    del files["3/f0003"]
    store.put("SHA256SUMS", listed(files).encode())
    report = checksig.audit(f"{store.url}/", complete=True)
    assert [each.path for each in report.failures] == ["3/f0003"]


def test_who_is_not_let_in_is_told_why(
    bucket: S3, cli: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer = cli("verify", "s3://there-is-no-such-bucket/x")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no such bucket" in answer.err
    answer = cli("verify", f"{bucket.url}/nothing")
    assert answer.code == 2
    assert "no list of digests" in answer.err
    answer = cli("verify", "s3://")
    assert answer.code == 2
    assert "names no bucket" in answer.err
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    answer = cli("verify", f"{bucket.url}/set")
    assert answer.code == 2
    assert "no profile of AWS named 'nobody'" in answer.err
    monkeypatch.delenv("AWS_PROFILE")
    if bucket.name == "moto":
        return  # it lets everybody in
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    answer = cli("verify", f"{bucket.url}/set")
    assert answer.code == 2
    assert "the secret key is another one" in answer.err
    assert "not-the-secret" not in answer.err
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    answer = cli("verify", f"{bucket.url}/set")
    assert answer.code == 2
    assert "no credentials" in answer.err
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    answer = cli("verify", f"{bucket.url}/set")
    assert answer.code == 2
    assert "there are no credentials" in answer.err


def test_credentials_are_those_of_a_profile(
    bucket: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = bucket.environment()
    for name in known:
        monkeypatch.delenv(name)
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    (tmp_path / "credentials").write_text(
        "[mine]\n" + "".join(f"{name.lower()} = {known[name]}\n" for name in keys)
    )
    (tmp_path / "config").write_text(
        f"[profile mine]\nregion = {known['AWS_REGION']}\n"
        f"endpoint_url = {known['AWS_ENDPOINT_URL']}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert checksig.verify(f"{bucket.url}/set").ok


@pytest.mark.parametrize("key", ["a//b", "/x", "a/../b", "./y", "dir/", "a\x01b"])
def test_a_key_that_no_file_can_have_is_not_dropped(bucket: S3, key: str) -> None:
    if bucket.name == "versitygw":  # keeps objects as files: it has no such keys
        return
    bucket.put(f"set/{key}", b"x")
    report = checksig.audit(f"{bucket.url}/set")
    assert not report.ok
    assert [(each.path, str(each.status)) for each in report.failures] == [(key, "unsafe-path")]


def test_neither_secrets_nor_signatures_are_shown(bucket: S3, cli: Callable[..., Answer]) -> None:
    bucket.put("set/a.bin", b"other")
    for output in ((), ("--json",), ("--jsonl",), ("-v",)):
        answer = cli("verify", f"{bucket.url}/set", *output)
        assert answer.code == 1
        for secret in ("testtest1", "X-Amz", "Signature="):
            assert secret not in answer.out + answer.err
