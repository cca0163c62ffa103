"""What a run of the benchmarks is told: where its files are, and whether it is a brief one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from content import Content


@dataclass(frozen=True)
class Plan:
    """A run. A brief one shows that everything works; its figures say nothing."""

    corpora: Path
    results: Path
    quick: bool = False

    def sized(self, content: Content) -> Content:
        """Return the content of a corpus, or in a brief run a small part of it."""
        return content.reduced() if self.quick else content

    def rounds(self, number: int) -> int:
        """Return how many samples to take of a contender."""
        return 1 if self.quick else number
