"""The directories that are checked: made once, the same on every machine.

A corpus is a directory with its files below ``data/`` and the lists ``sha1sum.txt`` and
``SHA256SUMS`` beside them. What peers need in other shapes is kept in a second directory, so that
no list is a file of the tree. Digests are computed by hashlib from the bytes written.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

#: Goes up with every change to what is written: older corpora are made anew.
VERSION = 1
LISTS = {"sha1": "sha1sum.txt", "sha256": "SHA256SUMS"}
ALGORITHMS = tuple(LISTS)
BLOCK = 1 << 20
MEMORY = Path("/dev/shm")  # noqa: S108 (a directory of ours is made in it)


@dataclass(frozen=True)
class Shape:
    """How many files of which size, spread over how many directories."""

    name: str
    files: int
    size: int
    directories: int

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return self.files * self.size

    def paths(self) -> Iterator[str]:
        """Yield the path of each file below the root, sorted."""
        for number in range(self.files):
            directory = number * self.directories // self.files
            yield f"data/{directory:03d}/{number:06d}.bin"


LARGE = Shape("large", files=1024, size=1 << 20, directories=16)
SMALL = Shape("small", files=100_000, size=4096, directories=100)
PROBE = Shape("probe", files=64, size=4096, directories=2)


@dataclass(frozen=True)
class Corpus:
    """A corpus on disk. Commands run in ``root`` and name the files of ``lists`` as ``../…``."""

    shape: Shape
    root: Path

    @property
    def lists(self) -> Path:
        """The directory of the lists that only peers read."""
        return self.root.with_name(f"{self.root.name}.lists")

    def beside(self, name: str) -> str:
        """Return the path of a file of ``lists``, seen from ``root``."""
        return f"../{self.lists.name}/{name}"

    def warm(self) -> None:
        """Read every file, so that whoever reads next waits for no disk."""
        for path in self.shape.paths():
            descriptor = os.open(self.root / path, os.O_RDONLY)
            while os.read(descriptor, BLOCK):
                pass
            os.close(descriptor)


def default_directory() -> Path:
    """Return where corpora are kept: the first place that has room for them."""
    need = 2 * (LARGE.bytes + SMALL.bytes)
    for parent in (Path(tempfile.gettempdir()), MEMORY):
        place = parent / "checksig-bench"
        if place.exists() or (parent.is_dir() and shutil.disk_usage(parent).free > need):
            return place
    raise SystemExit(f"no place with {need >> 20} MiB free: name one with --corpora")


def make(shape: Shape, directory: Path) -> Corpus:
    """Return the corpus of that shape below a directory, made now if it is not there."""
    corpus = Corpus(shape, directory / shape.name)
    stamp = corpus.lists / "stamp.json"
    wanted = json.dumps({"version": VERSION, **asdict(shape)})
    if stamp.is_file() and stamp.read_text() == wanted:
        return corpus
    print(f"making {shape.files:,} files of {shape.size:,} bytes in {corpus.root}", flush=True)
    for place in (corpus.root, corpus.lists):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    digests = {path: _write_file(corpus.root / path, path, shape.size) for path in shape.paths()}
    _write_lists(corpus, digests)
    os.sync()  # so that nothing is being written back while a peer is timed
    stamp.write_text(wanted)
    return corpus


def copy_spoilt(corpus: Corpus, directory: Path) -> Corpus:
    """Copy a corpus, and change one bit of one file: who verifies the copy must object."""
    copy = Corpus(corpus.shape, directory / corpus.root.name)
    shutil.copytree(corpus.root, copy.root)
    shutil.copytree(corpus.lists, copy.lists)
    victim = copy.root / list(corpus.shape.paths())[corpus.shape.files // 2]
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    return copy


def _write_file(path: Path, seed: str, size: int) -> dict[str, str]:
    """Write a file of bytes that follow from its name, and return its digests."""
    data = random.Random(seed).randbytes(size)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {algorithm: hashlib.new(algorithm, data).hexdigest() for algorithm in ALGORITHMS}


def _write_lists(corpus: Corpus, digests: dict[str, dict[str, str]]) -> None:
    for algorithm, name in LISTS.items():
        lines = [f"{digest[algorithm]}  {path}\n" for path, digest in digests.items()]
        (corpus.root / name).write_text("".join(lines))
        _write_hashdeep(corpus, algorithm, digests)
    names = "".join(f"{path}\0" for path in digests)
    (corpus.lists / "names").write_text(names)


def _write_hashdeep(corpus: Corpus, algorithm: str, digests: dict[str, dict[str, str]]) -> None:
    """Write a list in hashdeep's own format, which its audit needs."""
    header = f"%%%% HASHDEEP-1.0\n%%%% size,{algorithm},filename\n"
    lines = [
        f"{corpus.shape.size},{digest[algorithm]},{path}\n" for path, digest in digests.items()
    ]
    (corpus.lists / f"hashdeep-{algorithm}").write_text(header + "".join(lines))
