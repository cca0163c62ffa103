"""Those who check shards: executors of ``concurrent.futures``, and the protocol of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from checksig._shards import running

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from checksig._options.values import Reading
    from checksig._shards.running import Task


class Future(Protocol):
    """The outcome of a shard that is under way, as ``concurrent.futures`` and Dask have it."""

    def result(self) -> bytes:
        """Return it, or raise why there is none."""
        ...

    def cancel(self) -> object:
        """End it."""
        ...

    def add_done_callback(self, function: Callable[[Any], object], /) -> object:
        """Have a function called when it has come."""
        ...


class Crew(Protocol):
    """Those who check shards."""

    #: How many are checked at a time, if that is known.
    slots: int | None

    def submit(self, task: Task, reading: Reading) -> Future:
        """Have a shard checked."""
        ...

    def close(self) -> None:
        """Give up what was opened."""
        ...


class Pool:
    """An executor of ``concurrent.futures``."""

    def __init__(self, executor: Executor) -> None:
        """Take an executor, which stays the caller's."""
        self._executor = executor
        found = getattr(executor, "_max_workers", None)
        self.slots: int | None = found if isinstance(found, int) else None

    def submit(self, task: Task, reading: Reading) -> Future:
        """Have a shard checked."""
        return self._executor.submit(run, task, reading)

    def close(self) -> None:
        """Leave the executor as it is."""


def run(task: Task, reading: Reading) -> bytes:
    """Check a shard, in whatever process this is, and return its partial as it travels."""
    return running.run(task, reading).to_bytes()
