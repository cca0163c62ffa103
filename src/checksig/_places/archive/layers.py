"""Packages that are made of several archives, whose members lie in one tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._classes import NamedTuple
from checksig._names import below, leads_out_anywhere
from checksig._places.archive.reading import Within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checksig._places.archive.reading import Opened, Reader
    from checksig._places.place import Item


class Layer(NamedTuple):
    """An archive in a package."""

    directory: str  # that its members have in the package; empty: the top
    reader: Callable[[], Reader]


class Layers:
    """The way through a package, from one archive in it to the next.

    The pin of an item says which one that is, and has the item as it is there.
    """

    parallel = False
    forward = True

    def __init__(self, layers: Sequence[Layer]) -> None:
        """Begin with the first."""
        self._layers = layers
        self._readers: dict[int, Reader] = {}

    def members(self) -> Iterator[tuple[str, Item]]:
        """Yield the members of all. A name that is not safe stays as it is."""
        for number, layer in enumerate(self._layers):
            directory = layer.directory
            for name, item in self._reader(number).members():
                if leads_out_anywhere(name) or not directory:
                    yield name, item._replace(pin=Within(number, item))
                    continue
                top = directory.encode()
                whole = item._replace(
                    name=below(top, item.name) if item.name else top,
                    linked=item.linked and below(top, item.linked),
                    pin=Within(number, item),
                )
                yield f"{directory}/{name}", whole

    def open(self, item: Item) -> Opened:
        """Return the stream of a member."""
        if not isinstance(item.pin, Within):
            raise OSError("not a regular file")
        return self._reader(item.pin.number).open(item.pin.item)

    def _reader(self, number: int) -> Reader:
        if number not in self._readers:
            self._readers[number] = self._layers[number].reader()
        return self._readers[number]
