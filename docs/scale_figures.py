"""The figures in ``scale.md``: all of them come from ``bench/results/scale.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent.parent / "bench" / "results" / "scale.json"

Found = dict[str, Any]


def figures() -> dict[str, str]:
    """Return the figures by their names in the page."""
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {
        **_measured(found),
        **_of_plans(found),
        **_assumed(found),
        **_of_petabyte(found),
        **_listed(found),
        **_swept(found),
    }


def _measured(found: Found) -> dict[str, str]:
    worker = found["calibration"]
    errors = {f"error_{each['corpus']}": f"{each['error']:+.0f} %" for each in found["real"]}
    return {
        **errors,
        "worst_error": f"{max(abs(each['error']) for each in found['real']):.0f} %",
        "rate": f"{worker['rate'] / 1e9:.2g} GB/s",
        "stream": f"{worker['stream'] / 1e9:.2g} GB/s",
        "per_file": _short(worker["file"]),
        "per_name": _short(worker["name"]),
        "per_task": _short(worker["task"]),
        "dispatch": _short(worker["dispatch"]),
        "dask": _short(found["dask"]),
        "there": f"{found['travels']['there'] / 1000:.1f} kB",
        "back": f"{found['travels']['back'] / 1000:.1f} kB",
    }


def _of_plans(found: Found) -> dict[str, str]:
    few, many = _ends([each for each in found["plans"] if each["lines"] == 1_000_000])
    shard = (many["bytes"] - few["bytes"]) / (many["shards"] - few["shards"])
    long = max(found["plans"], key=lambda each: each["lines"])
    lists = found["sets"]["petabyte"]["lists"]
    return {
        "shard_bytes": f"{shard:.0f}",
        "plan_few": _size(few["bytes"]),
        "plan_few_shards": f"{few['shards']:,}",
        "plan_many": _size(many["bytes"]),
        "plan_many_shards": f"{many['shards']:,}",
        "long_lines": f"{long['lines'] / 1e6:g} million",
        "long_list": _size(long["list"]),
        "long_plan": _size(long["bytes"]),
        "long_seconds": f"{long['seconds']:.0f} s",
        "long_memory": _size(long["memory"]),
        "line": f"{found['assumed']['line']}",
        "lines_of_list": f"{(1 << 30) / found['assumed']['line'] / 1e6:.0f} million",
        "whole_list": _size(found["assumed"]["line"] * found["sets"]["petabyte"]["files"]),
        "lists": f"{lists}",
        "whole_plan": _size(lists * long["bytes"]),
        "whole_planning": f"{lists * long['seconds'] / 60:.0f} minutes",
    }


def _ends(points: list[Found]) -> tuple[Found, Found]:
    ordered = sorted(points, key=lambda each: each["shards"])
    return ordered[0], ordered[-1]


def _assumed(found: Found) -> dict[str, str]:
    storage, disk = found["assumed"]["storage"], found["assumed"]["disk"]
    trouble = found["assumed"]["trouble"]
    return {
        "bandwidth": f"{storage['bandwidth'] / 1e9:g} GB/s",
        "opens": f"{storage['opens'] / 1e6:g} million",
        "slow": f"{1 / trouble['slow']:g}",
        "slowness": f"{trouble['slowness']:g}",
        "fails": f"{trouble['between_failures'] / 3600:g} hours",
        "disks": f"{found['assumed']['disks']}",
        "disk_bandwidth": f"{disk['bandwidth'] / 1e6:g} MB/s",
        "disk_opens": f"{disk['opens']:g}",
        "crowded": f"{disk['crowded']:g}",
    }


def _of_petabyte(found: Found) -> dict[str, str]:
    whole, storage = found["sets"]["petabyte"], found["assumed"]["storage"]
    points = [each for each in found["workers"] if each["set"] == "petabyte"]
    healthy = {each["workers"]: each for each in points if not each["trouble"]}
    troubled = {each["workers"]: each for each in points if each["trouble"]}
    worker = found["calibration"]
    each = whole["bytes"] / worker["rate"] + whole["files"] * worker["file"]
    most = max(healthy)
    enough = min(n for n, each in healthy.items() if each["bound_by"] == "bandwidth")
    return {
        "pb_shards": f"{healthy[most]['shards']:,}",
        "pb_messages": f"{healthy[most]['messages']:,}",
        "pb_scheduler": _time(healthy[most]["scheduler"]),
        "pb_busy": f"{100 * healthy[most]['scheduler'] / healthy[most]['seconds']:.0f} %",
        "pb_metadata": _time(whole["files"] / storage["opens"]),
        "pb_bandwidth": _time(whole["bytes"] / storage["bandwidth"]),
        "pb_work": f"{each / 86400:.1f} days",
        "pb_opening": f"{100 * whole['files'] * worker['file'] / each:.1f} %",
        "pb_8": _time(healthy[8]["seconds"]),
        "pb_64": _time(healthy[64]["seconds"]),
        "pb_most": _time(healthy[most]["seconds"]),
        "pb_enough": f"{enough}",
        "pb_back": _size(healthy[most]["shards"] * found["travels"]["back"]),
        "pb_trouble": _time(troubled[64]["seconds"]),
        "pb_again": f"{troubled[most]['again']}",
        "pb_lost": f"{sum(each['lost'] for each in points)}",
    }


def _listed(found: Found) -> dict[str, str]:
    listing, whole = found["listing"], found["sets"]["petabyte"]
    requests = whole["files"] / listing["page"]
    return {
        "page": f"{listing['page']:,}",
        "list_requests": f"{requests:,.0f}",
        "latency": f"{1000 * listing['latency']:g} ms",
        "list_alone": _time(requests * listing["latency"]),
        "list_apart": _time(requests * listing["latency"] / whole["lists"]),
        "s3": f"{listing['requests']:,}",
        "gets_one": _time(whole["files"] / listing["requests"]),
        "gets_apart": _time(whole["files"] / listing["requests"] / whole["lists"]),
    }


def _swept(found: Found) -> dict[str, str]:
    crowd, one = (each["seconds"] for each in found["readers"])
    huge = [each for each in found["workers"] if each["set"] == "huge" and not each["trouble"]]
    return {
        "at_work": f"{found['shards'][0]['workers']}",
        "readers": f"{found['readers'][0]['workers']}",
        "disks_crowd": _time(crowd),
        "disks_one": _time(one),
        "many_default": _percent(found, "many", 1024, trouble=True),
        "many_most": _percent(found, "many", 4096, trouble=True),
        "many_few": _percent(found, "many", 256, trouble=True),
        "fewer_default": _percent(found, "fewer", 1024, trouble=False),
        "fewer_most": _percent(found, "fewer", 4096, trouble=False),
        "huge_title": found["sets"]["huge"]["title"],
        "huge_least": _time(huge[-1]["seconds"]),
        "huge_enough": f"{min(each['workers'] for each in huge if each['bound_by'] == 'longest')}",
    }


def _percent(found: Found, name: str, shards: int, *, trouble: bool) -> str:
    """Return the efficiency with about so many shards."""
    points = [each for each in found["shards"] if each["set"] == name]
    own = [each for each in points if each["trouble"] is trouble]
    nearest = min(own, key=lambda each: abs(each["shards"] - shards))
    return f"{100 * nearest['efficiency']:.0f} %"


def _short(seconds: float) -> str:
    """Return a time of less than a second."""
    unit, number = ("ms", 1e3 * seconds) if seconds >= 1e-3 else ("µs", 1e6 * seconds)
    return f"{float(f'{number:.2g}'):g} {unit}"


def _time(seconds: float) -> str:
    for unit, length in (("hours", 7200), ("minutes", 120)):
        if seconds >= length:
            return f"{seconds / (3600 if unit == 'hours' else 60):.3g} {unit}"
    return f"{seconds:.3g} s"


def _size(count: float) -> str:
    """Return a number of bytes in the largest unit that it fills."""
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if count >= 10**power:
            return f"{count / 10**power:.3g} {unit}"
    return f"{count:.0f} bytes"
