"""Feed what Python reads with made-up input: each list format, and each scheme of signatures.

    python tools/fuzz.py MINUTES [NAME ...]

Each is tried for some minutes of a core. What is made up, and what is expected, is in
``tests/test_formats_columns.py``, ``test_formats_fuzz.py`` and ``test_trust_fuzz.py``: vectors with
faults. Prints how many inputs were tried, and exits with 1 if one of them makes a format or a
scheme fail in a way of its own, or a scheme prove what nobody signed. Lists are made up without
Hypothesis, which makes a tenth as many; what it makes up for signatures it has shortened by then.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import listed
import test_formats_columns as faulty
import test_formats_fuzz as lists
import test_trust_fuzz as signatures

if TYPE_CHECKING:
    from collections.abc import Callable

#: The clock is looked at between batches.
BATCH = 1000
SOME = settings(
    max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
#: What is tried, and how: there is a list of models, and a scheme.
FORMATS = {name: name for name in lists.NAMES}
SCHEMES = {f"signature/{name}": name for name in signatures.NAMES}


def main() -> int:
    """Try everything, or what is named."""
    names = [*FORMATS, *SCHEMES]
    parser = argparse.ArgumentParser(description="Feed formats and schemes with made-up input.")
    parser.add_argument("minutes", type=float, help="of a core, for each")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(names)}")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names):
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    seconds = 60 * arguments.minutes
    right = [
        _try(name, seconds, _signatures(SCHEMES[name]) if name in SCHEMES else _lists(name))
        for name in arguments.names or names
    ]
    return 0 if all(right) else 1


def _lists(name: str) -> Callable[[], int]:
    """Return what tries some lists of a format, and returns how many."""
    format_, rng = listed.named(name), random.Random()
    cases = [case for case in listed.CASES.values() if case.format == name]

    def batch() -> int:
        for _ in range(BATCH):
            case = rng.choice(cases)
            data = faulty.mutated(case.data, rng)
            try:
                lists.expect_lines_or_refusal(format_, data, listed.hint_for(case))
            except Exception:
                print(f"{name}, {listed.hint_for(case)}: {data!r}", file=sys.stderr)
                raise
        return BATCH

    return batch


def _signatures(name: str) -> Callable[[], int]:
    """Return what tries some signatures of a scheme, and returns how many."""
    tried = 0

    @SOME
    @given(signatures.mutated(name))
    def each(made: tuple[Any, ...]) -> None:
        nonlocal tried
        tried += 1
        signatures.expect_proof_or_refusal(*made)

    def batch() -> int:
        before = tried
        each()
        return tried - before

    return batch


def _try(name: str, seconds: float, batch: Callable[[], int]) -> bool:
    """Try one, and return whether all went well."""
    began, tried, right = time.process_time(), 0, True
    while right and time.process_time() - began < seconds:
        try:
            tried += batch()
        except Exception:
            traceback.print_exc()
            right = False
    verdict, took = "ok" if right else "FAILED", time.process_time() - began
    print(f"{verdict:8}{name:20}{tried:>12,} inputs in {took:,.0f} s", flush=True)
    return right


if __name__ == "__main__":
    sys.exit(main())
