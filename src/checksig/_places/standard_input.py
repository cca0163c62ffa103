"""Standard input as a place with one file, whose name is ``-``."""

from __future__ import annotations

import sys
from functools import cache

from checksig._places.place import Fault, Item
from checksig._results import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Final

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait

#: What standard input is called, as by the tools of POSIX. A file of that name is ``./-``.
STDIN: Final = b"-"


class StandardInput:
    """A place with one file, which can be read once."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._taken = False

    @property
    def root(self) -> None:
        """No directory: there is only a stream."""

    @property
    def path(self) -> bytes:
        """The name of the file."""
        return STDIN

    @property
    def traits(self) -> frozenset[Trait]:
        """No abilities but that this is all."""
        return frozenset({"all", "rate"})

    def show(self, name: bytes = b"") -> str:
        """Return the name of the file."""
        del name
        return STDIN.decode()

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield the file."""
        del deep
        return iter(() if below else (Item(STDIN),))

    def find(self, name: bytes) -> Item | None:
        """Return the file, if it has that name."""
        return Item(STDIN) if name == STDIN else None

    def read(self, item: Item, limit: int) -> bytes:
        """Return all that comes in: the same to all who ask, as it comes once.

        Raises:
            OSError: it is more than so many bytes.
        """
        del item
        data = _read(limit)
        if len(data) > limit:
            raise OSError(f"standard input has more than {limit} bytes")
        return data

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield the file as a stream. There is nothing to be had of it a second time."""
        for item in items:
            if self._taken:
                yield item, Fault(Status.UNREADABLE, "standard input can be read only once")
                continue
            self._taken = True
            yield item, sys.stdin.buffer  # type: ignore[misc] # pyright: ignore[reportReturnType]

    def close(self) -> Fault | None:
        """Hold nothing."""
        return None


@cache
def _read(limit: int) -> bytes:
    return sys.stdin.buffer.read(limit + 1)
