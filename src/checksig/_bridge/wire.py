"""The bytes that travel between Python and the core: requests, settlements and records.

``core/cmd/libchecksig/checksig.h`` is their contract.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from functools import cache
from types import MappingProxyType

from checksig._bridge.algorithms import algorithms, describe
from checksig._bridge.digest_rows import algorithm_names, of_pending, unpacked
from checksig._bridge.handles import RECORD, Run
from checksig._classes import NamedTuple
from checksig._results import Algorithm, Progress, Result, Stat, Status, Totals
from checksig.errors import CancelledError, LibraryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from typing import Any, Final

    from checksig._bridge.handles import Packed
    from checksig._options.reading import Cancel

_LENGTH: Final = struct.Struct("<I")
_STAT: Final = struct.Struct("<5q")
#: Kinds of records that are no results: files to be read, remarks, lines of a list.
_PENDING, _REMARK, LINES = 1, 2, 3
_PARTS: Final = ("root", "paths", "items", "orders", "body")
#: Names and patterns in a request, in their order.
_NAMES: Final = ("own", "require", "include", "exclude", "unbound", "apart", "span")

# Names come back as os.fsdecode would make them.
_ENCODING: Final = sys.getfilesystemencoding()
_ERRORS: Final = sys.getfilesystemencodeerrors()


class List(NamedTuple):
    """A list for the core: text in the grammar of the coreutils, or packed lines."""

    base: bytes = b""  # the directory below the root that names are relative to
    text: bytes = b""
    lines: bytes = b""
    untagged: str | None = None  # the algorithm of lines that name none
    family: str = ""  # that it is of, if it has to be of one: what its name begins with
    zero: bool = False  # lines of the text end with a NUL byte
    backslashes: bool = False  # of which one may stand for a slash
    first: int = 1  # the number of the first line of the text


class Pending(NamedTuple):
    """A listed file that the caller reads, and then settles."""

    number: int
    name: str  # as listed
    algorithms: tuple[str, ...]  # in the order in which their digests settle it
    listed: tuple[bytes, ...]  # a digest by each, in hexadecimal; empty if one has several
    version: str = ""  # if any


class Lines(NamedTuple):
    """Lines that the core has written, of files whose names have these places in a list."""

    name: bytes  # of the first file
    files: int
    text: bytes


class Batch(NamedTuple):
    """The results since the last look at a run, and its state."""

    results: Iterator[Result]  #: to be taken once
    pending: list[Pending]  #: complete when the results have been taken
    remarks: list[str]  #: likewise
    lines: list[Lines]  #: likewise
    progress: Progress
    totals: Totals
    algorithms: tuple[Algorithm, ...]


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def request(
    op: str,
    *,
    root: bytes = b"",
    paths: Iterable[bytes] = (),
    items: bytes = b"",
    orders: bytes = b"",
    body: bytes = b"",
    names: Mapping[str, Iterable[bytes]] = _NOTHING,
    lists: Sequence[List] = (),
    settings: Mapping[str, Any] = _NOTHING,
) -> bytes:
    """Return a request for ``checksig_start``. A setting of None is left out.

    ``names`` has names and patterns by their use: "own", "require", "include" and "exclude".
    ``CHECKSIG_DISABLE`` in the environment names kernels that are not to be used.
    """
    named = [_pack(names.get(name, ())) for name in _NAMES]
    parts = [root, _pack(paths), items, orders, body, *named]
    header: dict[str, Any] = {"op": op, "disable": os.environ.get("CHECKSIG_DISABLE", "")}
    header |= zip((*_PARTS, *_NAMES), map(len, parts), strict=True)
    header |= {name: value for name, value in settings.items() if value is not None}
    rows: list[dict[str, Any]] = []
    header["lists"] = rows
    for each in lists:
        parts += (each.base, each.text, each.lines)
        rows.append(
            {
                "base": len(each.base),
                "text": len(each.text),
                "entries": len(each.lines),
                "untagged": each.untagged or "",
                "family": each.family,
                "zero": each.zero,
                "backslashes": each.backslashes,
                "first": each.first,
            }
        )
    return b"".join([json.dumps(header).encode(), b"\n", *parts])


def _pack(names: Iterable[bytes]) -> bytes:
    return b"".join([_LENGTH.pack(len(name)) + name for name in names])


def expect_wanted(cancel: Cancel) -> None:
    """Go on only with what is wanted.

    Raises:
        CancelledError: it is not.
    """
    if cancel.is_set():
        raise CancelledError("cancelled")


def batches(
    request: bytes | Run,
    manifests: Sequence[str] = (),
    cancel: Cancel | None = None,
) -> Generator[Batch, None, None]:
    """Start a run, yield what it brings, and close it. The last batch has the final counts.

    Args:
        request: The request, or the run that was made of it.
        manifests: The paths of the lists of the request, in their order.
        cancel: Whether it is wanted no more.

    Raises:
        CancelledError: it is not wanted any more.
        ChecksigError: the run failed.
    """
    if cancel is not None:
        expect_wanted(cancel)
    run = Run(request) if isinstance(request, bytes) else request
    del request  # it may be large, and the core has a copy
    try:
        run.start()
        while True:
            packed = run.next()
            yield _batch(packed, packed.progress, manifests)
            if cancel is not None:
                expect_wanted(cancel)
    except EOFError as end:
        yield _batch(None, end.args[0], manifests)
    finally:
        run.close()


def last_of(found: Iterable[Batch], each: Callable[[Batch], object]) -> Batch:
    """Call ``each`` with every batch, and return the last, which has the final counts.

    Raises:
        LibraryError: there are fewer verdicts than files.
    """
    last: Batch | None = None
    for last in found:
        each(last)
    if last is None:
        raise LibraryError("a run ended without a last batch")
    expect_complete(last.totals)
    return last


def expect_complete(totals: Totals) -> None:
    """Make sure that nothing was lost on the way.

    Raises:
        LibraryError: there are entries without a verdict.
    """
    if totals.lost:
        raise LibraryError(f"{totals.files - totals.lost} verdicts on {totals.files} files")


def _batch(packed: Packed | None, fields: tuple[int, ...], manifests: Sequence[str]) -> Batch:
    _, _, files, total_bytes, read, nanoseconds, low, high, *others = fields
    repeated, excluded, ignored, bare, served, found, *counts = others
    totals = Totals(
        counts=dict(zip(statuses(), counts, strict=True)),
        files=files - bare,
        bytes=read,
        repeated=repeated,
        excluded=excluded,
        ignored=ignored,
        unverified=bare,
        served=served,
    )
    used, kinds = high << 64 | low, _Others([], [], [])
    in_use = tuple([a for number, a in enumerate(algorithms()) if used >> number & 1])
    results = iter(()) if packed is None else _results(packed, manifests, kinds)
    done, seconds = files - totals.lost, nanoseconds / 1e9
    progress = Progress(done, files, read, total_bytes, seconds, settled=bool(found))
    return Batch(results, *kinds, progress, totals, in_use)


@cache
def statuses() -> tuple[Status, ...]:
    """Return all statuses, in the order of their numbers."""
    return tuple(Status(name) for name in describe()["statuses"])


class _Others(NamedTuple):
    """All that a batch has besides results: see Batch."""

    pending: list[Pending]
    remarks: list[str]
    lines: list[Lines]


#: What sets each field of a Result, which is frozen.
_SLOTS: Final = tuple([vars(Result)[name].__set__ for name in Result.__slots__])


def _results(packed: Packed, manifests: Sequence[str], others: _Others) -> Iterator[Result]:
    # The one loop that runs once for each result. To fill its slots takes 0.5 µs, the frozen
    # dataclass's own __init__ 1.0 µs. To yield one at a time spares the garbage collector: a
    # list of them all would make it look at each several times.
    known, names, varying, new = statuses(), algorithm_names(), packed.varying, object.__new__
    (
        path_of, status_of, algorithm_of, listed_of, found_of, size_of, listed_size_of, line_of,
        detail_of, manifest_of, digests_of, diagnosis_of, stat_of, served_of,
    ) = _SLOTS  # fmt: skip
    details: dict[bytes, str] = {b"": ""}  # a million of the same are one
    start, listed_in = 0, len(manifests)
    for (
        size, listed_size, name_len, listed_len, text_len, digests_len,
        line, number, found_len, status, algorithm, kind, stat_len, served, pending_number,
    ) in RECORD.iter_unpack(packed.records):  # fmt: skip
        name = start + name_len
        listed = name + listed_len
        found = listed + found_len
        text = found + text_len
        end = text + digests_len
        if kind == _PENDING:
            wanted = of_pending(varying[text:end], algorithm, varying[name:listed])
            path = varying[start:name].decode(_ENCODING, _ERRORS)
            version = varying[found:text].decode("utf-8", "replace")
            others.pending.append(Pending(pending_number, path, *wanted, version))
            start = end + stat_len
            continue
        if kind == _REMARK:
            path = manifests[int(number)] if number < listed_in else ""
            about = f"{path.rpartition('/')[2]}: " if path else ""
            others.remarks.append(about + varying[found:text].decode(_ENCODING, _ERRORS))
            start = end
            continue
        if kind == LINES:
            others.lines.append(Lines(varying[start:name], pending_number, varying[found:text]))
            start = end
            continue
        result = new(Result)
        path_of(result, varying[start:name].decode(_ENCODING, _ERRORS) if name_len else "")
        status_of(result, known[status])
        algorithm_of(result, names[algorithm])
        listed_of(result, varying[name:listed].decode() if listed_len else None)
        found_of(result, varying[listed:found].hex() if found_len else None)
        size_of(result, None if size < 0 else size)
        listed_size_of(result, None if listed_size < 0 else listed_size)
        line_of(result, line or None)
        why = varying[found:text]
        if (detail := details.get(why)) is None:
            detail = details[why] = why.decode(_ENCODING, _ERRORS)
        detail_of(result, detail)
        manifest_of(result, manifests[number] if line and number < listed_in else None)
        digests_of(result, unpacked(varying[text:end], manifests) if digests_len else ())
        diagnosis_of(result, "")
        stat_of(result, Stat(*_STAT.unpack_from(varying, end)) if stat_len else None)
        served_of(result, served != 0)
        start = end + stat_len
        yield result
