"""Reading lists of a million files."""

from __future__ import annotations

from charts.figure import Bar, Chart, Document, draw_bars, panels, short


def parsing(document: Document) -> Chart:
    """Draw how long each format takes."""
    core, subjects = document["core"], document["subjects"]
    times = {"coreutils, in the core": core["parsing"]["median"]}
    times |= {subject["format"]: subject["wall"]["median"] for subject in subjects}
    figure, (axes,) = panels(f"Reading a list of {document['entries']:,} files", [len(times)])
    aims = {target["subject"].partition(",")[0]: target["limit"] for target in document["targets"]}
    bars = [
        Bar(name, seconds, f"{short(seconds)} s", ours=True, aim=aims[name.partition(",")[0]])
        for name, seconds in sorted(times.items(), key=lambda each: each[1])
    ]
    draw_bars(axes, bars, "seconds")
    note = (
        f"Median of {len(subjects[0]['wall']['samples'])} rounds, until the entries are packed for "
        f"the core. An entry takes {core['bytes']:.0f} bytes there, besides its name. "
        "Red: the target."
    )
    return Chart(figure, note)
