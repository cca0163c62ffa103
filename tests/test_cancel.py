"""A run that is not wanted any more ends at once, and leaves nothing behind."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from archives import pack
from trees import ZERO

import checksig
from checksig import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.kernels

#: In seconds: what is promised is 0.2; a machine may have other things to do.
WORST = 1.0


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A directory that takes hours to check at the rate of these tests."""
    for number in range(4):
        with (tmp_path / f"huge{number}").open("wb") as file:
            file.truncate(1 << 30)
    lines = (f"{ZERO}  huge{number}\n" for number in range(4))
    (tmp_path / "sha1sum.txt").write_text("".join(lines))
    return tmp_path


def descriptors(root: Path) -> list[str]:
    """What is open below a directory."""
    places = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]  # noqa: PTH208
    names = [str(Path(place).readlink()) for place in places if os.path.lexists(place)]
    return [name for name in names if str(root) in name]


def assert_over(root: Path, threads: int) -> None:
    """Hold what is left of a run to the promise: no thread, no open file."""
    assert threading.active_count() == threads
    until = time.monotonic() + WORST  # the core is waited for no longer than a tenth of a second
    while (left := descriptors(root)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not left


CALLS: dict[str, Callable[..., object]] = {
    "verify": checksig.verify,
    "audit": checksig.audit,
    "iter_verify": lambda root, **options: list(checksig.iter_verify(root, **options)),
    "create": checksig.create,
    "hash_files": lambda root, **options: list(
        checksig.hash_files([root / "huge0", root / "huge1"], **options)
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_event_that_is_set_ends_a_run_at_once(endless: Path, name: str) -> None:
    threads, event, since = threading.active_count(), threading.Event(), list[float]()

    def cancel(progress: checksig.Progress) -> None:
        if progress.bytes and not event.is_set():
            since.append(time.monotonic())
            event.set()

    with pytest.raises(CancelledError):
        CALLS[name](endless, cancel=event, progress=cancel, bwlimit=1 << 20)
    assert time.monotonic() - since[0] < WORST
    assert_over(endless, threads)
    assert not (endless / "SHA256SUMS").exists()


@pytest.mark.parametrize("name", CALLS)
def test_what_is_not_wanted_from_the_start_does_not_begin(endless: Path, name: str) -> None:
    event = threading.Event()
    event.set()
    with pytest.raises(CancelledError):
        CALLS[name](endless, cancel=event)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_event_is_refused(endless: Path, name: str) -> None:
    with pytest.raises(TypeError, match=r"cancel must have is_set\(\)"):
        CALLS[name](endless, cancel=True)


def test_an_event_that_is_never_set_changes_nothing(good: Path) -> None:
    event = threading.Event()
    assert checksig.verify(good, cancel=event).files == checksig.verify(good).files


@pytest.mark.parametrize("suffix", [".tar.gz", ".zip"])
def test_a_large_member_of_an_archive_is_not_read_to_its_end(tmp_path: Path, suffix: str) -> None:
    """Neither on the way to the names, nor afterwards."""
    content = bytes(40 << 20)
    path = pack(tmp_path / f"x{suffix}", {"sha1sum.txt": f"{ZERO}  a\n".encode(), "a": content})

    class Soon:
        """An event that is set when it is asked for the fifth time."""

        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 5

    event = Soon()
    with pytest.raises(CancelledError):
        checksig.audit(path, cancel=event)
    assert event.asked == 6
    assert not descriptors(tmp_path)


def test_an_explanation_does_not_hold_up_who_cancels(tmp_path: Path) -> None:
    """It fails for other reasons without a fuss."""
    (tmp_path / "sha1sum.txt").write_text(f"{ZERO}  gone\n")
    (tmp_path / "there").write_bytes(b"x")
    event = threading.Event()

    def cancel(progress: checksig.Progress) -> None:
        if progress.files == progress.total_files:
            event.set()

    with pytest.raises(CancelledError):
        checksig.audit(tmp_path, cancel=event, progress=cancel, find_moved=True)


def test_a_large_file_is_not_explained_to_its_end_for_who_cancels(tmp_path: Path) -> None:
    """Zeros at its end are counted, which takes a while: there are a hundred pieces."""
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(100 << 20)
    (tmp_path / "sha1sum.txt").write_text(f"{ZERO}  huge\n")
    asked: list[bool] = []

    class Late:
        """An event that is set a while after the file was hashed."""

        def is_set(self) -> bool:
            asked.append(done[0])
            return sum(asked) > 10

    done = [False]

    def told(progress: checksig.Progress) -> None:
        done[0] = progress.files == progress.total_files

    with pytest.raises(CancelledError):
        checksig.audit(tmp_path, cancel=Late(), progress=told)
    assert sum(asked) == 11


def test_closing_from_another_thread_ends_the_run_and_who_waits_hears_of_it(endless: Path) -> None:
    threads, began = threading.active_count(), threading.Event()
    results = checksig.iter_verify(endless, bwlimit=1 << 20, progress=lambda _: began.set())
    heard: list[object] = []

    def take() -> None:
        try:
            heard.append(next(results))
        except CancelledError as error:
            heard.append(error)

    thread = threading.Thread(target=take)
    thread.start()
    assert began.wait(20)
    since = time.monotonic()
    results.close()
    assert time.monotonic() - since < WORST
    thread.join()
    assert [type(each) for each in heard] == [CancelledError]
    assert_over(endless, threads)


def test_results_that_were_closed_before_their_end_do_not_look_complete(good: Path) -> None:
    results = checksig.iter_verify(good)
    next(results)
    results.close()
    with pytest.raises(CancelledError, match="closed before the end"):
        list(results)


def test_results_end_once_and_closing_them_again_is_fine(good: Path) -> None:
    for results in (checksig.iter_verify(good), checksig.hash_files([good / "a"])):
        assert list(results)
        results.close()
        results.close()
        assert list(results) == []


def test_a_with_block_ends_the_run(endless: Path) -> None:
    threads = threading.active_count()
    with checksig.hash_files([endless / "huge0", endless / "gone"], bwlimit=1 << 20) as results:
        assert next(results).status is checksig.Status.MISSING
    assert_over(endless, threads)


def test_progress_may_close_what_it_is_about(endless: Path) -> None:
    results: Any = None
    results = checksig.iter_verify(endless, bwlimit=1 << 20, progress=lambda _: results.close())
    with pytest.raises(CancelledError):
        next(results)
