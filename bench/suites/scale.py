"""What a check on a cluster takes: simulated, and held against real runs on this machine."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import calibrate
import command
import record
import scenarios
from calibrate import Calibration
from content import CALIBRATION, LARGE, SMALL, TAILED, Content
from corpus import Corpus, make
from plan import Plan
from population import LINE
from scenarios import Machine
from simulate import PAGE, Speed

from checksig._shards import crews, running

#: In percent: how far a prediction may be from what really comes.
ERROR = 20.0
#: For a scheduler whose tasks take long.
FEWER_ROUNDS = 3
#: What is predicted, and in how many shards.
REAL: tuple[tuple[Content, int], ...] = ((SMALL, 16), (LARGE, 64), (TAILED, 32))
#: Lists whose plans are measured: how many lines, and in how many shards.
PLANS = (
    *((1_000_000, 10), (1_000_000, 100), (1_000_000, 1000), (1_000_000, 4000)),
    *((100_000, 1000), (9_000_000, 1000)),
)
#: What Amazon publishes of S3: docs.aws.amazon.com/AmazonS3/latest/userguide,
#: optimizing-performance. The latency is the lower end of "roughly 100-200 milliseconds".
S3 = {"requests": 5500, "latency": 0.1}

#: Plans a list and says how long that took, and how long the plan is, in its own process.
_PLANNING = """
import os, sys, time, checksig
root, shards = sys.argv[1], int(sys.argv[2])
began = time.perf_counter()
plan = checksig.plan(root, shards=shards, sizes="never")
plan.save(root + ".plan", overwrite=True)
print(time.perf_counter() - began, os.path.getsize(root + ".plan"), len(plan.shards))
"""


def run(plan: Plan) -> None:
    """Calibrate, predict, really run, simulate, and write the results."""
    found, samples = calibrate.calibrate(plan)
    found = Calibration(Speed(*map(record.rounded, found.speed)), *map(record.rounded, found[1:]))
    real = [_real(plan, found, content, shards) for content, shards in REAL]
    small = make(plan.sized(CALIBRATION[0]), plan.corpora)
    dask = calibrate.dask_dispatch(small, found.speed, plan.rounds(FEWER_ROUNDS))
    machine = Machine(found.speed, record.rounded(found.dispatch if dask is None else dask))
    content = {
        "missing": [] if dask is not None else [{"name": "Dask", "package": "distributed"}],
        "calibration": _described(found),
        "dask": None if dask is None else machine.dispatch,
        "samples": [_rounded(each) for each in samples],
        "real": real,
        "travels": _travels(small),
        "plans": list(_plans(plan)),
        "assumed": {
            "storage": scenarios.STORAGE._asdict(),
            "disk": scenarios.DISKS[0]._asdict(),
            "disks": len(scenarios.DISKS),
            "trouble": scenarios.TROUBLE,
            "line": LINE,
        },
        "sets": {name: each.described for name, each in scenarios.SETS.items()},
        **simulated(machine),
        "listing": {**S3, "page": PAGE},
        "targets": [_target(each) for each in real],
    }
    record.write(plan, "scale", content)


def simulated(machine: Machine) -> dict[str, list[dict[str, Any]]]:
    """Return all that is simulated."""
    return {
        name: [_rounded(each) for each in simulation(machine)]
        for name, simulation in (
            ("workers", scenarios.by_workers),
            ("shards", scenarios.by_shards),
            ("readers", scenarios.by_readers),
        )
    }


def _rounded(found: dict[str, Any]) -> dict[str, Any]:
    return {n: record.rounded(v) if isinstance(v, float) else v for n, v in found.items()}


def _described(found: Calibration) -> dict[str, Any]:
    return {**found.speed._asdict(), **{n: v for n, v in found._asdict().items() if n != "speed"}}


def _real(plan: Plan, found: Calibration, content: Content, shards: int) -> dict[str, Any]:
    """Predict a check, have it done, and return both."""
    corpus = make(plan.sized(content), plan.corpora)
    division = calibrate.planned(corpus, shards)
    predicted = record.rounded(found.predicted(calibrate.loads(corpus, division)))
    with calibrate.pool() as executor:
        taken = calibrate.checks(corpus, executor, shards, plan.rounds(calibrate.ROUNDS))
    print(f"    {corpus.name}: {predicted:g} s predicted, {taken['median']:g} s taken", flush=True)
    return {
        **taken,
        "files": corpus.content.count,
        "bytes": corpus.content.total,
        "shards": len(division.shards),
        "predicted": predicted,
        "error": record.rounded(100 * (predicted / taken["median"] - 1)),
    }


def _target(found: dict[str, Any]) -> dict[str, Any]:
    what = f"{found['corpus']}: prediction and run differ by"
    return record.target(what, abs(found["error"]), limit=ERROR, unit="%")


def _travels(corpus: Corpus) -> dict[str, int]:
    """Return how many bytes a shard is on its way to a worker, and on its way back."""
    division = calibrate.planned(corpus, calibrate.MANY)
    tasks = [running.task_of(division, n) for n in range(len(division.shards))]
    plain = [task for task in tasks if not task.shard.others]
    there = [len(pickle.dumps((task, calibrate.READING))) for task in plain]
    back = len(crews.run(plain[0], calibrate.READING))
    return {"there": round(median(there)), "back": back}


def _plans(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield what plans of long lists take. Their files need not be there."""
    for lines, shards in PLANS:
        with tempfile.TemporaryDirectory(dir=plan.corpora) as place:
            root = Path(place, "set")
            root.mkdir()
            _write_list(root / "SHA256SUMS", lines // 100 if plan.quick else lines)
            argv = ["python", "-c", _PLANNING, str(root), str(shards)]
            seconds, size, count = command.output(argv).split()
            memory = command.succeed(argv).memory
            found = {
                "lines": lines,
                "list": (root / "SHA256SUMS").stat().st_size,
                "shards": int(count),
                "bytes": int(size),
                "seconds": record.rounded(float(seconds)),
                "memory": memory,
            }
            print(f"    plan: {found}", flush=True)
            yield found


def _write_list(path: Path, lines: int) -> None:
    digits = int("9e3779b97f4a7c15" * 4, 16)
    with path.open("w", encoding="ascii") as file:
        for number in range(lines):
            digest = (number + 1) * digits % 16**64
            file.write(f"{digest:064x}  archive/{number // 1000:07}/{number:09}-picture.jpeg.b\n")
