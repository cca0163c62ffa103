"""Lists that are made in stores: written under a condition, and read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from servers.corpus import FILES, listed

import checksig
from checksig._places.store.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from programs import Answer
    from servers import Store

    from checksig._bridge.fetching import Got
    from checksig._places.place import Item


def _list_in(bucket: Store) -> bytes:
    query = {"alt": "media"} if bucket.url.startswith("gs:") else None
    return bucket.ask("GET", "set/SHA256SUMS", query).body


def test_a_list_of_a_store_is_that_of_the_directory(bucket: Store, tmp_path: Path) -> None:
    bucket.delete("set/SHA256SUMS")
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    here = checksig.create(tmp_path)
    there = checksig.create(f"{bucket.url}/set")
    assert there.paths == (f"{bucket.url}/set/SHA256SUMS",)
    assert (there.files, there.bytes) == (here.files, here.bytes) == (len(FILES), there.bytes)
    assert _list_in(bucket) == (tmp_path / "SHA256SUMS").read_bytes()
    assert checksig.verify(f"{bucket.url}/set", complete=True).ok


def test_several_algorithms_come_out_of_one_reading(bucket: Store, tmp_path: Path) -> None:
    made = checksig.create(
        f"{bucket.url}/set", algorithm=["sha256", "crc32c", "md5"], style="tag",
        output=tmp_path / "list",
    )  # fmt: skip
    assert made.bytes == sum(map(len, FILES.values())) + len(listed(FILES).encode())
    assert (tmp_path / "list").read_text().count("CRC32C (") == len(FILES) + 1
    assert checksig.verify(bucket.url + "/set", manifest=tmp_path / "list").ok


def test_a_list_that_is_there_is_replaced_only_on_request(
    bucket: Store, cli: Callable[..., Answer]
) -> None:
    before = _list_in(bucket)
    bucket.put("set/more", b"more")
    answer = cli("create", f"{bucket.url}/set")
    assert answer.code == 2
    assert "exists already" in answer.err
    assert _list_in(bucket) == before
    answer = cli("create", f"{bucket.url}/set", "--force")
    assert answer.code == 0, answer
    assert _list_in(bucket).count(b"\n") == len(FILES) + 1
    assert checksig.verify(f"{bucket.url}/set", complete=True).ok


def test_a_list_that_somebody_else_writes_meanwhile_stays(
    bucket: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Objects.put

    def put(self: Objects, name: bytes, data: bytes, over: Item | None) -> None:
        bucket.put("set/SHA256SUMS", b"theirs\n")
        original(self, name, data, over)

    monkeypatch.setattr(Objects, "put", put)
    with pytest.raises(checksig.CreateError, match="another was written meanwhile"):
        checksig.create(f"{bucket.url}/set", overwrite=True)
    bucket.delete("set/SHA256SUMS")
    with pytest.raises(checksig.CreateError, match="it is there already"):
        checksig.create(f"{bucket.url}/set")
    assert _list_in(bucket) == b"theirs\n"


def test_a_list_that_is_not_there_afterwards_is_not_made(
    bucket: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.delete("set/SHA256SUMS")
    original = type(bucket_place(bucket)).written

    def written(self: Objects, key: str, data: bytes, over: Item | None) -> Got:
        return original(self, key, data[:-1], over)

    monkeypatch.setattr(type(bucket_place(bucket)), "written", written)
    with pytest.raises(checksig.CreateError, match="what is there is not what was written"):
        checksig.create(f"{bucket.url}/set")


def bucket_place(bucket: Store) -> Objects:
    from checksig._options.values import Network
    from checksig._places import open_place

    place = open_place(f"{bucket.url}/set".encode(), Network())
    assert isinstance(place, Objects)
    return place


def test_a_signature_goes_beside_the_list(
    bucket: Store, cli: Callable[..., Answer], tmp_path: Path
) -> None:
    assert cli("keygen", "--no-password", str(tmp_path / "key")).code == 0
    answer = cli(
        "create", f"{bucket.url}/set", "--force", "--sign", str(tmp_path / "key.key"), "--json"
    )
    assert answer.code == 0, answer
    signed = f"{bucket.url}/set/SHA256SUMS.minisig"
    assert json.loads(answer.out)["signatures"] == [{"path": signed}]
    report = checksig.verify(f"{bucket.url}/set", trust=tmp_path / "key.pub", complete=True)
    assert report.signature
    bucket.put("set/more", b"more")
    answer = cli("create", f"{bucket.url}/set", "--force")
    assert answer.code == 2
    assert "would not be the one signed" in answer.err


def test_what_a_list_cannot_hold_is_left_out_and_said(
    store: Store, cli: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    store.put("x/a", b"a")
    answer = cli("create", f"{store.url}/x", "--update")
    assert answer.code == 2
    assert "update is for directories" in answer.err
    answer = cli("create", f"{store.url}/x/a", "-o", "-")
    assert answer.out == listed({"a": b"a"})
    answer = cli("create", f"{store.url}/nothing")
    assert answer.code == 2
    assert "no files below" in answer.err
    if store.name in ("moto", "azurite"):  # which keep such keys as they are
        store.put("x/b//c", b"c")
        answer = cli("create", f"{store.url}/x")
        assert answer.code == 0
        assert "left out: unsafe-path  b//c" in answer.err
        assert "1 left out" in answer.out


def test_nothing_is_written_to_web_servers(cli: Callable[..., Answer]) -> None:
    answer = cli("create", "http://127.0.0.1:9/set/")
    assert answer.code == 2
    assert "web servers are only read" in answer.err
    answer = cli("create", ".", "-o", "http://127.0.0.1:9/SHA256SUMS")
    assert answer.code == 2
    assert "web servers are only read" in answer.err


def test_a_payload_in_a_store_becomes_a_bag(
    store: Store, cli: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    for name, data in FILES.items():
        store.put(f"bag/data/{name}", data)
    answer = cli("bag", f"{store.url}/bag", "--info", "Contact-Name=Ada", "--json")
    assert answer.code == 0, answer
    assert json.loads(answer.out)["files"] == len(FILES)
    report = checksig.verify(f"{store.url}/bag")
    assert (report.ok, report.complete) == (True, True)
    answer = cli("bag", f"{store.url}/bag")
    assert answer.code == 2
    assert "is a bag already" in answer.err
    store.put("bag/data/more", b"")
    assert not checksig.audit(f"{store.url}/bag").ok
    store.put("other/file", b"")
    answer = cli("bag", f"{store.url}/other")
    assert answer.code == 2
    assert "nothing is moved in a store" in answer.err
