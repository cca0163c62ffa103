"""What a list format is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from checksig._types import Entry


class Claim(NamedTuple):
    """A format, and the algorithm that the name of the list stands for."""

    format: Format
    algorithm: str | None = None


class Format(NamedTuple):
    """A row of the table of list formats."""

    name: str
    #: Whether a file of this name is a list of this format, and in which algorithm.
    claim: Callable[[str, Container[str]], Claim | None]
    #: Whether these bytes look like a list of this format.
    sniff: Callable[[bytes], bool]
    #: Yield the entries; None if the core reads this format by itself.
    parse: Callable[[bytes], Iterator[Entry]] | None = None
