"""Archives as places: zip, tar and others, read in place and never unpacked.

Whoever makes an archive chooses every number in it, so what it may cost to read is bounded.

Compressed data has no middle: what lies in it is had by decompressing all before it. So whoever
indexes an archive that is read ``forward`` may take members as they pass, and keep their bytes.
"""

from __future__ import annotations

import io
import os
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from checksig._names import quoted
from checksig._places.archive import headers
from checksig._places.archive.file import MAX_PIECE
from checksig._places.archive.kinds import reader
from checksig._places.archive.members import Members
from checksig._places.archive.reading import (
    BROKEN,
    MAX_MEMBERS,
    MAX_RATIO,
    Guarded,
    Reader,
    position,
)
from checksig._places.archive.source import Source
from checksig._places.place import Fault, Item
from checksig._results import Progress, Status
from checksig.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait
    from checksig._places.archive.file import Piecewise
    from checksig._places.archive.reading import Opened
    from checksig._places.place import Remote

    #: Is given a member that the stream has come to: its whole name, the item, and its bytes.
    Visit = Callable[[str, Item, Opened], None]

__all__ = ["ABILITIES", "Archive"]

#: What options may ask for of every archive.
ABILITIES: Final[frozenset[Trait]] = frozenset({"all", "rate"})

#: The same of those whose members are read at the same time, several of them by one thread.
_PARALLEL: Final[frozenset[Trait]] = frozenset({*ABILITIES, "parallel", "abreast"})

#: In seconds: how long progress waits to be told.
_TELL_AFTER: Final = 0.05


