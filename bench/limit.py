"""The limit: how long a workload must take on this machine, whatever does it.

A file takes ``open + size / rate``. The rate is that of hashing after a copy, by pread, or of
whichever is slower of hashing and touching, through a mapping; mappings pay from 1 MiB on. So the
work of all cores together takes no less than the largest of

- all bytes at their rates, shared by the cores,
- all files at the time of an open, shared by the cores,
- the largest file at the rate of one stream, which one core has for itself.

``checksig bench`` measures what these are made of, in the same run as everything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import command
import record
from corpus import Corpus

#: Rates in bytes per second and core, seconds for an open, and how many cores there are.
MEASURED = ("kernel", "stream", "copy", "touch", "open", "cores")
MAPPED = 1 << 20


def rates(corpus: Corpus, algorithm: str) -> dict[str, float] | None:
    """Return what the core can do at best, or None if there is no telling."""
    argv = ["checksig", "bench", ".", "-a", algorithm, "--json"]
    try:
        found = json.loads(command.output(argv, corpus.root))
        return {name: float(found[name]) for name in MEASURED}
    except (SystemExit, ValueError, KeyError, TypeError) as error:
        reason = str(error).strip().splitlines()[-1]
        print(f"  NO LIMIT for {corpus.name}, {algorithm}: {reason}", flush=True)
        return None


def bound(sizes: Iterable[int], rates: dict[str, float]) -> tuple[float, str]:
    """Return the seconds that files of these sizes take at least, and what they are due to."""
    copied = 1 / (1 / rates["copy"] + 1 / rates["kernel"])
    mapped = max(copied, min(rates["kernel"], rates["touch"]))
    sizes = list(sizes)
    large = sum(size for size in sizes if size >= MAPPED)
    hashing = large / mapped + (sum(sizes) - large) / copied
    bounds = {
        "reading and hashing": hashing / rates["cores"],
        "opening": len(sizes) * rates["open"] / rates["cores"],
        "the largest file": max(sizes) / rates["stream"],
    }
    longest = max(bounds, key=lambda name: bounds[name])
    return bounds[longest], longest


def described(
    corpus: Corpus, rates: dict[str, float] | None, seconds: float
) -> dict[str, Any] | None:
    """Return what the results say about the limit of a workload that took this long."""
    if rates is None:
        return None
    least, due = bound(corpus.content.sizes, rates)
    return {
        **{name: record.rounded(rates[name]) for name in MEASURED},
        "bound": record.rounded(least),
        "bound_by": due,
        "percent": record.rounded(100 * least / seconds),
    }
