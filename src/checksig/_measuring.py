"""The speed at which files are hashed here, and the limit of it, whatever hashes them.

A file takes the time of an open, and ``size / rate``. The rate is that of hashing after a copy, or
where it pays to map the file, that of whichever is slower of hashing and touching. So the work of
all cores together takes no less than the longest of

- all bytes at their rates, shared by the cores,
- all files at the time of an open, shared by the cores,
- the largest file at the rate of one stream, which one core has for itself, or as much of it as
  one core has to hash.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from checksig._bridge import algorithms, wire
from checksig._names import quoted
from checksig._options import RunOptions
from checksig._options.values import reading, settle
from checksig._results import Algorithm, Progress, Result
from checksig.errors import ChecksigError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: From this size on the core maps files. In bytes.
MAPPED: Final = 1 << 20

Cause = Literal["hashing", "reading files", "opening files", "one large file"]


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a machine: bytes per second and core. What could not be measured is None."""

    kernel: float  #: hashing what is in the cache, many files at a time
    stream: float  #: hashing what is in the cache, one file alone
    copy: float | None  #: reading files in memory
    touch: float | None  #: looking at files in memory through a mapping
    open: float | None  #: seconds, for opening, reading and closing a small file in memory
    part: int | None  #: bytes of a large file that one core has to hash; None: all of them
    cores: int

    @property
    def copied(self) -> float:
        """The rate of files that are read."""
        return self.kernel if self.copy is None else 1 / (1 / self.copy + 1 / self.kernel)

    @property
    def mapped(self) -> float:
        """The rate of files that are mapped, unless reading them is faster."""
        touched = 0.0 if self.touch is None else min(self.kernel, self.touch)
        return max(self.copied, touched)


@dataclass(frozen=True, slots=True)
class Data:
    """Files, by what matters: ``mapped`` bytes are in files that are large enough for that."""

    files: int
    bytes: int
    mapped: int
    largest: int

    @classmethod
    def of(cls, sizes: Iterable[int]) -> Data:
        """Return what files of these sizes come to."""
        files = total = mapped = largest = 0
        for size in sizes:
            files += 1
            total += size
            mapped += size if size >= MAPPED else 0
            largest = max(largest, size)
        return cls(files, total, mapped, largest)


class Bound(NamedTuple):
    """The shortest time that files can take, and what takes it."""

    seconds: float
    by: Cause


def bound(data: Data, rates: Rates) -> Bound:
    """Return the shortest time that files can take with these rates."""
    small = data.bytes - data.mapped
    alone = data.largest if rates.part is None else min(data.largest, rates.part)
    candidates = (
        Bound(
            (small / rates.copied + data.mapped / rates.mapped) / rates.cores,
            "reading files" if _reading(data, rates) > data.bytes / rates.kernel else "hashing",
        ),
        Bound(data.files * (rates.open or 0.0) / rates.cores, "opening files"),
        Bound(alone / rates.stream, "one large file"),
    )
    return max(candidates, key=lambda each: each.seconds)


def _reading(data: Data, rates: Rates) -> float:
    """Return the time of one core for reading alone, which mapping has in parallel to hashing."""
    copying = 0.0 if rates.copy is None else 1 / rates.copy
    mapping = copying
    if rates.touch is not None and rates.mapped > rates.copied:
        mapping = 1 / rates.touch
    return (data.bytes - data.mapped) * copying + data.mapped * mapping


#: How often everything is hashed, if that does not take longer than so many seconds in all. The
#: first time does not count: it brings the files into memory.
_RUNS: Final = 4
_PATIENCE: Final = 10.0


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

    def each(batch: wire.Batch) -> None:
        if progress:
            progress(batch.progress)

    before, began = _read_from_disk(), time.process_time()
    last = wire.last_of(wire.batches(request), each)
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
