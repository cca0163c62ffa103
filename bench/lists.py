"""The lists of a corpus: in the form that every checker reads, and in the forms that peers need.

Digests are computed by hashlib from the bytes written. For those that it does not know, the
program that they come from is asked.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

import command

#: The list of each algorithm, in the root of the corpus.
LISTS = {
    "md5": "md5sum.txt",
    "sha1": "sha1sum.txt",
    "sha256": "SHA256SUMS",
    "sha512": "SHA512SUMS",
    "blake2b": "B2SUMS",
    "blake3": "B3SUMS",
    "crc32": "crc32sum.txt",
}
#: What hashdeep knows: its lists have a form of their own.
HASHDEEP = {"md5", "sha1", "sha256"}
#: The lists that a program writes, for the digests of an algorithm or beside them.
PROGRAMS = {
    "blake3": {"blake3": ["b3sum"]},
    "crc32": {"xxh64": ["xxhsum", "-H1"], "xxh3": ["xxhsum", "-H3"]},
}
#: How many pieces a list is cut into, for programs that use one core and are run by xargs.
PARTS = 64


class Crc32:
    """CRC-32 as hashlib would have it."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes) -> None:
        """Add bytes."""
        self._value = zlib.crc32(data, self._value)

    def hexdigest(self) -> str:
        """Return the checksum of all bytes so far."""
        return f"{self._value:08x}"


def hasher(algorithm: str) -> Any:
    """Return an object with ``update`` and ``hexdigest``."""
    return Crc32() if algorithm == "crc32" else hashlib.new(algorithm, usedforsecurity=False)


def available(algorithm: str) -> bool:
    """Return whether there is a program for the digests that hashlib does not know."""
    own = PROGRAMS.get(algorithm, {}).get(algorithm)
    return own is None or command.find(own[0]) is not None


class Writer(ExitStack):
    """Writes the lists while the files are written."""

    def __init__(self, root: Path, beside: Path, algorithms: Iterable[str]) -> None:
        super().__init__()
        self._root, self._beside = root, beside
        self._algorithms = tuple(algorithms)
        self._computed = [name for name in self._algorithms if name != "blake3"]
        self._names = self._open(beside / "names")
        self._lists = {name: self._open(root / LISTS[name]) for name in self._computed}
        self._audits = {
            name: self._open(beside / f"hashdeep-{name}")
            for name in self._computed
            if name in HASHDEEP
        }
        for name, audit in self._audits.items():
            audit.write(f"%%%% HASHDEEP-1.0\n%%%% size,{name},filename\n")

    def add(self, path: str, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass on the bytes of a file, and add it to the lists at their end."""
        size, hashers = 0, {name: hasher(name) for name in self._computed}
        for block in blocks:
            size += len(block)
            for each in hashers.values():
                each.update(block)
            yield block
        self._names.write(f"{path}\0")
        for name, each in hashers.items():
            digest = each.hexdigest()
            self._lists[name].write(f"{digest}  {path}\n")
            if name in self._audits:
                self._audits[name].write(f"{size},{digest},{path}\n")

    def finish(self) -> None:
        """Write what needs all files and lists to be there."""
        self.close()
        for algorithm in self._algorithms:
            for name, program in PROGRAMS.get(algorithm, {}).items():
                if command.find(program[0]):
                    self._place(name).write_text(self._printed(program), encoding="utf-8")
            for name in {algorithm, *PROGRAMS.get(algorithm, {})}:
                self._cut(name)

    def _open(self, path: Path) -> TextIO:
        return self.enter_context(path.open("w", encoding="utf-8"))

    def _place(self, name: str) -> Path:
        """Return where a list is: in the root if it is of an algorithm, else beside it."""
        return self._root / LISTS[name] if name in LISTS else self._beside / name

    def _printed(self, program: command.Command) -> str:
        names = ["xargs", "-0", "-a", str(self._beside / "names")]
        return command.output([*names, *program], self._root)

    def _cut(self, name: str) -> None:
        """Cut a list into pieces of as many lines each, and list the pieces for xargs."""
        whole = self._place(name)
        if not whole.is_file():
            return
        lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
        step = -(-len(lines) // PARTS)
        pieces = []
        for start in range(0, len(lines), step):
            piece = self._beside / f"{name}-{len(pieces):02d}"
            piece.write_text("".join(lines[start : start + step]), encoding="utf-8")
            pieces.append(f"../{self._beside.name}/{piece.name}\0")
        (self._beside / f"{name}-parts").write_text("".join(pieces))
