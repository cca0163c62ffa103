"""Measure, and write ``bench/results/*.json``.

    python bench/run.py [overhead|checking|results|start ...] [--corpora DIRECTORY]

Each benchmark has a process to itself, so that none meets the threads of another.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

import corpus

SUITES = ("overhead", "checking", "results", "start")


def main() -> int:
    """Run the benchmarks that are named, or all of them."""
    parser = argparse.ArgumentParser(description="Measure checksig.")
    parser.add_argument("suites", nargs="*", metavar="benchmark", help=f"of {', '.join(SUITES)}")
    parser.add_argument("--corpora", type=Path, help="where test files are kept")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := set(arguments.suites) - set(SUITES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    corpora = arguments.corpora or corpus.default_directory()
    chosen = arguments.suites or list(SUITES)
    if arguments.here:
        importlib.import_module(f"suites.{chosen[0]}").run(corpora)
        return 0
    return max(_run_apart(name, corpora) for name in chosen)


def _run_apart(name: str, corpora: Path) -> int:
    print(f"{name}:", flush=True)
    command = [sys.executable, __file__, name, "--here", "--corpora", str(corpora)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
