"""Programs of others that write and check lists."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

#: Debian packages that are not called after the program.
PACKAGES = {
    "bsdtar": "libarchive-tools",
    "man": "man-db",
    "sha256sum": "coreutils",
    "ssh-keygen": "openssh-client",
}


def run(
    directory: Path, *command: str | Path, stdin: BinaryIO | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a directory, in UTF-8; which fails the test if it is not installed."""
    program = shutil.which(command[0], path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        package = PACKAGES.get(str(command[0]), command[0])
        pytest.fail(f"{command[0]} is not installed: apt-get install {package}")
    return subprocess.run(
        [program, *command[1:]],
        cwd=directory,
        stdin=stdin,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        timeout=60,
        check=False,
    )
