"""Draw ``docs/_static/bench/*.{svg,png}`` from ``bench/results/*.json``.

    python bench/plot.py

Every number in a chart comes from those files. The same files give the same charts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

HERE = Path(__file__).parent
RESULTS = HERE / "results"
CHARTS = HERE.parent / "docs" / "_static" / "bench"

OURS, PEER, INK, FAINT, LIMIT = "#0a6ebd", "#b9c0c7", "#24292f", "#6e7781", "#cf222e"
TITLES = {"sha1": "SHA-1", "sha256": "SHA-256"}
STYLE: dict[Any, Any] = {
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": FAINT,
    "xtick.color": FAINT,
    "ytick.color": INK,
    "axes.edgecolor": "#d0d7de",
    "svg.hashsalt": "checksig",
}

Document = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """One bar: what it is, how long it is, and what is printed at its end."""

    label: str
    value: float
    text: str
    ours: bool = False


def main() -> None:
    """Draw every chart whose results are there."""
    CHARTS.mkdir(parents=True, exist_ok=True)
    plt.rcParams.update(STYLE)
    for name, draw in (
        ("overhead", _overhead),
        ("checking", _checking),
        ("results", _results),
        ("start", _start),
    ):
        path = RESULTS / f"{name}.json"
        if path.exists():
            draw(json.loads(path.read_text(encoding="utf-8")))
        else:
            print(f"no {path.name}: run bench/run.py {name}")


def _overhead(document: Document) -> None:
    figure, (axes,) = _figure("What one call from Python to Go costs", [5])
    bars = [
        Bar(
            f"{subject['name']}, {subject['route']}",
            subject["median"] * 1e6,
            f"{_short(subject['median'] * 1e6)} µs",
            ours=subject["route"] != "gRPC",
        )
        for subject in sorted(document["subjects"], key=_call_order)
    ]
    _panel(axes, bars, "µs a call, median (logarithmic)", log=True)
    _finish(
        figure,
        "overhead",
        document,
        f"gRPC over loopback takes {document['grpc_over_ctypes']['no-op, median']:,.0f} times as "
        "long for a no-op. “verify” checks a directory with one empty file.",
    )


def _call_order(subject: Document) -> tuple[bool, float]:
    return subject["name"] != "no-op", subject["median"]


def _checking(document: Document) -> None:
    for corpus, title in (
        ("large", "Checking 1,024 files of 1 MiB"),
        ("small", "Checking 100,000 files of 4 KiB"),
    ):
        for scope, name, suffix in (
            ("process", f"checking-{corpus}", "whole process"),
            ("in-process", f"calling-{corpus}", "within one Python process"),
        ):
            workloads = [
                workload
                for workload in document["workloads"]
                if (workload["corpus"], workload["scope"]) == (corpus, scope)
            ]
            _workloads(document, workloads, name, f"{title}, {suffix}")


def _workloads(document: Document, workloads: list[Document], name: str, title: str) -> None:
    figure, panels = _figure(title, [len(workload["subjects"]) for workload in workloads])
    for axes, workload in zip(panels, workloads, strict=True):
        large = workload["corpus"] == "large"
        amount = workload["bytes"] / 1e9 if large else workload["files"] / 1e3
        unit = "GB/s" if large else "thousand files/s"
        bars = [
            Bar(
                subject["name"] + ("" if subject.get("compares", True) else "*"),
                amount / subject["median"],
                f"{_short(amount / subject['median'])}   {_short(subject['median'])} s",
                ours=subject["name"] == "checksig",
            )
            for subject in sorted(workload["subjects"], key=lambda entry: entry["median"])
        ]
        _panel(axes, bars, unit, title=TITLES[workload["algorithm"]])
    note = f"Median of {workloads[0]['rounds']} rounds in turn, warm page cache. Longer is faster."
    if any(bar.get("compares") is False for bar in workloads[0]["subjects"]):
        note += " * only hashes, and compares nothing with the list."
    if missing := [peer["name"] for peer in document["missing"]]:
        note += f" Not measured, because not installed: {', '.join(missing)}."
    _finish(figure, name, document, note)


def _results(document: Document) -> None:
    subjects = document["subjects"]
    title = f"Moving {document['results']:,} results from Go to Python"
    figure, panels = _figure(title, [len(subjects), len(subjects)])
    clocks = (("thread", "the thread that takes them"), ("wall", "wall time, with the core's work"))
    for axes, (clock, about) in zip(panels, clocks, strict=True):
        bars = [
            Bar(
                f"{subject['status']}, {_level(subject['level'])}",
                subject[clock]["median"],
                f"{_short(subject[clock]['median'])} s",
                ours=True,
            )
            for subject in subjects
        ]
        limit = document["targets"][0]["limit"] if clock == "thread" else None
        _panel(axes, bars, "seconds", title=about, limit=limit)
    note = f"Median of {document['rounds']} rounds. “malformed” opens no file. Dashed: the target."
    _finish(figure, "results", document, note)


def _level(level: str) -> str:
    return "packed" if level == "batches" else "objects"


def _start(document: Document) -> None:
    figure, (axes,) = _figure("Start of a process that does nothing", [len(document["subjects"])])
    bars = [
        Bar(
            subject["command"],
            subject["median"] * 1e3,
            f"{_short(subject['median'] * 1e3)} ms",
            ours=subject["name"] == "checksig",
        )
        for subject in document["subjects"]
    ]
    _panel(axes, bars, "ms", limit=document["targets"][0]["limit"] * 1e3)
    _finish(
        figure, "start", document, f"Median of {document['rounds']} rounds. Dashed: the target."
    )


def _figure(title: str, rows: list[int]) -> tuple[Figure, list[Axes]]:
    """Return a figure with a panel side by side for each number of bars."""
    height = 1.5 + 0.36 * max(rows)
    figure, axes = plt.subplots(
        1, len(rows), figsize=(10, height), squeeze=False, layout="constrained"
    )
    figure.get_layout_engine().set(rect=(0.005, 0.42 / height, 0.99, 1 - 0.85 / height))  # type: ignore[union-attr, call-arg]
    figure.text(0.012, 1 - 0.12 / height, title, size=13, weight="bold", va="top")
    return figure, list(axes[0])


def _panel(
    axes: Axes,
    bars: list[Bar],
    unit: str,
    *,
    title: str = "",
    limit: float | None = None,
    log: bool = False,
) -> None:
    """Draw horizontal bars, the first on top, with their numbers at their ends."""
    values = [bar.value for bar in bars]
    colours = [OURS if bar.ours else PEER for bar in bars]
    drawn = axes.barh(range(len(bars)), values, color=colours, height=0.68)
    labels = axes.bar_label(drawn, [bar.text for bar in bars], padding=4, size=9)
    for text in labels:  # readable where they cross the dashed line
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    axes.set_yticks(range(len(bars)), [bar.label for bar in bars])
    for label, bar in zip(axes.get_yticklabels(), bars, strict=True):
        label.set_fontweight("bold" if bar.ours and len(set(colours)) > 1 else "normal")
    axes.invert_yaxis()
    axes.set_xlabel(unit, size=9)
    axes.set_title(title, size=10.5, loc="left", color=FAINT)
    most = max([*values, limit or 0.0])
    if log:
        axes.set_xscale("log")
        axes.set_xlim(min(values) / 3, most * 6)
        axes.xaxis.set_major_formatter("{x:g}")
    else:
        axes.set_xlim(0, most * 1.34)
    if limit is not None:
        axes.axvline(limit, color=LIMIT, linestyle="--", linewidth=1, zorder=0.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", which="both", labelsize=8.5)


def _short(number: float) -> str:
    """Return a number with three digits."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _finish(figure: Figure, name: str, document: Document, note: str) -> None:
    """Write the caption, and save the chart in both formats."""
    machine, versions = document["machine"], document["versions"]
    where = (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['kernel']} · "
        f"checksig {versions['checksig']}, {versions['Python']}, Go {versions['Go']} · "
        f"{document['date']}"
    )
    figure.text(
        0.012, 0.08 / figure.get_figheight(), f"{note}\n{where}", size=8, color=FAINT, va="bottom"
    )
    for suffix, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
        figure.savefig(CHARTS / f"{name}.{suffix}", dpi=160, metadata=metadata)
    plt.close(figure)
    print(f"wrote docs/_static/bench/{name}.svg and .png")


if __name__ == "__main__":
    main()
