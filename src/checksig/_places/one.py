"""One file, of which the bytes are at hand: what is checked then is what was read."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, NamedTuple, Self

from checksig._places.archive.source import MAX_WHOLE, Source
from checksig._places.place import Item, remote
from checksig._places.standard_input import StandardInput
from checksig.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait
    from checksig._places.place import Fault, Place


class Whole:
    """A file of a place as a whole, read when it is first asked for. To be closed."""

    def __init__(
        self, place: Place, name: bytes, tell: Callable[[int], None] | None = None
    ) -> None:
        """Read nothing yet.

        Args:
            place: Where it lies.
            name: Its name there.
            tell: Called, if it lies elsewhere, with the number of bytes that were read.
        """
        self.there = remote(place)
        self.path = os.fsencode(place.show(name))
        self._place, self._tell = place, tell
        self._source: Source | None = None
        self._data: bytes | None = None

    def head(self, size: int) -> bytes:
        """Return how it begins; nothing if it cannot be read, and who reads it says so."""
        try:
            return self._opened().head(size)
        except (ArchiveError, OSError):
            return b""

    def whole(self) -> bytes:
        """Return all its bytes.

        Raises:
            ArchiveError: they cannot be had, or are too many.
        """
        if isinstance(self._place, StandardInput):
            if self._data is None:
                try:
                    self._data = self._place.read(Item(self.path), MAX_WHOLE)
                except OSError as error:
                    raise ArchiveError(f"cannot read {error}") from error
            return self._data
        return self._opened().whole()

    def unpacked(self) -> bytes:
        """Return the bytes that were compressed.

        Raises:
            ArchiveError: they cannot be had, or are too many.
        """
        return self._opened().unpacked()

    def _opened(self) -> Source:
        if self._source is None:
            opened = None
            if self.there:
                from checksig._places.copying import Copy  # noqa: PLC0415 (most files are here)

                opened = Copy(self.there, self._tell or _nobody, MAX_WHOLE).opened
            self._source = Source(self.path, opened)
        return self._source

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._source is not None:
            self._source.close()


def _nobody(size: int) -> None:
    del size


class OneFile(NamedTuple):
    """A place with one file in memory."""

    name: bytes
    data: bytes
    at: str = ""  # where it lies, if that is elsewhere: how addresses there begin

    @property
    def root(self) -> None:
        """No directory: there are only streams."""

    @property
    def path(self) -> bytes:
        """The name of the file."""
        return self.name

    @property
    def traits(self) -> frozenset[Trait]:
        """No abilities but that this is all."""
        return frozenset({"all", "rate"})

    def show(self, name: bytes = b"") -> str:
        """Return the name of the file; or if it lies elsewhere, the place or its address."""
        if self.at:
            return self.at + os.fsdecode(name)
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
