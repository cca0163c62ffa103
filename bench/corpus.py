"""The directories that are checked: made once, kept until what they hold is to be another.

A corpus is a directory with its files below ``data/`` and a list for each algorithm beside them.
What peers need in other shapes is kept in a second directory, so that no list is a file of the
tree.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import lists
import residency
from content import ALL, BLOCK, Content

#: Goes up with every change to what is written: older corpora are made anew.
VERSION = 2
#: What the page cache has of a corpus that is in memory, at least.
CACHED = 0.99
MEMORY = Path("/dev/shm")  # noqa: S108 (a directory of ours is made in it)


@dataclass(frozen=True)
class Corpus:
    """A corpus on disk. Commands run in ``root`` and name the files of ``lists`` as ``../…``."""

    content: Content
    root: Path

    @property
    def name(self) -> str:
        """What it is called in results."""
        return self.content.name

    @property
    def lists(self) -> Path:
        """The directory of the lists that only peers read."""
        return self.root.with_name(f"{self.root.name}.lists")

    def beside(self, name: str) -> str:
        """Return the path of a file of ``lists``, seen from ``root``."""
        return f"../{self.lists.name}/{name}"

    def warm(self) -> None:
        """Read every file, so that whoever reads next waits for no disk."""
        buffer = bytearray(BLOCK)
        for descriptor in self._descriptors():
            while os.readv(descriptor, [buffer]):
                pass

    def keep(self) -> None:
        """Read what is not in memory any more: the system may drop it at any time."""
        for _ in range(5):
            if self.cached() >= CACHED:
                return
            self.warm()
        print(f"    {self.name}: {self.cached():.1%} stays in memory", flush=True)

    def cool(self) -> None:
        """Drop every file from the page cache, so that whoever reads next waits for the disk."""
        os.sync()  # what is not yet written cannot be dropped
        for descriptor in self._descriptors():
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def cached(self, looked_at: int = 512) -> float:
        """Return which part of the pages is in the page cache, by looking at some of the files."""
        step = max(1, self.content.count // looked_at)
        pages = b"".join(residency.pages(each) for each in self._descriptors(step))
        return sum(pages) / len(pages)

    def _descriptors(self, step: int = 1) -> Iterator[int]:
        for number, path in enumerate(self.content.paths()):
            if number % step == 0:
                descriptor = os.open(self.root / path, os.O_RDONLY)
                yield descriptor
                os.close(descriptor)


def default_directory() -> Path:
    """Return where corpora are kept: the first place that has room for them."""
    places = [parent / "checksig-bench" for parent in (Path(tempfile.gettempdir()), MEMORY)]
    if made := [place for place in places if place.is_dir()]:
        return made[0]
    need = sum(content.on_disk for content in ALL) * 5 // 4
    for place in places:
        if place.parent.is_dir() and shutil.disk_usage(place.parent).free > need:
            return place
    raise SystemExit(f"no place with {need >> 30} GiB free: name one with --corpora")


def make(content: Content, directory: Path) -> Corpus:
    """Return the corpus with that content below a directory, made now if it is not there."""
    corpus = Corpus(content, directory / content.name)
    known = [name for name in content.algorithms if lists.available(name)]
    stamp = corpus.lists / "stamp.json"
    wanted = json.dumps({"version": VERSION, "algorithms": known, **content.described()})
    if stamp.is_file() and stamp.read_text() == wanted:
        return corpus
    print(f"  making {content.count:,} files, {content.total:,} bytes: {content.name}", flush=True)
    for place in (corpus.root, corpus.lists):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    if shutil.disk_usage(corpus.root).free < content.on_disk * 5 // 4:
        raise SystemExit(f"no room for {content.on_disk >> 20} MiB: name a place with --corpora")
    with lists.Writer(corpus.root, corpus.lists, known) as writer:
        for number, path in enumerate(content.paths()):
            _write_file(corpus.root / path, writer.add(path, content.blocks(number, path)))
        writer.finish()
    os.sync()  # so that nothing is being written back while a peer is timed
    stamp.write_text(wanted)
    return corpus


def copy_spoilt(corpus: Corpus, directory: Path) -> Corpus:
    """Copy a corpus, and change one bit of one file: who verifies the copy must object."""
    copy = Corpus(corpus.content, directory / corpus.root.name)
    shutil.copytree(corpus.root, copy.root)
    shutil.copytree(corpus.lists, copy.lists)
    victim = copy.root / list(corpus.content.paths())[corpus.content.count // 2]
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    return copy


def _write_file(path: Path, blocks: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb", buffering=0) as file:
        for block in blocks:
            file.write(block)
