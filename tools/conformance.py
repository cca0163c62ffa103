"""Replay recorded cases of the coreutils' commands, and of BagIt bags: ``make conformance``.

A table is JSON. Each of its ``cases`` has files to lay out, a command to run among them, and what
the command did: its exit code, and as far as they are known stdout and stderr. All of that is held
against what ``checksig`` does, byte for byte. What is different has to be in ``KNOWN``, with its
reason; what is in ``KNOWN`` has to be different.

Of a bag, only whether it is valid is recorded. Cases without an expectation, and those for another
operating system, are counted as left out.

usage: conformance.py DIRECTORY
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from base64 import b64decode
from pathlib import Path
from typing import Any, Final

TABLES: Final = ("coreutils_check.json", "coreutils_generate.json")
BAGS: Final = "bagit_conformance.json"

#: In percent: of the cases of each table that do what was recorded.
ENOUGH: Final = 97.0

#: In seconds: for one command.
PATIENCE: Final = 60

#: Names of cases, and why they are not as recorded.
KNOWN: Final[dict[str, str]] = {
    r"gnu/b2sum\.sh#1": "--version says whose program this is",
    r"uutils/test_cksum::debug_flag::test_debug_flag#1": "--debug names a kernel of the coreutils; "
    "checksig doctor names ours",
    r"uutils/test_cksum::test_check_blake3_(un)?tagged_case[4-7]#1": "BLAKE3 of 8 to 400 bits: the "
    "coreutils refuse them too, and only uutils has them",
    r"uutils/test_cksum::test_check_shake(128|256)_no_length#1": "SHAKE: the coreutils refuse it "
    "too, and only uutils has it",
}


def main(directory: Path) -> int:
    """Replay all tables, say how that went, and return the exit code."""
    matched: set[str] = set()
    worst, unexpected = 100.0, 0
    for table in TABLES:
        cases = json.loads((directory / table).read_text())["cases"]
        different = {case["name"]: why for case in cases if (why := replay(case))}
        for name, why in different.items():
            patterns = {pattern for pattern in KNOWN if re.fullmatch(pattern, name)}
            matched |= patterns
            unexpected += not patterns
            reasons = "; ".join(KNOWN[pattern] for pattern in patterns)
            print(
                f"known: {name}: {reasons}" if patterns else f"DIFFERENT: {name}: {'; '.join(why)}"
            )
        rate = 100 * (1 - len(different) / len(cases))
        worst = min(worst, rate)
        print(f"{table}: {len(cases) - len(different)} of {len(cases)} as recorded, {rate:.1f} %")
    wrong = replay_bags(json.loads((directory / BAGS).read_text())["cases"])
    stale = KNOWN.keys() - matched
    for pattern in sorted(stale):
        print(f"no longer different: {pattern}")
    return 1 if unexpected or stale or wrong or worst < ENOUGH else 0


def replay_bags(cases: list[dict[str, Any]]) -> int:
    """Check all bags, say how that went, and return how many were judged wrongly."""
    ours = [
        case
        for case in cases
        if case["expected_exit"] in {0, "nonzero"}
        and case.get("platform", "any") in {"any", sys.platform}
    ]
    wrong = 0
    for case in ours:
        with tempfile.TemporaryDirectory() as place:
            bag = os.path.join(place, case["bag_dir"])  # noqa: PTH118 (as in lay_out)
            Path(bag).mkdir()
            lay_out(case, os.fsencode(bag))
            done = subprocess.run(
                [sys.executable, "-m", "checksig", "verify", bag],
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        if (done.returncode == 0) != (case["expected_exit"] == 0) or done.returncode not in {
            0,
            1,
            2,
        }:
            wrong += 1
            print(f"DIFFERENT: {case['name']}: exit code {done.returncode}")
    left_out = f", {len(cases) - len(ours)} left out" if len(cases) > len(ours) else ""
    print(f"{BAGS}: {len(ours) - wrong} of {len(ours)} as recorded{left_out}")
    return wrong + (not ours)


def replay(case: dict[str, Any]) -> list[str]:
    """Run a case, and return what is not as recorded."""
    with tempfile.TemporaryDirectory() as place:
        lay_out(case, os.fsencode(place))
        done = subprocess.run(
            [sys.executable, "-m", "checksig", case["tool"], *case["argv"]],
            cwd=place,
            input=b64decode(case.get("stdin_base64", "")),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env=os.environ | {"LC_ALL": "C"},
        )
    why: list[str] = []
    if done.returncode != case["expected_exit"]:
        why.append(f"exit code {done.returncode}, not {case['expected_exit']}")
    stdout = case.get("expected_stdout_base64")
    if stdout is not None and done.stdout != b64decode(stdout):
        why.append(f"stdout {done.stdout!r}, not {b64decode(stdout)!r}")
    stderr = case.get("expected_stderr")
    if stderr is not None and done.stderr != os.fsencode(stderr):
        why.append(f"stderr {done.stderr!r}, not {os.fsencode(stderr)!r}")
    return why


def lay_out(case: dict[str, Any], place: bytes) -> None:
    """Write the files of a case, and what else it needs."""
    for name, content in case["files"].items():
        path = Path(os.fsdecode(os.path.join(place, os.fsencode(name))))  # noqa: PTH118 (bytes)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b64decode(content))
    for name, what in case.get("other", {}).items():
        path = Path(os.fsdecode(place), name)
        match what["type"]:
            case "dir":
                path.mkdir(parents=True, exist_ok=True)
            case "symlink":
                path.symlink_to(what["target"])
            case "mode":
                path.chmod(int(what["mode"], 8))
            case other:
                raise ValueError(f"what is a {other!r}?")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
