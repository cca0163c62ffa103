"""Checking a directory: every checker beside ours, and ours beside the limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from charts.figure import (
    TITLES,
    Bar,
    Chart,
    Document,
    binary,
    draw_bars,
    missing,
    panels,
    short,
)

#: How much has to be done before the bytes say more about the work than the files do.
BYTES_COUNT = 1 << 16
#: Corpora that are more than files of one size.
NAMED = {
    "bag": "a BagIt bag",
    "environment": "the packages of a Python environment",
    "mixed": "a Python installation",
}
#: What is drawn of times as fast as others.
FASTER = "Times as fast as the fastest other checker"


def side_by_side(
    corpus: str, algorithms: Sequence[str], scope: str = "process"
) -> Callable[[Document], Chart | None]:
    """Return what draws all checkers of a corpus, a panel for each algorithm."""

    def draw(document: Document) -> Chart | None:
        found = {
            workload["algorithm"]: workload
            for workload in document["workloads"]
            if (workload["corpus"], workload["scope"]) == (corpus, scope)
        }
        workloads = [found[algorithm] for algorithm in algorithms if algorithm in found]
        return _side_by_side(document, workloads) if workloads else None

    return draw


def _side_by_side(document: Document, workloads: list[Document]) -> Chart:
    first = workloads[0]
    where = "whole process" if first["scope"] == "process" else "within one Python process"
    title = f"Checking {described(first)}, {where}"
    rows = [len(workload["subjects"]) for workload in workloads]
    figure, each = panels(title, rows)
    for axes, workload in zip(each, workloads, strict=True):
        bars = [
            _bar(workload, subject)
            for subject in sorted(workload["subjects"], key=lambda entry: entry["median"])
        ]
        name = TITLES[workload["algorithm"]]
        draw_bars(axes, bars, _unit(workload)[1], title=name, rows=max(rows))
    note = f"Median of {_rounds(workloads)} in turn, warm page cache. Longer is faster."
    subjects = [subject for workload in workloads for subject in workload["subjects"]]
    if any(subject.get("compares") is False for subject in subjects):
        note += " * only hashes, and compares nothing with the list."
    return Chart(
        figure, note + (missing(document, peers=True) if first["scope"] == "process" else "")
    )


def _bar(workload: Document, subject: Document) -> Bar:
    speed = _unit(workload)[0] / subject["median"]
    return Bar(
        subject["name"] + ("" if subject.get("compares", True) else "*"),
        speed,
        f"{short(speed)}   {short(subject['median'])} s",
        ours=subject["name"] == "checksig",
    )


def _unit(workload: Document) -> tuple[float, str]:
    """Return how much work there is, and what it is counted in by the second."""
    if workload["bytes"] < BYTES_COUNT * workload["files"]:
        return workload["files"] / 1e3, "thousand files/s"
    return workload["bytes"] / 1e9, "GB/s"


def _rounds(workloads: list[Document]) -> str:
    """Return how often subjects were timed: those that were far behind, less often."""
    most = workloads[0]["rounds"]
    subjects = [subject for workload in workloads for subject in workload["subjects"]]
    least = min(subject.get("rounds", most) for subject in subjects)
    return f"{most} rounds" if least == most else f"{most} rounds ({least} for those far behind)"


def described(workload: Document) -> str:
    """Return what files a workload has, in words."""
    files, size = workload["files"], workload["bytes"]
    if workload["corpus"] in NAMED:
        return f"{NAMED[workload['corpus']]} ({files:,} files, {binary(size)})"
    if files == 1:
        return f"one file of {binary(size)}"
    return f"{files:,} files of {binary(size / files)}"


def times(document: Document, title: str = FASTER) -> Chart | None:
    """Draw how many times as fast ours is as the fastest peer."""
    workloads = [each for each in _ours(document) if each["reached"]["times"] is not None]
    if not workloads:
        return None
    figure, (axes,) = panels(title, [len(workloads)])
    bars = [
        Bar(
            _label(each),
            each["reached"]["times"],
            f"{short(each['reached']['times'])} times {each['rival']}",
            ours=True,
            aim=each["aims"].get("times"),
        )
        for each in workloads
    ]
    draw_bars(axes, bars, "times as fast")
    axes.axvline(1, color="white", linewidth=1, linestyle=":")
    note = (
        f"Whole processes, median of {_most_rounds(workloads)} rounds in turn, warm page cache. "
        f"Red: the target.{missing(document)}"
    )
    return Chart(figure, note)


def limit(document: Document) -> Chart | None:
    """Draw how near ours comes to what the machine can do."""
    workloads = [each for each in _ours(document) if each["reached"]["percent"] is not None]
    if not workloads:
        return None
    figure, (axes,) = panels("Part of what this machine can do at best", [len(workloads)])
    bars = [
        Bar(
            _label(each),
            each["reached"]["percent"],
            f"{short(each['reached']['percent'])} %   bound by {each['limit']['bound_by']}",
            ours=True,
            aim=each["aims"].get("percent"),
        )
        for each in workloads
    ]
    draw_bars(axes, bars, "% of the limit")
    axes.set_xlim(0, 150)
    axes.set_xticks(range(0, 101, 20))
    note = (
        "The limit follows from hashing in cache, reading and opening, each measured alone in the "
        f"same run. Whole processes, median of {_most_rounds(workloads)} rounds, warm page cache. "
        "Red: the target."
    )
    return Chart(figure, note)


def _ours(document: Document) -> list[Document]:
    """Return the workloads of whole processes that say what they came to."""
    return [
        each for each in document["workloads"] if each["scope"] == "process" and "reached" in each
    ]


def _most_rounds(workloads: list[Document]) -> str:
    numbers = sorted({each["rounds"] for each in workloads})
    return " or ".join(str(number) for number in numbers)


def _label(workload: Document) -> str:
    return f"{TITLES[workload['algorithm']]}, {described(workload)}"
