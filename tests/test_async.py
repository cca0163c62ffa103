"""The same checks for asyncio: they hold nobody up, and end with their task."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from test_cancel import WORST, assert_over, endless  # noqa: F401 (a fixture)

import checksig
from checksig import CancelledError, Result, Status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

pytestmark = pytest.mark.kernels

SLOW = 1 << 20  # bytes a second


def paths_of(root: Path) -> list[Path]:
    return [root / "huge0", root / "huge1"]


async def all_of(results: checksig.AsyncResults) -> list[Result]:
    return [result async for result in results]


CALLS: dict[str, Callable[..., Awaitable[Any]]] = {
    "averify": checksig.averify,
    "aaudit": checksig.aaudit,
    "aiter_verify": lambda root, **options: all_of(checksig.aiter_verify(root, **options)),
    "ahash_files": lambda root, **options: all_of(checksig.ahash_files(paths_of(root), **options)),
}


def test_the_answers_are_those_of_the_others(good: Path, bad: Path) -> None:
    async def ask() -> None:
        assert (await checksig.averify(good)).tally == checksig.verify(good).tally
        with pytest.raises(checksig.VerificationError):
            await checksig.averify(bad)
        report = await checksig.aaudit(bad, keep_results=True)
        assert report.failures == checksig.audit(bad).failures
        found = await all_of(checksig.aiter_verify(bad))
        assert sorted(map(str, found)) == sorted(map(str, checksig.iter_verify(bad)))
        paths = [good / "a", good / "b", good / "gone"]
        found = await all_of(checksig.ahash_files(paths, "md5"))
        assert sorted(map(str, found)) == sorted(map(str, checksig.hash_files(paths, "md5")))
        with pytest.raises(checksig.ManifestError):
            await all_of(checksig.aiter_verify(good / "nowhere"))

    threads = threading.active_count()
    asyncio.run(ask())
    assert threading.active_count() == threads


@pytest.mark.parametrize("name", CALLS)
def test_a_task_that_is_cancelled_is_over_when_it_says_so(
    endless: Path,  # noqa: F811 (as above)
    name: str,
) -> None:
    """No thread is left when the cancellation leaves, and no file is open."""
    threads, began = threading.active_count(), threading.Event()

    async def ask() -> None:
        task = asyncio.ensure_future(
            CALLS[name](endless, bwlimit=SLOW, progress=lambda _: began.set())
        )
        while not began.is_set():
            await asyncio.sleep(0.01)
        since = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - since < WORST
        assert threading.active_count() == threads

    asyncio.run(ask())
    assert_over(endless, threads)


def test_others_go_on_while_it_runs(endless: Path) -> None:  # noqa: F811 (as above)
    async def ask() -> int:
        task = asyncio.ensure_future(checksig.averify(endless, bwlimit=SLOW))
        for _ in range(100):
            await asyncio.sleep(0)
        done = task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return done

    assert not asyncio.run(ask())


def test_a_time_limit_is_kept(endless: Path) -> None:  # noqa: F811 (as above)
    async def ask() -> None:
        async with asyncio.timeout(0.2):
            await checksig.averify(endless, bwlimit=SLOW)

    threads = threading.active_count()
    with pytest.raises(TimeoutError):
        asyncio.run(ask())
    assert_over(endless, threads)


def test_the_first_results_come_before_the_last(endless: Path) -> None:  # noqa: F811 (as above)
    async def ask() -> None:
        async with checksig.aiter_verify(endless, bwlimit=SLOW, require=["gone"]) as results:
            assert (await anext(results)).status is Status.MISSING

    threads = threading.active_count()
    asyncio.run(ask())
    assert_over(endless, threads)


def many(root: Path) -> Path:
    """More results than wait to be taken."""
    (root / "SHA256SUMS").write_text("".join(f"{'0' * 64}  {n}\n" for n in range(10_000)))
    return root


def test_who_takes_results_slowly_is_waited_for(tmp_path: Path) -> None:
    async def ask() -> int:
        results, count = checksig.aiter_verify(many(tmp_path)), 0
        async for _ in results:
            count += 1
            if count % 1000 == 0:
                await asyncio.sleep(0.01)
        return count

    assert asyncio.run(ask()) == 10_000


def test_a_task_that_leaves_a_loop_takes_the_thread_along(tmp_path: Path) -> None:
    async def ask() -> list[threading.Thread]:
        async for _ in checksig.aiter_verify(many(tmp_path)):
            break
        return [each for each in threading.enumerate() if each not in before]

    before = threading.enumerate()
    for thread in asyncio.run(ask()):
        thread.join(20)
        assert not thread.is_alive()


def test_results_that_were_closed_do_not_look_complete(good: Path) -> None:
    async def ask() -> None:
        for asked in (False, True):
            results = checksig.aiter_verify(good)
            if asked:
                await anext(results)
            await results.aclose()
            await results.aclose()
            with pytest.raises(CancelledError, match="closed before the end"):
                await anext(results)
        results = checksig.aiter_verify(good)
        assert len(await all_of(results)) == 3
        await results.aclose()
        with pytest.raises(StopAsyncIteration):
            await anext(results)

    asyncio.run(ask())


def test_an_event_ends_it_as_well(endless: Path) -> None:  # noqa: F811 (as above)
    event = threading.Event()

    async def ask() -> None:
        for call in CALLS.values():
            event.clear()
            with pytest.raises(CancelledError):
                await call(endless, bwlimit=SLOW, cancel=event, progress=lambda _: event.set())

    asyncio.run(ask())
