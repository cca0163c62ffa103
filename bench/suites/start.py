"""How long a command takes before it does anything, beside a Python that does nothing."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import command
import record
from plan import Plan

ROUNDS = 50
FILES = 10
LIMIT = 0.060
#: How many times as long as a bare Python.
TIMES = {"checksig --version": 2.5, "checksig verify, ten small files": 4.5}


def run(plan: Plan) -> None:
    """Time all commands in turn, and write the results."""
    rounds = plan.rounds(ROUNDS)
    with tempfile.TemporaryDirectory() as place:
        _plant(Path(place))
        commands = {
            "checksig --version": ["checksig", "--version"],
            "checksig verify, ten small files": ["checksig", "verify", place],
            "python": ["python", "-c", "pass"],
        }
        samples: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(1 + rounds):
            for name, argv in commands.items():
                seconds = command.succeed(argv).seconds
                if number > 0:  # the first round warms the page cache
                    samples[name].append(seconds)
    subjects: dict[str, dict[str, Any]] = {
        name: {"name": name, "command": " ".join(argv).replace(place, "DIRECTORY")}
        | record.summary(samples[name])
        for name, argv in commands.items()
    }
    medians = {name: each["median"] for name, each in subjects.items()}
    targets = [
        record.target(
            "checksig --version, median", medians["checksig --version"], limit=LIMIT, unit="s"
        ),
        *[
            record.target(
                f"{name}, of python", medians[name] / medians["python"], limit=n, unit="times"
            )
            for name, n in TIMES.items()
        ],
    ]
    found = {"rounds": rounds, "subjects": [*subjects.values()], "targets": targets}
    record.write(plan, "start", found)


def _plant(root: Path) -> None:
    names = [f"{number}.txt" for number in range(FILES)]
    for name in names:
        (root / name).write_text(name)
    lines = [f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in names]
    (root / "SHA256SUMS").write_text("".join(lines))
