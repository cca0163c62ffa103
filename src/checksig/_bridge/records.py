"""Runs of the core, from a request to results."""

from __future__ import annotations

import struct
import sys
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import library as _ffi
from checksig._bridge.algorithms import algorithms, describe
from checksig._results import Algorithm, Digest, Progress, Result, Status
from checksig.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

_DIGEST: Final = struct.Struct("<IIBB")

# Names come back as os.fsdecode would make them; its errors and encoding are these.
_ENCODING: Final = sys.getfilesystemencoding()
_ERRORS: Final = sys.getfilesystemencodeerrors()


class Tally(NamedTuple):
    """Counts that are not counts of verdicts."""

    repeated: int  #: entries that said again what another had said
    excluded: int  #: entries that patterns left out
    ignored: int  #: of the files that are missing, those that may be


class Step(NamedTuple):
    """What one look at a run brought: the results since the last one, and the state."""

    results: Iterator[Result]  #: to be taken once
    progress: Progress
    counts: Mapping[Status, int]
    algorithms: tuple[Algorithm, ...]
    tally: Tally


def steps(run: _ffi.Run, manifests: Sequence[str] = ()) -> Generator[Step, None, None]:
    """Start a run, yield what it brings, and close it. The last step has the final counts.

    ``manifests`` are the paths of the lists of the request, in their order.

    Raises:
        ChecksigError: the run failed.
    """
    try:
        run.start()
        while True:
            batch = run.next()
            yield _step(_results(batch, manifests), batch.progress)
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
    _, _, files, total_bytes, read, nanoseconds, low, high, repeated, excluded, ignored, *counts = (
        fields
    )
    by_status = dict(zip(_statuses(), counts, strict=True))
    settled = sum(counts) - by_status[Status.UNLISTED]
    used = high << 64 | low
    return Step(
        results,
        Progress(settled, files, read, total_bytes, nanoseconds / 1e9),
        by_status,
        tuple(a for number, a in enumerate(algorithms()) if used >> number & 1),
        Tally(repeated, excluded, ignored),
    )


@cache
def _statuses() -> tuple[Status, ...]:
    return tuple(Status(name) for name in describe()["statuses"])


@cache
def _algorithm_names() -> tuple[str | None, ...]:
    names = [algorithm.name for algorithm in algorithms()]
    return (*names, *[None] * (256 - len(names)))


def _results(batch: _ffi.Batch, manifests: Sequence[str]) -> Iterator[Result]:
    # The one loop that runs once for each result. To fill __dict__ takes 0.4 µs, the frozen
    # dataclass's own __init__ 1.0 µs. To yield one at a time spares the garbage collector: a
    # list of them all would make it look at each several times.
    statuses, names, varying, new = _statuses(), _algorithm_names(), batch.varying, object.__new__
    start, listed_in = 0, len(manifests)
    for record in _ffi.RECORD.iter_unpack(batch.records):
        (
            size,
            listed_size,
            name_len,
            listed_len,
            text_len,
            digests_len,
            line,
            number,
            found_len,
            *_,
        ) = record
        status, algorithm = record[-2:]
        name = start + name_len
        listed = name + listed_len
        found = listed + found_len
        text = found + text_len
        end = text + digests_len
        result = new(Result)
        fields = result.__dict__
        fields["path"] = varying[start:name].decode(_ENCODING, _ERRORS) if name_len else ""
        fields["status"] = statuses[status]
        fields["algorithm"] = names[algorithm]
        fields["listed"] = varying[name:listed].decode() if listed_len else None
        fields["found"] = varying[listed:found].hex() if found_len else None
        fields["size"] = None if size < 0 else size
        fields["listed_size"] = None if listed_size < 0 else listed_size
        fields["line"] = line or None
        fields["detail"] = varying[found:text].decode(_ENCODING, _ERRORS) if text_len else ""
        fields["manifest"] = manifests[number] if line and number < listed_in else None
        fields["digests"] = _digests(varying[text:end], manifests) if digests_len else ()
        fields["diagnosis"] = ""
        start = end
        yield result


def _digests(packed: bytes, manifests: Sequence[str]) -> tuple[Digest, ...]:
    digests: list[Digest] = []
    names = _algorithm_names()
    line: int
    number: int
    algorithm: int
    at = 0
    while at < len(packed):
        line, number, algorithm, size = _DIGEST.unpack_from(packed, at)
        listed = at + _DIGEST.size
        found = listed + 2 * size
        at = found + size
        digests.append(
            Digest(
                algorithm=names[algorithm] or "",
                listed=packed[listed:found].decode(),
                found=packed[found:at].hex(),
                manifest=manifests[number] if line and number < len(manifests) else None,
                line=line or None,
            )
        )
    return tuple(digests)
