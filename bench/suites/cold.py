"""How long it takes to check what is not in the page cache, beside a plain parallel reader.

Before each sample all files are dropped from the page cache, and a look at a few pages of many
files has to find that they are gone. Names and sizes of files stay in memory: to drop those would
disturb the whole machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import command
import record
from content import LARGE, SMALL
from contest import Sample, Subject, choose, entry, workload
from corpus import Corpus, make
from peers.table import CHECKSIG, readers, shown
from plan import Plan

ROUNDS = 5
ALGORITHM = "sha256"
#: What somebody else may read meanwhile.
REMAINS = 0.01
PERCENT = 95.0

WORK = (LARGE, SMALL)


def run(plan: Plan) -> None:
    """Time both on every corpus, and write the results."""
    workloads = list(_workloads(plan))
    content = {
        "missing": [
            {"name": shape.name, "package": "", "reason": "the files stay in memory"}
            for shape in WORK
            if shape.name not in {workload["corpus"] for workload in workloads}
        ],
        "workloads": workloads,
        "targets": [_target(workload) for workload in workloads],
    }
    record.write(plan, "cold", content)


def _workloads(plan: Plan) -> Iterator[dict[str, Any]]:
    for shape in WORK:
        corpus = make(plan.sized(shape), plan.corpora)
        corpus.cool()
        if (cached := corpus.cached()) > REMAINS:
            print(f"  LEFT OUT {corpus.name}: {cached:.0%} cannot be dropped from memory")
            continue
        (ours,) = CHECKSIG.variants(corpus, ALGORITHM)
        reader, trial, tried = choose(readers(corpus), partial(_sample, corpus), shown)
        subjects = [
            _subject(corpus, entry("checksig", shown(ours)), ours),
            _subject(corpus, entry("reader", shown(reader), "only reads", tried), reader, trial),
        ]
        yield workload(corpus, ALGORITHM, subjects, plan.rounds(ROUNDS), "process", warm=False)


def _subject(
    corpus: Corpus, about: dict[str, Any], argv: command.Command, trial: Sample | None = None
) -> Subject:
    return Subject(about, lambda: _sample(corpus, argv), trial)


def _sample(corpus: Corpus, argv: command.Command) -> Sample:
    corpus.cool()
    if (cached := corpus.cached()) > REMAINS:
        raise SystemExit(f"{cached:.1%} of {corpus.name} could not be dropped from memory")
    outcome = command.succeed(argv, corpus.root)
    return Sample(outcome.seconds, outcome.memory, outcome.processor)


def _target(found: dict[str, Any]) -> dict[str, Any]:
    ours, reader = (each["median"] for each in found["subjects"])
    what = f"{found['corpus']}, {found['algorithm']}, cold: of what a plain parallel reader gets"
    return record.target(what, 100 * reader / ours, limit=PERCENT, unit="%", relation="at least")
