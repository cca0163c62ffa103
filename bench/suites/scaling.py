"""How speed and memory follow the number of cores, the size of files, and their number.

The page cache is warm. Whole processes only, with the peak of their memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import command
import limit
import record
from content import COUNTS, LARGE, SIZES, SMALL, Shape
from contest import process, processes, workload
from corpus import Corpus, make
from peers.table import CHECKSIG, CORES, HASHLIB, OPENSSL, Peer, checksig
from plan import Plan

ROUNDS = 5
#: For the many points of a curve.
FEWER_ROUNDS = 3
BY_CORES = ("sha256", "sha1")
#: What peers are timed with.
COMPARED = "sha256"
#: Threads of Python take many times as long as processes of openssl for files below this size.
POOLED = 1 << 18

Rates = dict[str, limit.Measured | None]


def run(plan: Plan) -> None:
    """Time the same work in many shapes, and write the results."""
    if missing := [] if command.find(OPENSSL.program) else [OPENSSL]:
        print(f"  MISSING {OPENSSL.name}; see bench/README.md", flush=True)
    large = make(plan.sized(LARGE), plan.corpora)
    rates = {algorithm: limit.rates(large, algorithm) for algorithm in SIZES[0].algorithms}
    peers = [peer for peer in (OPENSSL, HASHLIB) if peer not in missing]
    small = make(plan.sized(SMALL), plan.corpora)
    content = {
        "missing": [{"name": peer.name, "package": peer.package} for peer in missing],
        "cores": [each for corpus in (large, small) for each in _by_cores(plan, corpus, rates)],
        "sizes": list(_by_shape(plan, SIZES, peers, rates)),
        "files": list(_by_shape(plan, COUNTS, peers[:1], rates)),
        "targets": [],
    }
    record.write(plan, "scaling", content, {peer.name: peer.found_version() for peer in peers})


def _by_cores(plan: Plan, corpus: Corpus, rates: Rates) -> Iterator[dict[str, Any]]:
    """Time ours on one core, and on as many as there are."""
    numbers = sorted({min(1 << power, CORES) for power in range(CORES.bit_length() + 1)})
    ours = [replace(CHECKSIG, variants=checksig(workers=number)) for number in numbers]
    corpus.warm()
    for algorithm in BY_CORES:
        subjects = [
            process(corpus, algorithm, peer, cores=cores)
            for peer, cores in zip(ours, numbers, strict=True)
        ]
        found = workload(corpus, algorithm, subjects, plan.rounds(ROUNDS), "process")
        limits = [
            _limit(corpus, rates[algorithm], each["median"], each["cores"])
            for each in found["subjects"]
        ]
        yield found | {"limits": limits}


def _by_shape(
    plan: Plan, shapes: tuple[Shape, ...], peers: list[Peer], rates: Rates
) -> Iterator[dict[str, Any]]:
    """Time ours on each shape, and peers with one of the algorithms."""
    for shape in shapes:
        corpus = make(plan.sized(shape), plan.corpora)
        corpus.warm()
        for algorithm in shape.algorithms:
            beside = peers if algorithm == COMPARED else []
            able = [peer for peer in beside if peer is not HASHLIB or shape.size >= POOLED]
            subjects = processes(corpus, algorithm, [CHECKSIG, *able])
            rounds = plan.rounds(FEWER_ROUNDS)
            found = workload(corpus, algorithm, subjects, rounds, "process")
            seconds = found["subjects"][0]["median"]
            yield found | {"limit": _limit(corpus, rates[algorithm], seconds, CORES)}


def _limit(
    corpus: Corpus, rates: limit.Measured | None, seconds: float, cores: int
) -> dict[str, Any] | None:
    """Return the limit for so many cores: what one can do was measured once, on large files."""
    return limit.described(corpus, rates and {**rates, "cores": cores}, seconds)
