"""What a corpus holds: files made up from a seed, or the files of this Python's installation."""

from __future__ import annotations

import math
import os
import random
import struct
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from lists import LISTS

BLOCK = 1 << 20
#: What a file takes on disk is a multiple of this.
PAGE = 4096
#: A brief run reads this part of what a run reads.
BRIEF = 32


class Content(ABC):
    """The files of a corpus: their paths below its root, sorted, their sizes, their bytes."""

    name: str
    algorithms: tuple[str, ...]  #: of its lists

    @abstractmethod
    def entries(self) -> Iterator[tuple[str, int]]:
        """Yield the path and the size of each file."""

    @abstractmethod
    def blocks(self, number: int, path: str) -> Iterator[bytes]:
        """Yield the bytes of the file at a path, which is that number in the order."""

    @abstractmethod
    def described(self) -> dict[str, Any]:
        """Return what tells this content from another, as JSON."""

    @abstractmethod
    def reduced(self) -> Content:
        """Return the content for a brief run."""

    @cached_property
    def sizes(self) -> list[int]:
        """The size of each file."""
        return [size for _, size in self.entries()]

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self.sizes)

    @property
    def total(self) -> int:
        """The size of all files together, in bytes."""
        return sum(self.sizes)

    @property
    def on_disk(self) -> int:
        """About how much of a disk they take."""
        return sum(-(-size // PAGE) * PAGE for size in self.sizes)

    def paths(self) -> Iterator[str]:
        """Yield the path of each file."""
        return (path for path, _ in self.entries())


@dataclass(frozen=True)
class Shape(Content):
    """Files of one size, spread over directories. No two of them are equal."""

    name: str
    files: int
    size: int
    algorithms: tuple[str, ...]
    directories: int = 1

    def entries(self) -> Iterator[tuple[str, int]]:
        """Yield the path and the size of each file."""
        for number in range(self.files):
            directory = number * self.directories // self.files
            yield f"data/{directory:03d}/{number:06d}.bin", self.size

    def blocks(self, number: int, path: str) -> Iterator[bytes]:
        """Yield random bytes, the same for all, after the numbers of the file and the block.

        Nothing here makes use of equal bytes, so it is not worth making 4 GiB of random ones.
        """
        del path
        yield from _blocks(number, self.size, self._random)

    def described(self) -> dict[str, Any]:
        """Return what tells this content from another, as JSON."""
        return {"files": self.files, "size": self.size, "directories": self.directories}

    def reduced(self) -> Shape:
        """Return the content for a brief run."""
        files = max(1, self.files // BRIEF)
        size = min(self.size, self.total // BRIEF // files)
        return replace(self, files=files, size=size, directories=min(self.directories, files))

    @cached_property
    def _random(self) -> bytes:
        return random.Random(self.name).randbytes(min(self.size, BLOCK))


@dataclass(frozen=True)
class Tailed(Content):
    """Files of a lognormal distribution of sizes, which has a heavy tail."""

    name: str
    files: int
    mean: int  #: of the sizes, in bytes
    sigma: float  #: of their logarithm
    algorithms: tuple[str, ...]
    directories: int = 1

    def entries(self) -> Iterator[tuple[str, int]]:
        """Yield the path and the size of each file."""
        chance = random.Random(self.name)
        mu = math.log(self.mean) - self.sigma**2 / 2
        for number in range(self.files):
            directory = number * self.directories // self.files
            size = int(chance.lognormvariate(mu, self.sigma))
            yield f"data/{directory:03d}/{number:06d}.bin", size

    def blocks(self, number: int, path: str) -> Iterator[bytes]:
        """Yield random bytes, as those of a shape."""
        del path
        yield from _blocks(number, self.sizes[number], self._random)

    @cached_property
    def _random(self) -> bytes:
        return random.Random(self.name).randbytes(BLOCK)

    def described(self) -> dict[str, Any]:
        """Return what tells this content from another, as JSON."""
        return {"files": self.files, "mean": self.mean, "sigma": self.sigma}

    def reduced(self) -> Tailed:
        """Return the content for a brief run."""
        return replace(self, files=max(1, self.files // BRIEF))


@dataclass(frozen=True)
class Copy(Content):
    """A copy of the regular files below a directory, or of some of them."""

    name: str
    source: Path
    algorithms: tuple[str, ...]
    step: int = 1  #: 1: all files; 2: every second one; …

    @cached_property
    def _found(self) -> list[tuple[str, int]]:
        found = []
        for directory, _, names in os.walk(self.source):
            for path in (Path(directory, name) for name in names):
                if _is_plain(path):
                    found.append((f"data/{path.relative_to(self.source)}", path.stat().st_size))
        return sorted(found)[:: self.step]

    def entries(self) -> Iterator[tuple[str, int]]:
        """Yield the path and the size of each file."""
        return iter(self._found)

    def blocks(self, number: int, path: str) -> Iterator[bytes]:
        """Yield the bytes of the file that is copied."""
        del number
        yield (self.source / path.removeprefix("data/")).read_bytes()

    def described(self) -> dict[str, Any]:
        """Return what tells this content from another, as JSON."""
        return {"source": str(self.source), "files": self.count, "bytes": self.total}

    def reduced(self) -> Copy:
        """Return the content for a brief run."""
        return replace(self, step=BRIEF)


def _blocks(number: int, size: int, filling: bytes) -> Iterator[bytes]:
    for block in range(-(-size // BLOCK)):
        data = struct.pack("<II", number, block) + filling
        yield data[: min(BLOCK, size - block * BLOCK)]


def _is_plain(path: Path) -> bool:
    """Return whether this is a regular file, with a name that every list can hold as it is."""
    name = str(path)
    return path.is_file() and not path.is_symlink() and name.isprintable() and "\\" not in name


def _of_size(size: int) -> Shape:
    """Return 1 GiB in files of one size, or 200,000 of them if that is less."""
    files = min((1 << 30) // size, 200_000)
    return Shape(f"size-{size}", files, size, ("sha256", "sha1", "md5"), -(-files // 1000))


_PYTHON = Path(sys.base_prefix, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}")

PROBE = Shape("probe", 64, 4096, tuple(LISTS), directories=2)
LARGE = Shape("large", 4096, 1 << 20, tuple(LISTS), directories=64)
SMALL = Shape("small", 100_000, 4096, ("sha1", "sha256"), directories=100)
HUGE = Shape("huge", 1, 4 << 30, ("sha256",))
MIXED = Copy("mixed", _PYTHON, ("sha1", "sha256"))
#: By size of the files: from 1 KiB to 1 GiB.
SIZES = tuple(_of_size(1 << power) for power in (10, 12, 14, 16, 18, 20, 24, 28, 30))
#: By number of files, of 1 KiB each.
COUNTS = tuple(
    Shape(f"count-{n}", n, 1024, ("sha256",), directories=n // 1000)
    for n in (1000, 10_000, 100_000, 1_000_000)
)
#: Files whose sizes have a heavy tail, about 3 GiB.
TAILED = Tailed("tailed", 10_000, 320 << 10, 2.2, ("sha256",), directories=20)
#: What a simulation is calibrated on: small, middling and long files, and two for a core each.
CALIBRATION = tuple(
    Shape(f"calibration-{name}", files, size, ("sha256",), directories)
    for name, files, size, directories in (
        ("small", 24_000, 2048, 24),
        ("middling", 4096, 128 << 10, 16),
        ("long", 128, 8 << 20, 4),
        ("single", 2, 256 << 20, 1),
    )
)
ALL: tuple[Content, ...] = (PROBE, LARGE, SMALL, HUGE, MIXED, *SIZES, *COUNTS, TAILED, *CALIBRATION)
