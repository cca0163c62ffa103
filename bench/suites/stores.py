"""How much it takes to check a bucket, side by side with the programs and libraries that read one.

What is measured is the processor time of the client: the server of this machine shares its cores,
and so wall time says as much about that. What each takes for one small object is taken off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import buckets
import command
import record
from buckets import Bucket, Servers
from peers.stores import CHECKSIG, PEERS, Reader, shown
from plan import Plan

ROUNDS = 5
MIB = 1 << 20
#: Objects of a bucket: how many, how large, and how many of them in a brief run.
LARGE = ("large", 24, 64 * MIB, 4)
SMALL = ("small", 5000, 4096, 200)
#: Those that take long are timed twice only.
SLOW = 1.5


@dataclass(frozen=True)
class Work:
    """What is timed, and what is asked of it: at most so much processor time for a unit of it."""

    bucket: str
    server: str
    algorithm: str
    most: float = 0.0  #: seconds for a gigabyte, or microseconds for an object
    times: float = 0.0  #: as fast as rclone, by processor time


WORK = (
    Work("large", "clear", "sha256", most=1.0),
    Work("large", "TLS", "sha256", most=1.8),
    Work("large", "clear", "md5", times=3.0),
    Work("small", "clear", "sha256", most=200.0),
    Work("small", "TLS", "sha256", most=240.0),
)


@dataclass
class Contender:
    """A reader with the variant that did best, and what it took."""

    reader: Reader
    argv: command.Command
    start: float  #: processor seconds for one small object
    tried: dict[str, float]
    outcomes: list[command.Outcome]

    @property
    def net(self) -> float:
        """Processor seconds, the median, without those of the start."""
        return median(each.processor for each in self.outcomes) - self.start


def run(plan: Plan) -> None:
    """Time every reader on every server, and write the results."""
    missing = [
        {"name": each.name, "package": "", "reason": "make .venv/made/store-peers brings it"}
        for each in PEERS
        if not each.is_there
    ]
    for each in missing:
        print(f"  MISSING {each['name']}: {each['reason']}", flush=True)
    if why := buckets.missing_server():
        print(f"  LEFT OUT: {why}", flush=True)
        return
    readers = [CHECKSIG, *(peer for peer in PEERS if peer.is_there)]
    with buckets.serving(plan.corpora) as servers:
        workloads = list(_workloads(plan, servers, readers))
    content = {
        "missing": missing,
        "workloads": workloads,
        "targets": [target for found in workloads for target in _targets(found)],
    }
    versions = {each.name: command.version(each.version) for each in readers[1:]}
    record.write(plan, "stores", content, versions)


def _workloads(plan: Plan, servers: Servers, readers: list[Reader]) -> Iterator[dict[str, Any]]:
    kept = {
        name: servers.put(name, brief if plan.quick else count, size)
        for name, count, size, brief in (LARGE, SMALL)
    }
    one = servers.put("one", 1, 4096)
    for work in WORK:
        yield _timed(work, kept[work.bucket], one, readers, plan.rounds(ROUNDS))


def _timed(
    work: Work, bucket: Bucket, one: Bucket, readers: list[Reader], rounds: int
) -> dict[str, Any]:
    """Time all of them in turn."""
    print(f"  {work.bucket}, {work.server}, {work.algorithm}: {rounds} rounds", flush=True)
    contenders = [_chosen(work, bucket, one, reader) for reader in readers]
    fastest = min(each.outcomes[0].processor for each in contenders)
    for number in range(1, rounds):
        for each in contenders:
            if (
                number == 1
                or each.outcomes[0].processor < SLOW * fastest
                or each.reader in PEERS[:1]
            ):
                each.outcomes.append(_succeed(work, bucket, each.argv))
    unit = _unit(work, bucket)
    for each in contenders:
        print(f"    {each.net * unit:8.2f} {_named(work)}  {each.reader.name}", flush=True)
    return {
        "corpus": work.bucket,
        "server": work.server,
        "algorithm": work.algorithm,
        "files": bucket.count,
        "bytes": bucket.total,
        "rounds": rounds,
        "unit": _named(work),
        "aims": {"most": work.most or None, "times": work.times or None},
        "subjects": [_described(each, bucket, unit) for each in contenders],
    }


def _chosen(work: Work, bucket: Bucket, one: Bucket, reader: Reader) -> Contender:
    """Return a reader by its variant that takes least, which the first sample is of."""
    variants = reader.variants(bucket, work.algorithm, work.server)
    tried = [(_succeed(work, bucket, argv), argv) for argv in variants]
    best, argv = min(tried, key=lambda each: each[0].processor)
    place = variants.index(argv)
    single = reader.variants(one, work.algorithm, work.server)[place]
    start = median(_succeed(work, one, single).processor for _ in range(3))
    named = {shown(each, bucket): record.rounded(took.processor) for took, each in tried}
    return Contender(reader, argv, start, named if len(named) > 1 else {}, [best])


def _succeed(work: Work, bucket: Bucket, argv: command.Command) -> command.Outcome:
    return command.succeed(argv, variables=bucket.variables[work.server])


def _described(each: Contender, bucket: Bucket, unit: float) -> dict[str, Any]:
    return {
        "name": each.reader.name,
        "command": shown(each.argv, bucket),
        "note": each.reader.note,
        "tried": each.tried,
        "each": record.rounded(each.net * unit),
        "start": record.rounded(each.start),
        "memory": max(outcome.memory for outcome in each.outcomes),
        "processor": record.summary([outcome.processor for outcome in each.outcomes]),
        "wall": record.summary([outcome.seconds for outcome in each.outcomes]),
    }


def _unit(work: Work, bucket: Bucket) -> float:
    """Return what seconds are multiplied with."""
    return 1e6 / bucket.count if work.bucket == "small" else 1e9 / bucket.total


def _named(work: Work) -> str:
    return "µs/object" if work.bucket == "small" else "s/GB"


def _targets(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    ours, *others = found["subjects"]
    what = f"{found['corpus']}, {found['server']}, {found['algorithm']}: processor time"
    aims = found["aims"]
    if aims["most"]:
        yield record.target(what, ours["each"], limit=aims["most"], unit=found["unit"])
    if aims["times"]:
        rclone = next((each["each"] for each in others if each["name"] == "rclone"), None)
        times = rclone / ours["each"] if rclone else None
        about = f"{what}, times as good as rclone"
        yield record.target(about, times, limit=aims["times"], unit="times", relation="at least")
