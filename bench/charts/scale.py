"""A check on a cluster: simulated, and held against real runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from charts.figure import FAINT, Bar, Chart, Document, binary, draw_bars, framed, panels, short
from charts.scaling import Named, draw_frame, draw_line, name_lines

#: A colour and a marker for each set of files.
LINES = {
    "petabyte": ("#0a6ebd", "o"),
    "many": ("#d55e00", "s"),
    "fewer": ("#009e73", "^"),
    "huge": ("#009e73", "^"),
}
POSSIBLE = "percent of what is possible"
#: Of the axes of a chart with lines, in points.
HEIGHT = 190.0
NAMES = {"small": "small files", "large": "large files", "tailed": "files of all sizes"}


def real(document: Document) -> Chart:
    """Draw predictions beside what really came."""
    figure, (axes,) = panels("The simulation, and real runs on this machine", [6])
    bars = []
    for each in document["real"]:
        name = NAMES[each["corpus"]]
        bars += [
            Bar(f"{name}, simulated", each["predicted"], f"{short(each['predicted'])}"),
            Bar(
                f"{name}, taken",
                each["median"],
                f"{short(each['median'])}   error {each['error']:+.0f} %",
                ours=True,
            ),
        ]
    sets = "; ".join(
        f"{each['files']:,} files, {binary(each['bytes'])}, {each['shards']} shards"
        for each in document["real"]
    )
    draw_bars(axes, bars, "seconds")
    return Chart(
        figure,
        f"checksig.audit with two processes, warm page cache, median of "
        f"{len(document['real'][0]['samples'])}. Calibrated on other files.\nFrom the top: {sets}.",
    )


def by_workers(document: Document) -> Chart:
    """Draw time and efficiency over the number of workers."""
    figure, (left, right) = framed("More workers (simulated)", 2, 4.3)
    points = document["workers"]
    left.set_yscale("log")
    left.set_title("minutes (logarithmic)", size=10.5, loc="left", color=FAINT)
    _draw(left, document, points, "workers", _minutes)
    left.yaxis.set_major_formatter("{x:g}")
    right.set_ylim(0, 105)
    right.set_title(POSSIBLE, size=10.5, loc="left", color=FAINT)
    _draw(right, document, points, "workers", _percent, titles=False)
    return Chart(figure, f"{_note(document)}")


def by_shards(document: Document) -> Chart:
    """Draw efficiency over the number of shards."""
    figure, (axes,) = framed("More shards (simulated)", 1, 4.0)
    points = document["shards"]
    workers = points[0]["workers"]
    axes.set_ylim(0, 105)
    axes.set_title(POSSIBLE, size=10.5, loc="left", color=FAINT)
    _draw(axes, document, points, "shards", _percent)
    return Chart(figure, f"{workers} workers. {_note(document)}")


def by_readers(document: Document) -> Chart:
    """Draw how long disks take with many readers, and with one each."""
    figure, (axes,) = panels("Disks that spin (simulated)", [2])
    bars = []
    for each in document["readers"]:
        one = each["readers"] is not None
        label = "one reader for each disk" if one else f"{each['workers']} readers, wherever"
        bars.append(Bar(label, _minutes(each), f"{short(_minutes(each))} min", ours=one))
    draw_bars(axes, bars, "minutes")
    disk = document["assumed"]["disk"]
    note = (
        f"{document['assumed']['disks']} disks of {disk['bandwidth'] / 1e6:g} MB/s and "
        f"{disk['opens']:g} files/s, {disk['crowded']:g} times slower if several read. "
        f"{document['sets']['disks']['title']}."
    )
    return Chart(figure, note)


def _draw(
    axes: Axes,
    document: Document,
    points: Sequence[Document],
    by: str,
    value: Callable[[Document], float],
    *,
    titles: bool = True,
) -> None:
    """Draw a line for each set of files, and a broken one for the same with trouble."""
    lines: list[Named] = []
    for name in dict.fromkeys(each["set"] for each in points):
        colour, marker = LINES[name]
        own = [each for each in points if each["set"] == name]
        for trouble, style in ((True, "--"), (False, "-")):
            line = [(each[by], value(each)) for each in own if each["trouble"] is trouble]
            draw_line(axes, line, colour, marker, style=style)
        lines.append((line[-1], document["sets"][name]["title"], colour))
    numbers = [1 << power for power in range(3, 13)]
    held = [n for n in numbers if n <= lines[0][0][0] and n >= min(each[by] for each in points) - 1]
    axes.set_xscale("log", base=2)
    axes.set_xticks(held, [f"{number:,}" for number in held])
    axes.set_xlim(held[0] / 1.3, held[-1] * (20 if titles else 1.3))
    axes.set_xlabel(by, size=9)
    draw_frame(axes)
    if titles:
        name_lines(axes, lines, HEIGHT)


def _minutes(found: Document) -> float:
    return found["seconds"] / 60


def _percent(found: Document) -> float:
    return 100 * found["efficiency"]


def _note(document: Document) -> str:
    storage, trouble = document["assumed"]["storage"], document["assumed"]["trouble"]
    return (
        f"Assumed: storage of {storage['bandwidth'] / 1e9:g} GB/s and {storage['opens']:,.0f} "
        "files/s. Worker and scheduler as measured.\n"
        f"Broken lines: {100 * trouble['slow']:g} % of the workers are "
        f"{trouble['slowness']:g} times slower, each fails every "
        f"{trouble['between_failures'] / 3600:g} hours."
    )
