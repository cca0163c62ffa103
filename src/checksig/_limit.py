"""How long it must take to hash files on a machine, whatever does it.

A file takes the time of an open, and ``size / rate``. The rate is that of hashing after a copy, or
where it pays to map the file, that of whichever is slower of hashing and touching. So the work of
all cores together takes no less than the longest of

- all bytes at their rates, shared by the cores,
- all files at the time of an open, shared by the cores,
- the largest file at the rate of one stream, which one core has for itself, or as much of it as
  one core has to hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

#: From this size on the core maps files. In bytes.
MAPPED: Final = 1 << 20

Cause = Literal["hashing", "reading files", "opening files", "one large file"]


@dataclass(frozen=True, slots=True)
class Rates:
    """What a machine can do: bytes per second and core. What could not be measured is None."""

    kernel: float  #: hashing what is in the cache, many files at a time
    stream: float  #: hashing what is in the cache, one file alone
    copy: float | None  #: reading files in memory
    touch: float | None  #: looking at files in memory through a mapping
    open: float | None  #: seconds, for opening, reading and closing a small file in memory
    part: int | None  #: bytes of a large file that one core has to hash; None: all of them
    cores: int

    @property
    def copied(self) -> float:
        """The rate of files that are read."""
        return self.kernel if self.copy is None else 1 / (1 / self.copy + 1 / self.kernel)

    @property
    def mapped(self) -> float:
        """The rate of files that are mapped, unless reading them is faster."""
        touched = 0.0 if self.touch is None else min(self.kernel, self.touch)
        return max(self.copied, touched)


@dataclass(frozen=True, slots=True)
class Data:
    """Files, by what matters: ``mapped`` bytes are in files that are large enough for that."""

    files: int
    bytes: int
    mapped: int
    largest: int

    @classmethod
    def of(cls, sizes: Iterable[int]) -> Data:
        """Return what files of these sizes come to."""
        files = total = mapped = largest = 0
        for size in sizes:
            files += 1
            total += size
            mapped += size if size >= MAPPED else 0
            largest = max(largest, size)
        return cls(files, total, mapped, largest)


class Bound(NamedTuple):
    """The shortest time that files can take, and what takes it."""

    seconds: float
    by: Cause


def bound(data: Data, rates: Rates) -> Bound:
    """Return the shortest time that files can take with these rates."""
    small = data.bytes - data.mapped
    alone = data.largest if rates.part is None else min(data.largest, rates.part)
    candidates = (
        Bound(
            (small / rates.copied + data.mapped / rates.mapped) / rates.cores,
            "reading files" if _reading(data, rates) > data.bytes / rates.kernel else "hashing",
        ),
        Bound(data.files * (rates.open or 0.0) / rates.cores, "opening files"),
        Bound(alone / rates.stream, "one large file"),
    )
    return max(candidates, key=lambda each: each.seconds)


def _reading(data: Data, rates: Rates) -> float:
    """Return the time of one core for reading alone, which mapping has in parallel to hashing."""
    copying = 0.0 if rates.copy is None else 1 / rates.copy
    mapping = copying
    if rates.touch is not None and rates.mapped > rates.copied:
        mapping = 1 / rates.touch
    return (data.bytes - data.mapped) * copying + data.mapped * mapping
