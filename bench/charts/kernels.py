"""Kernels, and the best that others have."""

from __future__ import annotations

from charts.figure import Bar, Chart, Document, draw_bars, panels, short


def kernels(document: Document) -> Chart:
    """Draw how fast each hashes what is in the cache, a panel for each algorithm."""
    subjects = document["subjects"]
    algorithms = list(dict.fromkeys(each["algorithm"] for each in subjects))
    figure, all_axes = panels(
        "Hashing what is in the cache, on one core",
        [sum(each["algorithm"] == name for each in subjects) for name in algorithms],
    )
    for axes, algorithm in zip(all_axes, algorithms, strict=True):
        bars = [
            Bar(
                each["name"].rpartition("/")[2],
                each["median"] / 1e9,
                short(each["median"] / 1e9),
                ours=each["ours"],
            )
            for each in subjects
            if each["algorithm"] == algorithm
        ]
        draw_bars(axes, bars, "GB/s", title=algorithm)
    rounds = len(subjects[0]["samples"])
    note = f"Median of {rounds} rounds. Ours are compiled by {document['compiler'].strip()}."
    return Chart(figure, note)
