"""The check of installed packages that one would write in Python: importlib.metadata and hashlib.

python bench/peers/packages.py PREFIX WORKERS
"""
# ruff: noqa: PTH123 (objects of pathlib would slow this peer down)

from __future__ import annotations

import base64
import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

#: Files in one task of the pool: enough that handing out tasks costs little.
TASK = 32


def check(prefix: str, workers: int) -> list[str]:
    """Return the names of the files that are not what the RECORD of their package says."""
    sites = [str(site) for site in Path(prefix).glob("lib/python*/site-packages")]
    listed = [
        file
        for distribution in metadata.distributions(path=sites)
        for file in distribution.files or ()
        if file.hash
    ]
    if not listed:
        raise SystemExit(f"no packages in {prefix}")
    tasks = [listed[start : start + TASK] for start in range(0, len(listed), TASK)]
    if workers == 1:
        return [name for task in tasks for name in _mismatches(task)]
    with ThreadPoolExecutor(workers) as pool:
        return [name for names in pool.map(_mismatches, tasks) for name in names]


def _mismatches(files: list[metadata.PackagePath]) -> list[str]:
    return [str(file) for file in files if file.hash and _digest(file) != file.hash.value]


def _digest(file: metadata.PackagePath) -> str:
    with open(str(file.locate()), "rb") as content:
        digest = hashlib.new(file.hash.mode if file.hash else "", content.read()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


if __name__ == "__main__":
    wrong = check(sys.argv[1], int(sys.argv[2]))
    for name in wrong:
        print(f"{name}: FAILED")
    sys.exit(1 if wrong else 0)
