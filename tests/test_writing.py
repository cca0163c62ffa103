"""Files are written whole, and what a run that was stopped has left is in no list."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer


class Killed(BaseException):
    """The process is no more."""


def killed(*_: object, **__: object) -> None:
    raise Killed


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory without a list, in which a run was killed that was writing one."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").write_bytes(b"a")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("link", "replace", "unlink"):
            patch.setattr(os, name, killed)
        with pytest.raises(Killed):
            checksig.create(root)
    assert len(left_in(root)) == 1
    return root


def left_in(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob(".*.tmp"))


def test_what_a_killed_run_was_writing_is_in_no_list_and_said(
    cli: Callable[..., Answer], root: Path
) -> None:
    [left] = left_in(root)
    said = f"checksig: left out: unlisted  {left} (a run that was stopped, or still runs, "
    for arguments in (["-o", "-"], ["-a", "md5"], ["-f", "jsonl"]):
        answer = cli("create", root, *arguments)
        assert answer.code == 0
        assert answer.err.startswith(said)
        assert left not in answer.out
    assert left_in(root) == [left]
    for name in ("MD5SUMS", "checksums.jsonl"):
        assert left not in (root / name).read_text()
        (root / name).unlink()


def test_the_run_that_writes_the_same_file_removes_what_a_killed_one_has_left(
    cli: Callable[..., Answer], root: Path
) -> None:
    [left] = left_in(root)
    answer = cli("create", root)
    assert answer.code == 0
    assert left in answer.err
    assert left_in(root) == []
    assert cli("verify", "--complete", root).code == 0


def test_a_name_hides_no_file_from_a_complete_check(root: Path) -> None:
    (root / "sub").mkdir()
    name = ".a.0123abcd.checksig.tmp"
    (root / "sub" / name).write_bytes(b"hidden")
    created = checksig.create(root)
    assert [(r.path, r.status) for r in created.left_out if "sub" in r.path] == [
        (f"sub/{name}", Status.UNLISTED)
    ]
    report = checksig.audit(root, complete=True)
    assert [failure.path for failure in report.failures] == [f"sub/{name}"]


@pytest.mark.parametrize(
    "name", [".a.tmp", "a.0123abcd.checksig.tmp", ".a.0123ABCD.checksig.tmp", ".0123abcd.tmp"]
)
def test_names_that_others_give_are_listed(root: Path, name: str) -> None:
    (root / name).write_bytes(b"x")
    checksig.create(root)
    assert f"  {name}\n" in (root / "SHA256SUMS").read_text()


def fail_to_sync(patch: pytest.MonkeyPatch, directory: Path, number: int) -> None:
    """Let the syncing of a directory fail."""
    fsync = os.fsync

    def failing(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), directory.stat()):
            raise OSError(number, os.strerror(number))
        fsync(descriptor)

    patch.setattr(os, "fsync", failing)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_list_that_may_not_outlast_a_crash_is_an_error(
    good: Path, monkeypatch: pytest.MonkeyPatch, *, overwrite: bool
) -> None:
    fail_to_sync(monkeypatch, good, errno.EIO)
    text = 'SHA256SUMS" is written, but may not outlast a crash: Input/output error'
    with pytest.raises(checksig.CreateError, match=text):
        checksig.create(good, overwrite=overwrite)
    assert (good / "SHA256SUMS").read_text().count("\n") == 4
    assert left_in(good) == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_sync_directories_is_written_to(
    good: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fail_to_sync(monkeypatch, good, number)
    assert checksig.create(good).files == 4
