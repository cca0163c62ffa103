"""Runs of the core, from a request to results."""

from __future__ import annotations

import json
import os
import struct
import sys
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict

from checksig import _ffi
from checksig._algorithms import algorithms, describe
from checksig._types import Algorithm, Entry, Progress, Result, Status
from checksig.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

_LENGTH: Final = struct.Struct("<I")
_ENTRY: Final = struct.Struct("<IIII")
_MAX_NUMBER: Final = (1 << 31) - 1

# Names come back as os.fsdecode would make them; its errors and encoding are these.
_ENCODING: Final = sys.getfilesystemencoding()
_ERRORS: Final = sys.getfilesystemencodeerrors()


class Step(NamedTuple):
    """What one look at a run brought: the results since the last one, and the state."""

    results: Iterator[Result]  #: to be taken once
    progress: Progress
    counts: Mapping[Status, int]
    algorithms: tuple[Algorithm, ...]


def request(
    op: str,
    *,
    root: bytes = b"",
    list_: bytes = b"",
    entries: bytes = b"",
    paths: bytes = b"",
    exclude: bytes = b"",
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> bytes:
    """Return a request for ``checksig_start``. A setting of None is left out.

    ``CHECKSIG_DISABLE`` in the environment names kernels that are not to be used.
    """
    parts = {"root": root, "list": list_, "entries": entries, "paths": paths, "exclude": exclude}
    disable = {"disable": os.environ.get("CHECKSIG_DISABLE", "")}
    header = disable | {name: value for name, value in settings.items() if value is not None}
    header |= {name: len(part) for name, part in parts.items()}
    return b"".join([json.dumps({"op": op, **header}).encode(), b"\n", *parts.values()])


class ReadOptions(TypedDict, total=False):
    """How files are read. All functions that read files take these options."""

    #: How many threads hash, 256 at most; None means one per core.
    workers: int | None
    #: How many files are read ahead of the workers, 256 at most. None means as many as suit the
    #: device, and none if the files are in the page cache.
    readers: int | None
    #: Whether to drop files from the page cache before they are read, and afterwards: what counts
    #: is then what the device has.
    drop_cache: bool


def expect(options: Mapping[str, object], known: type) -> None:
    """Look at keyword arguments.

    Raises:
        TypeError: one of them is not a key of the typed dictionary ``known``.
    """
    if unknown := options.keys() - known.__annotations__.keys():
        raise TypeError(f"unknown options: {', '.join(sorted(unknown))}")


def read_settings(options: ReadOptions) -> dict[str, Any]:
    """Return the settings of a request that say how files are read.

    Raises:
        ValueError: a number is none, or too small.
    """
    workers, readers = options.get("workers"), options.get("readers")
    for name, number in (("workers", workers), ("readers", readers)):
        if number is not None and not 1 <= number <= _MAX_NUMBER:
            raise ValueError(f"{name} must be a number from 1 to {_MAX_NUMBER:,}, not {number}")
    drop_cache = bool(options.get("drop_cache"))
    return {"workers": workers, "readers": readers, "drop_cache": drop_cache}


def pack_names(names: Iterable[bytes]) -> bytes:
    """Pack names as length-prefixed records."""
    return b"".join(_LENGTH.pack(len(name)) + name for name in names)


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """Pack entries as records of four numbers and three strings."""
    parts: list[bytes] = []
    for entry in entries:
        if not 0 <= entry.line <= _MAX_NUMBER:
            raise ValueError(f"line must be a number from 0 to {_MAX_NUMBER:,}, not {entry.line}")
        name = os.fsencode(entry.path)
        algorithm, digest = entry.algorithm.encode(), entry.digest.encode()
        parts += (
            _ENTRY.pack(entry.line, len(name), len(algorithm), len(digest)),
            name,
            algorithm,
            digest,
        )
    return b"".join(parts)


def steps(run: _ffi.Run) -> Generator[Step, None, None]:
    """Start a run, yield what it brings, and close it. The last step has the final counts.

    Raises:
        ChecksigError: the run failed.
    """
    try:
        run.start()
        while True:
            batch = run.next()
            yield _step(_results(batch), batch.progress)
    except EOFError as end:
        yield _step(iter(()), end.args[0])
    finally:
        run.close()


def last_of(steps: Iterable[Step], each: Callable[[Step], object]) -> Step:
    """Call ``each`` with every step, and return the last, which has the final counts."""
    step: Step | None = None
    for step in steps:
        each(step)
    if step is None:
        raise LibraryError("a run ended without a last step")
    return step


def _step(results: Iterator[Result], fields: tuple[int, ...]) -> Step:
    _, _, total_files, total_bytes, read, nanoseconds, used, *counts = fields
    by_status = dict(zip(_statuses(), counts, strict=True))
    settled = sum(counts) - by_status[Status.UNLISTED]
    return Step(
        results,
        Progress(settled, total_files, read, total_bytes, nanoseconds / 1e9),
        by_status,
        tuple(a for number, a in enumerate(algorithms()) if used >> number & 1),
    )


@cache
def _statuses() -> tuple[Status, ...]:
    return tuple(Status(name) for name in describe()["statuses"])


@cache
def _algorithm_names() -> tuple[str | None, ...]:
    names = [algorithm.name for algorithm in algorithms()]
    return (*names, *[None] * (256 - len(names)))


def _results(batch: _ffi.Batch) -> Iterator[Result]:
    # The one loop that runs once for each result. To fill __dict__ takes 0.4 µs, the frozen
    # dataclass's own __init__ 1.0 µs. To yield one at a time spares the garbage collector: a
    # list of them all would make it look at each several times.
    statuses, names, varying, new = _statuses(), _algorithm_names(), batch.varying, object.__new__
    start = 0
    for record in _ffi.RECORD.iter_unpack(batch.records):
        size, name_len, listed_len, text_len, line, status, algorithm, found_len = record
        name = start + name_len
        listed = name + listed_len
        found = listed + found_len
        end = found + text_len
        result = new(Result)
        fields = result.__dict__
        fields["path"] = varying[start:name].decode(_ENCODING, _ERRORS) if name_len else ""
        fields["status"] = statuses[status]
        fields["algorithm"] = names[algorithm]
        fields["listed"] = varying[name:listed].decode() if listed_len else None
        fields["found"] = varying[listed:found].hex() if found_len else None
        fields["size"] = None if size < 0 else size
        fields["line"] = line or None
        fields["detail"] = varying[found:end].decode(_ENCODING, _ERRORS) if text_len else ""
        start = end
        yield result
