"""The limit of the speed at which files are hashed, whatever hashes them.

What one core has to do for a file, it does one after the other: open it, read it, hash it. Opening
has its own price, in which the first bytes are included; what is read is copied and then hashed; a
large file may be hashed where it is mapped instead. Of the ways to read there are, the fastest
counts. All cores together take no less than

- the work of all files, shared by the cores,
- or the largest file at the rate of one stream, which one core has for itself, or as much of it as
  one core has to hash,

and before either, the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

#: From this size on the core maps files. In bytes.
MAPPED: Final = 256 << 10
#: How many bytes are read at the price of opening a file: one by one, and many at a time.
FIRST: Final = 4 << 10
FIRST_BY_RING: Final = 16 << 10

Cause = Literal["hashing", "reading files", "opening files", "one large file", "starting"]


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a machine: bytes per second and core. What could not be measured is None."""

    kernel: float  #: hashing what is in the cache, many files at a time
    stream: float  #: hashing what is in the cache, one file alone
    copy: float | None  #: reading files in memory
    mapped: float | None  #: hashing files in memory where they are mapped, many at a time
    open: float | None  #: seconds, for a file in memory: opening, reading ``FIRST``, closing
    ring: float | None  #: the same with ``FIRST_BY_RING`` bytes, many files at a time
    part: int | None  #: bytes of a large file that one core has to hash; None: all of them
    cores: int
    start: float = 0.0  #: seconds, before anything is read


@dataclass(frozen=True, slots=True)
class Data:
    """Files, by what matters. Those that are large enough to be mapped count apart."""

    files: int
    bytes: int
    largest: int
    mapped: int  #: bytes of files that can be mapped
    small: int  #: the other files
    rest: int  #: bytes of those behind ``FIRST`` of each
    rest_by_ring: int  #: and behind ``FIRST_BY_RING``

    @classmethod
    def of(cls, sizes: Iterable[int]) -> Data:
        """Return what files of these sizes come to."""
        files = total = largest = mapped = small = rest = rest_by_ring = 0
        for size in sizes:
            files += 1
            total += size
            largest = max(largest, size)
            if size >= MAPPED:
                mapped += size
            else:
                small += 1
                rest += max(size - FIRST, 0)
                rest_by_ring += max(size - FIRST_BY_RING, 0)
        return cls(files, total, largest, mapped, small, rest, rest_by_ring)


class Work(NamedTuple):
    """The work of one core for all files, in seconds."""

    hashing: float
    reading: float
    opening: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return sum(self)


class Bound(NamedTuple):
    """The shortest time that files can take, and what takes most of it."""

    seconds: float
    by: Cause


def work(data: Data, rates: Rates) -> Work:
    """Return what one core has to do, by the fastest ways to read."""
    copying = 0.0 if rates.copy is None else 1 / rates.copy
    hashing = data.bytes / rates.kernel
    copied = data.mapped * copying
    if rates.mapped is not None:  # to map a file costs what hashing it takes longer
        copied = min(copied, max(data.mapped * (1 / rates.mapped - 1 / rates.kernel), 0.0))
    ways = [
        (data.small * price, rest * copying)
        for price, rest in ((rates.open, data.rest), (rates.ring, data.rest_by_ring))
        if price is not None
    ]
    opening, reading = min(ways, key=sum, default=(0.0, (data.bytes - data.mapped) * copying))
    return Work(hashing, reading + copied, opening)


def bound(data: Data, rates: Rates) -> Bound:
    """Return the shortest time that files can take with these rates."""
    alone = data.largest if rates.part is None else min(data.largest, rates.part)
    due, alone_due = work(data, rates), alone / rates.stream
    causes: dict[Cause, float] = {
        "hashing": due.hashing / rates.cores,
        "reading files": due.reading / rates.cores,
        "opening files": due.opening / rates.cores,
        "one large file": alone_due if alone_due > due.seconds / rates.cores else 0.0,
        "starting": rates.start,
    }
    seconds = rates.start + max(due.seconds / rates.cores, alone_due)
    return Bound(seconds, max(causes, key=lambda cause: causes[cause]))
