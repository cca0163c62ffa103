"""Subjects take turns: what is timed, how often, and what the results say about it.

Before each sample all files are seen to be in memory, as the system may drop them at any time. What
others have of the processors meanwhile is measured: a sample with too much of that is taken again.
Processor time stands beside wall time. Where the two disagree about who is faster, and others were
at work, all of it is done again.
"""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import command
import record
from corpus import Corpus
from peers.table import CHECKSIG, Peer, shown

from checksig._measuring.load import Load

#: Whoever takes this many times as long as the fastest peer in the trial is no contender: the trial
#: is all of its samples then.
SLOW = 1.5
#: Variants of a contender that came this close to its best are tried once more.
CLOSE = 1.2
#: Which part of the processors others may have while a sample is taken, and how often it is taken
#: for that.
QUIET = 0.1
TRIES = 3
#: How far wall time and processor time may be apart about who is faster, and how often all samples
#: are taken for that.
AGREED = 0.1
REPEATS = 1

T = TypeVar("T")


@dataclass(frozen=True)
class Sample:
    """How long something took in seconds, and the peak of its memory in bytes, if it is known."""

    seconds: float
    memory: int = 0
    processor: float = 0.0  #: seconds of processor time
    others: float = 0.0  #: which part of all processors' time others had meanwhile


@dataclass(frozen=True)
class Subject:
    """What is timed, and what the results say about it."""

    entry: dict[str, Any]
    timed: Callable[[], Sample]
    trial: Sample | None = None  #: of the best of its variants, when it was chosen

    @property
    def is_peer(self) -> bool:
        """Whether it is what ours is measured by."""
        return self.entry["name"] != CHECKSIG.name


def processes(corpus: Corpus, algorithm: str, peers: Sequence[Peer]) -> list[Subject]:
    """Return whole processes to time. Ours is the first, those most likely to be fast follow."""
    subjects: list[Subject] = []
    for peer in peers:
        subjects.append(process(corpus, algorithm, peer, worth=SLOW * _fastest(subjects)))
    return subjects


def _fastest(subjects: Sequence[Subject]) -> float:
    """Return the seconds that the fastest peer took in its trial."""
    trials = [each.trial for each in subjects if each.is_peer and each.trial]
    return min(map(_seconds, trials), default=math.inf)


def process(
    corpus: Corpus, algorithm: str, peer: Peer, *, cores: int = 0, worth: float = math.inf
) -> Subject:
    """Return a whole process to time, by the variant that does best in a trial."""

    def sample(argv: command.Command) -> Sample:
        outcome = command.succeed(argv, corpus.root, cores)
        if peer.evicts:
            corpus.warm()
        return Sample(outcome.seconds, outcome.memory, outcome.processor)

    def timed(argv: command.Command) -> Sample:
        return _quiet(corpus, lambda: sample(argv))

    variants = peer.variants(corpus, algorithm)
    place = (corpus.name, peer.name, len(variants))
    best, trial, trials = choose(variants, timed, shown, worth, _USUAL.get(place))
    if trial.seconds > worth:
        _USUAL[place] = variants.index(best)
    about = entry(peer.name, shown(best), peer.note, trials)
    about["compares"] = peer.compares
    if cores:
        about["cores"] = cores
    return Subject(about, lambda: sample(best), trial)


#: The variants that are tried first, by their numbers: of peers that were no contenders, by corpus
#: and peer, the one that did best with another algorithm.
_USUAL: dict[tuple[str, str, int], int] = {}


def choose(
    variants: Sequence[T],
    timed: Callable[[T], Sample],
    name: Callable[[T], str],
    worth: float = math.inf,
    usual: int | None = None,
) -> tuple[T, Sample, dict[str, float]]:
    """Return the variant that is fastest in a trial, its trial, and the seconds that each took.

    Args:
        variants: Those to try.
        timed: Tries one.
        name: Returns how one is called.
        worth: If none takes less, those that are close get no second look.
        usual: The number of the one that is known to be the best of those that take longer than
            that: if it does again, the others are not tried.
    """
    taken: dict[int, Sample] = {}

    def take(number: int) -> None:
        found = timed(variants[number])
        taken[number] = min(taken.get(number, found), found, key=_seconds)

    if usual is not None:
        take(usual)
    if usual is None or taken[usual].seconds <= worth:
        for number in range(len(variants)):
            if number != usual:
                take(number)
        least = min(map(_seconds, taken.values()))
        close = [number for number in sorted(taken) if taken[number].seconds < CLOSE * least]
        if len(close) > 1 and least <= worth:
            for number in close:
                take(number)
    best = min(taken, key=lambda number: taken[number].seconds)
    several = len(variants) > 1
    tried = {name(variants[n]): record.rounded(taken[n].seconds) for n in sorted(taken) if several}
    return variants[best], taken[best], tried


def _seconds(sample: Sample) -> float:
    return sample.seconds


def entry(
    name: str, text: str, note: str = "", tried: dict[str, float] | None = None
) -> dict[str, Any]:
    """Return what the results say about a subject before it is timed."""
    return {"name": name, "command": text, "note": note, "tried": tried or {}}


