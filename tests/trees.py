"""Trees of files to check, and processes to check them in."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = Path(__file__).resolve().parent.parent

#: A digest that nothing has.
ZERO = "0" * 40


def sha1(content: bytes) -> str:
    """The SHA-1 of some bytes, by hashlib."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, by hashlib."""
    return hashlib.sha256(content).hexdigest()


def plant(root: Path, files: Mapping[str, bytes]) -> Path:
    """Write files, and the sha1sum.txt that lists them."""
    lines: list[str] = []
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        lines.append(f"{sha1(content)}  {name}\n")
    (root / "sha1sum.txt").write_text("".join(lines))
    return root


def relist(root: Path, *lines: str) -> None:
    """Append lines to sha1sum.txt."""
    with (root / "sha1sum.txt").open("a") as file:
        file.writelines(line + "\n" for line in lines)


def run_python(script: str, *arguments: str | Path, timeout: float = 30) -> str:
    """Run a script in a fresh interpreter and return what it printed; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        timeout=timeout,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
