"""A bar for notebooks, of ``ipywidgets`` if these are there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from checksig._reports.progress import Meter

if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._reports.progress import Gauge
    from checksig._results import Progress

#: Columns of the line that stands for a bar where there are no widgets.
_WIDTH: Final = 100


class NotebookBar:
    """A progress bar for a notebook: ``checksig.verify(path, progress=checksig.NotebookBar())``.

    It appears with the first progress, in the output of the cell, and stays there at the end. It
    needs IPython; with ``ipywidgets`` it is a widget, and otherwise a line that changes.
    """

    def __init__(self) -> None:
        """Show nothing yet."""
        self._meter = Meter()
        self._show: Callable[[Gauge], None] | None = None

    def __call__(self, progress: Progress) -> None:
        """Show how far a run has come."""
        gauge = self._meter(progress)
        if self._show is None:
            display: Any = import_module("IPython.display").display
            self._show = _widget(display) or _line(display)
        self._show(gauge)


def _widget(display: Any) -> Callable[[Gauge], None] | None:
    """Return what shows a gauge in widgets; None if there are none."""
    try:
        widgets: Any = import_module("ipywidgets")
    except ImportError:
        return None
    bar, said = widgets.FloatProgress(min=0.0, max=1.0), widgets.Label()
    display(widgets.HBox([bar, said]))

    def show(gauge: Gauge) -> None:
        bar.value, said.value = gauge.fraction or 0.0, gauge.text

    return show


def _line(display: Any) -> Callable[[Gauge], None]:
    """Return what shows a gauge in one line of text."""
    shown = display({"text/plain": ""}, raw=True, display_id=True)

    def show(gauge: Gauge) -> None:
        shown.update({"text/plain": gauge.line(_WIDTH)}, raw=True)

    return show
