"""One file, of which the bytes are at hand: what is checked then is what was read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

from checksig._places.place import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait
    from checksig._places.place import Fault


class OneFile(NamedTuple):
    """A place with one file in memory."""

    name: bytes
    data: bytes

    @property
    def root(self) -> None:
        """No directory: there are only streams."""

    @property
    def traits(self) -> frozenset[Trait]:
        """No abilities."""
        return frozenset()

    def show(self, name: bytes = b"") -> str:
        """Return the name of the file."""
        return (name or self.name).decode("utf-8", "surrogateescape")

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield the file."""
        del deep
        return iter(() if below else (Item(self.name, len(self.data)),))

    def find(self, name: bytes) -> Item | None:
        """Return the file, if it has that name."""
        return Item(name, len(self.data)) if name == self.name else None

    def read(self, item: Item, limit: int) -> bytes:
        """Return its bytes."""
        del item, limit
        return self.data

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield the file as a stream."""
        for item in items:
            yield item, io.BytesIO(self.data)

    def close(self) -> Fault | None:
        """Hold nothing."""
        return None
