"""Archives as places with files in them: zip and tar, read in place and never unpacked.

Whoever makes an archive chooses every number in it, so what it may cost to read is bounded.

Compressed data has no middle: what lies in it is had by decompressing all before it. So while a
compressed tar is read for its names, members that may be lists are kept, and the others hashed by
whatever algorithms are known by then. That is a guess at what will be asked for, and no more: what
is asked for and was not guessed is read again.
"""

from __future__ import annotations

import io
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._bridge import hashing as _hasher
from checksig._bridge.hashing import Hashed
from checksig._names import quoted
from checksig._places.archive_members import Members
from checksig._places.archive_read import (
    BROKEN,
    FREE,
    MAX_PIECE,
    MAX_RATIO,
    Member,
    open_regular,
    position,
    reader,
)
from checksig._results import Progress
from checksig.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from checksig._claims.archived import Outlook

#: How many members an archive may have. Each takes 1 KB of memory, or 2 KB in a zip.
_MAX_MEMBERS: Final = 1 << 20

#: In seconds: how long those who wait for progress wait for it.
_PATIENCE: Final = 0.05


class Answer(NamedTuple):
    """What came of reading a member."""

    name: bytes
    hashed: Hashed | None
    reason: str = ""  # why there is no digest


class _Digests(NamedTuple):
    """The digests of a member, in the order of the algorithms."""

    algorithms: Sequence[str]
    digests: tuple[bytes, ...]


