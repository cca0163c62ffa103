"""Progress is true: it never goes back, nor beyond its totals, and these are known early."""

from __future__ import annotations

import itertools
import shutil
import time
from typing import TYPE_CHECKING

import pytest
from archives import pack
from trees import sha1

import checksig
from checksig import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def assert_true(seen: Sequence[Progress]) -> None:
    """Hold what was told to the promise."""
    assert seen
    for before, now in itertools.pairwise(seen):
        assert (now.files, now.bytes, now.seconds) >= (before.files, before.bytes, 0)
        assert now.bytes >= before.bytes
        assert now.settled >= before.settled
    for each in seen:
        assert each.files <= each.total_files
        assert each.bytes <= each.total_bytes
    last = seen[-1]
    assert (last.files, last.bytes, last.settled) == (last.total_files, last.total_bytes, True)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Twenty files, of which some are not what their list says."""
    for number in range(20):
        (tmp_path / f"{number:02}").write_bytes(bytes(1000 * number))
    checksig.create(tmp_path, algorithm="sha1", output=tmp_path / "sha1sum.txt")
    (tmp_path / "03").unlink()
    (tmp_path / "04").write_bytes(b"other")
    (tmp_path / "05").unlink()
    (tmp_path / "05").mkdir()
    return tmp_path


RUNS: dict[str, Callable[[Path, Callable[[Progress], None]], object]] = {
    "audit": lambda root, told: checksig.audit(root, progress=told),
    "create": lambda root, told: checksig.create(root, progress=told),
    "hash_files": lambda root, told: list(
        checksig.hash_files([*root.iterdir(), root / "gone"], progress=told)
    ),
    "iter_verify": lambda root, told: list(checksig.iter_verify(root, progress=told)),
    "make_bag": lambda root, told: checksig.make_bag(root, progress=told),
}


@pytest.mark.parametrize("name", RUNS)
def test_progress_is_never_beyond_its_totals_and_ends_at_them(tree: Path, name: str) -> None:
    seen: list[Progress] = []
    RUNS[name](tree, seen.append)
    assert_true(seen)


def test_what_was_read_is_what_progress_ends_with(tree: Path) -> None:
    seen: list[Progress] = []
    report = checksig.audit(tree, progress=seen.append)
    assert not report.ok
    assert (seen[-1].files, seen[-1].bytes) == (report.files, report.bytes)
    created = checksig.create(tree, progress=seen.append)
    assert (seen[-1].files, seen[-1].bytes) == (created.files + 0, created.bytes)


def test_progress_of_several_places_adds_up(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"x" * 1000)
        checksig.make_bag(tmp_path / name)
    seen: list[Progress] = []
    report = checksig.verify(tmp_path, recursive=True, progress=seen.append)
    assert len(report.parts) == 3
    assert_true(seen)
    assert (seen[-1].files, seen[-1].bytes) == (report.files, report.bytes)
    assert not seen[0].settled


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
@pytest.mark.parametrize("last", [False, True])
def test_progress_of_an_archive_does_not_begin_anew(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch, *, last: bool
) -> None:
    """Whether or not members are hashed on the way to the names."""
    monkeypatch.setattr("checksig._places.archive._TELL_AFTER", 0)
    files = {f"{number:02}": bytes(1000 * number) for number in range(20)}
    (tmp_path / "tree").mkdir()
    for name, content in files.items():
        (tmp_path / "tree" / name).write_bytes(content)
    checksig.create(tmp_path / "tree", algorithm="sha1")
    names = {"SHA1SUMS": (tmp_path / "tree" / "SHA1SUMS").read_bytes()}
    packed = pack(tmp_path / f"x{suffix}", files | names if last else names | files)
    seen: list[Progress] = []
    report = checksig.verify(packed, progress=seen.append)
    assert_true(seen)
    assert (seen[-1].files, seen[-1].bytes) == (report.files, report.bytes)


def test_totals_are_known_while_the_run_has_hardly_begun(tree: Path) -> None:
    """At a rate at which it would take an hour: whoever waits sees how long it will take."""
    shutil.rmtree(tree / "05")
    stop, seen = [False], list[Progress]()

    class Settled:
        """An event: that the totals are settled."""

        def is_set(self) -> bool:
            return stop[0]

    def told(progress: Progress) -> None:
        seen.append(progress)
        stop[0] = progress.settled

    with pytest.raises(checksig.CancelledError):
        checksig.audit(tree, progress=told, cancel=Settled(), bwlimit=10)
    last = seen[-1]
    assert (last.total_files, last.total_bytes) == (20, 1000 * sum(range(20)) - 12_000 + 5)
    assert last.bytes < last.total_bytes


def test_a_limit_of_nothing_is_refused(tree: Path) -> None:
    for wrong in (0, -1, 1.5, "1M"):
        with pytest.raises(ValueError, match="bwlimit must be 1 or more"):
            checksig.audit(tree, bwlimit=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
@pytest.mark.parametrize("last", [True, False])
def test_a_limit_holds_for_archives(tmp_path: Path, suffix: str, *, last: bool) -> None:
    """The time that it has to take at least is known; how much longer it takes is not tested."""
    files = {f"{n}": bytes([n]) * 50_000 for n in range(4)}
    names = {"sha1sum.txt": "".join(f"{sha1(files[n])}  {n}\n" for n in files).encode()}
    path = pack(tmp_path / f"x{suffix}", files | names if last else names | files)
    began = time.monotonic()
    assert checksig.verify(path, bwlimit=500_000).bytes == 200_000
    assert time.monotonic() - began >= 0.4
