"""Lists that are updated: only what is new or has changed is read."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from trees import sha256

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

FORMATS = ["coreutils", "jsonl", "hashdeep"]


def age(created: checksig.Created) -> None:
    """Make lists later than they are: files that are younger than 2 s are never trusted."""
    later = time.time() + 60
    for path in created.paths:
        os.utime(path, (later, later))


def update(root: Path, **options: Any) -> checksig.Created:
    return checksig.create(root, update=True, **options)


@pytest.fixture
def tree(good: Path) -> Path:
    (good / "sha1sum.txt").unlink()
    return good


@pytest.mark.parametrize("name", FORMATS)
def test_files_that_are_as_they_were_are_not_read(tree: Path, name: str) -> None:
    age(checksig.create(tree, format=name, algorithm=["sha256", "md5"]))
    (tree / "new").write_bytes(b"new")
    (tree / "b").write_bytes(b"changed")
    later = time.time() + 120
    os.utime(tree / "b", (later, later))
    os.utime(tree / "new", (later, later))
    created = update(tree, format=name, algorithm=["sha256", "md5"])
    assert created.trusted == ("a", "sub/c")
    assert (created.files, created.bytes) == (4, len(b"changed") + len(b"new"))
    assert checksig.verify(tree, complete=True).files == 4


def test_a_list_that_is_not_there_yet_is_made(tree: Path) -> None:
    created = update(tree)
    assert (created.files, created.trusted) == (3, ())


def test_files_that_are_gone_are_not_listed_any_more(tree: Path) -> None:
    age(checksig.create(tree))
    (tree / "a").unlink()
    assert update(tree).trusted == ("b", "sub/c")
    assert checksig.verify(tree, complete=True).files == 2


def test_files_as_young_as_the_list_are_read_again(tree: Path) -> None:
    checksig.create(tree)
    assert update(tree).trusted == ()


def test_a_list_is_as_old_as_the_beginning_of_its_run(tree: Path) -> None:
    """What changes while others are read is younger than the list."""
    before = time.time_ns()

    def wait(_: checksig.Progress) -> None:
        time.sleep(0.05)

    checksig.create(tree, progress=wait)
    written = (tree / "SHA256SUMS").stat()
    assert before <= written.st_mtime_ns < written.st_ctime_ns - 40_000_000


def test_a_file_with_its_old_mtime_but_another_inode_is_read(tree: Path) -> None:
    """The ctime tells, which nobody can set."""
    created = checksig.create(tree, format="jsonl")
    listed = (tree / "a").stat().st_mtime_ns
    now = time.time() - 1
    os.utime(created.path or "", (now, now))
    (tree / "other").write_bytes(b"A")
    os.utime(tree / "other", ns=(listed, listed))
    (tree / "other").replace(tree / "a")
    assert "a" not in update(tree, format="jsonl", accept_damaged=True).trusted
    assert sha256(b"A") in (tree / "checksums.jsonl").read_text()


def test_a_size_or_a_time_that_the_list_says_has_to_be_the_same(tree: Path) -> None:
    age(checksig.create(tree, format="jsonl"))
    (tree / "a").write_bytes(b"longer")
    os.utime(tree / "b", (1, 1))
    assert update(tree, format="jsonl").trusted == ("sub/c",)


def test_a_link_is_never_trusted(tree: Path) -> None:
    (tree / "link").symlink_to("a")
    age(checksig.create(tree))
    assert "link" not in update(tree).trusted
    assert checksig.verify(tree).files == 4


def test_another_algorithm_reads_everything(tree: Path) -> None:
    age(checksig.create(tree))
    assert update(tree, algorithm=["sha256", "sha1"]).trusted == ()


def test_patterns_hold_for_what_is_trusted(tree: Path) -> None:
    age(checksig.create(tree))
    created = update(tree, exclude=["/a"])
    assert created.trusted == ("b", "sub/c")
    assert created.files == 2


def test_a_list_with_a_malformed_line_is_not_updated(tree: Path) -> None:
    (tree / "SHA256SUMS").write_text("nonsense\n")
    with pytest.raises(checksig.CreateError, match="line 1: not a digest and a name"):
        update(tree)
    assert (tree / "SHA256SUMS").read_text() == "nonsense\n"


def test_a_single_file_updates_no_list(tree: Path) -> None:
    with pytest.raises(checksig.CreateError, match="is one file"):
        update(tree / "a")


def test_what_was_trusted_wrongly_fails_when_it_is_verified(tree: Path) -> None:
    """The clock that a file's times come from was wrong."""
    created = checksig.create(tree)
    (tree / "a").write_bytes(b"A")
    age(created)
    assert "a" in update(tree).trusted
    assert [failure.path for failure in checksig.audit(tree).failures] == ["a"]


