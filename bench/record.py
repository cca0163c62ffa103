"""What every results file says: when, where, with what, and every sample in seconds."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from plan import Plan

import checksig
from checksig._bridge import library


def rounded(number: float) -> float:
    """Return a number with four digits: no clock here is better than that."""
    return float(f"{number:.4g}")


def summary(samples: Sequence[float]) -> dict[str, Any]:
    """Return the samples (seconds) with their minimum and median."""
    return {
        "minimum": rounded(min(samples)),
        "median": rounded(statistics.median(samples)),
        "samples": [rounded(sample) for sample in samples],
    }


def target(
    subject: str,
    value: float | None,
    *,
    limit: float,
    unit: str,
    relation: Literal["at most", "at least"] = "at most",
) -> dict[str, Any]:
    """Return a target and whether it was met, and say so on the screen. None: no telling."""
    met = None
    if value is not None:
        value = rounded(value)
        met = value <= limit if relation == "at most" else value >= limit
    verdict = {True: "met", False: "MISSED", None: "UNKNOWN"}[met]
    shown = "?" if value is None else f"{value:g}"
    print(f"  {verdict:7} {subject}: {shown} {unit}, {relation} {limit:g}", flush=True)
    return {
        "subject": subject,
        "value": value,
        "relation": relation,
        "limit": limit,
        "unit": unit,
        "met": met,
    }


def write(
    plan: Plan, name: str, content: dict[str, Any], versions: dict[str, str] | None = None
) -> None:
    """Write ``NAME.json`` with the other results: the content, and what it was measured with."""
    document = {
        "benchmark": name,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        **({"brief": True} if plan.quick else {}),
        "machine": _machine(),
        "versions": _versions() | (versions or {}),
        **content,
    }
    plan.results.mkdir(parents=True, exist_ok=True)
    path = plan.results / f"{name}.json"
    path.write_text(_dump(document), encoding="utf-8")
    print(f"  wrote {path.name} of {'a brief run' if plan.quick else 'this run'}", flush=True)


def _machine() -> dict[str, Any]:
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": f"{platform.system()} {platform.release()}",
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _versions() -> dict[str, str]:
    return {
        "checksig": checksig.__version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Go": str(library.describe()["go"]).removeprefix("go"),
    }


def _dump(document: dict[str, Any]) -> str:
    """Return JSON for people: a list of numbers stands on one line."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return re.sub(r"\[[-+.\de,\s]+\]", lambda found: " ".join(found.group().split()), text) + "\n"
