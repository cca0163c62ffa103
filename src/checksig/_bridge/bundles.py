"""Small streams, read whole and hashed together: several at a time on one core."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from checksig._bridge import handles
from checksig._bridge.algorithms import lookup
from checksig._bridge.hashing import Hashed, cut, fill, hash_stream, header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._bridge.hashing import Readable

#: In bytes: the largest streams that are read whole.
SMALL: Final = 1 << 20
#: In bytes: what a bundle holds at most. Half of it, and streams of the largest size are too few
#: for the lanes; twice as much is no faster.
ROOM: Final = 16 << 20
#: In bytes: what all bundles of a run hold at most, beyond one stream each.
HELD: Final = 32 << 20
#: In seconds: how long streams wait for company.
_PATIENCE: Final = 0.05

Key = TypeVar("Key")


class _Held(NamedTuple, Generic[Key]):
    """A stream that was read to its end."""

    key: Key
    start: int  # in the memory of the bundle
    size: int  # in bytes


class Bundle(Generic[Key]):
    """Streams on their way to their digests: the small ones are held until there are several.

    What becomes of a stream is told by its key, which is whatever the caller knows it by.
    """

    def __init__(self, room: int = ROOM) -> None:
        """Begin without a stream. It takes no memory before there is one that is small.

        Args:
            room: In bytes: what is held at most, and one more.
        """
        self._room = room
        self._memory = bytearray()
        self._end = 0  # of what is held
        self._held: dict[tuple[str, ...], list[_Held[Key]]] = {}
        self._since = 0.0  # the first came, by time.monotonic

    def add(
        self, key: Key, file: Readable, algorithms: tuple[str, ...], expected: int
    ) -> Iterator[list[tuple[Key, Hashed]]]:
        """Read a stream to its end, and yield what was hashed: others, or it as well, or nothing.

        What was held before has been yielded when an error is raised, or is still held.

        Args:
            key: What becomes of the stream is told by it.
            file: The stream, of which nothing is kept.
            algorithms: By any of their names.
            expected: How many bytes there probably are; -1 if that is not known.

        Raises:
            UnknownAlgorithmError: one of them is the name of none.
            OSError: reading failed. There is no digest of half a stream.
        """
        room = expected + 1  # it has ended if that is not filled
        small = 0 <= expected <= SMALL and room <= self._room
        late = self._held and time.monotonic() - self._since > _PATIENCE
        if late or not small or self._end + room > self._room:
            yield from self.rest()
        begun = b""
        if small:
            self._memory = self._memory or bytearray(self._room)
            with memoryview(self._memory)[self._end : self._end + room] as view:
                if (length := fill(view, file)) < room:
                    self._hold(key, algorithms, length)
                    return
                begun = bytes(view)
        size = None if begun or expected < 0 else expected  # a wrong one makes for small reads
        yield [(key, hash_stream(file, algorithms, size, begun))]

    def _hold(self, key: Key, algorithms: tuple[str, ...], size: int) -> None:
        if not self._held:
            self._since = time.monotonic()
        self._held.setdefault(algorithms, []).append(_Held(key, self._end, size))
        self._end += size

    def rest(self) -> Iterator[list[tuple[Key, Hashed]]]:
        """Hash what is held, and yield it, by algorithms."""
        held, self._held, self._end = self._held, {}, 0
        if not held:
            return
        lent = handles.lend(self._memory)
        for algorithms, streams in held.items():
            rows = [lookup(name) for name in algorithms]
            numbers = [number for each in streams for number in (each.start, each.size)]
            table = struct.pack(f"<{len(numbers)}Q", *numbers)
            size = len(streams) * sum(row.size for row in rows)
            digests = handles.hash_all(header(rows) + b"\n" + table, lent, size)
            found = cut(digests, rows * len(streams))
            yield [
                (each.key, Hashed(each.size, {name: next(found) for name in algorithms}))
                for each in streams
            ]
