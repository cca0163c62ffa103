"""Stand-ins for the coreutils, and the coreutils that are installed, run side by side."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import starter

if TYPE_CHECKING:
    pass


class Said(NamedTuple):
    """What a command did."""

    code: int
    out: bytes
    err: bytes


def stand_in(tool: str, *arguments: Any, **options: Any) -> Said:
    """Run the installed command line in the place of a tool, in the C locale."""
    if options.keys() <= {"cwd", "env", "locale"}:
        environment = os.environ | {"LC_ALL": options.get("locale", "C")} | options.get("env", {})
        words, directory = [tool, *map(os.fspath, arguments)], options.get("cwd", ".")
        with Path(os.devnull).open("rb") as nothing:
            if done := starter.run(words, directory, environment, nothing.fileno()):
                return Said(*done)
    return _run([sys.executable, "-m", "checksig", tool, *arguments], **options)


def original(tool: str, *arguments: Any, **options: Any) -> Said:
    """Run the tool itself."""
    return _run([tool, *arguments], **options)


def _run(
    command: list[Any], *, locale: str = "C", env: dict[str, str] | None = None, **options: Any
) -> Said:
    done = subprocess.run(
        command,
        capture_output=True,
        timeout=60,
        check=False,
        env=os.environ | {"LC_ALL": locale} | (env or {}),
        **({"stdin": subprocess.DEVNULL} | options if "input" not in options else options),
    )
    return Said(done.returncode, done.stdout, done.stderr)


def needs_coreutils() -> None:
    """Skip unless the coreutils are here, in a version whose answers are known to be ours.

    From 9.11 on names are quoted on stdout as well.
    """
    found = None
    if shutil.which("md5sum"):
        said = original("md5sum", "--version").out.decode(errors="replace")
        found = re.match(r"md5sum \(GNU coreutils\) 9\.(\d+)", said)
    if not found or int(found[1]) > 10:
        pytest.skip("needs the GNU coreutils, 9.0 to 9.10")


def both(tool: str, *arguments: Any, **options: Any) -> Said:
    """Run the stand-in and the tool, and return what both of them said."""
    ours, theirs = stand_in(tool, *arguments, **options), original(tool, *arguments, **options)
    assert ours == theirs
    return ours
