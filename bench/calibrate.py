"""What a worker of this machine can do, and what the same machine really takes for other files.

All is measured with two processes at work, as in the runs that are predicted: one by itself has
more of the memory and the caches.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import quiet
import record
from content import CALIBRATION
from corpus import Corpus, make
from lists import LISTS
from plan import Plan
from simulate import Cluster, Device, Load, Speed, simulate

import checksig
from checksig._options import AuditOptions
from checksig._options.values import reading, settle
from checksig._shards import crews, running
from checksig._shards.plan import Plan as Division

WORKERS = 2
ALGORITHM = "sha256"
ROUNDS = 5
FEW, MANY = 2, 400  # shards
READING = reading({**settle(AuditOptions, {}), "workers": 1})


class Calibration(NamedTuple):
    """What a check in shards is made of, on this machine."""

    speed: Speed
    dispatch: float  # seconds that the scheduler takes for a shard
    plan: float  # seconds that any plan takes
    plan_file: float  # and for each file
    rest: float  # seconds before and behind the shards, without the plan

    def cluster(self) -> Cluster:
        """Return this machine, with all files in its memory."""
        endless = Device(float("inf"), float("inf"))
        return Cluster(WORKERS, self.speed, (endless,), dispatch=self.dispatch)

    def predicted(self, loads: Sequence[Load]) -> float:
        """Return how long a check takes here, in seconds."""
        files = sum(load.files for load in loads)
        whole = self.plan + self.plan_file * files + self.rest
        return whole + simulate(loads, self.cluster()).seconds


@contextmanager
def pool() -> Iterator[Executor]:
    """Yield an executor whose processes are there and have loaded the package."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, context) as executor:
        list(executor.map(_load, range(4 * WORKERS)))
        yield executor


def _load(_: int) -> None:
    checksig.algorithms()
    time.sleep(0.05)  # so that the other one gets its share of these


def planned(corpus: Corpus, shards: int) -> Division:
    """Return the plan of a corpus, made by the package."""
    return checksig.plan(corpus.root, manifest=_list(corpus), shards=shards)


def audited(corpus: Corpus, executor: Any, shards: int) -> float:
    """Check a corpus, which must be right, and return how long that took, in seconds."""
    began = time.perf_counter()
    report = checksig.audit(corpus.root, manifest=_list(corpus), executor=executor, shards=shards)
    seconds = time.perf_counter() - began
    if not report.ok or report.files != corpus.content.count:
        raise SystemExit(f"{corpus.name}: {report}")
    return seconds


def _list(corpus: Corpus) -> str:
    return str(corpus.root / LISTS[ALGORITHM])


def loads(corpus: Corpus, plan: Division) -> list[Load]:
    """Return the shards of a plan, in the order in which they are given to workers."""
    sizes = dict(corpus.content.entries())
    text = (corpus.root / LISTS[ALGORITHM]).read_bytes()
    found = []
    for shard in sorted(plan.shards, key=lambda each: not each.others):
        names = [line[66:].decode() for line in text[shard.at : shard.end].splitlines()]
        own = [sizes[name] for name in names]
        count = plan.files if shard.others else 0  # one shard looks at all that is there
        found.append(Load(sum(own), len(own), names=count, longest=max(own, default=0)))
    return found


def timed(task: running.Task) -> float:
    """Check a shard in a worker, and return how long that took there, in seconds."""
    began = time.perf_counter()
    crews.run(task, READING)
    return time.perf_counter() - began


def calibrate(plan: Plan) -> tuple[Calibration, list[dict[str, Any]]]:
    """Measure what a worker can do, and return it with the samples."""
    small, middling, long, single = (make(plan.sized(c), plan.corpora) for c in CALIBRATION)
    rounds = plan.rounds(ROUNDS)
    with pool() as executor:
        runs = [
            _shards(corpus, shards, executor, rounds)
            for corpus, shards in (
                *((small, FEW), (small, MANY), (middling, 16), (long, 8)),
                (single, FEW),
            )
        ]
        plans = [_plans(corpus, rounds) for corpus in (small, middling)]
        walls = [checks(small, executor, shards, rounds) for shards in (FEW, MANY)]
    samples = [*runs, *plans, *walls]
    return derived(samples, loads(small, planned(small, FEW))), samples


