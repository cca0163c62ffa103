"""A place made for tests: files in memory, with versions, and nothing but the protocol."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checksig._places import Fault, Item
from checksig._results import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._bridge.hashing import Readable
    from checksig._options import Trait


@dataclass
class Memory:
    """Names with all versions of their bytes. A version that was listed is the one that is read."""

    files: dict[bytes, list[bytes]]
    opened: list[bytes] = field(default_factory=list)
    closed: int = 0
    root: None = None
    path: bytes = b"memory:"
    traits: frozenset[Trait] = frozenset({"all"})

    def show(self, name: bytes = b"") -> str:
        """Return a made-up address."""
        return f"memory:{name.decode()}"

    def walk(self, below: bytes = b"", *, deep: bool = True) -> Iterator[Item]:
        """Yield the latest versions."""
        start = below + b"/" if below else b""
        for name in self.files:
            if name.startswith(start) and (deep or b"/" not in name[len(start) :]):
                yield self._item(name)

    def _item(self, name: bytes) -> Item:
        return Item(name, len(self.files[name][-1]), pin=len(self.files[name]))

    def find(self, name: bytes) -> Item | None:
        """Return the latest version."""
        return self._item(name) if name in self.files else None

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of the latest version."""
        return self.files[item.name][-1][:limit]

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield streams of the versions that were listed."""
        for item in items:
            self.opened.append(item.name)
            if item.pin != len(self.files[item.name]):
                yield item, Fault(Status.CHANGED, "another version was listed")
            else:
                yield item, io.BytesIO(self.files[item.name][-1])

    def close(self) -> Fault | None:
        """Count."""
        self.closed += 1
        return None
