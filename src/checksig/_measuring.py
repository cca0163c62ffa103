"""Measure how fast files are hashed here, and how fast they could be."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checksig import _limit
from checksig._bridge import algorithms as _algorithms
from checksig._bridge import library as _ffi
from checksig._bridge import records as _run
from checksig._bridge import request as _request
from checksig._limit import Bound, Data, Rates
from checksig._results import Algorithm, Progress, Result
from checksig._text import quoted
from checksig.errors import ChecksigError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: How often everything is hashed, if that does not take longer than so many seconds in all. The
#: first time does not count: it brings the files into memory.
_RUNS: Final = 4
_PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured in a directory."""

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
    from_disk: int | None  #: bytes that were not in memory; None if there is no telling

    @property
    def bound(self) -> Bound:
        """The shortest time that the files can take."""
        return _limit.bound(self.data, self.rates)

    @property
    def percent(self) -> float:
        """How much of what is possible was reached."""
        return 100 * self.bound.seconds / self.reached

    @property
    def busy(self) -> float:
        """Which part of the cores' time the run had: all of it is 1."""
        return self.processor / (self.reached * self.rates.cores)


def measure(
    path: str | os.PathLike[str] | bytes = ".",
    algorithm: str = "sha256",
    *,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Measurement:
    """Measure how fast the files of a directory are hashed, and how fast they could be.

    Raises:
        ChecksigError: there are no files in the directory, or there is no directory.
        UnknownAlgorithmError: ``algorithm`` is the name of none.
        ValueError: ``workers`` is not a positive number.
    """
    root, chosen = os.fsencode(path), _algorithms.lookup(algorithm)
    settings = {"algorithms": [chosen.name], **_request.read_settings({"workers": workers})}
    began = time.monotonic()
    # To make a list reads everything, and to check it is the work that is timed.
    made = _results(_request.request("create", root=root, settings=settings), progress)
    listed = sorted((r for r in made if r.ok), key=lambda r: r.path)
    if not listed:
        raise ChecksigError(f"no files below {quoted(root)} to hash")
    found = _results(_request.request("measure", root=root, settings=settings))
    values = {result.path: result for result in found}
    lines = b"".join(os.fsencode(result.detail) for result in listed)
    list_ = _request.List(text=lines, untagged=chosen.name)
    check = _request.request("verify", root=root, lists=[list_], settings=settings)
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
        rates=_rates({name: result.size or 0 for name, result in values.items()}, workers),
        reached=best.seconds,
        runs=len(times),
        processor=best.processor,
        from_disk=best.from_disk,
    )


def _results(request: bytes, progress: Callable[[Progress], None] | None = None) -> list[Result]:
    results: list[Result] = []
    for step in _run.steps(_ffi.Run(request)):
        results += step.results
        if progress:
            progress(step.progress)
    return results


def _rates(values: Mapping[str, int], workers: int | None) -> Rates:
    """Return the core's measurements, with the number of cores that so many workers keep busy."""
    cores: int = _algorithms.describe()["cores"]
    return Rates(
        kernel=values["kernel"],
        stream=values["stream"],
        copy=values.get("copy"),
        touch=values.get("touch"),
        open=values["open"] / 1e9 if "open" in values else None,
        part=values.get("part"),
        cores=min(workers or cores, cores),
    )


@dataclass(frozen=True, slots=True)
class _Timed:
    seconds: float
    processor: float
    from_disk: int | None


def _timed(request: bytes, progress: Callable[[Progress], None] | None) -> _Timed:
    """Check everything, and return how long the core took."""

    def each(step: _run.Step) -> None:
        if progress:
            progress(step.progress)

    before, began = _read_from_disk(), time.process_time()
    last = _run.last_of(_run.steps(_ffi.Run(request)), each)
    after, processor = _read_from_disk(), time.process_time() - began
    if last.progress.seconds <= 0:
        raise LibraryError("a run that took no time")
    from_disk = None if before is None or after is None else after - before
    return _Timed(last.progress.seconds, processor, from_disk)


def _read_from_disk() -> int | None:
    """Return how many bytes this process has caused to be read from devices; see proc(5)."""
    try:
        lines = Path("/proc/self/io").read_text().splitlines()
    except OSError:
        return None
    fields = dict(line.split(": ") for line in lines)
    return int(fields["read_bytes"])
