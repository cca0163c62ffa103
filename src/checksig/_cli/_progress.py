"""Live progress on a terminal's stderr, and what is printed above it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from checksig._cli import _interrupt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from typing import Final

    from checksig._reports.progress import Meter
    from checksig._results import Progress

#: A run that ends sooner shows none: it would only flicker.
_PATIENCE: Final = 0.4
#: Columns, where a terminal does not say how many it has.
_USUAL: Final = 80
#: Erases the line that the cursor is in, or goes up one. To erase down to the end of the screen
#: would leave a copy in the history of some terminals.
_ERASE, _UP = "\r\x1b[K", "\x1b[A"


class Display:
    """Where a command prints while it runs, with a bar below if somebody watches."""

    def __init__(self, *, watched: bool) -> None:
        """Show nothing yet."""
        #: What to call with the progress; None if nobody watches.
        self.progress: Callable[[Progress], None] | None = self._draw if watched else None
        self._meter: Meter | None = None
        self._drawn = 0  # columns

    def say(self, lines: Iterable[str], *, flush: bool = False) -> None:
        """Print lines to stdout, above the bar."""
        for line in lines:
            self.clear()
            print(line)
        if flush:
            sys.stdout.flush()

    def _draw(self, progress: Progress) -> None:
        if progress.seconds < _PATIENCE:
            return
        if self._meter is None:
            with _interrupt.deferred():
                from checksig._reports.progress import ASCII, LINES, Meter
            self._meter = Meter()
            self._cells = LINES if sys.stderr.encoding.lower().startswith("utf") else ASCII
        line = self._meter(progress).line(_columns() - 1, self._cells)
        sys.stdout.flush()  # what was said stands above
        print(self._erased() + line, end="", file=sys.stderr, flush=True)
        self._drawn = len(line)

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            print(self._erased(), end="", file=sys.stderr, flush=True)

    def _erased(self) -> str:
        """Return what erases the bar, which a narrower terminal has broken into several lines."""
        above = (self._drawn - 1) // _columns() if self._drawn else 0
        self._drawn = 0
        return (_ERASE + _UP) * above + _ERASE


def _columns() -> int:
    return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL


@contextmanager
def shown(*, watched: bool) -> Generator[Display]:
    """Yield where to print, with a bar if stderr is a terminal that can take it back."""
    terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    display = Display(watched=watched and terminal)
    try:
        yield display
    finally:
        display.clear()
