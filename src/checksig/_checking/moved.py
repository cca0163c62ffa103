"""Files that are missing, looked for among those that are not listed."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from checksig._bridge import wire
from checksig._names import escape
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._options.values import Reading
    from checksig._results import Result


def found(
    root: bytes, failures: list[Result], unlisted: Iterable[Result], reading: Reading
) -> list[Result]:
    """Return failures; those of files that are elsewhere say where."""
    wanted = {
        r.algorithm for r in failures if r.status is Status.MISSING and r.algorithm and r.listed
    }
    if not wanted:
        return failures
    paths = [os.fsencode(result.path) for result in unlisted]
    paths += [os.fsencode(r.path) for r in failures if r.status is Status.UNLISTED]
    moved: dict[tuple[str | None, str | None], str] = {}
    for algorithm in wanted if paths else ():
        settings = {"algorithms": [algorithm], **dict(reading.settings)}
        request = wire.request("hash", root=root, paths=paths, settings=settings)
        for batch in wire.batches(request):
            for result in batch.results:
                if result.ok:
                    moved[algorithm, result.found] = escape(result.path)
    return [
        replace(r, diagnosis=f"moved to {moved[r.algorithm, r.listed]}")
        if r.status is Status.MISSING and (r.algorithm, r.listed) in moved
        else r
        for r in failures
    ]
