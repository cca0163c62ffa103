"""Digests of files, without a list."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Unpack

from checksig._bridge import wire
from checksig._bridge.algorithms import lookup
from checksig._checking.results import Results
from checksig._options import RunOptions, values
from checksig._options.values import settle, takes

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from checksig._options import StrPath
    from checksig._options.reading import Cancel
    from checksig._results import Progress, Result


@takes(RunOptions)
def hash_files(
    paths: Iterable[StrPath], algorithm: str = "sha256", **options: Unpack[RunOptions]
) -> Results:
    """Hash files from any place, and yield results as they come, in no particular order.

    A result that is ok has the digest in ``found``; others say in ``detail`` what went wrong.
    ``line`` is the number of the path, from 1. Closing the iterator ends the run, as of Results.

    Raises:
        UnknownAlgorithmError: ``algorithm`` is not known.
        TypeError, ValueError: the options make no sense.
    """
    return hashed(paths, algorithm, options)


def hashed(
    paths: Iterable[StrPath],
    algorithm: str,
    options: RunOptions,
    look: Callable[[], object] | None = None,
) -> Results:
    """Do what :func:`hash_files` does, and call ``look`` about twenty times a second."""
    settled = settle(RunOptions, options)
    progress: Callable[[Progress], None] | None = settled["progress"]
    settings = {
        "algorithms": [lookup(algorithm).name],
        "sizes": progress is not None,
        **dict(values.reading(settled).settings),
    }

    def begin(cancel: Cancel) -> Generator[Result]:
        request = wire.request("hash", paths=map(os.fsencode, paths), settings=settings)
        for batch in wire.batches(request, cancel=cancel):
            if look:
                look()
            if progress:
                progress(batch.progress)
            yield from batch.results

    return Results(begin, settled["cancel"])
