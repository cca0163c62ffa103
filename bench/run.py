"""Measure, and write ``bench/results/*.json``.

    python bench/run.py [BENCHMARK ...] [--corpora DIRECTORY] [--quick]

Without a name: all of one machine. Those of stores and of many machines are named.
Each benchmark has a process to itself, so that none meets the threads of another. ``--quick``
shows in a few minutes that everything works: on small corpora, one sample each, with results that
are kept with the corpora and mean nothing.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from pathlib import Path

import corpus
from plan import Plan

#: What is measured if nothing is named.
TABLE = (
    *("overhead", "kernels", "checking", "drop_in", "bag", "environment", "parsing"),
    *("scaling", "cold", "results", "start"),
)
#: What takes half an hour more.
ELSEWHERE = ("stores", "crowds", "scale")
SUITES = (*TABLE, *ELSEWHERE)
RESULTS = Path(__file__).with_name("results")


def main() -> int:
    """Run the benchmarks that are named, or those of one machine."""
    parser = argparse.ArgumentParser(description="Measure checksig.")
    parser.add_argument("suites", nargs="*", metavar="benchmark", help=f"of {', '.join(SUITES)}")
    parser.add_argument("--corpora", type=Path, help="where test files are kept")
    parser.add_argument("--quick", action="store_true", help="see that it works; figures are void")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := set(arguments.suites) - set(SUITES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    plan = _plan(arguments.corpora or corpus.default_directory(), quick=arguments.quick)
    chosen = arguments.suites or list(TABLE)
    if arguments.here:
        importlib.import_module(f"suites.{chosen[0]}").run(plan)
        return 0
    return max(_run_apart(name, arguments) for name in chosen)


def _plan(corpora: Path, *, quick: bool) -> Plan:
    if quick:
        return Plan(corpora / "brief", corpora / "brief" / "results", quick=True)
    return Plan(corpora, RESULTS)


def _run_apart(name: str, arguments: argparse.Namespace) -> int:
    print(f"{name}:", flush=True)
    began = time.monotonic()
    command = [sys.executable, __file__, name, "--here"]
    if arguments.corpora:
        command += ["--corpora", str(arguments.corpora)]
    if arguments.quick:
        command.append("--quick")
    code = subprocess.run(command, check=False).returncode
    print(f"  {name} took {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