class Archive:
    """An archive, open. It is to be indexed before it is asked for names, and closed."""

    root = None

    def __init__(
        self,
        path: bytes,
        opened: Callable[[], Piecewise] | None = None,
        there: Remote | None = None,
    ) -> None:
        """Open an archive.

        Args:
            path: Of a regular file; or the address of what was copied.
            opened: Returns the copy, open.
            there: Where it lies, under its name there, if it was copied.

        Raises:
            ArchiveError: it cannot be read.
        """
        self.path, self.there = path, there
        self.started = time.perf_counter()
        self._kept: dict[bytes, bytes] = {}  # by whole names
        self._members = Members()
        self._source = Source(path, opened)
        self._reader: Reader | None = None  # nothing is understood before signatures are checked

    @property
    def traits(self) -> frozenset[Trait]:
        """The abilities that options, and engines, may ask for."""
        parallel = self._reader is not None and self._reader.parallel
        return _PARALLEL if parallel else ABILITIES

    @property
    def forward(self) -> bool:
        """Whether what has gone by is had by beginning again, and no other way."""
        return self._reader is not None and self._reader.forward

    @property
    def indexed(self) -> bool:
        """Whether the names of its members were read."""
        return self._reader is not None

    @property
    def files(self) -> int:
        """The number of members that are no directories."""
        return self._members.files()

    def head(self, size: int) -> bytes:
        """Return how the archive begins."""
        return self._source.head(size)

    def whole(self) -> bytes:
        """Return all bytes of the archive. From here on it is these, whatever the file becomes.

        Raises:
            ArchiveError: they cannot be had.
        """
        return self._source.whole()

    def unpacked(self) -> bytes:
        """Return the bytes that were compressed. From here on members are read from these.

        Raises:
            ArchiveError: they cannot be had, or are more than an archive may have.
        """
        return self._source.unpacked()

    def _new_reader(self) -> Reader:
        self._stream = self._source.stream()
        return reader(self._stream, self.path, self._source.budget)

    def index(
        self, visit: Visit | None = None, progress: Callable[[Progress], None] | None = None
    ) -> None:
        """Read the names of all members.

        Args:
            visit: Called with each file that the stream comes to, if the archive is read forward.
            progress: Called now and then, with how far the reading has come.

        Raises:
            ArchiveError: it cannot be read, or wants more than an archive may.
        """
        told = self.started
        with closing(self._totals(visit)) as totals:
            for total in totals:  # what progress raises is no fault of the archive's
                if progress and (now := time.perf_counter()) - told > _TELL_AFTER:
                    told = now
                    progress(self._how_far(total))

    def _totals(self, visit: Visit | None) -> Generator[int]:
        """Read the names, and yield after each how many bytes there are up to it."""
        with self._source.closed_by_faults():
            total = 0
            self._reader = self._new_reader()
            for name, item in self._reader.members():
                wanted = self._members.add(name, item)
                total += item.size
                self._expect_within_bounds(total)
                if wanted and visit and self._reader.forward:
                    with self._reader.open(item) as file:
                        visit(name, item, file)
                yield total
            self._members.mark_doubled()

    def _expect_within_bounds(self, total: int) -> None:
        if self._members.count() > MAX_MEMBERS:
            raise ArchiveError(f"{quoted(self.path)} has more than {MAX_MEMBERS:,} members")
        if total > self._source.budget:
            most = f"{self._source.budget:,} bytes, which is more than {MAX_RATIO} times its size"
            raise ArchiveError(f"{quoted(self.path)} would grow to more than {most}")

    def _how_far(self, total: int) -> Progress:
        share = self._stream.tell() / max(self._source.size, 1)
        expected = max(total, int(total / share)) if share else total
        count = self._members.count()
        return Progress(count, count, total, expected, time.perf_counter() - self.started)

    def whole_name(self, item: Item) -> bytes:
        """Return the name of a member from the top of the archive."""
        return self._members.prefix + item.name

    @property
    def size(self) -> int:
        """The size of the archive itself, in bytes."""
        return self._source.size

    def keep(self, item: Item, data: bytes) -> None:
        """Keep the bytes of a member that passed by."""
        self._kept[item.name] = data

    def enter_only_directory(self) -> None:
        """Take the one directory that everything is in, if there is one, as the root of names."""
        if directory := self._members.only_directory():
            self._members.enter(directory)

    def show(self, name: bytes = b"") -> str:
        """Return the path of the archive, or as if it were a directory, that of a name in it."""
        whole = self._members.prefix + name
        return os.fsdecode(os.path.join(self.path, whole) if name else self.path)

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield all members, directories, and names that are not safe; or the files at the top."""
        return self._members.walk(below) if deep else self._members.top()

    def find(self, name: bytes) -> Item | None:
        """Return the member of a clean name, if there is one."""
        return self._members.find(name)

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of a small member.

        Raises:
            OSError: they cannot be had.
        """
        limit = min(limit, MAX_PIECE)
        if item.fault:
            raise OSError(item.fault.reason)
        if item.size > limit:
            raise OSError(f"the list is larger than {limit} bytes")
        try:
            with self._open(item) as file:
                data = file.read() or b""
                headers.expect_no_rest(file)
        except BROKEN as error:
            raise OSError(str(error) or type(error).__name__) from error
        if len(data) != item.size:
            raise OSError(f"it has {len(data)} bytes, and the archive says {item.size}")
        return data

    def _open(self, item: Item) -> Opened:
        kept = self._kept.get(self.whole_name(item))
        if kept is not None:
            return io.BytesIO(kept)
        if self._reader is None:
            raise OSError("the archive was not indexed")
        return self._reader.open(item)

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield members with their streams, in the order in which they lie there.

        An archive that was closed is opened once more; if it has changed, that yields nothing.
        """
        again = self._source.closed
        try:
            if again and not self._reopen():
                return
            for item in sorted(items, key=position):
                if item.fault:
                    yield item, item.fault
                    continue
                try:
                    file = self._open(item)
                except BROKEN as error:
                    yield item, Fault(Status.UNREADABLE, str(error) or type(error).__name__)
                    continue
                with file:
                    yield item, Guarded(file, item.size)
        finally:
            if again:
                self._source.close()

    def _reopen(self) -> bool:
        """Open the archive once more, and return whether it is what it was."""
        if same := self._source.reopen():
            self._reader = self._new_reader()
        return same

    def close(self) -> Fault | None:
        """Close the file; return a fault if the archive is not what was opened."""
        return self._source.close()
