"""Buckets to check, on servers of this machine: versitygw, in clear and under TLS.

Both servers have the same files on disk. ``tests/servers`` starts them, as it does for the tests.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
ALGORITHMS = ("sha256", "md5")


@dataclass(frozen=True)
class Bucket:
    """Objects below a prefix: their lists, and the environments of clients by the server."""

    name: str
    count: int
    size: int  #: of each object, in bytes
    directory: Path  #: of the lists
    variables: dict[str, dict[str, str]]

    @property
    def total(self) -> int:
        """The bytes of all of them."""
        return self.count * self.size

    def list(self, algorithm: str) -> Path:
        """Return the list of their digests."""
        return self.directory / f"{self.name}.{algorithm}"


class Servers:
    """The two servers, which have a bucket each: the same one."""

    def __init__(self, directory: Path, clear: Any, tls: Any) -> None:
        self.directory, self._clear, self._tls = directory, clear, tls
        self.variables = {"clear": clear.environment(), "TLS": tls.environment()}

    def put(self, name: str, count: int, size: int) -> Bucket:
        """Store objects, and write their lists."""
        print(f"  storing {count:,} objects of {size:,} bytes: {name}", flush=True)
        bucket = Bucket(name, count, size, self.directory, self.variables)
        filling = random.Random(name).randbytes(size)
        lines: dict[str, list[str]] = {algorithm: [] for algorithm in ALGORITHMS}
        for number in range(count):
            data, key = number.to_bytes(4, "big") + filling[4:], f"{number:06}"
            self._clear.put(f"{name}/{key}", data)
            self._link(f"{name}/{key}")
            for algorithm in ALGORITHMS:
                lines[algorithm].append(f"{hashlib.new(algorithm, data).hexdigest()}  {key}\n")
        for algorithm in ALGORITHMS:
            bucket.list(algorithm).write_text("".join(lines[algorithm]))
        return bucket

    def place(self, name: str, count: int, write: Callable[[Path, int], bytes]) -> Bucket:
        """Put files where a server keeps its objects, which goes faster.

        Args:
            name: Of the prefix.
            count: How many.
            write: Writes the file of a number, and returns the bytes to list it by.
        """
        print(f"  placing {count:,} objects: {name}", flush=True)
        root, lines, size = self.directory / "clear/data/bucket", [], 0
        for number in range(count):
            key = f"{name}/{number // 1000:03}/{number:06}"
            (root / key).parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.md5(write(root / key, number)).hexdigest()  # noqa: S324 (what is timed)
            lines.append(f"{digest}  {key.removeprefix(f'{name}/')}\n")
            size = max(size, (root / key).stat().st_size)
        bucket = Bucket(name, count, size, self.directory, self.variables)
        bucket.list("md5").write_text("".join(lines))
        return bucket

    def _link(self, key: str) -> None:
        """Have the other server have an object as well: extended attributes come with the file."""
        there = self.directory / "tls/data/bucket" / key
        there.parent.mkdir(parents=True, exist_ok=True)
        os.link(self.directory / "clear/data/bucket" / key, there)


@contextmanager
def serving(directory: Path) -> Iterator[Servers]:
    """Run both servers over a new directory, which goes with them."""
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from servers.certificates import Authority  # noqa: PLC0415 (of the tests)
    from servers.s3 import versitygw  # noqa: PLC0415 (of the tests)

    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory, prefix="buckets-") as place:
        here = Path(place).resolve()
        certificate = Authority(here / "authority").right()
        with versitygw(here / "clear") as clear, versitygw(here / "tls", certificate) as tls:
            yield Servers(here, clear, tls)


def missing_server() -> str:
    """Return why there can be no server; empty if there can."""
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from servers.process import MissingServerError, built  # noqa: PLC0415 (of the tests)

    try:
        built("versitygw")
    except MissingServerError as error:
        return str(error)
    return ""
