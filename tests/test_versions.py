"""Versions of objects in lists: what still is the version listed need not be read again."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any, Final

import pytest
from keypairs import KEY

import checksig
from checksig import _entries as checksig_entries
from checksig import _formats as formats
from checksig._places.store import checksums, s3

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from programs import Answer
    from servers import Store
    from servers.s3 import S3

#: Of S3, for a bucket that keeps versions; Google numbers each object by itself.
_VERSIONED: Final = ("moto", "versitygw")


@pytest.fixture
def kept(server: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    """A bucket that keeps versions, with two objects."""
    made = server.bucket(f"kept-{uuid.uuid4().hex}", versioned=True)
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    made.put("set/x", b"the first")
    made.put("set/sub/y", b"the second")
    return made


def _create(store: Store, tmp_path: Path, **options: Any) -> Path:
    output = tmp_path / "set.checksig.jsonl"
    checksig.create(
        f"{store.url}/set", format="jsonl", versions=True, output=output, overwrite=True, **options
    )
    return output


def _proofs(store: Store, manifest: Path | list[Path], **options: Any) -> dict[str, str]:
    results = checksig.iter_verify(
        f"{store.url}/set", manifest=manifest, server_checksums=True, trust_versions=True, **options
    )
    return {r.path: f"{r.proof}" if r.ok else f"{r.proof} {r.status}" for r in results}


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join([json.dumps(row) + "\n" for row in rows]))
    return path


_BOTH: Final = {"x": "server", "sub/y": "server"}


@pytest.mark.parametrize("server", _VERSIONED, indirect=True)
def test_what_still_is_the_version_listed_is_not_read(kept: S3, tmp_path: Path) -> None:
    output = _create(kept, tmp_path)
    header, *rows = _rows(output)
    assert header == {"schema": "checksig.list/2"}
    assert len({row["version"] for row in rows}) == 2
    assert _proofs(kept, output) == _BOTH
    report = checksig.audit(
        f"{kept.url}/set", manifest=output, server_checksums=True, trust_versions=True
    )
    assert (report.ok, report.proof, report.bytes, report.served) == (True, "server", 0, 2)
    # Without being asked, nobody believes the store: a version is no checksum.
    report = checksig.audit(f"{kept.url}/set", manifest=output, server_checksums=True)
    assert (report.ok, report.proof, report.served) == (True, "content", 0)
    assert report.bytes == len(b"the first") + len(b"the second")


@pytest.mark.parametrize("server", _VERSIONED, indirect=True)
def test_another_version_is_read(kept: S3, tmp_path: Path) -> None:
    output = _create(kept, tmp_path)
    kept.put("set/x", b"the first")  # the same bytes, in a new version
    assert _proofs(kept, output) == _BOTH | {"x": "content"}
    kept.put("set/x", b"the other")
    assert _proofs(kept, output) == _BOTH | {"x": "content mismatch"}
    kept.delete("set/x")
    assert _proofs(kept, output) == _BOTH | {"x": "None missing"}


@pytest.mark.parametrize("server", _VERSIONED, indirect=True)
@pytest.mark.parametrize("new", [b"the first", b"the other"])
def test_the_version_that_is_listed_is_the_one_that_was_hashed(
    kept: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new: bytes
) -> None:
    said = s3.Bucket.said

    def said_too_early(self: s3.Bucket, files: Any, *, etags: bool) -> Any:
        found = said(self, files, etags=etags)
        kept.put("set/x", new)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(s3.Bucket, "said", said_too_early)
        output = _create(kept, tmp_path)
    [row] = [row for row in _rows(output) if row.get("path") == "x"]
    assert row["digests"]["sha256"] == hashlib.sha256(b"the first").hexdigest()
    got = kept.ask("GET", "set/x", {"versionId": row["version"]}).right()
    assert got.body == b"the first"
    expected = "content" if new == b"the first" else "content mismatch"
    assert _proofs(kept, output) == _BOTH | {"x": expected}


@pytest.mark.parametrize("server", ["fake-gcs-server"], indirect=True)
def test_generations_of_google_are_versions(bucket: Store, tmp_path: Path) -> None:
    bucket.put("set/x", b"the first")
    output = _create(bucket, tmp_path)
    before = _proofs(bucket, output)
    assert set(before.values()) == {"server"}
    bucket.put("set/x", b"the first")
    assert _proofs(bucket, output) == before | {"x": "content"}
    bucket.put("set/x", b"the other")
    assert _proofs(bucket, output) == before | {"x": "content mismatch"}


def _change(row: dict[str, Any], **to: Any) -> dict[str, Any]:
    return {**row, **to}


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_versions_that_are_doubtful_do_not_count(kept: S3, tmp_path: Path) -> None:
    header, y, x = _rows(_create(kept, tmp_path))
    where = tmp_path / "other.checksig.jsonl"
    digests = x["digests"]
    other = {"sha256": hashlib.sha256(b"other").hexdigest()}

    def proofs(*rows: dict[str, Any], **options: Any) -> dict[str, str]:
        return _proofs(kept, _write(where, [header, y, *rows]), **options)

    assert proofs(x) == _BOTH
    read = _BOTH | {"x": "content"}
    # It is that of another file, or of none, or of an object in another writing.
    assert proofs(_change(x, version=y["version"])) == read
    assert proofs(_change(x, version="null")) == read
    assert proofs(_change(x, version=x["version"].swapcase() + "x")) == read
    assert proofs({key: value for key, value in x.items() if key != "version"}) == read
    # A file that is listed twice has no version, however it is called.
    assert proofs(x, x) == read
    assert proofs(x, _change(x, path="./x")) == read
    assert proofs(x, _change(x, version="1")) == read
    mismatch = _BOTH | {"x": "content mismatch"}
    assert proofs(x, _change(x, digests=other)) == mismatch
    # Several digests of one algorithm in one line: as before, no line of ours has them.
    both = _change(x, digests={**digests, "SHA256": other["sha256"]})
    assert proofs(both)["x"] != "server"
    # The size is another one: the digests were those of something else.
    assert proofs(_change(x, size=1)) == _BOTH | {"x": "None mismatch"}
    # The server has a checksum of this very version, which is not that of the list.
    sum_ = base64.b64encode(hashlib.sha256(b"the first").digest()).decode()
    named = {"x-amz-checksum-sha256": sum_, "x-amz-sdk-checksum-algorithm": "SHA256"}
    kept.put("set/x", b"the first", named)
    _, _, now = _rows(_create(kept, tmp_path))
    assert proofs(_change(now, digests=other)) == _BOTH | {"x": "server mismatch"}


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_more_digests_than_a_server_can_have_are_read(kept: S3, tmp_path: Path) -> None:
    names = [each.name for each in checksig.algorithms() if each.strength != "none"]
    output = _create(kept, tmp_path, algorithm=names[:16])
    assert _proofs(kept, output) == _BOTH
    output = _create(kept, tmp_path, algorithm=names[:17])
    assert set(_proofs(kept, output).values()) == {"content"}


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_a_version_that_is_removed_before_it_is_read_is_no_missing_object(
    kept: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = s3.Bucket.said
    kept.put("set/x", b"the first")

    def said_too_early(self: s3.Bucket, files: Any, *, etags: bool) -> Any:
        found = said(self, files, etags=etags)
        version = next(f.version for f, (name, _) in zip(found, files, strict=True) if name == b"x")
        kept.ask("DELETE", "set/x", {"versionId": version}).right()
        return found

    monkeypatch.setattr(s3.Bucket, "said", said_too_early)
    with pytest.raises(checksig.CreateError, match="changed"):
        _create(kept, tmp_path)


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_an_object_whose_version_is_not_said_is_not_listed(
    kept: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3.Bucket, "said", lambda _, files, **__: [None] * len(files))
    with pytest.raises(checksig.CreateError, match="does not say the version of"):
        _create(kept, tmp_path)


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_each_of_several_lists_has_to_hold_without_versions(kept: S3, tmp_path: Path) -> None:
    output = _create(kept, tmp_path)
    header, y, x = _rows(output)
    wrong = _change(x, digests={"sha256": hashlib.sha256(b"other").hexdigest()})
    more = _write(tmp_path / "more.checksig.jsonl", [header, wrong])
    expected = {"x": "content mismatch", "sub/y": "content"}
    assert _proofs(kept, [output, more]) == expected
    options = {"server_checksums": True, "trust_versions": True}
    report = checksig.audit(f"{kept.url}/set", manifest=[output, more], **options)
    assert "no list has versions that count" in report.remarks
    report = checksig.audit(f"{kept.url}/set", manifest=output, **options)
    assert not report.remarks
    with_prefix = [_change(y, path="y"), _change(x, path="none")]
    below = _write(tmp_path / "below.checksig.jsonl", [header, *with_prefix])
    assert _proofs(kept, below, prefix="sub") == {"sub/y": "server", "sub/none": "None missing"}
    # Where names change, lines are not those of the list.
    moved = _write(
        tmp_path / "moved.checksig.jsonl",
        [header, _change(y, path="old/sub/y"), _change(x, path="old/x")],
    )
    assert set(_proofs(kept, moved, strip=1).values()) == {"content"}


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_a_version_proves_no_more_than_its_digests(kept: S3, tmp_path: Path) -> None:
    output = _create(kept, tmp_path, algorithm="md5")
    assert _proofs(kept, output) == _BOTH
    strong = _proofs(kept, output, min_strength="strong")
    assert set(strong.values()) == {"None unsupported"}
    output = _create(kept, tmp_path, algorithm=["md5", "sha256"])
    assert _proofs(kept, output, min_strength="strong") == _BOTH


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_a_list_in_a_store_may_have_versions(
    kept: S3, key: Path, cli: Callable[..., Answer]
) -> None:
    address = f"{kept.url}/set"
    answer = cli("create", address, "--format", "jsonl", "--versions")
    assert answer.code == 0, answer.err
    data = kept.ask("GET", "set/checksums.jsonl").right().body
    kept.put("set/checksums.jsonl.minisig", KEY.minisign(data))
    trust = ["--trust", str(key)]
    answer = cli("verify", address, "--complete", "--server-checksums", "--trust-versions", *trust)
    assert answer.code == 0, answer.out
    assert "2 proved by their server, and not read" in answer.out
    kept.put("set/checksums.jsonl", b"{}")
    assert cli("verify", address, "--server-checksums", "--trust-versions", *trust).code == 3


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_a_store_without_versions_says_so(
    bucket: S3, cli: Callable[..., Answer], tmp_path: Path
) -> None:
    wanted = ("--format", "jsonl", "--versions", "-o", str(tmp_path / "list"))
    answer = cli("create", f"{bucket.url}/set", *wanted)
    assert answer.code == 2
    assert "the store keeps no versions of" in answer.err
    assert not (tmp_path / "list").exists()


@pytest.mark.parametrize("server", ["azurite"], indirect=True)
def test_azure_has_no_versions_here(bucket: Store, cli: Callable[..., Answer]) -> None:
    answer = cli("create", f"{bucket.url}/set", "--format", "jsonl", "--versions", "-o", "-")
    assert answer.code == 2
    assert "versions is for stores that keep some" in answer.err


def test_versions_are_for_stores_and_for_lists_that_hold_them(
    cli: Callable[..., Answer], tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(b"x")
    answer = cli("create", str(tmp_path), "--format", "jsonl", "--versions")
    assert (answer.code, "versions is for those that keep some" in answer.err) == (2, True)
    answer = cli("create", "s3://bucket/set", "--versions")
    assert (answer.code, "cannot hold versions" in answer.err) == (2, True)
    answer = cli("create", "https://127.0.0.1:1/set/", "--format", "jsonl", "--versions")
    assert answer.code == 2
    assert [*tmp_path.iterdir()] == [tmp_path / "x"]


def test_lists_that_are_converted_keep_versions(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    row = {"path": "x", "size": 1, "digests": {"sha256": digest}, "version": "v1"}
    plain = {"path": "ü", "digests": {"sha256": digest}}
    first = _write(tmp_path / "a.checksig.jsonl", [{"schema": "checksig.list/2"}, row, plain])
    checksig.convert(first, "jsonl", output=tmp_path / "b.checksig.jsonl")
    assert _rows(tmp_path / "b.checksig.jsonl") == _rows(first)
    checksig.convert(first, "coreutils", output=tmp_path / "SHA256SUMS")
    assert "v1" not in (tmp_path / "SHA256SUMS").read_text()
    # A name that changes takes its version, and its time, along.
    row |= {"path": f"{tmp_path}/x", "mtime_ns": 5}
    whole = _write(tmp_path / "d.checksig.jsonl", [{"schema": "checksig.list/2"}, row])
    checksig.convert(whole, "jsonl", output=tmp_path / "e.checksig.jsonl", strip_root=True)
    assert _rows(tmp_path / "e.checksig.jsonl")[1] == {**row, "path": "x"}
    row["path"] = "x"
    # As to a check, one that is listed twice has no version.
    doubled = [{"schema": "checksig.list/2"}, row, {**row, "path": "./x", "version": "v2"}]
    checksig.convert(_write(first, doubled), "jsonl", output=tmp_path / "c.checksig.jsonl")
    assert "version" not in _rows(tmp_path / "c.checksig.jsonl")[1]


@pytest.mark.parametrize("version", ["", "a b", 'q"q', "back\\sl", "é", "1" * 1025])
def test_a_version_that_could_not_be_read_again_is_not_written(version: str) -> None:
    jsonl = formats.named("jsonl")
    assert jsonl
    assert jsonl.write
    file = checksig_entries.Listed("x", 1, {"sha256": "00" * 32}, version=version)
    if version:
        with pytest.raises(ValueError, match="version"):
            jsonl.write([file])
    else:
        assert b"version" not in jsonl.write([file])


@pytest.mark.parametrize("header", [{"x-amz-version-id": "null"}, {"x-amz-version-id": ""}, {}])
def test_what_is_written_again_is_no_version(header: dict[str, str]) -> None:
    said = checksums.of_s3({"content-length": "3", **header}, etags=False)
    assert said
    assert not said.version
