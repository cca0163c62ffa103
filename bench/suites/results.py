"""How long it takes to move a million results from Go to Python.

The core works while Python takes results, so the time of a run says little about the bridge. Two
things tell them apart. A list of lines that are no entries gives a million results and no work: no
file is opened. And the processor time of the one thread that takes results is what the bridge
costs, whatever the core does on other threads: packing in Go, copying, unpacking in Python.
"""

from __future__ import annotations

import gc
import hashlib
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import record
from plan import Plan

import checksig
from checksig._bridge import handles, wire

COUNT = 1_000_000
#: Of the file that is ok, and of its directory.
NAMES = 1000
ROUNDS = 5
LIMIT = 1.0

DIGEST = hashlib.sha1(usedforsecurity=False).hexdigest()
GOOD = f"{DIGEST}  empty\n"  # a list must name a file


@dataclass(frozen=True)
class Workload:
    """A list that gives ``COUNT`` results of one status."""

    status: str
    about: str
    text: str


def _name(number: int) -> str:
    """Return a line: lines that say the same are one entry, so each has another name."""
    return f"{DIGEST}  link-{number // NAMES:03d}/file-{number % NAMES:03d}\n"


def _plant(root: Path) -> None:
    """Make an empty file with many names, in a directory with many."""
    (root / "empty").touch()
    for number in range(NAMES):
        (root / f"file-{number:03d}").hardlink_to(root / "empty")
        (root / f"link-{number:03d}").symlink_to(".")


def _workloads() -> list[Workload]:
    malformed = "".join(f"line {number:07d} is no entry\n" for number in range(COUNT - 1))
    missing = "".join(f"{DIGEST}  absent-{number:07d}\n" for number in range(COUNT - 1))
    return [
        Workload("malformed", "lines that are no entries: no file is opened", GOOD + malformed),
        Workload("missing", "names of files that do not exist", missing + GOOD),
        Workload("ok", "names of one empty file", "".join(map(_name, range(COUNT)))),
    ]


def run(plan: Plan) -> None:
    """Time both levels on every list, and write the results."""
    rounds = plan.rounds(ROUNDS)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        _plant(root)
        subjects = [
            entry for workload in _workloads() for entry in _measure(root, workload, rounds)
        ]
    targets = [
        _target(subject, "thread" if subject["status"] != "malformed" else "wall")
        for subject in subjects
    ]
    record.write(
        plan,
        "results",
        {"results": COUNT, "rounds": rounds, "subjects": subjects, "targets": targets},
    )


def _target(subject: dict[str, Any], clock: str) -> dict[str, Any]:
    what = "wall time" if clock == "wall" else "time of the consuming thread"
    name = f"1 million results, {subject['status']}, {subject['level']}: {what}, median"
    return record.target(name, subject[clock]["median"], limit=LIMIT, unit="s")


def _measure(root: Path, workload: Workload, rounds: int) -> list[dict[str, Any]]:
    manifest = root / "sha1sum.txt"
    manifest.write_text(workload.text)
    request = wire.request(
        "verify",
        root=bytes(root),
        lists=[wire.List(text=workload.text.encode())],
        settings={"algorithm": "sha1", "keep_ok": True},
    )
    levels: dict[str, tuple[str, Callable[[], int]]] = {
        "batches": ("checksig._bridge.handles.Run.next", lambda: _take_batches(request)),
        "results": ("checksig.iter_verify", lambda: _take_results(manifest)),
    }
    samples: dict[str, list[tuple[float, float]]] = {level: [] for level in levels}
    for _round in range(rounds):
        for level, (_, take) in levels.items():
            samples[level].append(_timed(take))
    return [
        {
            "status": workload.status,
            "about": workload.about,
            "level": level,
            "command": command,
            "wall": record.summary([wall for wall, _ in samples[level]]),
            "thread": record.summary([thread for _, thread in samples[level]]),
        }
        for level, (command, _) in levels.items()
    ]


def _take_batches(request: bytes) -> int:
    """Pull packed records through the bridge, and leave them packed."""
    count = 0
    with closing(handles.Run(request)) as run:
        run.start()
        while True:
            try:
                count += run.next().progress[0]
            except EOFError:
                return count


def _take_results(manifest: Path) -> int:
    """Take every result as an object, as a user does."""
    return sum(1 for _ in checksig.iter_verify(manifest))


def _timed(take: Callable[[], int]) -> tuple[float, float]:
    """Return the wall time, and the processor time of this thread."""
    gc.collect()
    wall, thread = time.perf_counter(), time.thread_time()
    count = take()
    seconds = time.perf_counter() - wall, time.thread_time() - thread
    if count != COUNT:
        raise SystemExit(f"{count} results came through the bridge, not {COUNT}")
    return seconds
