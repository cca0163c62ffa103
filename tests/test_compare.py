"""Two places held against each other, without a list."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from archives import pack
from servers.corpus import FILES

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from programs import Answer
    from servers import Store
    from servers.s3 import S3


def _plant(root: Path) -> Path:
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with the files of the bucket, but for the list."""
    return _plant(tmp_path / "here")


def _failures(report: checksig.Report) -> dict[str, str]:
    return {each.path: str(each.status) for each in report.failures}


def test_a_copy_is_the_same_and_what_is_not_is_named(
    here: Path, tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(here, copy)
    report = checksig.compare(here, copy)
    assert report.ok
    assert report.files == len(FILES)
    assert report.compared == str(here)
    answer = cli("compare", str(here), str(copy))
    assert answer.code == 0
    assert f"compared with {here}, which nobody has signed" in " ".join(answer.out.split())
    (copy / "a.bin").write_bytes(FILES["a.bin"][::-1])
    (copy / "large").write_bytes(b"short")
    (copy / "empty").unlink()
    (copy / "more").write_bytes(b"")
    expected = {"a.bin": "mismatch", "large": "mismatch", "empty": "missing", "more": "unlisted"}
    assert _failures(checksig.compare(here, copy)) == expected
    # The other way round, what one has more the other lacks.
    turned = expected | {"empty": "unlisted", "more": "missing"}
    assert _failures(checksig.compare(copy, here)) == turned
    answer = cli("compare", str(here), str(copy), "--json")
    assert answer.code == 1
    said = json.loads(answer.out)
    assert (said["verdict"], said["compared"]) == ("FAILED", str(here))
    answer = cli("compare", here, copy, "--exclude", "/a.bin", "--exclude", "/large")
    assert answer.code == 1
    answer = cli("compare", here, copy, *["--exclude=/" + name for name in expected])
    assert answer.code == 0


def test_a_place_is_not_compared_with_itself(
    here: Path, tmp_path: Path, cli: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would be equal, and a copy that nobody made would be proved."""
    (tmp_path / "link").symlink_to(here)
    archive = pack(tmp_path / "a.zip", FILES)
    monkeypatch.chdir(tmp_path)
    same = [str(here), "here", "./here/", "here/sub/..", "link", here.as_uri()]
    (here / "sub").mkdir(exist_ok=True)
    for pair in [(here, other) for other in same] + [(archive, "a.zip"), ("link", "here")]:
        with pytest.raises(checksig.ManifestError, match="the same place as"):
            checksig.compare(*pair)
    answer = cli("compare", here, tmp_path / "link")
    assert (answer.code, answer.out) == (2, "")
    assert "is the same place as" in answer.err
    shutil.copytree(here, tmp_path / "copy")
    assert checksig.compare("here", "copy").ok


def test_a_path_with_a_zero_byte_is_an_error_as_any_that_is_not_there(here: Path) -> None:
    for check in (checksig.verify, checksig.audit, lambda p: checksig.compare(p, here)):
        with pytest.raises(checksig.ManifestError, match="zero byte"):
            check("a\0b")
    with pytest.raises(checksig.ManifestError, match="zero byte"):
        checksig.compare(here, "a\0b")


def test_an_archive_is_compared_by_its_members(here: Path, tmp_path: Path) -> None:
    for name in ("a.zip", "a.tar.gz"):
        path = pack(tmp_path / name, FILES)
        assert checksig.compare(path, here).ok
        assert checksig.compare(here, path).ok
        changed = pack(tmp_path / f"other-{name}", {**FILES, "a.bin": b"x"})
        assert _failures(checksig.compare(here, changed)) == {"a.bin": "mismatch"}
        assert _failures(checksig.compare(changed, here)) == {"a.bin": "mismatch"}


def test_what_cannot_be_compared_is_no_success(
    here: Path, tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(here, copy)
    (here / "out").symlink_to(tmp_path)
    (copy / "out").symlink_to(tmp_path)
    found = [str(each) for each in checksig.compare(here, copy).failures]
    assert found == [f"unsafe-path  out (in {here}: leads out of the root)", "unlisted  out"]
    empty = tmp_path / "nothing"
    empty.mkdir()
    for pair in ((empty, copy), (here / "a.bin", copy), (copy, here / "a.bin"), (copy, "nowhere")):
        answer = cli("compare", *map(str, pair))
        assert (answer.code, answer.out) == (2, ""), pair
    answer = cli("compare", str(here), str(copy), "--server-checksums")
    assert answer.code == 2
    assert "server_checksums is for stores" in answer.err
    answer = cli("compare", str(here), "http://127.0.0.1:9/set/")
    assert answer.code == 2
    assert "does not say what it has" in answer.err


def test_a_store_is_compared_by_its_bytes(bucket: Store, here: Path) -> None:
    bucket.delete("set/SHA256SUMS")
    address = f"{bucket.url}/set"
    total = sum(map(len, FILES.values()))
    for pair in ((here, address), (address, here)):
        report = checksig.compare(*pair)
        assert (report.ok, report.proof, report.bytes) == (True, "content", total), report
    bucket.put("set/a.bin", FILES["a.bin"][::-1])
    bucket.put("set/more", b"")
    bucket.delete("set/empty")
    expected = {"a.bin": "mismatch", "empty": "missing", "more": "unlisted"}
    assert _failures(checksig.compare(here, address)) == expected


@pytest.mark.parametrize("server", ["moto", "versitygw", "fake-gcs-server"], indirect=True)
def test_a_store_is_compared_by_what_it_says_on_request(bucket: Store, here: Path) -> None:
    bucket.delete("set/SHA256SUMS")
    address = f"{bucket.url}/set"
    allowed = {"server_checksums": True, "trust_etag": bucket.name == "moto"}
    for name, data in FILES.items():
        bucket.put(f"copy/{name}", data)
    for pair in ((here, address), (address, here), (address, f"{bucket.url}/copy")):
        report = checksig.compare(*pair, **allowed)
        assert (report.ok, report.proof, report.served) == (True, "server", len(FILES)), pair
    assert checksig.compare(here, address, **allowed).bytes == 0
    with pytest.raises(checksig.ManifestError, match="the same place as"):
        checksig.compare(address, f"{address}/", **allowed)
    bucket.put("set/a.bin", FILES["a.bin"][::-1])
    bucket.put("set/large", FILES["large"][1:])
    expected = {"a.bin": "mismatch", "large": "mismatch"}
    assert _failures(checksig.compare(here, address, **allowed)) == expected
    assert _failures(checksig.compare(address, here, **allowed)) == expected


@pytest.mark.parametrize("server", ["moto"], indirect=True)
def test_what_a_store_has_no_checksum_of_is_read(bucket: S3, here: Path) -> None:
    bucket.delete("set/SHA256SUMS")
    for name in ("a.bin", "large"):
        value = base64.b64encode(hashlib.sha256(FILES[name]).digest()).decode()
        bucket.put(
            f"set/{name}",
            FILES[name],
            {"x-amz-checksum-sha256": value, "x-amz-sdk-checksum-algorithm": "SHA256"},
        )
    address = f"{bucket.url}/set"
    for pair in ((here, address), (address, here)):
        report = checksig.compare(*pair, server_checksums=True)
        assert (report.ok, report.served, report.proof) == (True, 2, "server"), pair
    bucket.put("set/sub/b c.txt", b"HELLO\n")
    assert _failures(checksig.compare(here, address, server_checksums=True)) == {
        "sub/b c.txt": "mismatch"
    }
