"""Feed what Python reads with made-up input: each list format, and each scheme of signatures.

    python tools/fuzz.py MINUTES [NAME ...]

Each is tried for some minutes of a core. What is made up, and what is expected, is in
``tests/test_formats_fuzz.py`` and ``tests/test_trust_fuzz.py``: vectors with faults, and any bytes.
Prints how many inputs were tried, and exits with 1 if one of them makes a format or a scheme fail
in a way of its own, or a scheme prove what nobody signed; Hypothesis has shortened it by then.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import test_formats_fuzz as lists
import test_trust_fuzz as signatures

if TYPE_CHECKING:
    from collections.abc import Callable

#: Each batch begins anew: the clock is looked at between batches.
BATCH = settings(
    max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck)
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
    right = [_try(name, 60 * arguments.minutes) for name in arguments.names or names]
    return 0 if all(right) else 1


def _input(name: str) -> tuple[st.SearchStrategy[Any], Callable[..., None]]:
    """Return what is made up, and what it goes to."""
    if name in SCHEMES:
        return signatures.mutated(SCHEMES[name]), signatures.expect_proof_or_refusal
    any_bytes = st.tuples(st.binary(max_size=300), st.just(lists.HINT))
    format_ = lists.named(name)
    return (
        st.one_of(lists.mutated(name), any_bytes),
        lambda data, hint: lists.expect_lines_or_refusal(format_, data, hint),
    )


def _try(name: str, seconds: float) -> bool:
    """Try one, and return whether all went well."""
    began, tried = time.process_time(), 0
    inputs, expect = _input(name)

    @BATCH
    @given(inputs)
    def batch(made: tuple[Any, ...]) -> None:
        nonlocal tried
        tried += 1
        expect(*made)

    right = True
    while right and time.process_time() - began < seconds:
        try:
            batch()
        except Exception:
            traceback.print_exc()
            right = False
    verdict, took = "ok" if right else "FAILED", time.process_time() - began
    print(f"{verdict:8}{name:20}{tried:>12,} inputs in {took:,.0f} s", flush=True)
    return right


if __name__ == "__main__":
    sys.exit(main())
