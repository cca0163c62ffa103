"""Command lines: run, timed as whole processes, and held to their exit codes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

Command = list[str]

#: The programs of this Python's environment come before those of the machine.
_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
_ENVIRONMENT = {**os.environ, "PATH": _PATH, "LC_ALL": "C"}


@dataclass(frozen=True)
class Outcome:
    """How a process ended."""

    code: int
    seconds: float
    message: str  #: the end of what it wrote to stderr


def find(program: str) -> str | None:
    """Return the path of a program, or None if there is none."""
    return shutil.which(program, path=_PATH)


def found(program: str) -> str:
    """Return the path of a program that must be there."""
    if path := find(program):
        return path
    raise SystemExit(f"no program {program!r}; see bench/README.md")


def run(command: Command, directory: Path | None = None) -> Outcome:
    """Run a command whose output nobody reads, and time it from before its start to its end."""
    program = found(command[0])
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        code = subprocess.call(
            [program, *command[1:]],
            cwd=directory,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        seconds = time.perf_counter() - start
        errors.seek(0)
        return Outcome(code, seconds, errors.read()[-300:].decode(errors="replace"))


def seconds(command: Command, directory: Path | None = None) -> float:
    """Run a command that must succeed, and return how long it took."""
    outcome = run(command, directory)
    if outcome.code != 0:
        raise SystemExit(f"{' '.join(command)}: exit code {outcome.code}: {outcome.message}")
    return outcome.seconds


def version(command: Command) -> str:
    """Return the first version number in what a command prints."""
    argv = [found(command[0]), *command[1:]]
    done = subprocess.run(argv, capture_output=True, env=_ENVIRONMENT, text=True, check=False)
    number = re.search(r"\d+(\.\d+)+\S*", done.stdout + done.stderr)
    return number.group() if number else "unknown"
