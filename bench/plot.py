"""Draw ``docs/_static/bench/*.{svg,png}`` from ``bench/results/*.json``.

    python bench/plot.py [--results DIRECTORY] [--charts DIRECTORY]

Every number in a chart comes from those files. The same files give the same charts. A chart whose
results are not there says so.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from charts import calls, checking, cold, kernels, lists, scale, scaling, stores
from charts.figure import Chart, Document, save, save_empty

HERE = Path(__file__).parent
RESULTS = HERE / "results"
CHARTS = HERE.parent / "docs" / "_static" / "bench"


class Entry(NamedTuple):
    """A chart: its file, the benchmark it is about, and its title while there are no results."""

    name: str
    benchmark: str
    title: str
    draw: Callable[[Document], Chart | None]


SHA = ("sha1", "sha256")
STAND_INS = "Stand-ins for the coreutils and b3sum: times as fast as the fastest other checker"
TABLE = (
    Entry("overhead", "overhead", "What one call costs", calls.overhead),
    Entry("kernels", "kernels", "Hashing what is in the cache", kernels.kernels),
    Entry("times", "checking", "Times as fast as the fastest other checker", checking.times),
    Entry("limit", "checking", "Part of what this machine can do at best", checking.limit),
    *(
        Entry(name, "checking", title, checking.side_by_side(corpus, algorithms, scope))
        for name, title, corpus, algorithms, scope in (
            ("checking-large", "Checking large files", "large", SHA, "process"),
            ("checking-more", "MD5 and SHA-512", "large", ("md5", "sha512"), "process"),
            ("checking-fast", "BLAKE3 and CRC-32", "large", ("blake3", "crc32"), "process"),
            ("checking-small", "Checking small files", "small", SHA, "process"),
            ("checking-mixed", "Checking a Python installation", "mixed", SHA, "process"),
            ("checking-huge", "Checking one file", "huge", ("sha256",), "process"),
            ("calling-large", "Calling for large files", "large", SHA, "in-process"),
            ("calling-small", "Calling for small files", "small", SHA, "in-process"),
        )
    ),
    Entry("drop-in", "drop_in", STAND_INS, partial(checking.times, title=STAND_INS)),
    *(
        Entry(name, name, title, checking.side_by_side(name, (algorithm,)))
        for name, title, algorithm in (
            ("bag", "Checking a BagIt bag", "sha256+sha512"),
            ("environment", "Checking the packages of a Python environment", "sha256"),
        )
    ),
    Entry("parsing", "parsing", "Reading a list of a million files", lists.parsing),
    Entry("scaling-cores", "scaling", "The same work on one core and on more", scaling.by_cores),
    Entry("scaling-sizes", "scaling", "Speed by size of the files", scaling.by_size),
    Entry("scaling-files", "scaling", "Speed and memory by number of files", scaling.by_count),
    Entry("cold", "cold", "Checking what is not in memory yet", cold.cold),
    Entry("stores-large", "stores", "Checking large objects", stores.side_by_side("large")),
    Entry("stores-small", "stores", "Checking small objects", stores.side_by_side("small")),
    Entry("crowds-memory", "crowds", "Peak of memory with many objects", stores.memory),
    Entry("crowds-interrupts", "crowds", "From Ctrl-C to the end", stores.interrupts),
    Entry("results", "results", "Moving results from Go to Python", calls.results),
    Entry("scale-real", "scale", "The simulation, and real runs", scale.real),
    Entry("scale-workers", "scale", "More workers", scale.by_workers),
    Entry("scale-shards", "scale", "More shards", scale.by_shards),
    Entry("scale-readers", "scale", "Disks that spin", scale.by_readers),
    Entry("start", "start", "Start of a process that does nothing", calls.start),
)


def main() -> None:
    """Draw every chart."""
    parser = argparse.ArgumentParser(description="Draw the charts of the benchmarks.")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the JSON files are")
    parser.add_argument("--charts", type=Path, default=CHARTS, help="where charts are written to")
    arguments = parser.parse_args()
    arguments.charts.mkdir(parents=True, exist_ok=True)
    for entry in TABLE:
        _draw(entry, arguments.results / f"{entry.benchmark}.json", arguments.charts)


def _draw(entry: Entry, results: Path, place: Path) -> None:
    document = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else None
    chart = entry.draw(document) if document else None
    if document and chart:
        save(chart, place, entry.name, document)
        print(f"{entry.name}.svg and .png")
    else:
        save_empty(place, entry.name, entry.title, entry.benchmark)
        print(f"{entry.name}.svg and .png: NO RESULTS, run bench/run.py {entry.benchmark}")


if __name__ == "__main__":
    main()
