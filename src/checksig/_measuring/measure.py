"""The speed at which files are hashed here, and what it is made of."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checksig._bridge import algorithms, wire
from checksig._measuring.limit import Bound, Data, Rates, bound, work
from checksig._measuring.load import Load
from checksig._names import quoted
from checksig._options import RunOptions
from checksig._options.values import reading, settle
from checksig._results import Algorithm, Progress, Result
from checksig.errors import ChecksigError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: How often everything is hashed, if that does not take longer than so many seconds in all. The
#: first time does not count: it brings the files into memory.
_RUNS: Final = 4
_PATIENCE: Final = 10.0
#: How often the start is timed: the least counts.
_STARTS: Final = 5


@dataclass(frozen=True, slots=True)
class Measurement:
    """The measurements in a directory."""

    root: str
    algorithm: Algorithm
    kernel: str  #: the code that hashes many files at a time
    stream: str  #: the code that hashes one
    data: Data
    left_out: int  #: what is there and cannot be read, or is no regular file inside the directory
    rates: Rates
    reached: float  #: seconds, for all files
    runs: int  #: of which this was the fastest
    processor: float  #: seconds of processor time in that run, of all cores together
    others: float | None  #: part of all processors' time that others had; None: no telling
    from_disk: int | None  #: bytes that were not in memory; None if there is no telling

    @property
    def bound(self) -> Bound:
        """The shortest time that the files can take."""
        return bound(self.data, self.rates)

    @property
    def percent(self) -> float:
        """The part of what is possible that was reached."""
        return 100 * self.bound.seconds / self.reached

    @property
    def busy(self) -> float:
        """The part of the cores' time that the run had: all of it is 1."""
        return self.processor / (self.reached * self.rates.cores)

    @property
    def frugal(self) -> float:
        """The part of its processor time that a run has to take: what others do counts little."""
        due = work(self.data, self.rates).seconds + self.rates.start
        return 100 * due / self.processor if self.processor else 0.0


def measure(
    path: str | os.PathLike[str] | bytes = ".",
    algorithm: str = "sha256",
    *,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Measurement:
    """Measure how fast the files of a directory are hashed, and how fast they could be.

    Raises:
        ChecksigError: there are no files in the directory, or there is not a directory.
        UnknownAlgorithmError: ``algorithm`` is not known.
        ValueError: ``workers`` is not a positive number.
    """
    root, chosen = os.fsencode(path), algorithms.lookup(algorithm)
    asked = {
        "algorithms": [chosen.name],
        **dict(reading(settle(RunOptions, {"workers": workers})).settings),
    }
    began = time.monotonic()
    # To make a list reads everything, and to check it is the work that is timed.
    made = _results(wire.request("create", root=root, settings=asked), progress)
    listed = sorted((r for r in made if r.ok), key=lambda r: r.path)
    if not listed:
        raise ChecksigError(f"no files below {quoted(root)} to hash")
    found = _results(wire.request("measure", root=root, settings=asked))
    values = {result.path: result for result in found}
    lines = b"".join(os.fsencode(result.detail) for result in listed)
    list_ = wire.List(text=lines, untagged=chosen.name)
    check = wire.request("verify", root=root, lists=[list_], settings=asked)
    start = _start(root, listed, chosen, asked)
    times = [_timed(check, progress)]
    while len(times) < _RUNS - 1 and time.monotonic() + times[-1].seconds < began + _PATIENCE:
        times.append(_timed(check, progress))
    best = min(times, key=lambda each: each.seconds)
    return Measurement(
        root=os.fsdecode(root),
        algorithm=chosen,
        kernel=values["kernel"].detail,
        stream=values["stream"].detail,
        data=Data.of(result.size or 0 for result in listed),
        left_out=len(made) - len(listed),
        rates=replace(
            _rates({name: result.size or 0 for name, result in values.items()}, workers),
            start=start,
        ),
        reached=best.seconds,
        runs=len(times),
        processor=best.processor,
        others=best.others,
        from_disk=best.from_disk,
    )


def _results(request: bytes, progress: Callable[[Progress], None] | None = None) -> list[Result]:
    results: list[Result] = []
    for batch in wire.batches(request):
        results += batch.results
        if progress:
            progress(batch.progress)
    return results


def _rates(values: Mapping[str, int], workers: int | None) -> Rates:
    """Return the core's measurements, with the number of cores that so many workers keep busy."""
    cores: int = algorithms.describe()["cores"]
    return Rates(
        kernel=values["kernel"],
        stream=values["stream"],
        copy=values.get("copy"),
        mapped=values.get("mapped"),
        open=values["open"] / 1e9 if "open" in values else None,
        ring=values["ring"] / 1e9 if "ring" in values else None,
        part=values.get("part"),
        cores=min(workers or cores, cores),
    )


def _start(
    root: bytes, listed: Sequence[Result], algorithm: Algorithm, asked: Mapping[str, Any]
) -> float:
    """Return how long a check of the smallest file takes: as good as nothing is read for it."""
    smallest = min(listed, key=lambda result: result.size or 0)
    list_ = wire.List(text=os.fsencode(smallest.detail), untagged=algorithm.name)
    check = wire.request("verify", root=root, lists=[list_], settings=asked)
    return min(_timed(check, None).seconds for _ in range(_STARTS))


@dataclass(frozen=True, slots=True)
class _Timed:
    seconds: float
    processor: float
    others: float | None
    from_disk: int | None


def _timed(request: bytes, progress: Callable[[Progress], None] | None) -> _Timed:
    """Check everything, and return how long the core took."""

    def each(batch: wire.Batch) -> None:
        if progress:
            progress(batch.progress)

    before, began, load = _read_from_disk(), time.process_time(), Load()
    last = wire.last_of(wire.batches(request), each)
    after, processor = _read_from_disk(), time.process_time() - began
    if last.progress.seconds <= 0:
        raise LibraryError("a run that took no time")
    from_disk = None if before is None or after is None else after - before
    return _Timed(last.progress.seconds, processor, load.others(processor), from_disk)


def _read_from_disk() -> int | None:
    """Return how many bytes this process has caused to be read from devices; see proc(5)."""
    try:
        lines = Path("/proc/self/io").read_text().splitlines()
    except OSError:
        return None
    fields = dict(line.split(": ") for line in lines)
    return int(fields["read_bytes"])
