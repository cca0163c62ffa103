"""What all charts share: their look, panels of bars, and the caption."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

OURS, PEER, INK, FAINT, LIMIT = "#0a6ebd", "#b9c0c7", "#24292f", "#6e7781", "#cf222e"
#: A colour for each algorithm, told apart by everybody (Okabe and Ito), and a marker.
LINES = {"sha256": (OURS, "o"), "sha1": ("#d55e00", "s"), "md5": ("#009e73", "^")}
TITLES = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "sha512": "SHA-512",
    "blake3": "BLAKE3",
    "crc32": "CRC-32",
    "blake2b": "BLAKE2b",
    "sha256+sha512": "SHA-256 and SHA-512",
}
STYLE: dict[Any, Any] = {
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": FAINT,
    "xtick.color": FAINT,
    "ytick.color": INK,
    "axes.edgecolor": "#d0d7de",
    "svg.hashsalt": "checksig",
}
plt.rcParams.update(STYLE)
#: Of a caption, in characters.
WIDTH = 180

Document = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """One bar: how long it is, what is printed at its end, and the least that was asked for."""

    label: str
    value: float
    text: str
    ours: bool = False
    aim: float | None = None


@dataclass(frozen=True)
class Chart:
    """A figure, and the line below it."""

    figure: Figure
    note: str


def panels(title: str, rows: Sequence[int]) -> tuple[Figure, list[Axes]]:
    """Return a figure with a panel side by side for each number of bars."""
    return framed(title, len(rows), 1.5 + 0.36 * max(rows))


def framed(title: str, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with panels side by side, of a height in inches."""
    figure, axes = plt.subplots(
        1, columns, figsize=(10, height), squeeze=False, layout="constrained"
    )
    figure.text(0.012, 1 - 0.12 / height, title, size=13, weight="bold", va="top")
    return figure, list(axes[0])


def draw_bars(
    axes: Axes,
    bars: list[Bar],
    unit: str,
    *,
    title: str = "",
    limit: float | None = None,
    log: bool = False,
    rows: int = 0,
) -> None:
    """Draw horizontal bars, the first on top, with their numbers at their ends.

    There is room for ``rows`` of them, so that bars side by side are as thick as each other.
    """
    values = [bar.value for bar in bars]
    colours = [OURS if bar.ours else PEER for bar in bars]
    axes.barh(range(len(bars)), values, color=colours, height=0.68)
    for place, bar in enumerate(bars):
        if bar.aim is not None:
            axes.vlines(bar.aim, place - 0.42, place + 0.42, color=LIMIT, linewidth=2, zorder=3)
        axes.annotate(
            bar.text,
            (max(bar.value, bar.aim or 0.0), place),
            (5, 0),
            textcoords="offset points",
            va="center",
            size=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},  # over the dashed line
        )
    axes.set_yticks(range(len(bars)), [bar.label for bar in bars])
    for label, bar in zip(axes.get_yticklabels(), bars, strict=True):
        label.set_fontweight("bold" if bar.ours and len(set(colours)) > 1 else "normal")
    axes.set_ylim(max(rows, len(bars)) - 0.55, -0.55)
    axes.set_xlabel(unit, size=9)
    axes.set_title(title, size=10.5, loc="left", color=FAINT)
    most = max([*values, limit or 0.0, *(bar.aim or 0.0 for bar in bars)])
    if log:
        axes.set_xscale("log")
        axes.set_xlim(min(values) / 3, most * 6)
        axes.xaxis.set_major_formatter("{x:g}")
    else:
        axes.set_xlim(0, most * 1.34)
    if limit is not None:
        axes.axvline(limit, color=LIMIT, linestyle="--", linewidth=1, zorder=0.5)
    outline(axes)


def outline(axes: Axes) -> None:
    """Leave of the frame what is needed."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", which="both", labelsize=8.5)


def short(number: float) -> str:
    """Return a number with three digits."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def binary(size: float) -> str:
    """Return a number of bytes in the largest unit that it fills."""
    power = max(0, (int(size).bit_length() - 1) // 10)
    return f"{size / (1 << 10 * power):.3g} {('B', 'KiB', 'MiB', 'GiB')[power]}"


def missing(document: Document, *, peers: bool = False) -> str:
    """Return a sentence on what was not measured, or nothing; ``peers``: on those alone."""
    left_out = [
        f"{TITLES.get(each['name'], each['name'])} ({each.get('reason', 'not installed')})"
        for each in document["missing"]
        if each["package"] or not peers
    ]
    return f" Not measured: {', '.join(left_out)}." if left_out else ""


def save(chart: Chart, place: Path, name: str, document: Document) -> None:
    """Write the caption, and save the chart in both formats."""
    machine, versions = document["machine"], document["versions"]
    where = (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['kernel']} · "
        f"checksig {versions['checksig']}, {versions['Python']}, Go {versions['Go']} · "
        f"{document['date']}"
    )
    if document.get("brief"):
        where = f"A BRIEF RUN: THESE FIGURES MEAN NOTHING · {where}"
    _write(chart.figure, place, name, f"{chart.note}\n{where}")


def save_empty(place: Path, name: str, title: str, suite: str) -> None:
    """Save a chart that says that its results are not there."""
    figure, (axes,) = framed(title, 1, 1.3)
    axes.set_axis_off()
    _write(figure, place, name, f"No results yet: python bench/run.py {suite}")


def _write(figure: Figure, place: Path, name: str, caption: str) -> None:
    """Write the caption below the panels, which get what is left of the height."""
    lines = [part for line in caption.splitlines() for part in textwrap.wrap(line, WIDTH)]
    height, below = figure.get_figheight(), 0.14 + 0.14 * len(lines)
    left = (0.005, below / height, 0.99, 1 - (below + 0.43) / height)
    figure.get_layout_engine().set(rect=left)  # type: ignore[union-attr, call-arg]
    figure.text(0.012, 0.08 / height, "\n".join(lines), size=8, color=FAINT, va="bottom")
    for suffix, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
        figure.savefig(place / f"{name}.{suffix}", dpi=160, metadata=metadata)
    plt.close(figure)
