"""The file of an archive, open; and its bytes in memory, if signatures are checked over them."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._files import reason
from checksig._names import quoted
from checksig._places.archive.file import Piecewise, PiecewiseBytes, look, open_regular
from checksig._places.archive.reading import BROKEN, FREE, MAX_RATIO
from checksig._places.archive.unpacking import unpack
from checksig._places.place import Fault
from checksig._results import Status
from checksig.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

#: In bytes: of an archive whose signature is checked. What checks it wants all of it in memory.
MAX_WHOLE: Final = 4 << 30


class Source:
    """The file of an archive."""

    def __init__(self, path: bytes, opened: Callable[[], Piecewise] | None = None) -> None:
        """Open it.

        Args:
            path: Its path, or its address.
            opened: Returns the file, open, if it is not at the path.

        Raises:
            ArchiveError: it cannot be read.
        """
        self.path = path
        self._open = opened or partial(open_regular, path)
        self._pinned = False
        self._whole: bytes | None = None  # if signatures were checked over it
        self._unpacked: bytes | None = None  # if they were over what was compressed
        try:
            self._file = self._open()
        except OSError as error:
            raise self._broken(error) from error
        with self.closed_by_faults():
            self._status = look(self._file, pinned=self._pinned)

    @property
    def size(self) -> int:
        """In bytes, of the file."""
        return self._status[0]

    @property
    def budget(self) -> int:
        """In bytes: how much may be had out of it."""
        return FREE + MAX_RATIO * self.size

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file.closed

    @contextmanager
    def closed_by_faults(self) -> Generator[None]:
        """Close the file if there is an error.

        Raises:
            ArchiveError: the archive is broken.
        """
        try:
            yield
        except BaseException as error:
            self._file.close()
            if isinstance(error, BROKEN) and not isinstance(error, ArchiveError):
                raise self._broken(error) from error
            raise

    def _broken(self, error: BaseException) -> ArchiveError:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return ArchiveError(f"cannot read {quoted(self.path)}: {why}")

    def head(self, size: int) -> bytes:
        """Return how the file begins."""
        return os.pread(self._file.fileno(), size, 0)

    def whole(self) -> bytes:
        """Return all bytes of the archive. From here on it is these, whatever the file becomes.

        Its times do not tell whether it has changed: a store into a mapped page leaves them.

        Raises:
            ArchiveError: they cannot be had.
        """
        if self._whole is not None:
            return self._whole
        self._pinned = True
        self._status = look(self._file, pinned=self._pinned)
        if self.size > MAX_WHOLE:
            why = f"is larger than {MAX_WHOLE:,} bytes: signatures over it are not checked"
            raise ArchiveError(f"{quoted(self.path)} {why}")
        try:
            data = self._file.readall()
        except OSError as error:
            raise self._broken(error) from error
        if len(data) != self.size or not self._is_same():
            raise ArchiveError(f"{quoted(self.path)} changed while it was read")
        self._whole = data
        return data

    def unpacked(self) -> bytes:
        """Return the bytes that were compressed. From here on members are read from these.

        Raises:
            ArchiveError: they cannot be had, or are more than an archive may have.
        """
        if self._unpacked is not None:
            return self._unpacked
        most = min(self.budget, MAX_WHOLE)
        try:
            found = unpack(PiecewiseBytes(self.whole()), most)
        except BROKEN as error:
            raise self._broken(error) from error
        if found is None:
            why = f"would grow to more than {most:,} bytes: signatures over it are not checked"
            raise ArchiveError(f"{quoted(self.path)} {why}")
        self._unpacked = found
        return found

    def stream(self) -> Piecewise | PiecewiseBytes:
        """Return what members are read from: the file, or bytes whose signature was checked."""
        data = self._whole if self._unpacked is None else self._unpacked
        return self._file if data is None else PiecewiseBytes(data)

    def _is_same(self) -> bool:
        return look(self._file, pinned=self._pinned) == self._status

    def reopen(self) -> bool:
        """Open the archive once more, and return whether it is what it was."""
        with suppress(*BROKEN):
            self._file = self._open()
            return self._is_same()
        return False

    def close(self) -> Fault | None:
        """Close the file; return a fault if the archive is not what was opened."""
        if self._file.closed:
            return None
        try:
            changed = not self._is_same()
        except OSError as error:
            return Fault(Status.CHANGED, f"cannot read {quoted(self.path)}: {reason(error)}")
        finally:
            self._file.close()
        why = f"{quoted(self.path)} changed while it was read"
        return Fault(Status.CHANGED, why) if changed else None
