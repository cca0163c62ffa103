"""How long the stand-ins for the coreutils take to check a list, beside the fastest peer.

Which that is, ``checking`` has found out; where it has no results, all peers are tried.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import command
import record
from content import LARGE, PROBE, SMALL
from contest import fastest_peer, held_to, missing, processes, times_target, workload
from corpus import Corpus, copy_spoilt, make
from lists import LISTS, available
from peers.table import CHECKSIG, PEERS, Peer, shown
from plan import Plan

ROUNDS = 5
TIMES = 1.0

#: The corpora, and the algorithms of their lists that a command of that kind checks.
WORK = (
    (LARGE, ("md5", "sha1", "sha256", "sha512", "blake2b", "blake3")),
    (SMALL, ("sha1", "sha256")),
)
TOOLS = {"blake2b": "b2sum", "blake3": "b3sum"}


def _stand_in(_: Corpus, algorithm: str) -> list[command.Command]:
    tool = TOOLS.get(algorithm, f"{algorithm}sum")
    return [["checksig", tool, "--check", "--quiet", LISTS[algorithm]]]


OURS = replace(CHECKSIG, variants=_stand_in)


def run(plan: Plan) -> None:
    """Time ours and the fastest peer with every list, and write the results."""
    left_out = missing(PEERS)
    _probe(make(PROBE, plan.corpora))
    workloads = [held_to(found, TIMES) for found in _workloads(plan)]
    content = {
        "missing": left_out,
        "workloads": workloads,
        "targets": [times_target(found) for found in workloads],
    }
    used = {found["rival"] for found in workloads}
    versions = {peer.name: peer.found_version() for peer in PEERS if peer.name in used}
    record.write(plan, "drop_in", content, versions)


def _probe(corpus: Corpus) -> None:
    """See that each stand-in passes what is right, and objects to what is not."""
    with tempfile.TemporaryDirectory() as place:
        spoilt = copy_spoilt(corpus, Path(place))
        for algorithm in filter(available, WORK[0][1]):
            (argv,) = _stand_in(corpus, algorithm)
            command.succeed(argv, corpus.root)
            if command.run(argv, spoilt.root).code == 0:
                raise SystemExit(f"{shown(argv)}: passed a file that is wrong")


def _workloads(plan: Plan) -> Iterator[dict[str, Any]]:
    for content, algorithms in WORK:
        corpus = make(plan.sized(content), plan.corpora)
        corpus.warm()
        for algorithm in filter(available, algorithms):
            rivals = _rivals(plan, corpus, algorithm)
            subjects = processes(corpus, algorithm, [OURS, *rivals])
            yield workload(corpus, algorithm, subjects, plan.rounds(ROUNDS), "process")


def _rivals(plan: Plan, corpus: Corpus, algorithm: str) -> list[Peer]:
    """Return the fastest peer of ``checking``; all that are here if it does not say."""
    able = [peer for peer in PEERS if algorithm in peer.algorithms and command.find(peer.program)]
    results = plan.results / "checking.json"
    known = json.loads(results.read_text())["workloads"] if results.is_file() else []
    for found in known:
        if (found["corpus"], found["algorithm"]) == (corpus.name, algorithm):
            fastest = fastest_peer(found) if found["scope"] == "process" else None
            if chosen := [peer for peer in able if fastest and peer.name == fastest["name"]]:
                return chosen
    return able
