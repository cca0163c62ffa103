"""Shards, checked by an executor: gathered as they come, merged in the end."""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any, Final

from checksig._bridge import wire
from checksig._names import escape
from checksig._options import values
from checksig._results import Progress
from checksig._shards import merging, planning, running
from checksig._shards.crews import Crew, Future, Pool
from checksig._shards.partial import Partial
from checksig.errors import CancelledError, PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from checksig._options import StrPath
    from checksig._options.reading import Cancel
    from checksig._options.values import Reading
    from checksig._places.place import AnyFileSystem
    from checksig._results import Report
    from checksig._shards.plan import Plan

#: In seconds: how long is waited before somebody is asked whether it still is wanted.
_LOOK: Final = 0.05
#: How many shards there are to be for each that is checked at a time: one may be slow.
_EACH: Final = 8
#: How often a shard is tried again that could not be run, whoever runs it: on another machine it
#: may go well. What does not match is no such thing.
RETRIES: Final = 2


def crew_of(executor: Any, options: Mapping[str, Any]) -> Crew:
    """Return those who check shards.

    Raises:
        TypeError: it is no executor.
        PlanError: there is nobody at an address.
    """
    given = {name: options[name] for name in ("resources", "hosts") if options[name] is not None}
    module: str = type(executor).__module__
    if isinstance(executor, str) or module.startswith("distributed"):
        from checksig._shards import dask  # noqa: PLC0415 (an extra)

        if crew := dask.crew(executor, **given):
            return crew
    if given:
        raise TypeError(f"{next(iter(given))} is for a client of Dask, or its address")
    if not callable(getattr(executor, "submit", None)):
        raise TypeError(f"executor has no submit: {executor!r}")
    pool: Any = executor
    return Pool(pool)


def audited(path: StrPath | AnyFileSystem, options: Mapping[str, Any]) -> Report:
    """Plan a check, have an executor run it, and return the report.

    Raises:
        PlanError: no shard could be checked.
        ChecksigError: as :func:`checksig.audit` does.
    """
    began = time.time()
    crew = crew_of(options["executor"], options)
    try:
        shards = options["shards"] or (_EACH * crew.slots if crew.slots else None)
        plan, asked = planning.planned(path, options, shards=shards, sizes=options["sizes"])
        lists = {number: part.claim.lists for number, part in enumerate(asked.parts)}
        reading = values.reading({**options, "workers": options["workers"] or 1, "cancel": None})
        gathering = _Gathering(plan, crew, reading)
        gathering.run(options["cancel"], options["progress"], options["shard_timeout"])
        report = merging.merged(plan, gathering.partials(), lists)
        return merging.with_reasons(report, gathering.lost, time.time() - began)
    finally:
        crew.close()


class _Gathering:
    """Shards under way, and what came of those that are not."""

    def __init__(self, plan: Plan, crew: Crew, reading: Reading) -> None:
        self._plan, self._crew, self._reading = plan, crew, reading
        self._done: queue.SimpleQueue[tuple[int, Future]] = queue.SimpleQueue()
        self._futures: dict[int, Future] = {}
        self._tries = dict.fromkeys(range(len(plan.shards)), RETRIES)
        self._found: dict[int, Partial] = {}
        self.lost: dict[int, str] = {}  # why there is nothing of a shard
        self._began = time.monotonic()

    def partials(self) -> list[tuple[str, Partial]]:
        """Return what came of shards.

        Raises:
            PlanError: nothing came of any.
        """
        if not self._found and self.lost:
            raise PlanError(next(iter(self.lost.values())))
        return [(f"what came of shard {n}", each) for n, each in self._found.items()]

    def run(
        self,
        cancel: Cancel | None,
        progress: Callable[[Progress], None] | None,
        patience: float | None,
    ) -> None:
        """Have all shards checked, as long as something comes of one within ``patience`` seconds.

        Raises:
            CancelledError: it is not wanted any more.
        """
        try:
            for number in self._order():
                self._submit(number)
            heard = time.monotonic()
            while self._futures:
                if cancel is not None:
                    wire.expect_wanted(cancel)
                try:
                    number, future = self._done.get(timeout=_LOOK)
                except queue.Empty:
                    if patience is not None and time.monotonic() - heard > patience:
                        self.lost |= dict.fromkeys(self._futures, f"nothing for {patience} seconds")
                        return
                    continue
                self._take(number, future)
                heard = time.monotonic()
                if progress:
                    progress(self._progress())
        finally:
            for future in self._futures.values():
                future.cancel()

    def _order(self) -> Iterable[int]:
        """Return all numbers; those of shards that look for what is not listed come early."""
        shards = self._plan.shards
        return sorted(range(len(shards)), key=lambda number: not shards[number].others)

    def _submit(self, number: int) -> None:
        task = running.task_of(self._plan, number)
        try:
            future = self._crew.submit(task, self._reading)
        except Exception as error:  # a pool whose processes are gone takes nothing more
            self.lost[number] = _why(error)
            return
        self._futures[number] = future
        future.add_done_callback(lambda done: self._done.put((number, done)))

    def _take(self, number: int, future: Future) -> None:
        if self._futures.pop(number, None) is None:
            return
        try:
            partial = Partial.from_bytes(future.result(), f"what came of shard {number}")
            if (partial.plan, partial.shard) != (self._plan.digest, number):
                raise PlanError(f"what came of shard {number} is of another")
            self._found[number] = partial
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a future that was cancelled raises what is no Exception
            if isinstance(error, CancelledError) or not self._tries[number]:
                self.lost[number] = _why(error)
                return
            self._tries[number] -= 1
            self._submit(number)

    def _progress(self) -> Progress:
        plan, done = self._plan, [self._plan.shards[n] for n in self._found]
        read = sum(each.outcome.totals.bytes for each in self._found.values())
        return Progress(
            files=sum(each.files for each in done),
            total_files=plan.files,
            bytes=read,
            total_bytes=max(plan.size, read),
            seconds=time.monotonic() - self._began,
            settled=plan.size > 0 or len(self._found) == len(plan.shards),
        )


def _why(error: BaseException) -> str:
    return escape(str(error)) or type(error).__name__
