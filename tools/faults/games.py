"""What is done to two files of a tree while it is verified.

Each game makes both files wrong until its first ``yield``, and then changes them until it is
stopped, so that they are never right.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    import threading
    from collections.abc import Iterator
    from pathlib import Path

    from corpus import Content

#: The files that are played with: a large one, and one that is read as a whole.
PLAYED = ("target", "mid")


def truncating(
    root: Path, content: Content, stop: threading.Event, rng: random.Random
) -> Iterator[None]:
    """Make them shorter, and as long as they were with nothing in them."""
    for name in PLAYED:
        os.truncate(root / name, len(content[name]) // 2)
    yield
    while not stop.is_set():
        for name in PLAYED:
            os.truncate(root / name, rng.randrange(len(content[name]) - 1))
            os.truncate(root / name, len(content[name]))


def growing(
    root: Path, content: Content, stop: threading.Event, rng: random.Random
) -> Iterator[None]:
    """Make them longer, and less so."""
    for name in PLAYED:
        with (root / name).open("ab") as file:
            file.write(b"x")
    yield
    while not stop.is_set():
        for name in PLAYED:
            with (root / name).open("ab") as file:
                file.write(b"y" * rng.randrange(1, 9000))
            os.truncate(root / name, len(content[name]) + 1)


def halves(data: bytes) -> tuple[bytes, bytes]:
    """Return the data with its first half wrong, and with its second."""
    mid = len(data) // 2
    wrong = bytes([data[0] ^ 1])
    return wrong + data[1:mid] + data[mid:], data[:mid] + bytes(len(data) - mid)


def renaming(
    root: Path, content: Content, stop: threading.Event, rng: random.Random
) -> Iterator[None]:
    """Rename other files to them, each half right: together they would be right."""
    del rng
    both = {name: halves(content[name]) for name in PLAYED}
    spare = {name: root.parent / f"{root.name}.{name}" for name in PLAYED}
    for name, (one, _) in both.items():
        spare[name].write_bytes(one)
        spare[name].replace(root / name)
    yield
    turn = 0
    while not stop.is_set():
        turn += 1
        for name, pair in both.items():
            spare[name].write_bytes(pair[turn % 2])
            spare[name].replace(root / name)


def replacing(
    root: Path, content: Content, stop: threading.Event, rng: random.Random
) -> Iterator[None]:
    """Put pipes, directories and links in their places."""
    outside = root.parent / f"{root.name}.outside"
    outside.write_bytes(content["target"])  # right, but not inside
    for name in PLAYED:
        (root / name).unlink()
    yield
    while not stop.is_set():
        for name in PLAYED:
            path = root / name
            os.mkfifo(path)
            time.sleep(rng.uniform(0, 0.003))
            path.unlink()
            path.symlink_to(outside if name == "target" else "/dev/zero")
            time.sleep(rng.uniform(0, 0.003))
            path.unlink()
            path.mkdir()
            time.sleep(rng.uniform(0, 0.003))
            path.rmdir()
            path.symlink_to("/proc/self/fd/0")
            path.unlink()


def modes(
    root: Path, content: Content, stop: threading.Event, rng: random.Random
) -> Iterator[None]:
    """Let them be read, and not."""
    del rng
    for name in PLAYED:
        spoil(root / name, content[name])
    yield
    while not stop.is_set():
        for mode in (0, 0o644):
            for name in PLAYED:
                (root / name).chmod(mode)


def times(
    root: Path, content: Content, stop: threading.Event, rng: random.Random
) -> Iterator[None]:
    """Write into them, and set their times back, as if nothing had been."""
    del rng
    stamp = (root / "target").stat().st_mtime_ns
    for name in PLAYED:
        spoil(root / name, content[name])
        os.utime(root / name, ns=(stamp, stamp))
    yield
    turn = 0
    while not stop.is_set():
        turn += 1
        for name in PLAYED:
            with (root / name).open("r+b") as file:
                half = len(content[name]) // 2
                file.seek(half if turn % 2 else half + 4096)
                file.write(content[name][half : half + 4096] if turn % 3 else b"z" * 4096)
            os.utime(root / name, ns=(stamp, stamp))


def spoil(path: Path, data: bytes) -> None:
    """Make the first byte of a file wrong."""
    with path.open("r+b") as file:
        file.write(bytes([data[0] ^ 1]))


GAMES = [truncating, growing, renaming, replacing, modes, times]
