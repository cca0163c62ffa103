"""Feed every format that Python reads with made-up lists, for some minutes of a core each.

    python tools/fuzz.py MINUTES [FORMAT ...]

What is made up, and what is expected, is in ``tests/test_formats_fuzz.py``: lists of the vectors
with faults, and any bytes. Prints how many were tried, and exits with 1 if one of them makes a
format fail in a way of its own; Hypothesis has shortened it by then.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import test_formats_fuzz as fuzz

#: Each batch begins anew: the clock is looked at between batches.
BATCH = settings(
    max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def main() -> int:
    """Try every format, or those that are named."""
    parser = argparse.ArgumentParser(description="Feed list formats with made-up lists.")
    parser.add_argument("minutes", type=float, help="of a core, for each format")
    parser.add_argument("formats", nargs="*", metavar="format", help=f"of {', '.join(fuzz.NAMES)}")
    arguments = parser.parse_args()
    if unknown := set(arguments.formats) - set(fuzz.NAMES):
        parser.error(f"no format is called {', '.join(sorted(unknown))}")
    right = [_try(name, 60 * arguments.minutes) for name in arguments.formats or fuzz.NAMES]
    return 0 if all(right) else 1


def _try(name: str, seconds: float) -> bool:
    """Try one format, and return whether all went well."""
    began, tried = time.process_time(), 0
    lists = st.one_of(fuzz.mutated(name), st.tuples(st.binary(max_size=300), st.just(fuzz.HINT)))

    @BATCH
    @given(lists)
    def batch(made: tuple[bytes, fuzz.Hint]) -> None:
        nonlocal tried
        tried += 1
        fuzz.expect_lines_or_refusal(fuzz.named(name), *made)

    right = True
    while right and time.process_time() - began < seconds:
        try:
            batch()
        except Exception:
            traceback.print_exc()
            right = False
    verdict = "ok" if right else "FAILED"
    print(
        f"{verdict:8}{name:14}{tried:>12,} lists in {time.process_time() - began:,.0f} s", flush=True
    )
    return right


if __name__ == "__main__":
    sys.exit(main())
