"""Archives as places with files in them: zip and tar, read in place and never unpacked.

Whoever makes an archive chooses every number in it, so what it may cost to read is bounded. A name
in it makes no path: names are compared with those of a list, and nothing else.
"""

from __future__ import annotations

import io
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _hasher
from checksig._archive_read import (
    BROKEN,
    DIRECTORY,
    DOUBLED,
    FREE,
    MAX_PIECE,
    MAX_RATIO,
    Member,
    open_regular,
    position,
    reader,
)
from checksig._text import quoted
from checksig.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from types import TracebackType

    from checksig._hasher import Hashed

#: How many members an archive may have. Each takes about 1 KB of memory.
_MAX_MEMBERS: Final = 1 << 20

_DRIVE: Final = r"[A-Za-z]:"


class Answer(NamedTuple):
    """What came of reading a member."""

    name: bytes
    hashed: Hashed | None
    reason: str = ""  # why there is no digest


class Archive:
    """An archive, open: its members by name, and what is wrong with them. To be closed."""

    def __init__(self, path: bytes, keep: Callable[[str], bool]) -> None:
        """Open an archive, and read its names.

        Args:
            path: Of a regular file.
            keep: Whether the bytes of a member are wanted before those of all others, by name.

        Raises:
            ArchiveError: it cannot be read, or wants more than an archive may.
        """
        self.root = path
        self.prefix = b""
        self.unsafe: list[str] = []  # the names that lead elsewhere, as they are
        self._members: dict[bytes, Member] = {}
        self._directories: set[bytes] = set()
        try:
            self._file = open_regular(path)
        except OSError as error:
            raise self._broken(error) from error
        try:
            self._status = self._look()
            self._reader = reader(self._file, path, self._budget)
            self._take(keep)
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
    def _budget(self) -> int:
        return FREE + MAX_RATIO * self._status[0]

    def _broken(self, error: BaseException) -> ArchiveError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return ArchiveError(f"cannot read {quoted(self.root)}: {reason}")

    def _look(self) -> tuple[int, int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns, status.st_ino

    def _take(self, keep: Callable[[str], bool]) -> None:
        total = 0
        for name, member in self._reader.members(keep):
            if _is_unsafe(name):
                self.unsafe.append(name)
            elif member.fault is DIRECTORY:
                self._directories.add(member.name)
            else:
                self._add(member)
            total += member.size
            if len(self._members) + len(self._directories) + len(self.unsafe) > _MAX_MEMBERS:
                raise ArchiveError(f"{quoted(self.root)} has more than {_MAX_MEMBERS:,} members")
            if total > self._budget:
                raise ArchiveError(
                    f"{quoted(self.root)} would grow to more than {self._budget:,} bytes, which is "
                    f"more than {MAX_RATIO} times its size"
                )
        self._mark_doubled()

    def _add(self, member: Member) -> None:
        if member.name in self._members:
            member = member._replace(fault=DOUBLED)
        self._members[member.name] = member
        directory = os.path.dirname(member.name)
        while directory and directory not in self._directories:
            self._directories.add(directory)
            directory = os.path.dirname(directory)

    def _mark_doubled(self) -> None:
        """Note the names that are those of a file and of a directory."""
        for name in self._directories & self._members.keys():
            self._members[name] = self._members[name]._replace(fault=DOUBLED)

    def below(self, directory: bytes) -> None:
        """Take a directory that everything is in as the root of all names."""
        start = len(directory) + 1
        self.prefix = directory + b"/"
        self._members = {
            name[start:]: member._replace(name=name[start:])
            for name, member in self._members.items()
        }
        self._directories = {name[start:] for name in self._directories}

    def names(self) -> list[bytes]:
        """Return the names of all members but directories."""
        return list(self._members)

    def directories(self) -> list[bytes]:
        """Return the names of all directories that are no files as well."""
        return list(self._directories - self._members.keys())

    def member(self, name: bytes) -> Member:
        """Return the member of a clean name, which may be that of a directory."""
        return self._members.get(name) or Member(name, 0, None, DIRECTORY)

    def doubled(self) -> Iterator[Member]:
        """Yield the members of whose name there is more than one."""
        for member in self._members.values():
            if member.fault is DOUBLED:
                yield member

    def top(self) -> list[bytes]:
        """Return the names of what is at the top, but for directories."""
        return [name for name in self._members if b"/" not in name]

    def has(self, name: bytes) -> bool:
        """Whether there is a member of that name."""
        return name in self._members

    def sizes_below(self, directory: bytes) -> Iterator[int]:
        """Yield the sizes of the members below a directory, in bytes."""
        start = directory + b"/"
        return (each.size for name, each in self._members.items() if name.startswith(start))

    def read(self, name: bytes) -> bytes:
        """Return the bytes of a list.

        Raises:
            OSError: they cannot be had.
        """
        member = self._members[name]
        if member.fault:
            raise OSError(member.fault.reason)
        if member.size > MAX_PIECE:
            raise OSError(f"the list is larger than {MAX_PIECE} bytes")
        try:
            with self._reader.open(member) as file:
                data = file.read()
        except BROKEN as error:
            raise OSError(str(error) or type(error).__name__) from error
        if len(data) != member.size:
            raise OSError("it is cut short")
        return data

    def hash(
        self, wanted: Mapping[bytes, Sequence[str]], workers: int | None
    ) -> Generator[Answer, None, None]:
        """Read members, each once, and yield their digests by the algorithms wanted.

        Raises:
            ArchiveError: the archive has become another meanwhile.
        """
        members = sorted((self._members[name] for name in wanted), key=position)
        stopped = threading.Event()

        def answer(member: Member) -> Answer:
            return self._answer(member, wanted[member.name], stopped)

        if not self._reader.parallel or workers == 1 or len(members) == 1:
            yield from map(answer, members)
        else:
            with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
                try:
                    yield from pool.map(answer, members)
                finally:
                    stopped.set()
                    pool.shutdown(cancel_futures=True)
        if self._look() != self._status:
            raise ArchiveError(f"{quoted(self.root)} changed while it was read")

    def _answer(
        self, member: Member, algorithms: Sequence[str], stopped: threading.Event
    ) -> Answer:
        try:
            with self._reader.open(member) as file:
                hashed = _hasher.hash_stream(_Stoppable(file, stopped), algorithms)
        except BROKEN as error:
            return Answer(member.name, None, str(error) or type(error).__name__)
        if hashed.size != member.size:
            reason = f"it has {hashed.size} bytes, and the archive says {member.size}"
            return Answer(member.name, None, reason)
        return Answer(member.name, hashed)


class _Stoppable(NamedTuple):
    """A stream that ends with an error when nobody waits for it any more."""

    file: io.BufferedIOBase
    stopped: threading.Event

    def readinto(self, buffer: memoryview, /) -> int | None:
        if self.stopped.is_set():
            raise OSError("stopped")
        return self.file.readinto(buffer)


def _is_unsafe(name: str) -> bool:
    """Whether a name could lead out of a directory, on any system."""
    return (
        name.startswith("/")
        or "\\" in name
        or "\0" in name
        or re.match(_DRIVE, name) is not None
        or ".." in name.split("/")
    )
