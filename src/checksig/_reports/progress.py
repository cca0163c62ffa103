"""Progress as a bar has it: how much is done, how fast, and how long it will take."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._names import counted
from checksig._reports.words import remaining, size

if TYPE_CHECKING:
    from checksig._results import Progress

#: In seconds: what was read longer ago than this hardly counts for the rate.
_MEMORY: Final = 5.0
#: In columns: of a bar, at the least and at the most.
_NARROW, _WIDE = 8, 40
#: What a bar is made of: what is done, and what is left.
LINES: Final = ("━", "╌")
ASCII: Final = ("#", "-")


class Gauge(NamedTuple):
    """The state of a run in words, each "" if it is not known."""

    fraction: float | None  #: done, from 0 to 1; None while it is found out how much there is
    files: str  #: ``3 of 10 files``
    amount: str  #: ``1.0 GiB of 4.0 GiB``
    rate: str  #: ``1.2 GiB/s``
    left: str  #: ``3 min left``

    @property
    def text(self) -> str:
        """All of it, without a bar."""
        return " · ".join(filter(None, (self._done.strip(), *self[1:])))

    @property
    def _done(self) -> str:
        return "" if self.fraction is None else f"{int(self.fraction * 100):3}%"

    def line(self, width: int, cells: tuple[str, str] = LINES) -> str:
        """Return one line of at most so many columns.

        If there is little room, the bar shrinks first, then the rate is left out, then the amounts;
        the percentage and the remaining time stay.
        """
        for middle in (
            (self.files, self.amount, self.rate),
            (self.files, self.amount),
            (self.amount,),
            (),
        ):
            said = " · ".join(filter(None, (self._done, *middle, self.left)))
            room = width - len(said) - 1
            if room >= -1:
                break
        if self.fraction is None or room < _NARROW:
            return said[:width]
        whole = min(room, _WIDE)
        filled = int(self.fraction * whole)
        return f"{cells[0] * filled}{cells[1] * (whole - filled)} {said}"


class Meter:
    """A maker of gauges from the progress of one run; it smooths the rate.

    Call it with each: ``meter(progress).text``, or ``.line(80)`` with a bar of 80 columns.
    """

    def __init__(self) -> None:
        """Know nothing of the run yet."""
        self._bytes, self._seconds, self._rate = 0, 0.0, 0.0

    def __call__(self, progress: Progress) -> Gauge:
        """Return what there is to show."""
        self._follow(progress)
        files = f"{progress.files:,} of {counted(progress.total_files, 'file')}"
        amount = size(progress.bytes)
        if not progress.settled:
            files = f"{counted(progress.total_files, 'file')} so far"
            return Gauge(None, files, f"{amount} read", self._speed(), "")
        if progress.total_bytes:
            fraction = progress.bytes / progress.total_bytes
            todo = (progress.total_bytes - progress.bytes) / self._rate if self._rate else None
            return Gauge(
                fraction,
                files,
                f"{amount} of {size(progress.total_bytes)}",
                self._speed(),
                "" if todo is None else f"{remaining(todo)} left",
            )
        fraction = progress.files / progress.total_files if progress.total_files else 1.0
        return Gauge(fraction, files, "", "", "")

    def _follow(self, progress: Progress) -> None:
        passed = progress.seconds - self._seconds
        if passed < 0:  # another run
            self._bytes, self._seconds, passed = 0, 0.0, progress.seconds
        if not passed:
            return
        now = (progress.bytes - self._bytes) / passed
        # The first look is all there is; later ones count for less, the sooner they come.
        weight = 1 - exp(-passed / _MEMORY) if self._seconds else 1.0
        self._rate += weight * (now - self._rate)
        self._bytes, self._seconds = progress.bytes, progress.seconds

    def _speed(self) -> str:
        return f"{size(self._rate)}/s" if self._rate else ""
