"""Trees with known content: plain files, a list that is written anew, and a bag."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from command import KIB, MIB

if TYPE_CHECKING:
    from pathlib import Path

#: What is in files, by their paths.
Content = dict[str, bytes]

SIZES = [0, 1, 100, 4 * KIB, 4 * KIB, 4 * KIB + 1, 65536, 131072, 300_000]
LARGE = {20: 3 * MIB // 2, 41: 3 * MIB // 2, 30: 9 * MIB}


def random_bytes(size: int, seed: object) -> bytes:
    """Return bytes that are the same for the same seed."""
    return random.Random(str(seed)).randbytes(size) if size else b""


def sha256(data: bytes) -> str:
    """Return the digest as lists have it."""
    return hashlib.sha256(data).hexdigest()


def corpus(root: Path, files: int = 50, big: bool = True) -> Content:
    """Write files of mixed sizes, some in directories, and no list; return what is in them."""
    content = {}
    for number in range(files):
        size = SIZES[number % len(SIZES)]
        if big:
            size = LARGE.get(number, size)
        folder = ["", "", "sub", "sub/deep"][number % 4]
        name = f"{folder}/f{number:03}" if folder else f"f{number:03}"
        content[name] = random_bytes(size, name)
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content[name])
    return content


def lines(content: Content) -> str:
    """Return the list of SHA-256 of what is in files."""
    return "".join(f"{sha256(content[n])}  {n}\n" for n in sorted(content))


def temporaries(root: Path) -> list[str]:
    """Return the files that a run was writing, and left."""
    return [str(p.relative_to(root)) for p in root.rglob("*") if ".tmp" in p.name]


class ListTree:
    """A tree with an old list, or none; what ``create`` makes of it is known."""

    def __init__(self, root: Path, with_old: bool = True, files: int = 200) -> None:
        self.root = root
        self.content = corpus(root, files, big=False)
        self.list = root / "SHA256SUMS"
        old = dict(list(self.content.items())[: files // 2])
        self.old = lines(old).encode() if with_old else None
        self.new = lines(self.content).encode()

    def reset(self) -> None:
        """Make it what it was before ``create``."""
        for name in temporaries(self.root):
            (self.root / name).unlink()
        with suppress(OSError):
            self.list.unlink()
        if self.old is not None:
            self.list.write_bytes(self.old)
            os.utime(self.list, (time.time() + 5, time.time() + 5))

    def state(self) -> str:
        """Return whether the list is old, new, or what must not be."""
        try:
            found = self.list.read_bytes()
        except OSError:
            return "old" if self.old is None else "nothing"
        known = {self.old: "old", self.new: "new"}
        return known.get(found, f"half ({len(found)} bytes)")


class BagTree:
    """A directory that becomes a bag."""

    def __init__(self, root: Path, files: int = 40) -> None:
        self.root, self.content = root, corpus(root / "master", files, big=False)
        self.here = root / "bag"
        self.digests = Counter(sha256(data) for data in self.content.values())

    def reset(self) -> None:
        """Make it what it was before ``bag``."""
        shutil.rmtree(self.here, ignore_errors=True)
        shutil.copytree(self.root / "master", self.here)

    def lost(self) -> int:
        """Return of how many files the content is nowhere, under any name."""
        found = Counter(sha256(p.read_bytes()) for p in self.here.rglob("*") if p.is_file())
        return sum((self.digests - found).values())

    def same_below(self, base: Path) -> bool:
        """Return whether all files are below a directory, under their names."""
        return all(
            (base / name).is_file() and (base / name).read_bytes() == data
            for name, data in self.content.items()
        )

    def state(self) -> str:
        """Return whether no file was moved, or all, or what must not be."""
        if self.same_below(self.here):
            return "old"
        return "moved" if self.same_below(self.here / "data") else "half"
