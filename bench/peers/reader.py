"""The plain parallel reader: threads that read whole files, and do nothing with them.

    python bench/peers/reader.py NAMES THREADS

NAMES is a file of paths, each with a NUL byte at its end.
"""
# ruff: noqa: PTH123 (objects of pathlib would slow this down)

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

BLOCK = 1 << 20
#: Files in one task of the pool: enough that handing out tasks costs little.
TASK = 8


def read(names: list[bytes]) -> None:
    """Read files to their ends."""
    buffer = bytearray(BLOCK)
    for name in names:
        descriptor = os.open(name, os.O_RDONLY)
        while os.readv(descriptor, [buffer]):
            pass
        os.close(descriptor)


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        found = file.read().split(b"\0")[:-1]
    with ThreadPoolExecutor(int(sys.argv[2])) as pool:
        for _ in pool.map(read, [found[at : at + TASK] for at in range(0, len(found), TASK)]):
            pass
