"""Live progress on a terminal's stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from checksig._cli import _interrupt
from checksig._reports.words import size

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.progress import Progress as Bar

    from checksig._results import Progress

#: A run that ends sooner shows none: the display would only flicker, and to import it costs
#: a tenth of a second.
_PATIENCE: Final = 0.4


@contextmanager
def shown(*, watched: bool) -> Generator[Callable[[Progress], None] | None, None, None]:
    """Yield what to call with the progress: None if nobody watches."""
    if not watched or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    display = _Display()
    try:
        yield display.update
    finally:
        display.stop()


class _Display:
    """A progress bar that appears when there is something to wait for."""

    def __init__(self) -> None:
        self._bar: Bar | None = None

    def update(self, progress: Progress) -> None:
        if self._bar is None:
            if progress.seconds < _PATIENCE:
                return
            with _interrupt.deferred():
                self._bar = _bar()
            self._task = self._bar.add_task("", said="", total=None)
            self._bar.start()
        self._bar.update(
            self._task,
            completed=progress.bytes,
            total=progress.total_bytes or None,
            said=_said(progress),
        )

    def stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _said(progress: Progress) -> str:
    files = f"{progress.files:,} of {progress.total_files:,} files"
    amount = f"{size(progress.bytes)} of {size(progress.total_bytes)}"
    return f"{files} · {amount} · {size(progress.bytes / progress.seconds)}/s"


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
