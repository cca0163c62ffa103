"""Large streams, read piece by piece and hashed side by side: several at a time on one core."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from checksig._bridge import handles
from checksig._bridge.algorithms import lookup
from checksig._bridge.hashing import Hashed, cut, fill, header

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Sequence
    from typing import Self

    from checksig._bridge.hashing import Readable

#: How many streams there are at most. Twice as many are a tenth faster with MD5, whose lanes are
#: the widest, and no faster with the others.
MOST: Final = 16
#: In bytes: what is read of a stream before it is the next one's turn. Half of it is a twentieth
#: slower, an eighth of it a third; twice as much is no faster.
PIECE: Final = 512 << 10

#: A row of the table of checksig_update_each.
_ROW: Final = struct.Struct("<3Q")

Key = TypeVar("Key")


class _Stream(Generic[Key]):
    """A stream that has not come to its end."""

    def __init__(self, key: Key, file: Readable, algorithms: Sequence[str], start: int) -> None:
        self.key, self.file, self.algorithms = key, file, algorithms
        self.start = start  # of its pieces, in the memory for all
        self.size = 0  # read so far, in bytes
        self.rows = [lookup(name) for name in algorithms]
        self.hasher = handles.Hasher(header(self.rows))

    def hashed(self) -> Hashed:
        """Return the digests, at the end."""
        digests = self.hasher.digests(sum(row.size for row in self.rows))
        found = dict(zip(self.algorithms, cut(digests, self.rows), strict=True))
        return Hashed(self.size, found)


class Together(Generic[Key]):
    """Streams that are read at the same time, by one thread: to be closed.

    What becomes of a stream is told by its key, which is whatever the caller knows it by.
    """

    def __init__(self, piece: int = PIECE) -> None:
        """Begin without a stream. It takes no memory before there is one.

        Args:
            piece: In bytes: how long a piece is.
        """
        self._memory = bytearray()
        self._lent: ctypes.Array[ctypes.c_char] | None = None
        self._streams: list[_Stream[Key]] = []
        self._piece = piece
        self._free = [*range(0, MOST * piece, piece)]  # where nobody's pieces lie

    def __len__(self) -> int:
        """Return how many streams there are."""
        return len(self._streams)

    def start(self, key: Key, file: Readable, algorithms: Sequence[str]) -> None:
        """Take one more stream; there must be fewer than ``MOST``.

        Args:
            key: What becomes of the stream is told by it.
            file: The stream, which is read until it was told.
            algorithms: By any of their names.

        Raises:
            UnknownAlgorithmError: one of them is the name of none.
        """
        if self._lent is None:
            self._memory = bytearray(MOST * self._piece)
            self._lent = handles.lend(self._memory)
        self._streams.append(_Stream(key, file, algorithms, self._free[-1]))
        self._free.pop()

    def step(self) -> list[tuple[Key, Hashed | OSError]]:
        """Read on in each stream, hash what comes, and return those that have come to an end.

        A stream that breaks has an error, and no digests. The others go on.
        """
        if self._lent is None:
            return []
        table, whole = list[bytes](), list[_Stream[Key]]()
        found = list[tuple[Key, Hashed | OSError]]()
        for each in [*self._streams]:
            try:
                size = self._read(each)
            except OSError as error:
                self._drop(each)
                found.append((each.key, error))
                continue
            table.append(_ROW.pack(each.hasher.handle(), each.start, size))
            if size < self._piece:
                whole.append(each)
        handles.update_each(b"".join(table), self._lent)
        for each in whole:
            found.append((each.key, each.hashed()))
            self._drop(each)
        return found

    def _read(self, stream: _Stream[Key]) -> int:
        """Read a piece of a stream, which is shorter than others only at its end."""
        view = memoryview(self._memory)[stream.start : stream.start + self._piece]
        size = fill(view, stream.file)
        stream.size += size
        return size

    def _drop(self, stream: _Stream[Key]) -> None:
        stream.hasher.close()
        self._streams.remove(stream)
        self._free.append(stream.start)

    def close(self) -> None:
        """Give up the streams that have not come to their ends."""
        for each in [*self._streams]:
            self._drop(each)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
