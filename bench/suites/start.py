"""How long a command takes before it does anything."""

from __future__ import annotations

from typing import Any

import command
import record
from plan import Plan

ROUNDS = 50
LIMIT = 0.060

COMMANDS = (["checksig", "--version"], ["python", "-c", "pass"])


def run(plan: Plan) -> None:
    """Time both commands in turn, and write the results."""
    rounds = plan.rounds(ROUNDS)
    samples: list[list[float]] = [[] for _ in COMMANDS]
    for number in range(1 + rounds):
        for argv, taken in zip(COMMANDS, samples, strict=True):
            seconds = command.succeed(list(argv)).seconds
            if number > 0:  # the first round warms the page cache
                taken.append(seconds)
    subjects: list[dict[str, Any]] = [
        {"name": argv[0], "command": " ".join(argv), **record.summary(taken)}
        for argv, taken in zip(COMMANDS, samples, strict=True)
    ]
    ours = subjects[0]["median"]
    target = record.target("checksig --version, median", ours, limit=LIMIT, unit="s")
    record.write(plan, "start", {"rounds": rounds, "subjects": subjects, "targets": [target]})
