"""How long it takes to read a list of a million files.

The core reads lists of the coreutils by itself. It is timed there, by a benchmark of Go, which also
says what an entry takes in memory. All others are read by Python, until they are packed for it.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import command
import record
from many import LAYOUTS, LEFT_OUT, Layout
from plan import Plan

from checksig import Entry
from checksig import _formats as formats
from checksig._bridge import algorithms as _algorithms
from checksig._bridge import packed as _packed
from checksig._entries import Block, in_blocks
from checksig._formats import Hint

COUNT = 1_000_000
#: For a look at whether a list is read as it should be.
FEW = 1000
ROUNDS = 3
CORE_ROUNDS = 5
CORE = Path(__file__).parents[2] / "core" / "internal" / "claim"

CORE_LIMIT = 0.3
LIMIT = 2.0
BYTES_LIMIT = 200.0

METRICS = {"ns/op": "parsing", "B/entry": "bytes", "merging-s/op": "merging"}

Reader = Callable[[bytes], Iterator[Block]]


def run(plan: Plan) -> None:
    """Time every format, and write the results."""
    core = _in_the_core(plan.rounds(CORE_ROUNDS))
    count = COUNT // 32 if plan.quick else COUNT
    subjects = list(_in_python(count, plan.rounds(ROUNDS)))
    record.write(
        plan,
        "parsing",
        {
            "entries": COUNT,
            "core": core,
            "left_out": [{"format": name, "reason": why} for name, why in LEFT_OUT.items()],
            "subjects": subjects,
            "targets": [*_core_targets(core), *map(_target, subjects)],
        },
    )


def _core_targets(core: dict[str, Any]) -> Iterator[dict[str, Any]]:
    name = "coreutils, a million lines in the core, median"
    yield record.target(name, core["parsing"]["median"], limit=CORE_LIMIT, unit="s")
    name = "an entry in the core, with its digest and without its name"
    yield record.target(name, core["bytes"], limit=BYTES_LIMIT, unit="bytes")


def _target(subject: dict[str, Any]) -> dict[str, Any]:
    name = f"{subject['format']}, a million entries until they are packed, median"
    return record.target(name, subject["wall"]["median"], limit=LIMIT, unit="s")


def _in_the_core(rounds: int) -> dict[str, Any]:
    """Return what the benchmark of Go says."""
    argv = ["go", "test", "-run", "^$", "-bench", "^BenchmarkList$", "-benchtime", "1x"]
    text = command.output([*argv, "-count", str(rounds), "."], CORE)
    found: dict[str, list[float]] = {name: [] for name in METRICS.values()}
    for line in re.findall(r"(?m)^BenchmarkList\S*\s+\d+\s+(.*)$", text):
        words = line.split()
        for value, unit in zip(words[::2], words[1::2], strict=True):
            found[METRICS[unit]].append(float(value))
    if len(found["parsing"]) != rounds:
        raise SystemExit(f"the benchmark of Go ran {len(found['parsing'])} times, not {rounds}")
    return {
        "command": " ".join(argv),
        "parsing": record.summary([nanoseconds / 1e9 for nanoseconds in found["parsing"]]),
        "merging": record.summary(found["merging"]),
        "bytes": record.rounded(max(found["bytes"])),
    }


def _in_python(count: int, rounds: int) -> Iterator[dict[str, Any]]:
    parsed = [format_.name for format_ in formats.FORMATS if format_.parse]
    if missing := set(parsed) - LAYOUTS.keys() - LEFT_OUT.keys():
        raise SystemExit(f"there is no list to time for {', '.join(sorted(missing))}")
    for name in sorted(LAYOUTS):
        read, data = _reader(name, LAYOUTS[name]), LAYOUTS[name].text(count)
        samples = [_timed(read, data) for _ in range(rounds)]
        print(f"    {min(wall for wall, _ in samples):8.3f} s  {name}", flush=True)
        yield {
            "format": name,
            "bytes": len(data),
            "wall": record.summary([wall for wall, _ in samples]),
            "thread": record.summary([thread for _, thread in samples]),
        }


def _reader(name: str, layout: Layout) -> Reader:
    """Return what reads a list that looks like this, once it is seen that all of it is read."""
    data = layout.text(FEW)
    claim = formats.detect(layout.name, data, _algorithms.by_name())
    if claim.format.name != name or not claim.format.parse:
        raise SystemExit(f"the list {layout.name} is not taken for {name}")
    parse, hint = claim.format.parse, Hint(layout.name, claim.algorithm)
    lines = list(parse(data, hint))
    if len(lines) % FEW or {type(line) for line in lines} != {Entry}:  # each digest is an entry
        raise SystemExit(f"{layout.name}: {FEW} files are not read as as many entries")
    blocks = claim.format.blocks
    return lambda data: blocks(data, hint) if blocks else in_blocks(parse(data, hint))


def _timed(read: Reader, data: bytes) -> tuple[float, float]:
    """Return the wall time, and the processor time of this thread."""
    gc.collect()
    wall, thread = time.perf_counter(), time.thread_time()
    _packed.pack_blocks(read(data), _refuse)
    return time.perf_counter() - wall, time.thread_time() - thread


def _refuse(line: object) -> None:
    raise SystemExit(f"a line of the list is not read as an entry: {line}")
