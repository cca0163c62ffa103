"""Several lists for one directory, and the options that choose what is checked."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from trees import ZERO, plant, relist, sha1, sha256

import checksig
from checksig import Entry, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer


@pytest.fixture
def twofold(good: Path) -> Path:
    """A directory with a list in SHA-1 and one in SHA-256."""
    checksig.create(good, algorithm="sha256")
    text = (good / "SHA256SUMS").read_text()
    (good / "SHA256SUMS").write_text("".join(x for x in text.splitlines(True) if "sum" not in x))
    return good


def test_a_file_of_several_lists_must_match_them_all(twofold: Path) -> None:
    report = checksig.verify(twofold)
    assert [source.path for source in report.manifests] == [
        str(twofold / "SHA256SUMS"),
        str(twofold / "sha1sum.txt"),
    ]
    assert report.files == 3
    assert report.algorithm == "sha1, sha256"
    assert report.bytes == 100_001, "each file is read once"
    for name, right in (("sha1sum.txt", sha1(b"a")), ("SHA256SUMS", sha256(b"a"))):
        whole = (twofold / name).read_text()
        (twofold / name).write_text(whole.replace(right, "0" * len(right)))
        [failure] = checksig.audit(twofold).failures
        assert (failure.path, failure.status) == ("a", Status.MISMATCH)
        assert failure.manifest == str(twofold / name)
        assert failure.listed == "0" * len(right)
        assert failure.found == right
        assert sorted(digest.ok for digest in failure.digests) == [False, True]
        (twofold / name).write_text(whole)


def test_every_digest_of_a_file_is_reported_on_request(twofold: Path) -> None:
    results = list(checksig.iter_verify(twofold))
    assert {tuple(digest.algorithm for digest in result.digests) for result in results} == {
        ("sha256", "sha1")
    }
    assert all(digest.ok and digest.line for result in results for digest in result.digests)


def test_lists_can_be_named(twofold: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copy(twofold / "SHA256SUMS", elsewhere)
    report = checksig.verify(twofold, manifest=[elsewhere, twofold / "sha1sum.txt"])
    assert len(report.manifests) == 2
    assert checksig.verify(twofold, manifest=elsewhere).algorithm == "sha256"


def test_an_unlisted_file_is_in_none_of_the_lists(twofold: Path) -> None:
    (twofold / "extra").touch()
    relist(twofold, f"{ZERO}  gone")
    report = checksig.audit(twofold, complete=True)
    assert sorted(result.path for result in report.failures) == ["extra", "gone"]


def test_lists_below_the_root_are_used_with_recursive(tmp_path: Path) -> None:
    plant(tmp_path / "one", {"a": b"a", "deep/b": b"b"})
    plant(tmp_path / "two", {"c": b"c"})
    plant(tmp_path / "two/three", {"d": b"d"})
    with pytest.raises(checksig.ManifestError, match="no list"):
        checksig.verify(tmp_path)
    report = checksig.verify(tmp_path, recursive=True)
    assert (report.files, len(report.manifests)) == (4, 3)
    (tmp_path / "two/three/d").write_bytes(b"D")
    [failure] = checksig.audit(tmp_path, recursive=True).failures
    assert failure.path == "two/three/d"
    relist(tmp_path / "two", "0" * 40 + "  three/d")
    [failure] = checksig.audit(tmp_path, recursive=True).failures
    assert len(failure.digests) == 2


def test_ignoring_missing_files_never_makes_success_of_none(good: Path) -> None:
    relist(good, f"{ZERO}  gone")
    report = checksig.verify(good, ignore_missing=True)
    assert report.ignored == report.counts[Status.MISSING] == 1
    assert "1 missing" in report.tally
    for name in ("a", "b", "sub/c"):
        (good / name).unlink()
    assert not checksig.audit(good, ignore_missing=True).ok


def test_a_required_file_must_be_listed_and_there(good: Path) -> None:
    relist(good, f"{ZERO}  gone")
    assert checksig.verify(good, ignore_missing=True, require=["a", "./sub/c"]).ok
    for name, why in (("gone", ""), ("sha1sum.txt", "not listed"), ("nowhere", "not listed")):
        report = checksig.audit(good, ignore_missing=True, require=[name])
        assert not report.ok
        [failure] = report.failures
        assert failure.path == name
        assert why in failure.detail


def test_patterns_choose_what_is_checked(good: Path) -> None:
    (good / "b").write_bytes(b"changed")
    (good / "extra.tmp").touch()
    report = checksig.verify(good, exclude=["b", "*.tmp"], complete=True)
    assert (report.files, report.excluded) == (2, 1)
    assert "1 left out by patterns" in report.tally
    assert checksig.verify(good, include=["sub/"]).files == 1
    with pytest.raises(checksig.ChecksigError, match="pattern"):
        checksig.verify(good, exclude=["[a"])


def test_patterns_that_leave_nothing_are_no_success(good: Path) -> None:
    with pytest.raises(checksig.ManifestError, match="leave nothing"):
        checksig.audit(good, include=["nothing"])


def test_links_can_be_refused(good: Path) -> None:
    (good / "link").symlink_to("a")
    relist(good, f"{sha1(b'a')}  link")
    assert checksig.verify(good).ok
    [failure] = checksig.audit(good, symlinks="refuse").failures
    assert (failure.path, failure.status) == ("link", Status.NOT_REGULAR)


def test_a_strength_can_be_asked_for(twofold: Path) -> None:
    assert checksig.verify(twofold, min_strength="strong").ok
    relist(twofold, f"{sha1(b'')}  sub/d")
    (twofold / "sub/d").touch()
    [failure] = checksig.audit(twofold, min_strength="strong").failures
    assert (failure.path, failure.status) == ("sub/d", Status.UNSUPPORTED)
    assert "weaker" in failure.detail


def test_sizes_alone_verify_nothing(good: Path, cli: Callable[..., Answer]) -> None:
    entries = [Entry("a", ZERO, "sha1", 1, 1), Entry("b", ZERO, "sha1", 2, 100_000)]
    report = checksig.audit(good, entries=entries, size_only=True)
    assert not report.ok
    assert report.verdict == "NOT VERIFIED"
    assert report.bytes == 0
    assert "2 of 2 files with the size listed" in report.tally
    with pytest.raises(checksig.VerificationError):
        checksig.verify(good, entries=entries, size_only=True)
    answer = cli("verify", "--size-only", good)
    assert answer.code == 1
    assert "no size is listed" in answer.out


def test_a_run_ends_after_so_many_failures(tmp_path: Path) -> None:
    root = plant(tmp_path, {f"{i:05d}": b"x" * i for i in range(3000)})
    for i in range(1000):
        (root / f"{i:05d}").write_bytes(b"y")
    report = checksig.audit(root, max_failures=1)
    assert report.stopped
    assert not report.ok
    assert 1 <= len(report.failures) <= 1000
    assert not checksig.audit(root, max_failures=5000).stopped


def test_a_listed_size_that_differs_is_said(good: Path) -> None:
    [failure] = checksig.audit(good, entries=[Entry("a", sha1(b"a"), "sha1", 1, 7)]).failures
    assert failure.status is Status.MISMATCH
    assert failure.detail == "it has 1 bytes, and 7 are listed"


@pytest.mark.parametrize(
    "options",
    [{"symlinks": "follow"}, {"max_failures": 0}, {"min_strength": "iron"}, {"include": ["a\\"]}],
)
def test_choices_that_make_no_sense_are_refused(good: Path, options: dict[str, object]) -> None:
    with pytest.raises((ValueError, checksig.ChecksigError)):
        checksig.audit(good, **options)  # type: ignore[arg-type]


def test_the_command_line_has_them_all(twofold: Path, cli: Callable[..., Answer]) -> None:
    relist(twofold, f"{ZERO}  gone", f"{ZERO}  gone.too")
    (twofold / "b").write_bytes(b"changed")
    arguments = ["--ignore-missing", "--exclude", "b", "--symlinks", "refuse", "--recursive"]
    answer = cli("verify", *arguments, "--require", "a", "--min-strength", "broken", twofold)
    assert answer.code == 0, answer
    assert "2 missing" in answer.out
    answer = cli("verify", "--fail-fast", "--manifest", twofold / "SHA256SUMS", twofold)
    assert answer.code == 1
    assert "mismatch     b\n" in answer.out
    answer = cli("verify", twofold)
    assert "mismatch     b   (SHA256SUMS line 2)\n" in answer.out
    assert "missing      gone   (sha1sum.txt line 4)\n" in answer.out
