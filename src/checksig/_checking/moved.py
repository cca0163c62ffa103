"""Files that are missing, looked for by their bytes among others."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from checksig._bridge import wire
from checksig._classes import replace
from checksig._names import escape
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from checksig._options.values import Reading
    from checksig._results import Result

#: What is read without being asked: for so many missing files, of so many others and bytes.
_FILES: Final = 8
_OTHERS: Final = 64
_BYTES: Final = 64 << 20

#: The words for where the bytes are that a file should have.
_ELSEWHERE: Final = "its bytes are in {}"
_MOVED: Final = {Status.MISSING: "moved to {}", Status.MISMATCH: _ELSEWHERE}
_BESIDE: Final = {Status.MISSING: _ELSEWHERE}


def among_unlisted(
    root: bytes, failures: list[Result], unlisted: Iterable[Result], reading: Reading
) -> list[Result]:
    """Return failures; those of files that are elsewhere, and not listed there, say where.

    Of one that was damaged on its way, only the name is there.
    """
    paths = [os.fsencode(result.path) for result in unlisted]
    paths += [os.fsencode(r.path) for r in failures if r.status is Status.UNLISTED]
    found = _found(root, failures, paths, reading, _MOVED)
    return list(_under_their_names(found, sorted(map(os.fsdecode, paths))))


def _under_their_names(failures: list[Result], paths: list[str]) -> Iterator[Result]:
    named: dict[str, list[str]] = {}
    for path in paths:
        named.setdefault(path.rpartition("/")[2], []).append(path)
    for result in failures:
        others = named.get(result.path.rpartition("/")[2], [])
        if result.status is Status.MISSING and result.listed and not result.diagnosis and others:
            more = f", and so {len(others) - 1:,} more" if len(others) > 1 else ""
            said = f"{escape(others[0])} has its name and another digest{more}"
            yield replace(result, diagnosis=said)
        else:
            yield result


def beside(
    root: bytes, failures: list[Result], own: Collection[bytes], reading: Reading
) -> list[Result]:
    """Return failures; those of files that are in the same directory under another name say so.

    That is looked for if it is cheap: if few are missing, and there is little to read.
    """
    missing = [r for r in failures if r.status is Status.MISSING and r.listed and not r.diagnosis]
    if not 0 < len(missing) <= _FILES:
        return failures
    paths: list[bytes] = []
    total = 0
    for directory in {os.path.dirname(os.fsencode(each.path)) for each in missing}:
        try:
            found = [os.path.join(directory, n) for n in os.listdir(os.path.join(root, directory))]
        except OSError:
            continue
        for name in found:
            status = os.lstat(os.path.join(root, name))
            if stat.S_ISREG(status.st_mode) and status.st_size and name not in own:
                paths.append(name)
                total += status.st_size
    if len(paths) > _OTHERS or total > _BYTES:
        return failures
    return _found(root, failures, paths, reading, _BESIDE)


def _found(
    root: bytes,
    failures: list[Result],
    paths: list[bytes],
    reading: Reading,
    how: Mapping[Status, str],
) -> list[Result]:
    wanted = {r.algorithm for r in failures if r.status in how and r.algorithm and r.listed}
    moved: dict[tuple[str | None, str | None], str] = {}
    for algorithm in wanted if paths else ():
        settings = {"algorithms": [algorithm], **dict(reading.settings)}
        request = wire.request("hash", root=root, paths=paths, settings=settings)
        for batch in wire.batches(request, cancel=reading.cancel):
            for result in batch.results:
                if result.ok:
                    moved[algorithm, result.found] = escape(result.path)
    return [
        replace(r, diagnosis=how[r.status].format(moved[r.algorithm, r.listed]))
        if r.status in how and (r.algorithm, r.listed) in moved
        else r
        for r in failures
    ]
