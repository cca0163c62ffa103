"""How speed and memory follow the number of cores, the size of files, and their number."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from charts.checking import described
from charts.figure import (
    FAINT,
    LINES,
    OURS,
    TITLES,
    Bar,
    Chart,
    Document,
    binary,
    draw_bars,
    framed,
    outline,
    panels,
    short,
)

Point = tuple[float, float]
#: The end of a line, its name, its colour.
Named = tuple[Point, str, str]
#: The height of a line of text, in points.
LINE = 13.0
#: In GB/s, for a logarithmic axis.
SPEEDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)


def by_cores(document: Document) -> Chart:
    """Draw the same work on one core and on more."""
    workloads = document["cores"]
    corpora = list(dict.fromkeys(workload["corpus"] for workload in workloads))
    groups = [[each for each in workloads if each["corpus"] == name] for name in corpora]
    rows = [sum(len(each["subjects"]) for each in group) for group in groups]
    figure, both = panels("The same work on one core and on more", rows)
    for axes, group in zip(both, groups, strict=True):
        bars = [_core_bar(each, subject) for each in group for subject in each["subjects"]]
        unit = "thousand files/s" if group[0]["corpus"] == "small" else "GB/s"
        draw_bars(axes, bars, unit, title=described(group[0]))
        axes.set_xlim(0, 1.5 * max(bar.value for bar in bars))
    return Chart(figure, _note(workloads))


def _core_bar(workload: Document, subject: Document) -> Bar:
    amount = workload["files"] / 1e3 if workload["corpus"] == "small" else workload["bytes"] / 1e9
    cores = subject["cores"]
    speed = amount / subject["median"]
    gain = workload["subjects"][0]["median"] / subject["median"]
    return Bar(
        f"{TITLES[workload['algorithm']]}, {cores} {'core' if cores == 1 else 'cores'}",
        speed,
        short(speed) if cores == 1 else f"{short(speed)}   {gain:.2f} times",
        ours=True,
    )


def by_size(document: Document) -> Chart:
    """Draw speed over the size of files, a line for each algorithm."""
    figure, (axes,) = framed("Speed by size of the files", 1, 4.6)
    workloads = document["sizes"]
    lines: list[Named] = []
    speeds: list[float] = []
    for algorithm, (colour, marker) in LINES.items():
        group = [each for each in workloads if each["algorithm"] == algorithm]
        points = [(_size(each), _speed(each, each["subjects"][0])) for each in group]
        draw_line(axes, points, colour, marker)
        speeds += [speed for _, speed in points]
        lines.append((points[-1], TITLES[algorithm], colour))
    peers = [
        (_size(each), max(_speed(each, peer) for peer in each["subjects"][1:]))
        for each in workloads
        if len(each["subjects"]) > 1
    ]
    if peers:
        draw_line(axes, peers, FAINT, "D", style="--")
        speeds += [speed for _, speed in peers]
        lines.append((peers[-1], "SHA-256, fastest peer", FAINT))
    sizes = sorted({_size(each) for each in workloads})
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [binary(size) for size in sizes])
    axes.set_xlim(sizes[0] / 1.5, sizes[-1] * 22)
    axes.set_yscale("log")
    axes.set_yticks(SPEEDS, [f"{speed:g}" for speed in SPEEDS])
    axes.set_ylim(*_span(speeds))
    axes.set_ylabel("GB/s (logarithmic)", size=9)
    draw_frame(axes)
    name_lines(axes, lines, 240)
    most = max(each["bytes"] for each in workloads)
    note = f"{binary(most)} in files of one size, fewer bytes below {_whole(workloads)}."
    return Chart(figure, f"{note} {_note(workloads)}")


def by_count(document: Document) -> Chart:
    """Draw speed and memory over the number of files."""
    workloads = document["files"]
    figure, (left, right) = framed("Speed and memory by number of files", 2, 3.9)
    names = [subject["name"] for subject in workloads[0]["subjects"]]
    for axes, value, title in (
        (left, _files_per_second, "thousand files/s"),
        (right, _mebibytes, "peak memory in MiB, largest process"),
    ):
        lines = []
        for name, colour, marker in zip(names, (OURS, FAINT), ("o", "D"), strict=False):
            points = [
                (each["files"], value(each, subject))
                for each in workloads
                for subject in each["subjects"]
                if subject["name"] == name
            ]
            draw_line(axes, points, colour, marker, style="-" if name == "checksig" else "--")
            lines.append((points[-1], name, colour))
        counts = [each["files"] for each in workloads]
        axes.set_xscale("log")
        axes.set_xticks(counts, [f"{count:,}" for count in counts])
        axes.set_xlim(counts[0] / 1.5, counts[-1] * 12)
        axes.set_ylim(0)
        axes.set_title(title, size=10.5, loc="left", color=FAINT)
        axes.set_xlabel("files", size=9)
        draw_frame(axes)
        name_lines(axes, lines, 170)
    size = binary(workloads[0]["bytes"] / workloads[0]["files"])
    algorithm = TITLES[workloads[0]["algorithm"]]
    return Chart(figure, f"{algorithm}, files of {size}. {_note(workloads)}")


def _span(speeds: Sequence[float]) -> Point:
    """Return where an axis begins and ends, so that all points are well within."""
    return min(speeds) / 1.4, max(speeds) * 1.4


def _size(workload: Document) -> float:
    return workload["bytes"] / workload["files"]


def _speed(workload: Document, subject: Document) -> float:
    return workload["bytes"] / subject["median"] / 1e9


def _files_per_second(workload: Document, subject: Document) -> float:
    return workload["files"] / subject["median"] / 1e3


def _mebibytes(_: Document, subject: Document) -> float:
    return subject["memory"] / (1 << 20)


def _whole(workloads: list[Document]) -> str:
    """Return the smallest size at which all bytes are there."""
    most = max(each["bytes"] for each in workloads)
    return binary(min(_size(each) for each in workloads if each["bytes"] == most))


def draw_line(
    axes: Axes, points: Sequence[Point], colour: str, marker: str, style: str = "-"
) -> None:
    """Draw a line through points, each with its marker."""
    x, y = zip(*points, strict=True)
    axes.plot(x, y, color=colour, marker=marker, linestyle=style, linewidth=2, markersize=5.5)


def name_lines(axes: Axes, lines: list[Named], height: float) -> None:
    """Write the name of each line at its end, none over another.

    ``height`` is that of the axes in points, which are to have their limits by now.
    """
    scale = axes.get_yaxis().get_transform().transform
    bottom, top = scale(axes.get_ylim())
    below = -height
    for point, name, colour in sorted(lines):
        there = height * (scale([point[1]])[0] - bottom) / (top - bottom)
        below = max(there, below + LINE)
        axes.annotate(
            name,
            point,
            (9, below - there),
            textcoords="offset points",
            va="center",
            size=9.5,
            color=colour,
        )


def draw_frame(axes: Axes) -> None:
    """Leave of the frame what is needed, with lines across."""
    outline(axes)
    axes.tick_params(axis="y", labelsize=8.5, labelcolor=FAINT)
    axes.grid(axis="y", color="#eaeef2", linewidth=0.8)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_axisbelow(True)


def _note(workloads: list[Document]) -> str:
    return f"Median of {workloads[0]['rounds']} rounds in turn, whole processes, warm page cache."
