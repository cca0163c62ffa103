"""How long it takes to check a directory against a list, side by side with other checkers.

Everything is read once before each sample, outside of the time taken: rclone tells the system to
drop from the page cache what it has read, and whoever came after it would pay for that.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import command
import record
from corpus import ALGORITHMS, LARGE, LISTS, PROBE, SMALL, Corpus, copy_spoilt, make
from peers import pool
from peers.table import CHECKSIG, PEERS, POOL_SIZES, Peer, shown

import checksig

ROUNDS = {LARGE.name: 7, SMALL.name: 5}
TRIALS = 2

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """What is timed: a call that returns seconds, and what the results say about it."""

    entry: dict[str, Any]
    timed: Callable[[], float]


def run(corpora: Path) -> None:
    """Time every checker on every corpus, and write the results."""
    missing = [peer for peer in PEERS if not command.find(peer.program)]
    present = [CHECKSIG, *(peer for peer in PEERS if peer not in missing)]
    for peer in missing:
        print(f"  MISSING {peer.name}: no program {peer.program!r}; see bench/README.md")
    _probe(make(PROBE, corpora), present)
    workloads = list(_workloads(corpora, present))
    content = {
        "missing": [{"name": peer.name, "package": peer.package} for peer in missing],
        "workloads": workloads,
        "targets": [_target(workload) for workload in workloads],
    }
    record.write("checking", content, {peer.name: peer.found_version() for peer in present[1:]})


def _probe(corpus: Corpus, peers: list[Peer]) -> None:
    """See that each command passes what is right, and objects to what is not."""
    with tempfile.TemporaryDirectory() as place:
        spoilt = copy_spoilt(corpus, Path(place))
        for algorithm in ALGORITHMS:
            for peer in peers:
                for argv in peer.variants(corpus, algorithm):
                    command.seconds(argv, corpus.root)
                    if peer.compares and command.run(argv, spoilt.root).code == 0:
                        raise SystemExit(f"{shown(argv)}: passed a file that is wrong")


def _workloads(corpora: Path, peers: list[Peer]) -> Iterator[dict[str, Any]]:
    for shape in (LARGE, SMALL):
        corpus = make(shape, corpora)
        for algorithm in ALGORITHMS:
            processes = [_process(corpus, algorithm, peer) for peer in peers]
            yield _workload(corpus, algorithm, "process", processes)
            yield _workload(corpus, algorithm, "in-process", _functions(corpus, algorithm))


def _workload(
    corpus: Corpus, algorithm: str, scope: str, subjects: list[Subject]
) -> dict[str, Any]:
    """Time the subjects in turn, so that what disturbs one disturbs all. Ours is the first."""
    rounds = ROUNDS[corpus.shape.name]
    print(f"  {corpus.shape.name}, {algorithm}, {scope}: {rounds} rounds", flush=True)
    turns = [[subject.timed() for subject in subjects] for _ in range(rounds)]
    samples = list(zip(*turns, strict=True))
    medians = [statistics.median(taken) for taken in samples]
    fastest = min(medians[1:], default=medians[0])
    for subject, median in zip(subjects, medians, strict=True):
        print(f"    {median:8.3f} s  {subject.entry['name']}", flush=True)
    return {
        "corpus": corpus.shape.name,
        "files": corpus.shape.files,
        "bytes": corpus.shape.bytes,
        "algorithm": algorithm,
        "scope": scope,
        "rounds": rounds,
        "subjects": [
            {
                **subject.entry,
                "to_fastest_peer": record.rounded(median / fastest),
                **record.summary(taken),
            }
            for subject, median, taken in zip(subjects, medians, samples, strict=True)
        ],
    }


def _process(corpus: Corpus, algorithm: str, peer: Peer) -> Subject:
    """Return a whole process to time, by the variant that did best in a trial."""

    def timed(argv: command.Command) -> float:
        corpus.warm()
        return command.seconds(argv, corpus.root)

    best, tried = _best(peer.variants(corpus, algorithm), timed, shown)
    entry = _entry(peer.name, shown(best), peer.note, tried) | {"compares": peer.compares}
    return Subject(entry, lambda: timed(best))


def _functions(corpus: Corpus, algorithm: str) -> list[Subject]:
    """Return the calls to time within this process."""
    manifest = str(corpus.root / LISTS[algorithm])

    def ours() -> None:
        report = checksig.verify(manifest)
        if report.bytes != corpus.shape.bytes:
            raise SystemExit(f"checksig read {report.bytes} bytes of {corpus.shape.bytes}")

    def theirs(workers: int) -> None:
        if wrong := pool.check(manifest, algorithm, workers):
            raise SystemExit(f"{wrong[0]} is wrong: the corpus has been changed")

    def call(workers: int) -> str:
        return f'pool.check("{LISTS[algorithm]}", "{algorithm}", {workers})'

    def timed(function: Callable[[], None]) -> float:
        corpus.warm()
        gc.collect()
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    best, tried = _best(POOL_SIZES, lambda n: timed(lambda: theirs(n)), call)
    name = f'checksig.verify("{LISTS[algorithm]}")'
    return [
        Subject(_entry("checksig", name), lambda: timed(ours)),
        Subject(
            _entry("hashlib (threads)", call(best), tried=tried),
            lambda: timed(lambda: theirs(best)),
        ),
    ]


def _best(
    variants: list[T], timed: Callable[[T], float], name: Callable[[T], str]
) -> tuple[T, dict[str, float]]:
    """Return the variant that is fastest in a few trials, and what each took."""
    if len(variants) == 1:
        return variants[0], {}
    taken = [min(timed(variant) for _ in range(TRIALS)) for variant in variants]
    tried = {
        name(variant): record.rounded(seconds)
        for variant, seconds in zip(variants, taken, strict=True)
    }
    return variants[taken.index(min(taken))], tried


def _entry(
    name: str, text: str, note: str = "", tried: dict[str, float] | None = None
) -> dict[str, Any]:
    return {"name": name, "command": text, "note": note, "tried": tried or {}}


def _target(workload: dict[str, Any]) -> dict[str, Any]:
    what = f"{workload['corpus']}, {workload['algorithm']}, {workload['scope']}"
    ours = workload["subjects"][0]["to_fastest_peer"]
    return record.target(f"{what}: time over the fastest peer's", ours, limit=1.0, unit="times")
