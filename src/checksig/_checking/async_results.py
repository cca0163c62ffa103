"""Results as they come, for asyncio."""

from __future__ import annotations

import threading
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Self

from checksig.errors import CancelledError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from checksig._checking.results import Results, Stop
    from checksig._results import Result

#: How many results travel together at most, and how many such batches wait to be taken.
_BATCH, _WAITING = 1024, 4


class AsyncResults:
    """Results as they come, in no particular order: an asynchronous iterator.

    The run begins when the first result is asked for, and continues in a thread. If the task that
    waits for a result is cancelled, the run and its thread end before the cancellation continues.
    They also end with an ``async with`` block, with ``aclose()``, and with the task that began
    them.
    """

    def __init__(self, stop: Stop, begin: Callable[[Callable[[], None]], Results]) -> None:
        """Begin when the first result is asked for.

        Args:
            stop: What ends the run.
            begin: Returns the results, and takes what is called about twenty times a second.
        """
        self._stop, self._results = stop, begin(self._flush)
        self._room = threading.Semaphore(_WAITING)
        self._batch: list[Result] = []  # of the thread
        self._ready: list[Result] = []  # taken, in reverse
        self._batches: asyncio.Queue[list[Result] | None] | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._over = False

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> Result:
        """Return the next result.

        Raises:
            CancelledError: it was closed before its end, or its ``cancel`` was set.
            ChecksigError: the run failed.
        """
        import asyncio  # noqa: PLC0415 (who gets here has loaded it)

        while not self._ready:
            if self._over:
                failure, self._failure = self._failure, None
                raise failure or StopAsyncIteration
            try:
                await self._take(self._batches or self._begin())
            except asyncio.CancelledError:
                await self.aclose()
                raise
        return self._ready.pop()

    async def _take(self, batches: asyncio.Queue[list[Result] | None]) -> None:
        """Wait for the next batch, or for the end."""
        batch = await batches.get()
        self._room.release()
        if batch is not None:
            self._ready = batch[::-1]
            return
        batches.put_nowait(None)  # others may wait as well
        self._over = True
        if self._thread:
            self._thread.join()

    def _begin(self) -> asyncio.Queue[list[Result] | None]:
        import asyncio  # noqa: PLC0415 (as above)

        self._loop, self._batches = asyncio.get_running_loop(), asyncio.Queue()
        self._thread = threading.Thread(target=copy_context().run, args=(self._work,), daemon=True)
        self._thread.start()
        if task := asyncio.current_task():
            task.add_done_callback(lambda _: self._wake())
        return self._batches

    def _wake(self) -> None:
        """End the thread, which may wait for room."""
        self._stop.set()
        self._room.release()

    def _work(self) -> None:
        try:
            for result in self._results:
                self._batch.append(result)
                if len(self._batch) >= _BATCH:
                    self._flush()
            self._flush()
        except BaseException as error:  # whatever it is, it is for the task
            self._failure = error
        finally:
            self._results.close()
            self._put(None)

    def _flush(self) -> None:
        """Pass on what has come so far, when there is room for it."""
        if self._batch:
            self._room.acquire()
            if self._stop.is_set():
                raise CancelledError("cancelled")
            batch, self._batch = self._batch, []
            self._put(batch)

    def _put(self, batch: list[Result] | None) -> None:
        with suppress(RuntimeError):  # the loop is closed, and nobody waits
            if self._batches:
                self._loop.call_soon_threadsafe(self._batches.put_nowait, batch)

    async def aclose(self) -> None:
        """End the run, and wait until its thread is gone."""
        import asyncio  # noqa: PLC0415 (as above)

        if self._over:
            return
        cancelled = False
        self._wake()
        while self._batches and not self._over:
            try:
                await self._take(self._batches)
            except asyncio.CancelledError:
                cancelled = True
        self._ready, self._over = [], True
        self._failure = CancelledError("closed before the end")
        if not self._batches:
            self._results.close()
        if cancelled:
            raise asyncio.CancelledError

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.aclose()