def test_the_command_says_what_it_did_not_read(cli: Callable[..., Answer], tree: Path) -> None:
    age(checksig.create(tree))
    answer = cli("create", tree, "--update", "-v")
    assert answer.err.splitlines() == [f"checksig: not read: {n}" for n in ("a", "b", "sub/c")]
    assert ", 3 trusted by size and times · 0 B in" in answer.out
    assert cli("create", tree, "--update", "-o", "-").code == 2


# --- what has become of the files ---


def older(path: Path, seconds: int = 3600) -> None:
    """Make a file older than it is."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9 + 1))


def rewrite(path: Path, content: bytes) -> None:
    """Change what is in a file, and nothing else that a list says."""
    status = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("name", FORMATS)
def test_an_update_reports_what_has_become_of_files(tree: Path, name: str) -> None:
    created = checksig.create(tree, format=name)
    assert created.changes is None
    (tree / "a").write_bytes(b"another A")
    (tree / "b").rename(tree / "sub/moved")
    (tree / "sub/c").unlink()
    (tree / "new").write_bytes(b"new")
    assert update(tree, format=name).changes == checksig.Changes(
        added=("new",), changed=("a",), removed=("sub/c",), moved=(("b", "sub/moved"),)
    )
    assert checksig.verify(tree, complete=True).files == 3


@pytest.mark.parametrize("name", FORMATS)
def test_damage_stops_an_update_and_leaves_the_list(
    tree: Path, name: str, cli: Callable[..., Answer]
) -> None:
    older(tree / "a")
    path = tree / os.path.basename(checksig.create(tree, format=name).paths[0])  # noqa: PTH119
    before = path.read_bytes()
    rewrite(tree / "a", b"X" * (tree / "a").stat().st_size)
    with pytest.raises(checksig.DamagedError, match="1 file damaged") as error:
        update(tree, format=name)
    assert error.value.changes.damaged == ("a",)
    answer = cli("create", tree, "-f", name, "--update")
    assert (answer.code, "damaged  a" in answer.out) == (1, True)
    assert "--accept-damaged" in answer.err
    assert path.read_bytes() == before
    answer = cli("create", tree, "-f", name, "--update", "--accept-damaged")
    assert (answer.code, "damaged  a" in answer.out) == (0, True)
    assert checksig.verify(tree, complete=True).files == 3


def test_a_file_of_another_size_or_time_is_changed_and_not_damaged(tree: Path) -> None:
    checksig.create(tree, format="jsonl")
    rewrite(tree / "a", b"longer than it was")
    (tree / "b").write_bytes(b"B" * (tree / "b").stat().st_size)
    os.utime(tree / "b")
    changes = update(tree, format="jsonl").changes
    assert changes is not None
    assert (changes.changed, changes.damaged) == (("a", "b"), ())


def test_a_file_that_was_written_right_after_the_list_is_not_damaged(tree: Path) -> None:
    for content in (b"1", b"2", b"3", b"4", b"5"):
        checksig.create(tree, overwrite=True)
        (tree / "a").write_bytes(content)
        changes = update(tree).changes
        assert changes is not None
        assert (changes.changed, changes.damaged) == (("a",), ())


def test_damage_is_accepted_by_updates_alone(tree: Path) -> None:
    with pytest.raises(checksig.CreateError, match="accept_damaged is for update"):
        checksig.create(tree, accept_damaged=True)


def test_the_command_says_what_has_become_of_files(cli: Callable[..., Answer], tree: Path) -> None:
    checksig.create(tree)
    (tree / "b").rename(tree / "d")
    (tree / "new").touch()
    answer = cli("create", tree, "--update")
    assert answer.out.splitlines()[:2] == ["added    new", "moved    b → d"]
    assert answer.out.splitlines()[2].startswith("UPDATED  4 files, 1 added, 1 moved")
