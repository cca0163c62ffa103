"""Programs of others that write and check lists."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: Debian packages that are not called after the program.
PACKAGES = {"bsdtar": "libarchive-tools", "sha256sum": "coreutils"}


def run(directory: Path, *command: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a directory, in a locale with UTF-8; if it is not there, skip the test."""
    program = shutil.which(command[0], path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        package = PACKAGES.get(str(command[0]), command[0])
        pytest.skip(f"{command[0]} is not installed: apt-get install {package}")
    return subprocess.run(
        [program, *command[1:]],
        cwd=directory,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        timeout=60,
        check=False,
    )
