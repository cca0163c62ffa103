"""The limit: how long a workload must take on this machine, whatever does it.

``checksig bench`` measures what it is made of, in the same run as everything else, and
``checksig._measuring.limit`` has the formulas. The start is that of a whole process.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import command
import record
from corpus import Corpus

from checksig._measuring import limit

#: Rates in bytes per second and core, seconds for an open, bytes of a large file that one core has
#: to hash, and how many cores there are. What could not be measured is None.
MEASURED = ("kernel", "stream", "copy", "mapped", "open", "ring", "part", "cores")
#: How often the start of a process is timed: the least counts.
STARTS = 5

#: Whole numbers, which are not rounded.
COUNTED = ("part", "cores")

Measured = dict[str, Any]


def rates(corpus: Corpus, algorithm: str) -> Measured | None:
    """Return what the core can do at best, or None if there is no telling."""
    argv = ["checksig", "bench", ".", "-a", algorithm, "--json"]
    try:
        found = json.loads(command.output(argv, corpus.root))
        return {name: found[name] for name in MEASURED} | {"start": _start()}
    except (SystemExit, ValueError, KeyError, TypeError) as error:
        reason = str(error).strip().splitlines()[-1]
        print(f"  NO LIMIT for {corpus.name}, {algorithm}: {reason}", flush=True)
        return None


def _start() -> float:
    """Return how long a process takes that verifies one empty file, in seconds."""
    with tempfile.TemporaryDirectory() as place:
        Path(place, "empty").touch()
        Path(place, "SHA256SUMS").write_text(f"{hashlib.sha256().hexdigest()}  empty\n")
        argv = ["checksig", "verify"]
        return min(command.succeed(argv, Path(place)).seconds for _ in range(STARTS))


def described(
    corpus: Corpus, rates: Measured | None, seconds: float, processor: float | None = None
) -> dict[str, Any] | None:
    """Return what the results say about the limit of a workload.

    Args:
        corpus: What was read.
        rates: What a core can do.
        seconds: How long the workload took.
        processor: And how much processor time.
    """
    if rates is None:
        return None
    data, measured = limit.Data.of(corpus.content.sizes), limit.Rates(**rates)
    least, due = limit.bound(data, measured)
    necessary = limit.work(data, measured).seconds + measured.start
    exact = {name for name in rates if name in COUNTED or rates[name] is None}
    return {
        **{name: rates[name] if name in exact else record.rounded(rates[name]) for name in rates},
        "bound": record.rounded(least),
        "bound_by": due,
        "percent": record.rounded(100 * least / seconds),
        "frugal": record.rounded(100 * necessary / processor) if processor else None,
    }
