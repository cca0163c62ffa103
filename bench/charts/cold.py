"""Cold files: ours beside a plain parallel reader."""

from __future__ import annotations

from charts.checking import described
from charts.figure import TITLES, Bar, Chart, Document, draw_bars, missing, panels, short

NAMES = {"checksig": "checksig", "reader": "reading alone"}


def cold(document: Document) -> Chart | None:
    """Draw how fast both read what is not in the page cache."""
    workloads = document["workloads"]
    if not workloads:
        return None
    figure, each = panels("Checking what is not in memory yet", [2 for _ in workloads])
    for axes, workload in zip(each, workloads, strict=True):
        amount = workload["bytes"] / 1e6
        bars = [
            Bar(
                NAMES[subject["name"]],
                amount / subject["median"],
                f"{short(amount / subject['median'])}   {short(subject['median'])} s",
                ours=subject["name"] == "checksig",
            )
            for subject in workload["subjects"]
        ]
        draw_bars(axes, bars, "MB/s", title=described(workload))
    rounds, algorithm = workloads[0]["rounds"], TITLES[workloads[0]["algorithm"]]
    note = (
        f"{algorithm}, median of {rounds} rounds in turn, whole processes. Pages dropped before "
        f"each. Reading alone: the best of 1 to 32 readers.{missing(document)}"
    )
    return Chart(figure, note)
