"""Samples on a machine that others use as well: those during which they took least of it."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from corpus import Corpus

from checksig._measuring.load import Load

#: Which part of the processors others may take while a sample is taken.
QUIET = 0.1
#: How many samples are taken for each that is wanted, if others are at work.
TRIES = 4
#: In seconds: how long quiet is waited for before a sample.
PATIENCE = 1.0


class Sample(NamedTuple):
    """What took so long, and which part of the processors others took meanwhile."""

    others: float
    seconds: float


def samples(corpus: Corpus, take: Callable[[], float], rounds: int) -> list[Sample]:
    """Return so many samples, with the corpus in memory: the quietest of those that were taken."""
    found: list[Sample] = []
    while len(found) < TRIES * rounds and sum(each.others <= QUIET for each in found) < rounds:
        corpus.keep()
        _wait()
        watch = _Watch()
        seconds = take()
        found.append(Sample(watch.others(), seconds))
    return sorted(found)[:rounds]


def _wait() -> None:
    """Wait until others are quiet, but not for long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        watch = _Watch()
        time.sleep(0.2)
        if watch.others() <= QUIET:
            return


class _Watch:
    def __init__(self) -> None:
        self._load, self._began = Load(), _own()

    def others(self) -> float:
        """Return which part of the processors others have taken since."""
        return self._load.others(_own() - self._began) or 0.0


def _own() -> float:
    """Return how long this process and its workers have been at work, in seconds."""
    passed = 0
    for number in [os.getpid(), *(each.pid for each in multiprocessing.active_children())]:
        with suppress(OSError):
            text = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
            passed += sum(map(int, text.rpartition(")")[2].split()[11:13]))
    return passed / os.sysconf("SC_CLK_TCK")
