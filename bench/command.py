"""Command lines: run, timed as whole processes, and held to their exit codes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Command = list[str]

#: The programs of this Python's environment come before those of the machine.
_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
_ENVIRONMENT = {**os.environ, "PATH": _PATH, "LC_ALL": "C"}
_LAUNCH = [sys.executable, "-IS", str(Path(__file__).with_name("launch.py"))]


@dataclass(frozen=True)
class Outcome:
    """How a process ended."""

    code: int
    seconds: float
    memory: int  #: the peak of the resident set in bytes, of the largest of its processes
    message: str  #: the end of what it wrote to stderr
    processor: float  #: seconds that processors worked for it


def find(program: str) -> str | None:
    """Return the path of a program, or None if there is none."""
    return shutil.which(program, path=_PATH)


def found(program: str) -> str:
    """Return the path of a program that must be there."""
    if path := find(program):
        return path
    raise SystemExit(f"no program {program!r}; see bench/README.md")


def run(
    command: Command,
    directory: Path | None = None,
    cores: int = 0,
    variables: Mapping[str, str] | None = None,
) -> Outcome:
    """Run a command whose output nobody reads, and time it from before its start to its end.

    ``cores`` is how many it may use; 0: all. ``variables`` are those of its environment that are
    not ours.
    """
    program = found(command[0])
    with tempfile.TemporaryFile() as errors:
        said = subprocess.run(
            [*_LAUNCH, str(cores), program, *command[1:]],
            cwd=directory,
            env={**_ENVIRONMENT, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=True,
        ).stdout.split()
        errors.seek(0)
        message = errors.read()[-300:].decode(errors="replace")
    return Outcome(int(said[0]), float(said[1]), int(said[2]), message, float(said[3]))


def succeed(
    command: Command,
    directory: Path | None = None,
    cores: int = 0,
    variables: Mapping[str, str] | None = None,
) -> Outcome:
    """Run a command that must succeed."""
    outcome = run(command, directory, cores, variables)
    if outcome.code != 0:
        raise SystemExit(f"{' '.join(command)}: exit code {outcome.code}: {outcome.message}")
    return outcome


def output(command: Command, directory: Path | None = None) -> str:
    """Return what a command prints, which must succeed."""
    argv = [found(command[0]), *command[1:]]
    done = subprocess.run(
        argv, capture_output=True, cwd=directory, env=_ENVIRONMENT, text=True, check=False
    )
    if done.returncode != 0:
        message = done.stderr.strip()[-300:]
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}: {message}")
    return done.stdout


def version(command: Command) -> str:
    """Return the first version number in what a command prints."""
    argv = [found(command[0]), *command[1:]]
    done = subprocess.run(argv, capture_output=True, env=_ENVIRONMENT, text=True, check=False)
    number = re.search(r"\d+(\.\d+)+\S*", done.stdout + done.stderr)
    return number.group() if number else "unknown"
