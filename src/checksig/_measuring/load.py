"""The load of a machine: other programs have part of its processors meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path


class Load:
    """The load of this machine, from now on."""

    def __init__(self) -> None:
        """Begin now."""
        self._began, self._busy = time.monotonic(), _busy()

    def others(self, own: float) -> float | None:
        """Return which part of the time of all processors others have had: from 0 to 1.

        Args:
            own: Seconds of processor time that are not theirs.

        None: there is no telling here, or too little time has passed.
        """
        passed = (time.monotonic() - self._began) * (os.cpu_count() or 1)
        busy = _busy()
        if busy is None or self._busy is None or passed < _LEAST:
            return None
        return min(max(0.0, busy - self._busy - own) / passed, 1.0)


#: In seconds of all processors: the clock of the kernel's counts ticks a hundred times a second.
_LEAST = 0.1


def _busy() -> float | None:
    """Return how long all processors have been at work, in seconds: see proc_stat(5)."""
    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split(maxsplit=9)
    except OSError:
        return None
    at_work = [*fields[1:4], *fields[6:9]]  # without what is idle, or waits for a disk
    return sum(map(int, at_work)) / os.sysconf("SC_CLK_TCK")
