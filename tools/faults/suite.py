"""A suite: what it is told, how many runs and faults it had, and what went wrong."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent import futures
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, TypeVar

import command

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from command import Done, Wrong

Item = TypeVar("Item")


@dataclass(frozen=True)
class Settings:
    """What the command line says."""

    checksig: str
    place: Path  #: a temporary directory
    random: random.Random
    most: int
    minutes: float
    kills: int
    races: int
    seconds: float
    jobs: int
    keep: bool
    log: IO[str] | None


class Suite:
    """Runs programs for a suite, and counts."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name, self.settings = name, settings
        self.place, self.random = settings.place, settings.random
        self.runs = self.faults = self.failed = 0
        self.bad: dict[str, list[str]] = {}
        self.notes: dict[str, list[str]] = {}
        self.seen: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.began = time.monotonic()

    def checksig(self, *arguments: str) -> list[str]:
        """Return a command line of checksig."""
        return [self.settings.checksig, *arguments]

    def execute(self, argv: list[str], *arguments: Any, **options: Any) -> Done:
        """Run a program, as ``command.execute`` does."""
        return command.execute(argv, self.place, *arguments, **options)

    def run(self, faults: int, wrong: Wrong, outcome: str = "") -> None:
        """Count a run: how many faults it had, what was wrong, and what came of it."""
        with self.lock:
            self.runs += 1
            self.faults += faults
            self.failed += bool(wrong)
            if outcome:
                self.seen[outcome] += 1
            for kind, how in wrong:
                self.bad.setdefault(kind, []).append(how)

    def more_runs(self, number: int) -> None:
        """Count runs inside of a program, beside that of the program."""
        with self.lock:
            self.runs += max(0, number)

    def count(self, outcome: str) -> None:
        """Count an outcome that is not a run of its own."""
        with self.lock:
            self.seen[outcome] += 1

    def note(self, kind: str, how: str = "") -> None:
        """Note what is no failure, and worth knowing."""
        with self.lock:
            self.notes.setdefault(kind, []).append(how)

    def each(self, work: Callable[[Item], None], items: Iterable[Item]) -> None:
        """Do the work for each item, some at a time, until the minutes are over."""

        def one(item: Item) -> None:
            if time.monotonic() > self.began + 60 * self.settings.minutes:
                minutes = self.settings.minutes
                self.note(f"STOPPED after {minutes:g} minutes, before:", repr(item)[:100])
                return
            try:
                work(item)
            except Exception as error:
                what = f"the suite itself: {type(error).__name__}: {error}"
                self.run(0, [(what, repr(item)[:200])])
                if self.settings.keep:
                    raise

        with futures.ThreadPoolExecutor(self.settings.jobs) as pool:
            list(pool.map(one, items))

    def end(self) -> None:
        """Print what came of it."""
        word = "FAIL" if self.failed else "ok  "
        seconds = time.monotonic() - self.began
        seen = ", ".join(f"{k}: {n}" for k, n in self.seen.most_common(8))
        out = [
            f"{word} {self.name}: {self.runs} runs, {self.faults} faults injected, "
            f"{self.failed} failed, {seconds:.0f} s · {seen}"
        ]
        for mark, kinds in (("-", self.bad), ("~", self.notes)):
            for kind, how in kinds.items():
                out.append(f"  {mark} {len(how)} x {kind}")
                out += [f"      {one}" for one in list(dict.fromkeys(how))[:3] if one]
        print("\n".join(out), flush=True)
