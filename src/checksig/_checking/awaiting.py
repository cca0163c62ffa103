"""The same checks for asyncio: each runs in a thread of its own.

A task that is cancelled ends its run, and goes on only when the thread of that is gone.
"""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar, Unpack

from checksig._checking import auditing, hashing, verifying
from checksig._checking.async_results import AsyncResults
from checksig._checking.results import Stop
from checksig._options import CheckOptions, RunOptions
from checksig._options.values import takes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from checksig._options import StrPath
    from checksig._results import Report

_Value = TypeVar("_Value")


@takes(CheckOptions)
async def averify(path: StrPath, **options: Unpack[CheckOptions]) -> Report:
    """Do what :func:`verify` does, without holding up the event loop.

    ``progress`` is called in another thread. If the task is cancelled, the run ends.
    """
    stop = Stop(options.get("cancel"))
    options["cancel"] = stop
    return await _in_thread(lambda: auditing.verified(path, options), stop)


@takes(CheckOptions)
async def aaudit(
    path: StrPath, *, keep_results: bool = False, **options: Unpack[CheckOptions]
) -> Report:
    """Do what :func:`audit` does, without holding up the event loop: see :func:`averify`."""
    stop = Stop(options.get("cancel"))
    options["cancel"] = stop
    return await _in_thread(
        lambda: auditing.audited(path, options, keep_results=keep_results), stop
    )


@takes(CheckOptions, but=("find_moved", "tofu"))
def aiter_verify(path: StrPath, **options: Unpack[CheckOptions]) -> AsyncResults:
    """Do what :func:`iter_verify` does, for ``async for``: see :class:`AsyncResults`."""
    stop = Stop(options.get("cancel"))
    options["cancel"] = stop
    return AsyncResults(stop, lambda look: verifying.iterated(path, options, look))


@takes(RunOptions)
def ahash_files(
    paths: Iterable[StrPath], algorithm: str = "sha256", **options: Unpack[RunOptions]
) -> AsyncResults:
    """Do what :func:`hash_files` does, for ``async for``: see :class:`AsyncResults`."""
    stop = Stop(options.get("cancel"))
    options["cancel"] = stop
    return AsyncResults(stop, lambda look: hashing.hashed(paths, algorithm, options, look))


async def _in_thread(function: Callable[[], _Value], stop: Stop) -> _Value:
    """Call a function in a thread, which is gone when this returns or raises."""
    import asyncio  # noqa: PLC0415 (who gets here has loaded it)

    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    outcome: list[_Value] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(function())
        except BaseException as error:  # whatever it is, it is for the task
            failure.append(error)
        loop.call_soon_threadsafe(ended.set)

    thread = threading.Thread(target=copy_context().run, args=(work,), daemon=True)
    thread.start()
    try:
        await ended.wait()
    except asyncio.CancelledError:
        stop.set()
        while not ended.is_set():
            try:
                await ended.wait()
            except asyncio.CancelledError:  # the first is on its way already
                continue
        raise
    finally:
        thread.join()
    if failure:
        raise failure[0]
    return outcome[0]
