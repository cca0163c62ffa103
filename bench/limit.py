"""The limit: how long a workload must take on this machine, whatever does it.

``checksig bench`` measures what it is made of, in the same run as everything else, and
``checksig._measuring`` has the formulas.
"""

from __future__ import annotations

import json
from typing import Any

import command
import record
from corpus import Corpus

from checksig import _measuring

#: Rates in bytes per second and core, seconds for an open, bytes of a large file that one core has
#: to hash, and how many cores there are. What could not be measured is None.
MEASURED = ("kernel", "stream", "copy", "touch", "open", "part", "cores")

#: Whole numbers, which are not rounded.
COUNTED = ("part", "cores")

Measured = dict[str, Any]


def rates(corpus: Corpus, algorithm: str) -> Measured | None:
    """Return what the core can do at best, or None if there is no telling."""
    argv = ["checksig", "bench", ".", "-a", algorithm, "--json"]
    try:
        found = json.loads(command.output(argv, corpus.root))
        return {name: found[name] for name in MEASURED}
    except (SystemExit, ValueError, KeyError, TypeError) as error:
        reason = str(error).strip().splitlines()[-1]
        print(f"  NO LIMIT for {corpus.name}, {algorithm}: {reason}", flush=True)
        return None


def described(corpus: Corpus, rates: Measured | None, seconds: float) -> dict[str, Any] | None:
    """Return what the results say about the limit of a workload that took this long."""
    if rates is None:
        return None
    data = _measuring.Data.of(corpus.content.sizes)
    least, due = _measuring.bound(data, _measuring.Rates(**rates))
    exact = {name for name in rates if name in COUNTED or rates[name] is None}
    return {
        **{name: rates[name] if name in exact else record.rounded(rates[name]) for name in rates},
        "bound": record.rounded(least),
        "bound_by": due,
        "percent": record.rounded(100 * least / seconds),
    }
