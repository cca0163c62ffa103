"""How fast each kernel hashes what is in the cache, beside the best that others have.

Ours are measured by ``checksig bench``, with all other kernels of the algorithm switched off, in
all lanes. OpenSSL, which is in hashlib, and BLAKE3's own assembly, in the package blake3, hash one
message on the same core. All take turns within each round.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import record
from blake3 import blake3
from plan import Plan

from checksig._bridge import algorithms, wire

ROUNDS = 7
ALGORITHMS = ("md5", "sha1", "sha256", "sha512", "blake2b", "blake3")
#: At least this part of the best of the others, by the best of ours.
LIMIT = 0.95
#: In bytes: of a message of the others, which is in the cache, and long for them.
_LENGTH = 256 << 10
#: In seconds: how long they hash; and how long a stretch is, of which the best counts.
_SPEND = 0.15
_STRETCH = 0.01


class Subject(NamedTuple):
    """Code that computes an algorithm."""

    algorithm: str
    name: str
    ours: bool
    measure: Callable[[], float]  # returns bytes a second


def run(plan: Plan) -> None:
    """Measure all kernels in turn, and write the results."""
    subjects = [each for algorithm in ALGORITHMS for each in _subjects(algorithm)]
    samples: dict[Subject, list[float]] = {subject: [] for subject in subjects}
    for _ in range(plan.rounds(ROUNDS)):
        for subject in subjects:
            samples[subject].append(subject.measure())
    rows = [
        {
            "algorithm": each.algorithm, "name": each.name, "ours": each.ours,
            **record.summary(samples[each]),
        }
        for each in subjects
    ]  # fmt: skip
    targets = [_target(algorithm, rows) for algorithm in ALGORITHMS]
    compiler = algorithms.describe()["compiler"]
    record.write(plan, "kernels", {"compiler": compiler, "subjects": rows, "targets": targets})


def _subjects(algorithm: str) -> list[Subject]:
    [row] = [each for each in algorithms.main_rows() if each["name"] == algorithm]
    names = [kernel["name"] for kernel in row["kernels"]]
    usable = [
        kernel["name"]
        for kernel in row["kernels"]
        if not kernel["why"].startswith("not in") and not kernel["name"].endswith("/portable")
    ]
    others = partial(
        _other, blake3_of if algorithm == "blake3" else partial(hashlib.new, algorithm)
    )
    return [
        *(
            Subject(algorithm, name, True, partial(_ours, algorithm, name, names))
            for name in usable
        ),
        Subject(algorithm, "blake3" if algorithm == "blake3" else "OpenSSL", False, others),
    ]


def blake3_of(data: bytes) -> Any:
    """Return the BLAKE3 of data, by one thread."""
    return blake3(data, max_threads=1)


def _ours(algorithm: str, name: str, names: list[str]) -> float:
    """Return what a kernel does when the others are switched off."""
    os.environ["CHECKSIG_DISABLE"] = ",".join(each for each in names if each != name)
    try:
        with tempfile.TemporaryDirectory() as empty:
            request = wire.request(
                "measure", root=os.fsencode(empty), settings={"algorithms": [algorithm]}
            )
            found = {each.path: each for batch in wire.batches(request) for each in batch.results}
    finally:
        del os.environ["CHECKSIG_DISABLE"]
    if found["kernel"].detail != name:
        raise SystemExit(f"{name} was to be measured, and {found['kernel'].detail} was")
    return float(found["kernel"].size or 0)


def _other(digest: Callable[[bytes], Any]) -> float:
    """Return the best stretch of one that hashes a message again and again."""
    data, best, end = os.urandom(_LENGTH), 0.0, time.perf_counter() + _SPEND
    while (began := time.perf_counter()) < end:
        done = 0
        while (taken := time.perf_counter() - began) < _STRETCH:
            digest(data).digest()
            done += _LENGTH
        best = max(best, done / taken)
    return best


def _target(algorithm: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    of = [each for each in rows if each["algorithm"] == algorithm]
    ours = max(each["median"] for each in of if each["ours"])
    other = max(each["median"] for each in of if not each["ours"])
    subject = f"{algorithm}, the best kernel against the best of others"
    return record.target(subject, ours / other, limit=LIMIT, unit="times", relation="at least")
