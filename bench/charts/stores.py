"""Reading a bucket: every client beside ours; and what many objects take."""

from __future__ import annotations

from collections.abc import Callable

from charts.checking import described
from charts.figure import TITLES, Bar, Chart, Document, draw_bars, missing, panels, short

MIB = 1 << 20


def side_by_side(corpus: str) -> Callable[[Document], Chart | None]:
    """Return what draws all clients of a bucket, a panel for each server and algorithm."""

    def draw(document: Document) -> Chart | None:
        workloads = [each for each in document["workloads"] if each["corpus"] == corpus]
        return _side_by_side(document, workloads) if workloads else None

    return draw


def _side_by_side(document: Document, workloads: list[Document]) -> Chart:
    rows = [len(workload["subjects"]) for workload in workloads]
    about = described({**workloads[0], "corpus": ""}).replace("files", "objects")
    figure, each = panels(f"Processor time of a client that checks {about}", rows)
    for axes, workload in zip(each, workloads, strict=True):
        subjects = sorted(workload["subjects"], key=lambda entry: entry["each"])
        title = f"{TITLES[workload['algorithm']]}, {_server(workload)}"
        bars = [_bar(workload, subject) for subject in subjects]
        draw_bars(axes, bars, workload["unit"], title=title, rows=max(rows))
    timed = [len(s["processor"]["samples"]) for each in workloads for s in each["subjects"]]
    note = (
        f"Shorter is better. Median of {max(timed)} rounds in turn ({min(timed)} for those far "
        "behind), versitygw on the same cores, without the start of each client. Red: the "
        f"target.{missing(document)}"
    )
    return Chart(figure, note)


def _server(workload: Document) -> str:
    return "in clear" if workload["server"] == "clear" else f"under {workload['server']}"


def _bar(workload: Document, subject: Document) -> Bar:
    ours = subject["name"] == "checksig"
    aim = _aim(workload) if ours else None
    return Bar(subject["name"], subject["each"], short(subject["each"]), ours=ours, aim=aim)


def _aim(workload: Document) -> float | None:
    """Return the most that ours may take: by itself, or as a part of what rclone takes."""
    aims = workload["aims"]
    rclone = next((s["each"] for s in workload["subjects"] if s["name"] == "rclone"), None)
    if aims["times"] and rclone:
        return float(rclone / aims["times"])
    return aims["most"]  # type: ignore[no-any-return]


def memory(document: Document) -> Chart | None:
    """Draw what many objects, and long listings, take in memory."""
    subjects = document["memory"]
    if not subjects:
        return None
    taken = {subject["name"]: subject["memory"] / MIB for subject in subjects}
    figure, (axes,) = panels("Peak of memory with many objects", [len(subjects)])
    bars = [
        Bar(
            subject["name"],
            taken[subject["name"]],
            f"{short(taken[subject['name']])} MiB",
            ours=subject["like"] != "",
            aim=_most(document, subject, taken),
        )
        for subject in subjects
    ]
    draw_bars(axes, bars, "MiB")
    note = (
        "One run of each. Keys are those of a store; grey: the same files in a directory. “read”: "
        f"all are hashed; “listed”: sizes are compared. Red: the target.{missing(document)}"
    )
    return Chart(figure, note)


def _most(document: Document, subject: Document, taken: dict[str, float]) -> float | None:
    """Return the most memory that a subject may take, in MiB."""
    targets = [each for each in document["targets"] if each["subject"].startswith(subject["name"])]
    if not targets or not subject["like"]:
        return None
    return float(targets[0]["limit"]) * taken.get(subject["like"], 1.0)


def interrupts(document: Document) -> Chart | None:
    """Draw how long it takes from Ctrl-C to the end."""
    subjects = document["interrupts"]
    if not subjects:
        return None
    figure, (axes,) = panels("From Ctrl-C to the end, with requests under way", [len(subjects)])
    targets = [each for each in document["targets"] if each["unit"] == "s"]
    ours = {target["subject"].rpartition(", ")[0] for target in targets}
    bars = [
        Bar(
            subject["name"],
            subject["median"] * 1e3,
            f"{short(subject['median'] * 1e3)} ms",
            ours=subject["name"] in ours,
        )
        for subject in subjects
    ]
    draw_bars(axes, bars, "ms", limit=targets[0]["limit"] * 1e3)
    under_way = targets[0]["subject"].rpartition(", ")[2]
    note = (
        f"Median of {len(subjects[0]['samples'])} rounds, {under_way}. Dashed: the target for what "
        f"is in blue.{missing(document)}"
    )
    return Chart(figure, note)
