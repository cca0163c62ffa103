"""Whatever happens to those who check shards, nothing that is wrong is ok."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from shard_faults import FAULTS, runs

import checksig
from checksig import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_whatever_happens_to_those_who_check_nothing_wrong_is_ok(
    fault: Callable[..., str],
) -> None:
    seen = [said for _, said in runs(3, os.getpid(), (fault,))]  # others each time
    assert len(seen) == 3


class Odd(Executor):
    """An executor of which something can be wrong."""

    def __init__(self, do: Callable[[int, Callable[[], Any]], Any]) -> None:
        self.do, self.calls = do, list[int]()
        self.pool = ThreadPoolExecutor(2)

    def submit(self, function: Any, /, *arguments: Any, **more: Any) -> Future[Any]:
        """Have something done with a call."""
        number = arguments[0].number
        self.calls.append(number)
        return self.pool.submit(self.do, number, lambda: function(*arguments, **more))


def test_a_shard_is_tried_again_and_a_mismatch_is_not(good: Path) -> None:
    failures = {0: 2, 1: 1}

    def sometimes(number: int, call: Callable[[], bytes]) -> bytes:
        if failures.get(number, 0):
            failures[number] -= 1
            raise OSError("stale file handle")
        return call()

    executor = Odd(sometimes)
    assert checksig.audit(good, executor=executor, shards=3).ok
    assert sorted(executor.calls) == [0, 0, 0, 1, 1, 2, 3]
    (good / "a").write_text("!")
    executor = Odd(lambda _, call: call())
    assert not checksig.audit(good, executor=executor, shards=3).ok
    assert sorted(executor.calls) == [0, 1, 2, 3]


def test_a_shard_that_cannot_be_checked_is_missing_and_says_why(good: Path) -> None:
    def never(number: int, call: Callable[[], bytes]) -> bytes:
        if number == 1:
            raise OSError("stale file handle")
        return call()

    report = checksig.audit(good, executor=Odd(never), shards=3)
    assert (report.verdict, report.missing_shards) == ("NOT VERIFIED", (1,))
    assert "shards 1: stale file handle" in report.remarks
    with pytest.raises(checksig.VerificationError, match="NOT VERIFIED"):
        checksig.verify(good, executor=Odd(never), shards=3)


def test_a_partial_of_another_shard_is_not_taken(good: Path) -> None:
    kept: dict[int, bytes] = {}

    def mixed(number: int, call: Callable[[], bytes]) -> bytes:
        kept[number] = call()
        return kept[0] if number == 1 and 0 in kept else kept[number]

    with ThreadPoolExecutor(1) as one:
        executor = Odd(mixed)
        executor.pool = one
        report = checksig.audit(good, executor=executor, shards=3)
    assert report.missing_shards == (1,)
    assert "shards 1: what came of shard 1 is of another" in report.remarks


@pytest.mark.parametrize("answer", [b"", b"{}", None, 1, "text", b"\xff"], ids=repr)
def test_nonsense_is_no_partial(good: Path, answer: object) -> None:
    with pytest.raises(PlanError):
        checksig.audit(good, executor=Odd(lambda _, __: answer), shards=3)


def test_what_does_not_come_is_missing_and_not_waited_for(good: Path) -> None:
    release = threading.Event()

    def slow(number: int, call: Callable[[], bytes]) -> bytes:
        if number == 2:
            release.wait(60)
        return call()

    try:
        report = checksig.audit(good, executor=Odd(slow), shards=3, shard_timeout=1)
    finally:
        release.set()
    assert (report.verdict, report.missing_shards) == ("NOT VERIFIED", (2,))
    assert "shards 2: nothing for 1 seconds" in report.remarks


def test_a_check_by_others_can_be_cancelled_and_followed(good: Path) -> None:
    seen: list[checksig.Progress] = []
    assert checksig.audit(good, executor=Odd(lambda _, call: call()), progress=seen.append).ok
    assert (seen[-1].files, seen[-1].settled) == (seen[-1].total_files, True)
    cancel = threading.Event()

    def cancelling(_: int, call: Callable[[], bytes]) -> bytes:
        cancel.set()
        return call()

    with pytest.raises(checksig.CancelledError):
        checksig.audit(good, executor=Odd(cancelling), shards=3, cancel=cancel)


def test_ctrl_c_ends_a_check_by_others(good: Path) -> None:
    def interrupting(_: int, call: Callable[[], bytes]) -> bytes:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        return call()

    with pytest.raises(KeyboardInterrupt):
        checksig.audit(good, executor=Odd(interrupting), shards=3)


@pytest.mark.parametrize("executor", [1, object(), print])
def test_what_is_no_executor_is_refused(good: Path, executor: object) -> None:
    with pytest.raises(TypeError, match="executor has no submit"):
        checksig.audit(good, executor=executor)
    with pytest.raises(TypeError, match="shards is for an executor"):
        checksig.audit(good, shards=3)
    with pytest.raises(TypeError, match="resources is for a client of Dask"):
        checksig.audit(good, executor=Odd(lambda _, call: call()), resources={"disk0": 1})
    with pytest.raises(TypeError, match="keep_results is for one machine"):
        checksig.audit(good, executor=Odd(lambda _, call: call()), keep_results=True)