def derived(samples: Sequence[dict[str, Any]], few: Sequence[Load]) -> Calibration:
    """Return what follows from the samples; the few shards are those of the first whole check."""
    runs, plans, walls = samples[:5], samples[5:7], samples[7:]
    speed = _speed(runs)
    extra = walls[1]["median"] - walls[0]["median"]
    dispatch = max(0.0, extra / (runs[1]["count"] - runs[0]["count"]) - speed.task / WORKERS)
    first, second = (each["median"] for each in plans)
    files, fewer = runs[0]["files"], runs[2]["files"]
    plan_file = max(0.0, (first - second) / (files - fewer))
    found = Calibration(speed, dispatch, max(0.0, first - plan_file * files), plan_file, 0.0)
    return found._replace(rest=max(0.0, walls[0]["median"] - found.predicted(few)))


def _shards(corpus: Corpus, shards: int, executor: Executor, rounds: int) -> dict[str, Any]:
    """Return how long shards of a corpus take their workers, and that which looks at names."""
    division = planned(corpus, shards)
    tasks = [running.task_of(division, number) for number in range(len(division.shards))]
    reads = [task for task in tasks if not task.shard.others]
    # By all workers at a time: nothing else keeps them at work.
    looks = [task for task in tasks if task.shard.others] * WORKERS

    def taken(work: Sequence[running.Task]) -> float:
        return statistics.fmean(executor.map(timed, work))

    names = quiet.samples(corpus, lambda: taken(looks), rounds)
    return {
        "what": "shards",
        "corpus": corpus.name,
        "count": len(reads),
        "files": corpus.content.count,
        "bytes": corpus.content.total,
        "names": statistics.median([each.seconds for each in names]),
        **_summed(quiet.samples(corpus, lambda: taken(reads), rounds)),
    }


def _summed(samples: Sequence[quiet.Sample]) -> dict[str, Any]:
    found = record.summary([each.seconds for each in samples])
    return {**found, "others": [record.rounded(each.others) for each in samples]}


def _speed(runs: Sequence[dict[str, Any]]) -> Speed:
    """Return what explains best how long shards took: least squares of relative errors."""
    *several, single = runs
    rows = [[1.0, run["files"] / run["count"], run["bytes"] / run["count"]] for run in several]
    taken = np.array([run["median"] for run in several])
    found, *_ = np.linalg.lstsq(np.array(rows) / taken[:, None], np.ones(len(rows)), rcond=None)
    task, file, byte = (max(0.0, float(each)) for each in found)
    small = several[0]
    return Speed(
        rate=1 / byte,
        stream=single["bytes"] / single["count"] / max(1e-9, single["median"] - task - file),
        file=file,
        name=max(0.0, small["names"] - task) / small["files"],
        task=task,
    )


def _plans(corpus: Corpus, rounds: int) -> dict[str, Any]:
    def taken() -> float:
        began = time.perf_counter()
        planned(corpus, FEW)
        return time.perf_counter() - began

    found = _summed(quiet.samples(corpus, taken, rounds))
    return {"what": "plan", "corpus": corpus.name, **found}


def checks(corpus: Corpus, executor: Any, shards: int, rounds: int) -> dict[str, Any]:
    """Return how long whole checks of a corpus take."""
    found = quiet.samples(corpus, lambda: audited(corpus, executor, shards), rounds)
    return {"what": "check", "corpus": corpus.name, "shards": shards, **_summed(found)}


def dask_dispatch(corpus: Corpus, speed: Speed, rounds: int) -> float | None:
    """Return how long the scheduler of Dask takes for a shard, in seconds; None without Dask.

    It has many processes, of which all but the workers count as others: the best round counts.
    """
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415 (need not be there)
    except ImportError:
        return None
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        audited(corpus, client, FEW)
        few, many = (min(audited(corpus, client, n) for _ in range(rounds)) for n in (FEW, MANY))
    return max(0.0, (many - few) / (MANY - FEW) - speed.task / WORKERS)
