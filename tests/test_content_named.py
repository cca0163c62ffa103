"""Stores of Git LFS and of DVC: each object is what its name says."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from trees import sha256

import checksig
from checksig import Status

if TYPE_CHECKING:
    from pathlib import Path


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()  # noqa: S324 (DVC has it)


def add_lfs(root: Path, content: bytes, name: str = "") -> Path:
    """Add an object of Git LFS."""
    digest = name or sha256(content)
    path = root / digest[:2] / digest[2:4] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def add_dvc(root: Path, content: bytes, end: str = "") -> Path:
    """Add an object of DVC."""
    path = root / md5(content)[:2] / (md5(content)[2:] + end)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def failures(root: Path) -> dict[str, str]:
    report = checksig.audit(root)
    assert not report.ok
    return {result.path: result.status.value for result in report.failures}


@pytest.fixture
def lfs(tmp_path: Path) -> Path:
    root = tmp_path / "repo/.git/lfs/objects"
    for number in range(3):
        add_lfs(root, b"large" * number)
    return root


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with a directory of two files, and a file."""
    root = tmp_path / "repo/.dvc/cache/files/md5"
    add_dvc(root, b"alone")
    files = {"a": b"a", "sub/b": b"b"}
    for content in files.values():
        add_dvc(root, content)
    tree = [{"md5": md5(content), "relpath": name} for name, content in files.items()]
    add_dvc(root, json.dumps(tree).encode(), ".dir")
    return root


def test_every_object_of_git_lfs_is_what_its_name_says(lfs: Path) -> None:
    for root in (lfs, lfs.parent):
        report = checksig.verify(root, complete=True)
        assert (report.files, report.remarks) == (3, ())
        assert [each.format for each in report.manifests] == ["git-lfs"]
        assert [a.name for a in report.algorithms] == ["sha256"]
    path = add_lfs(lfs, b"altered", sha256(b"large"))
    assert failures(lfs) == {str(path.relative_to(lfs)): "mismatch"}
    path.write_bytes(b"larg")
    assert failures(lfs.parent) == {f"objects/{path.relative_to(lfs)}": "mismatch"}


def test_what_is_not_named_after_its_digest_is_told_and_unlisted(lfs: Path) -> None:
    """Also under a digest, in a directory where nobody looks for it."""
    digest = sha256(b"large")
    (lfs / digest[:2] / digest[2:4] / "more").write_bytes(b"")
    (lfs / digest[:2] / "00").mkdir()
    (lfs / digest[:2] / "00" / digest).write_bytes(b"large")
    report = checksig.verify(lfs)
    assert (report.files, report.counts[Status.UNLISTED]) == (3, 2)
    assert "2 files" in report.remarks[0]
    assert set(failures_of(lfs)) == {"unlisted"}


def failures_of(root: Path) -> list[str]:
    return [each.status.value for each in checksig.audit(root, complete=True).failures]


def test_every_object_of_dvc_is_what_its_name_says(cache: Path) -> None:
    for root in (cache, cache.parent.parent):
        report = checksig.verify(root, complete=True)
        assert (report.files, [each.format for each in report.manifests]) == (4, ["dvc-cache"])
    path = cache / md5(b"alone")[:2] / md5(b"alone")[2:]
    path.write_bytes(b"alonf")
    assert failures(cache) == {str(path.relative_to(cache)): "mismatch"}


def test_what_a_directory_of_dvc_leads_to_has_to_be_there(cache: Path) -> None:
    path = cache / md5(b"b")[:2] / md5(b"b")[2:]
    path.unlink()
    assert failures(cache.parent.parent) == {f"files/md5/{path.relative_to(cache)}": "missing"}


def test_a_directory_of_dvc_that_has_changed_leads_nowhere(cache: Path) -> None:
    [tree] = cache.rglob("*.dir")
    tree.write_text(json.dumps([{"md5": "0" * 32, "relpath": "evil"}]))
    assert failures(cache) == {str(tree.relative_to(cache)): "mismatch"}


@pytest.mark.parametrize(
    "content",
    [b"{", b"[{}]", b'[{"relpath": "a", "etag": "1"}]', b'[{"md5": "../../x", "relpath": "a"}]'],
)
def test_a_directory_of_dvc_that_is_no_list_is_a_fault(cache: Path, content: bytes) -> None:
    tree = add_dvc(cache, content, ".dir")
    assert failures(cache) == {str(tree.relative_to(cache)): "malformed"}


def test_an_object_that_leads_out_of_the_store_is_not_ok(lfs: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"large")
    path = add_lfs(lfs, b"large")
    path.unlink()
    path.symlink_to(tmp_path / "outside")
    assert failures(lfs) == {str(path.relative_to(lfs)): "unsafe-path"}


def test_a_directory_that_only_looks_like_a_store_is_none(tmp_path: Path, lfs: Path) -> None:
    """Objects of Git have names of forty digits, and other things lie beside."""
    (tmp_path / "objects/aa").mkdir(parents=True)
    (tmp_path / "objects/aa" / ("b" * 38)).write_bytes(b"")
    (lfs / "notes").mkdir()
    for root in (tmp_path, tmp_path / "objects", lfs):
        with pytest.raises(checksig.ManifestError, match="no list of digests"):
            checksig.audit(root)


def test_no_store_is_signed_by_anybody(lfs: Path) -> None:
    with pytest.raises(checksig.ChecksigError):
        checksig.audit(lfs, require_signature=True)
