"""Inject faults into checksig, and hold what it says to what is true.

    python tools/faults CHECKSIG [SUITE ...] [--most N] [--minutes M] [--jobs J] [--seed S] [--keep]

Suites: reads writes kills races limits sizes signals python (default: all). Prints one line per
suite, the failures of it below, and last "N passed, M failed"; exit code 1 if anything failed, 2 if
it cannot run. It makes its own trees in a temporary directory. reads, writes and kills need strace;
some checks need root. A note (~) is no failure.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import kills
import limits
import python
import races
import reads
import signals
import sizes
import writes
from suite import Settings, Suite

MODULES = (reads, writes, kills, races, limits, sizes, signals, python)
SUITES = {module.__name__: module for module in MODULES}


def main() -> int:
    """Run the suites, and return the exit code."""
    parser = make_parser()
    options = vars(parser.parse_args())
    if options.pop("list"):
        print("\n".join(SUITES))
        return 0
    names = options.pop("suites") or list(SUITES)
    if unknown := [name for name in names if name not in SUITES]:
        parser.error(f"no suite {unknown[0]}: {' '.join(SUITES)}")
    options["checksig"] = str(Path(options["checksig"]).absolute())
    if not os.access(options["checksig"], os.X_OK) or not shutil.which("strace"):
        print("needs a checksig that runs, and strace", file=sys.stderr)
        return 2
    # In the background of a shell Ctrl-C is ignored, by what is started here as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rng = random.Random(options.pop("seed"))
    place = Path(tempfile.mkdtemp(prefix="faults-"))
    (place / "home").mkdir()
    try:
        passed, failed = run(names, Settings(place=place, random=rng, **options))
    finally:
        if not options["keep"]:
            # Files have modes, and directories depths, that shutil.rmtree fails at.
            subprocess.run(["chmod", "-R", "u+rwx", place], stderr=subprocess.DEVNULL, check=False)
            subprocess.run(["rm", "-rf", place], check=False)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def run(names: list[str], settings: Settings) -> tuple[int, int]:
    """Run suites; return how many runs passed, and how many failed."""
    passed = failed = 0
    for name in names:
        suite = Suite(name, settings)
        SUITES[name].run(suite)
        suite.end()
        passed += suite.runs - suite.failed
        failed += suite.failed
    return passed, failed


def make_parser() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        "tools/faults",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("checksig", help="the command that is tested")
    add("suites", nargs="*", metavar="SUITE", help="which suites (all)")
    add("--most", type=int, default=25, help="N of the N-th call that fails (25)")
    add("--minutes", type=float, default=15, help="when to stop a suite of many runs (15)")
    add("--kills", type=int, default=60, help="kill -9 at so many random moments of each (60)")
    add("--races", type=int, default=200, help="how many trees change while verified (200)")
    add("--seconds", type=float, default=20, help="how long threads verify (20)")
    add("--jobs", type=int, default=os.cpu_count() or 2, help="runs at a time (one per core)")
    add("--seed", type=int, default=20, help="of random moments (20)")
    add("--keep", action="store_true", help="keep the trees")
    add("--log", type=argparse.FileType("a"), help="append each run of limits and sizes to a file")
    add("--list", action="store_true", help="list the suites")
    return parser


if __name__ == "__main__":
    sys.exit(main())
