"""How long it takes to check a directory against a list, side by side with other checkers."""

from __future__ import annotations

import gc
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import command
import limit
import record
from content import HUGE, LARGE, MIXED, PROBE, SMALL
from contest import Sample, Subject, choose, entry, fastest_peer, process, processes, workload
from corpus import Corpus, copy_spoilt, make
from lists import LISTS, available
from peers import pool
from peers.table import (
    CHECKSIG,
    CORES,
    CREATE,
    OPENSSL,
    PEERS,
    POOL_SIZES,
    VERIFY,
    Peer,
    shown,
)
from plan import Plan

import checksig
from checksig._bridge import library

WORK = (LARGE, SMALL, HUGE, MIXED)
ROUNDS = 5
#: What is also timed within one process.
CALLED = {(name, algorithm) for name in ("large", "small") for algorithm in ("sha1", "sha256")}

#: How many times as fast as the fastest peer, at least: with AVX-512, and without. The huge file:
#: as openssl.
TIMES = {
    ("large", "md5"): (6.0, 5.0),
    ("large", "sha1"): (3.0, 2.0),
    ("large", "sha256"): (2.0, 1.6),
    ("large", "sha512"): (3.0, 2.0),
    ("large", "blake3"): (1.1, 1.1),
    ("small", "sha1"): (2.0, 2.0),
    ("small", "sha256"): (2.0, 2.0),
    ("huge", "sha256"): (1.0, 1.0),
    ("mixed", "sha1"): (1.5, 1.5),
    ("mixed", "sha256"): (1.5, 1.5),
}
#: And as ``b3sum --check``.
B3SUM_TIMES = 1.8
#: How much of the limit, at least.
PERCENT = {
    ("large", "md5"): 90.0,
    ("large", "sha1"): 90.0,
    ("large", "sha256"): 90.0,
    ("large", "sha512"): 90.0,
    ("large", "blake3"): 85.0,
    ("small", "sha1"): 80.0,
    ("small", "sha256"): 80.0,
    ("mixed", "sha1"): 80.0,
    ("mixed", "sha256"): 80.0,
}
FILES_PER_SECOND = 200_000.0
#: How fast a list is made, at least, in parts of how fast it is checked.
CREATE_TIMES = 0.9
#: What lists are made of, beside checking them.
CREATED = {
    *((LARGE.name, name) for name in ("md5", "sha1", "sha256", "sha512", "blake3")),
    *((SMALL.name, name) for name in ("sha1", "sha256")),
    *((MIXED.name, name) for name in ("sha1", "sha256")),
}
AVX512 = " avx512bw " in Path("/proc/cpuinfo").read_text()


def run(plan: Plan) -> None:
    """Time every checker on every corpus, and write the results."""
    missing = list(_missing())
    for each in missing:
        print(f"  MISSING {each['name']}: {each['reason']}; see bench/README.md", flush=True)
    peers = [peer for peer in PEERS if command.find(peer.program)]
    _probe(make(PROBE, plan.corpora), peers)
    workloads = [_reached(found) for found in _workloads(plan, peers)]
    content = {
        "missing": missing,
        "workloads": workloads,
        "targets": [target for workload in workloads for target in _targets(workload)],
    }
    record.write(plan, "checking", content, {peer.name: peer.found_version() for peer in peers})


def _missing() -> Iterator[dict[str, str]]:
    """Yield the peers that are not installed, and the algorithms that cannot be timed."""
    for peer in PEERS:
        if not command.find(peer.program):
            yield {"name": peer.name, "package": peer.package, "reason": "not installed"}
    for algorithm in LISTS:
        if algorithm not in _known():
            yield {"name": algorithm, "package": "", "reason": "unknown to this checksig"}
        elif not available(algorithm):
            yield {"name": algorithm, "package": "", "reason": "no program for its lists"}


def _known() -> set[str]:
    return {str(each["name"]) for each in library.describe()["algorithms"]}


def _timed(algorithms: tuple[str, ...]) -> list[str]:
    """Return those algorithms that can be timed here."""
    known = _known()
    return [name for name in algorithms if name in known and available(name)]


def _probe(corpus: Corpus, peers: list[Peer]) -> None:
    """See that each command passes what is right, and objects to what is not."""
    with tempfile.TemporaryDirectory() as place:
        spoilt = copy_spoilt(corpus, Path(place))
        for algorithm in _timed(PROBE.algorithms):
            for peer in (CHECKSIG, *(peer for peer in peers if algorithm in peer.algorithms)):
                for argv in peer.variants(corpus, algorithm):
                    command.succeed(argv, corpus.root)
                    if not peer.compares:
                        _compare(corpus, algorithm, argv)
                    elif command.run(argv, spoilt.root).code == 0:
                        raise SystemExit(f"{shown(argv)}: passed a file that is wrong")


def _compare(corpus: Corpus, algorithm: str, argv: command.Command) -> None:
    """See that a command that only hashes prints the digests of the list."""
    listed = (corpus.root / LISTS[algorithm]).read_text().splitlines()
    # Of processes side by side, one would write into the lines of another.
    alone = ["-P1" if argument == f"-P{CORES}" else argument for argument in argv]
    lines = command.output(alone, corpus.root).splitlines()
    printed = {re.sub(r"^\S+\((.*)\)= (\w+)$", r"\2  \1", line) for line in lines}
    if printed != set(listed):
        raise SystemExit(f"{shown(argv)}: does not print the digests of {LISTS[algorithm]}")