class Archive(Members):
    """An archive, open: its members, and what is wrong with them. To be closed."""

    def __init__(
        self, path: bytes, outlook: Outlook, progress: Callable[[Progress], None] | None = None
    ) -> None:
        """Open an archive, and read its names.

        Args:
            path: Of a regular file.
            outlook: What is known of its lists.
            progress: Called now and then, with how far the reading has come.

        Raises:
            ArchiveError: it cannot be read, or wants more than an archive may.
        """
        super().__init__()
        self.root = path
        self.started = time.perf_counter()
        self._kept: dict[bytes, bytes] = {}
        self._room = MAX_PIECE  # for what is kept, in bytes
        self._hashed: dict[bytes, _Digests] = {}
        try:
            self._file = open_regular(path)
        except OSError as error:
            raise self._broken(error) from error
        try:
            self._status = self._look()
            self._reader = reader(self._file, path, self._budget)
            self._take(outlook, progress)
        except BROKEN as error:
            self._file.close()
            raise self._broken(error) from error
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        """Return the archive."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def forward(self) -> bool:
        """Whether members are best read all in one go, in their order."""
        return self._reader.forward

    @property
    def _budget(self) -> int:
        return FREE + MAX_RATIO * self._status[0]

    def _broken(self, error: BaseException) -> ArchiveError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return ArchiveError(f"cannot read {quoted(self.root)}: {reason}")

    def _look(self) -> tuple[int, int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns, status.st_ino

    def _take(self, outlook: Outlook, progress: Callable[[Progress], None] | None) -> None:
        total, said = 0, self.started
        for name, member in self._reader.members():
            wanted = self.add(name, member)
            total += member.size
            if self.count() > _MAX_MEMBERS:
                raise ArchiveError(f"{quoted(self.root)} has more than {_MAX_MEMBERS:,} members")
            if total > self._budget:
                raise ArchiveError(
                    f"{quoted(self.root)} would grow to more than {self._budget:,} bytes, which is "
                    f"more than {MAX_RATIO} times its size"
                )
            if wanted and self._reader.forward:
                self._catch(name, member, outlook)
            if progress and (now := time.perf_counter()) - said > _PATIENCE:
                said = now
                progress(self._how_far(total))
        self.mark_doubled()

    def _catch(self, name: str, member: Member, outlook: Outlook) -> None:
        """Take what may be wanted of a member that the stream has come to."""
        if outlook.is_list(name) and member.size <= self._room:
            with self._reader.open(member) as file:
                self._kept[member.name] = data = file.read()
            self._room -= len(data)
            outlook.learn(name, data)
        elif outlook.algorithms:
            with self._reader.open(member) as file:
                size, digests = _hasher.hash_stream(file, outlook.algorithms, member.size)
            if size == member.size:
                self._hashed[member.name] = _Digests(outlook.algorithms, tuple(digests.values()))

    def _how_far(self, total: int) -> Progress:
        share = self._file.tell() / max(self._status[0], 1)
        expected = max(total, int(total / share)) if share else total
        seconds = time.perf_counter() - self.started
        return Progress(self.count(), self.count(), total, expected, seconds)

    def read(self, name: bytes) -> bytes:
        """Return the bytes of a list.

        Raises:
            OSError: they cannot be had.
        """
        member = self.member(name)
        if member.fault:
            raise OSError(member.fault.reason)
        if member.size > MAX_PIECE:
            raise OSError(f"the list is larger than {MAX_PIECE} bytes")
        try:
            with self._open(member) as file:
                data = file.read()
        except BROKEN as error:
            raise OSError(str(error) or type(error).__name__) from error
        if len(data) != member.size:
            raise OSError("it is cut short")
        return data

    def _open(self, member: Member) -> io.BufferedIOBase:
        kept = self._kept.get(self.prefix + member.name)
        return self._reader.open(member) if kept is None else io.BytesIO(kept)

    def known(self, name: bytes, algorithms: Sequence[str]) -> Answer | None:
        """Return the digests of a member, if it need not be read for them any more."""
        hashed = self._hashed.pop(self.prefix + name, None)
        if hashed is None or not set(algorithms) <= set(hashed.algorithms):
            return None
        digests = dict(zip(hashed.algorithms, hashed.digests, strict=True))
        return Answer(name, Hashed(self.member(name).size, digests))

    def hash(
        self, wanted: Mapping[bytes, Sequence[str]], workers: int | None
    ) -> Generator[Answer, None, None]:
        """Read members, each once, and yield their digests by the algorithms wanted."""
        members = sorted(map(self.member, wanted), key=position)
        stopped = threading.Event()

        def answer(member: Member) -> Answer:
            return self._answer(member, wanted[member.name], stopped)

        if not self._reader.parallel or workers == 1 or len(members) <= 1:
            yield from map(answer, members)
            return
        with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
            try:
                yield from pool.map(answer, members)
            finally:
                stopped.set()
                pool.shutdown(cancel_futures=True)

    def _answer(
        self, member: Member, algorithms: Sequence[str], stopped: threading.Event
    ) -> Answer:
        try:
            with self._open(member) as file:
                hashed = _hasher.hash_stream(_Stoppable(file, stopped), algorithms, member.size)
        except BROKEN as error:
            return Answer(member.name, None, str(error) or type(error).__name__)
        if hashed.size != member.size:
            reason = f"it has {hashed.size} bytes, and the archive says {member.size}"
            return Answer(member.name, None, reason)
        return Answer(member.name, hashed)

    def expect_unchanged(self) -> None:
        """Make sure that the archive is still what it was when it was opened.

        Raises:
            ArchiveError: it is not.
        """
        if self._look() != self._status:
            raise ArchiveError(f"{quoted(self.root)} changed while it was read")

    def again(self, names: Iterable[bytes]) -> Iterator[tuple[bytes, io.BufferedIOBase]]:
        """Open the archive another time, and yield members in their order, to be looked at.

        That ends, without an error, where one cannot be opened, or if the archive has changed.
        """
        members = (member for member in map(self.member, names) if not member.fault)
        try:
            self._file = open_regular(self.root)
            if self._look() != self._status:
                return
            self._reader = reader(self._file, self.root, self._budget)
            for member in sorted(members, key=position):
                with self._open(member) as file:
                    yield member.name, file
        except BROKEN:
            return
        finally:
            self.close()


class _Stoppable(NamedTuple):
    """A stream that ends with an error when nobody waits for it any more."""

    file: io.BufferedIOBase
    stopped: threading.Event

    def readinto(self, buffer: memoryview, /) -> int | None:
        if self.stopped.is_set():
            raise OSError("stopped")
        return self.file.readinto(buffer)
