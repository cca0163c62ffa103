"""The environment of Python in which engines are installed, and what runs there."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from trees import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

#: Where ``make cluster-check`` installs checksig, and the packages of the group ``clusters``.
PROGRAMS = REPOSITORY / "build" / "clusters" / "bin"
#: In seconds: Spark starts in ten, and in a minute if the machine is busy.
PATIENCE = 300


class MissingClusterError(RuntimeError):
    """A cluster is not on this machine. Tests that need it say so, and are skipped."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not on this machine: make cluster-check brings it")


def variables(home: Path) -> dict[str, str]:
    """Return the environment of a program of engines.

    Args:
        home: The home directory, where Ray writes a token.

    Raises:
        MissingClusterError: The engines are not installed.
    """
    if not (PROGRAMS / "ray").exists():
        raise MissingClusterError("the environment with engines")
    return {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
    }


def run(
    *command: str | Path, where: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program in a directory."""
    return subprocess.run(
        command,
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
