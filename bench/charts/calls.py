"""What a call, a result and a start cost."""

from __future__ import annotations

from charts.figure import Bar, Chart, Document, draw_bars, panels, short


def overhead(document: Document) -> Chart:
    """Draw the time of one call, on a logarithmic scale."""
    figure, (axes,) = panels("What one call from Python to Go costs", [5])
    bars = [
        Bar(
            f"{subject['name']}, {subject['route']}",
            subject["median"] * 1e6,
            f"{short(subject['median'] * 1e6)} µs",
            ours=subject["route"] != "gRPC",
        )
        for subject in sorted(document["subjects"], key=_call_order)
    ]
    draw_bars(axes, bars, "µs a call, median (logarithmic)", log=True)
    times = document["grpc_over_ctypes"]["no-op, median"]
    return Chart(
        figure,
        f"gRPC over loopback takes {times:,.0f} times as long for a no-op. "
        "“verify” checks a directory with one empty file.",
    )


def _call_order(subject: Document) -> tuple[bool, float]:
    return subject["name"] != "no-op", subject["median"]


def results(document: Document) -> Chart:
    """Draw the time of a million results, by two clocks."""
    subjects = document["subjects"]
    title = f"Moving {document['results']:,} results from Go to Python"
    figure, both = panels(title, [len(subjects), len(subjects)])
    clocks = (("thread", "the thread that takes them"), ("wall", "wall time, with the core's work"))
    for axes, (clock, about) in zip(both, clocks, strict=True):
        bars = [
            Bar(
                f"{subject['status']}, {_level(subject['level'])}",
                subject[clock]["median"],
                f"{short(subject[clock]['median'])} s",
                ours=True,
            )
            for subject in subjects
        ]
        limit = document["targets"][0]["limit"] if clock == "thread" else None
        draw_bars(axes, bars, "seconds", title=about, limit=limit)
    rounds = document["rounds"]
    note = f"Median of {rounds} rounds. “malformed” opens no file. Dashed: the target."
    return Chart(figure, note)


def _level(level: str) -> str:
    return "packed" if level == "batches" else "objects"


def start(document: Document) -> Chart:
    """Draw the time of commands that do next to nothing."""
    subjects = document["subjects"]
    figure, (axes,) = panels("Start of a process that does nothing", [len(subjects)])
    bars = [
        Bar(
            subject["command"],
            subject["median"] * 1e3,
            f"{short(subject['median'] * 1e3)} ms",
            ours=subject["name"] != "python",
        )
        for subject in subjects
    ]
    draw_bars(axes, bars, "ms", limit=document["targets"][0]["limit"] * 1e3)
    return Chart(figure, f"Median of {document['rounds']} rounds. Dashed: the target.")