def workload(
    corpus: Corpus,
    algorithm: str,
    subjects: list[Subject],
    rounds: int,
    scope: str,
    *,
    warm: bool = True,
) -> dict[str, Any]:
    """Time the subjects in turn, so that what disturbs one disturbs all. Ours is the first."""
    print(f"  {corpus.name}, {algorithm}, {scope}: {rounds} rounds", flush=True)
    repeated = 0
    while True:
        samples = _take_turns(corpus, subjects, rounds, warm=warm)
        wall, processor = _times(samples, subjects)
        disturbed = any(sample.others > QUIET for taken in samples for sample in taken)
        agreed = abs(wall / processor - 1) <= AGREED if processor else None
        if agreed is not False or not disturbed or repeated == REPEATS:
            break
        repeated += 1
        print(f"    {wall:.2f} times by wall time, {processor:.2f} by processor time", flush=True)
    medians = [statistics.median(sample.seconds for sample in taken) for taken in samples]
    peers = [median for median, each in zip(medians, subjects, strict=True) if each.is_peer]
    for subject, median, taken in zip(subjects, medians, samples, strict=True):
        own = statistics.median(sample.processor for sample in taken)
        print(f"    {median:8.3f} s {own:8.3f} s  {subject.entry['name']}", flush=True)
    return {
        "corpus": corpus.name,
        "files": corpus.content.count,
        "bytes": corpus.content.total,
        "algorithm": algorithm,
        "scope": scope,
        "rounds": rounds,
        "times_by_processor": record.rounded(processor) or None,
        "agreed": agreed,
        "repeated": repeated,
        "subjects": [
            {
                **subject.entry,
                "rounds": len(taken),
                "to_fastest_peer": record.rounded(median / min(peers)) if peers else None,
                "memory": max(sample.memory for sample in taken) or None,
                "processor": record.rounded(statistics.median(s.processor for s in taken)) or None,
                "others": [record.rounded(sample.others) for sample in taken],
                **record.summary([sample.seconds for sample in taken]),
            }
            for subject, median, taken in zip(subjects, medians, samples, strict=True)
        ],
    }


def _times(samples: list[list[Sample]], subjects: list[Subject]) -> tuple[float, float]:
    """Return how many times as fast the first is as the fastest peer, by wall and processor time.

    0: there is no peer, or no telling.
    """
    medians = [
        (statistics.median(s.seconds for s in taken), statistics.median(s.processor for s in taken))
        for taken in samples
    ]
    peers = [each for each, subject in zip(medians, subjects, strict=True) if subject.is_peer]
    if not peers:
        return 0.0, 0.0
    (seconds, processor), rival = medians[0], min(peers)
    return rival[0] / seconds, rival[1] / processor if processor else 0.0


def fastest_peer(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return the fastest peer of a workload, if there is any."""
    return min(found["subjects"][1:], key=lambda subject: subject["median"], default=None)


def held_to(found: dict[str, Any], times: float) -> dict[str, Any]:
    """Return a workload with what it came to beside the fastest peer, and what is asked."""
    rival, seconds = fastest_peer(found), found["subjects"][0]["median"]
    return found | {
        "rival": rival["name"] if rival else None,
        "reached": {
            "times": record.rounded(rival["median"] / seconds) if rival else None,
            "percent": None,
            "files": record.rounded(found["files"] / seconds),
        },
        "aims": {"times": times},
    }


def times_target(found: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked of a workload beside the fastest peer, and whether it was met."""
    what = f"{found['corpus']}, {found['algorithm']}: times as fast as {found['rival']}"
    times, least = found["reached"]["times"], found["aims"]["times"]
    return record.target(what, times, limit=least, unit="times", relation="at least")


def missing(peers: Sequence[Peer]) -> list[dict[str, str]]:
    """Return the peers that are not installed, and say so on the screen."""
    absent = [peer for peer in peers if not command.find(peer.program)]
    for peer in absent:
        print(f"  MISSING {peer.name}: not installed; see bench/README.md", flush=True)
    return [
        {"name": peer.name, "package": peer.package, "reason": "not installed"} for peer in absent
    ]


def _take_turns(
    corpus: Corpus, subjects: list[Subject], rounds: int, *, warm: bool
) -> list[list[Sample]]:
    slowest = SLOW * _fastest(subjects)
    samples = [
        [each.trial] if each.is_peer and each.trial and each.trial.seconds > slowest else []
        for each in subjects
    ]
    turns = [(s, taken) for s, taken in zip(subjects, samples, strict=True) if not taken]
    for _ in range(rounds):
        for subject, taken in turns:
            taken.append(_quiet(corpus, subject.timed, warm=warm))
    return samples


def _quiet(corpus: Corpus, timed: Callable[[], Sample], *, warm: bool = True) -> Sample:
    """Take a sample; if others are at work, the best of a few."""
    found: list[Sample] = []
    while len(found) < TRIES and all(sample.others > QUIET for sample in found):
        if warm:
            corpus.keep()
        load, began = Load(), sum(os.times()[:4])
        sample = timed()
        found.append(replace(sample, others=load.others(sum(os.times()[:4]) - began) or 0.0))
    return min(found, key=lambda sample: sample.others)
