"""A bar says how much is done and how long it will take, in whatever room there is."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import checksig
from checksig import Progress
from checksig._reports.progress import ASCII, Meter
from checksig._reports.words import remaining

if TYPE_CHECKING:
    from pathlib import Path

GIB = 1 << 30


def half(seconds: float = 4.0) -> Progress:
    return Progress(500, 1000, 2 * GIB, 4 * GIB, seconds)


def test_a_gauge_has_it_all_in_words() -> None:
    gauge = Meter()(half())
    assert gauge.fraction == 0.5
    assert gauge[1:] == ("500 of 1,000 files", "2.0 GiB of 4.0 GiB", "512.0 MiB/s", "4 s left")


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (200, "50% · 500 of 1,000 files · 2.0 GiB of 4.0 GiB · 512.0 MiB/s · 4 s left"),
        (90, "50% · 500 of 1,000 files · 2.0 GiB of 4.0 GiB · 512.0 MiB/s · 4 s left"),
        (75, "50% · 500 of 1,000 files · 2.0 GiB of 4.0 GiB · 512.0 MiB/s · 4 s left"),
        (60, "50% · 500 of 1,000 files · 2.0 GiB of 4.0 GiB · 4 s left"),
        (50, "50% · 2.0 GiB of 4.0 GiB · 4 s left"),
        (20, "50% · 4 s left"),
        (15, "50% · 4 s left"),
    ],
)
def test_parts_give_way_in_their_order(width: int, said: str) -> None:
    line = Meter()(half()).line(width)
    assert line.endswith(said)
    assert len(line) <= width
    bar = line.removesuffix(said).strip()
    assert (len(bar) >= 8) == (width - len(said) - 2 >= 8)


def test_the_bar_is_as_full_as_much_is_done() -> None:
    bar = Meter()(half()).line(200, ASCII).split()[0]
    assert bar == "#" * 20 + "-" * 20


def test_there_is_no_percentage_of_a_total_that_is_not_known() -> None:
    gauge = Meter()(Progress(3, 10, GIB, 2 * GIB, 1.0, settled=False))
    assert (gauge.fraction, gauge.left) == (None, "")
    assert gauge.line(80) == "10 files so far · 1.0 GiB read · 1.0 GiB/s"


def test_the_rate_follows_what_happens_now_but_not_at_once() -> None:
    meter = Meter()
    meter(Progress(0, 1, 100 * GIB, 1000 * GIB, 10.0))
    rates = [meter(Progress(0, 1, 100 * GIB, 1000 * GIB, 10.0 + s)).rate for s in (1, 5, 30)]
    assert rates == ["8.2 GiB/s", "3.7 GiB/s", "25.4 MiB/s"]


def test_another_run_begins_anew() -> None:
    meter = Meter()
    meter(Progress(0, 1, 100 * GIB, 1000 * GIB, 10.0))
    assert meter(half()).rate == "512.0 MiB/s" or meter(half()).fraction == 0.5


def test_files_without_bytes_are_counted() -> None:
    assert Meter()(Progress(1, 4, 0, 0, 1.0)).line(20) == " 25% · 1 of 4 files"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (61, "1 min"), (7500, "2 h 5 min"), (180_000, "2 days")],
)
def test_what_remains_is_said_in_words(seconds: float, said: str) -> None:
    assert remaining(seconds) == said


class Shown:
    """What a notebook has on its page."""

    def __init__(self, **values: object) -> None:
        self.values = [values]
        self.value: object = None

    def update(self, data: object, *, raw: bool) -> None:
        """Show something else."""
        self.values.append({"data": data, "raw": raw})


def notebook(monkeypatch: pytest.MonkeyPatch, *, widgets: bool) -> list[Any]:
    """Stand in for IPython, which says what it is told to show."""
    page: list[Any] = []

    def display(shown: object, **_: object) -> Shown:
        page.append(shown)
        return Shown()

    module = ModuleType("IPython.display")
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    vars(module)["display"] = display
    toolkit: Any = ModuleType("ipywidgets") if widgets else None
    if widgets:
        toolkit.FloatProgress, toolkit.Label, toolkit.HBox = Shown, Shown, list
    monkeypatch.setitem(sys.modules, "ipywidgets", toolkit)
    return page


def test_a_notebook_gets_widgets_if_it_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    page = notebook(monkeypatch, widgets=True)
    bar = checksig.NotebookBar()
    for seconds in (4.0, 8.0):
        bar(half(seconds))
    [[progress, label]] = page
    assert progress.value == 0.5
    assert label.value.startswith("50% · 500 of 1,000 files")


def test_a_notebook_without_widgets_gets_a_line(
    monkeypatch: pytest.MonkeyPatch, good: Path
) -> None:
    page = notebook(monkeypatch, widgets=False)
    assert checksig.verify(good, progress=checksig.NotebookBar()).ok
    assert page == [{"text/plain": ""}]
