"""The checker that one would write in Python: hashlib in a pool of threads.

``hashlib.file_digest`` gives up the interpreter lock while it hashes, so threads use all cores.

    python bench/peers/pool.py LIST ALGORITHM WORKERS
"""
# ruff: noqa: PTH118, PTH120, PTH123 (objects of pathlib would slow this peer down)

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import FileIO

#: Files in one task of the pool: enough that handing out tasks costs little.
TASK = 32


def check(manifest: str, algorithm: str, workers: int) -> list[str]:
    """Return the names of the files that are not what the list says."""
    with open(manifest, encoding="utf-8") as lines:
        entries = [line.rstrip("\n").split("  ", 1) for line in lines]
    tasks = [entries[start : start + TASK] for start in range(0, len(entries), TASK)]
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(partial(_mismatches, os.path.dirname(manifest), algorithm), tasks)
        return [name for names in found for name in names]


def _mismatches(root: str, algorithm: str, entries: list[list[str]]) -> list[str]:
    return [
        name for listed, name in entries if _digest(os.path.join(root, name), algorithm) != listed
    ]


def _digest(path: str, algorithm: str) -> str:
    with open(path, "rb", buffering=0) as file:
        if algorithm == "crc32":
            return _crc32(file)
        return hashlib.file_digest(file, algorithm).hexdigest()


def _crc32(file: FileIO) -> str:
    """Return what hashlib does not know, read as ``file_digest`` reads."""
    value, buffer = 0, bytearray(1 << 18)
    view = memoryview(buffer)
    while size := file.readinto(buffer):
        value = zlib.crc32(view[:size], value)
    return f"{value:08x}"


if __name__ == "__main__":
    wrong = check(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    for name in wrong:
        print(f"{name}: FAILED")
    sys.exit(1 if wrong else 0)