def _workloads(plan: Plan, peers: list[Peer]) -> Iterator[dict[str, Any]]:
    for content in WORK:
        corpus = make(plan.sized(content), plan.corpora)
        corpus.warm()
        for algorithm in _timed(content.algorithms):
            yield _processes(corpus, algorithm, peers, plan.rounds(ROUNDS))
            if (corpus.name, algorithm) in CALLED:
                subjects = _functions(corpus, algorithm)
                yield workload(corpus, algorithm, subjects, plan.rounds(ROUNDS), "in-process")
            if (corpus.name, algorithm) in CREATED:
                both = [process(corpus, algorithm, peer) for peer in (CREATE, VERIFY)]
                yield workload(corpus, algorithm, both, plan.rounds(ROUNDS), "create")


def _processes(corpus: Corpus, algorithm: str, peers: list[Peer], rounds: int) -> dict[str, Any]:
    """Time whole processes, and hold ours to the limit of the machine."""
    able = [CHECKSIG, *(peer for peer in peers if algorithm in peer.algorithms)]
    subjects = processes(corpus, algorithm, able)
    rates = limit.rates(corpus, algorithm)
    found = workload(corpus, algorithm, subjects, rounds, "process")
    ours = found["subjects"][0]
    return found | {"limit": limit.described(corpus, rates, ours["median"], ours["processor"])}


def _functions(corpus: Corpus, algorithm: str) -> list[Subject]:
    """Return the calls to time within this process."""
    manifest = str(corpus.root / LISTS[algorithm])

    def ours() -> None:
        report = checksig.verify(manifest)
        if report.bytes != corpus.content.total:
            raise SystemExit(f"checksig read {report.bytes} bytes of {corpus.content.total}")

    def theirs(workers: int) -> None:
        if wrong := pool.check(manifest, algorithm, workers):
            raise SystemExit(f"{wrong[0]} is wrong: the corpus has been changed")

    def call(workers: int) -> str:
        return f'pool.check("{LISTS[algorithm]}", "{algorithm}", {workers})'

    def timed(function: Callable[[], None]) -> Sample:
        gc.collect()
        began, start = time.process_time(), time.perf_counter()
        function()
        return Sample(time.perf_counter() - start, 0, time.process_time() - began)

    best, trial, tried = choose(POOL_SIZES, lambda n: timed(lambda: theirs(n)), call)
    name = f'checksig.verify("{LISTS[algorithm]}")'
    return [
        Subject(entry("checksig", name), lambda: timed(ours)),
        Subject(
            entry("hashlib (threads)", call(best), tried=tried),
            lambda: timed(lambda: theirs(best)),
            trial,
        ),
    ]


def _aims(found: dict[str, Any]) -> dict[str, float]:
    """Return what is asked of a workload: the least of each measure."""
    key = (found["corpus"], found["algorithm"])
    if found["scope"] != "process":
        return {"times": CREATE_TIMES if found["scope"] == "create" else 1.0}
    with_avx512, without = TIMES.get(key, (None, None))
    aims = {"times": with_avx512 if AVX512 else without, "percent": PERCENT.get(key)}
    if found["corpus"] == SMALL.name:
        aims["files"] = FILES_PER_SECOND
    return {measure: least for measure, least in aims.items() if least is not None}


def _reached(found: dict[str, Any]) -> dict[str, Any]:
    """Return what a workload came to, and what is asked of it."""
    seconds = found["subjects"][0]["median"]
    rival = _rival(found)
    limit_ = found.get("limit")
    reached = {
        "times": record.rounded(rival["median"] / seconds) if rival else None,
        "percent": limit_["percent"] if limit_ else None,
        "frugal": limit_["frugal"] if limit_ else None,
        "files": record.rounded(found["files"] / seconds),
    }
    return found | {
        "rival": rival["name"] if rival else None,
        "reached": reached,
        "aims": _aims(found),
    }


def _targets(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what was asked of a workload, and whether it was met."""
    what = f"{found['corpus']}, {found['algorithm']}, {found['scope']}"
    told = {
        "times": (f"times as fast as {found['rival']}", "times"),
        "percent": ("part of the limit", "%"),
        "files": ("files a second", "files/s"),
    }
    for measure, least in found["aims"].items():
        about, unit = told[measure]
        yield _at_least(f"{what}: {about}", found["reached"][measure], least, unit)
    for each in found["subjects"]:
        if each["name"] == "b3sum":
            times = each["median"] / found["subjects"][0]["median"]
            yield _at_least(f"{what}: times as fast as b3sum --check", times, B3SUM_TIMES, "times")


def _rival(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return the peer that a workload is measured by: the fastest; openssl for the huge file."""
    if found["corpus"] != HUGE.name:
        return fastest_peer(found)
    return next((each for each in found["subjects"] if each["name"] == OPENSSL.name), None)


def _at_least(subject: str, value: float | None, least: float, unit: str) -> dict[str, Any]:
    return record.target(subject, value, limit=least, unit=unit, relation="at least")
