"""Sizes and times as they are written for people."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_KIB: Final = 1024


def size(count: float) -> str:
    """Return a number of bytes in the unit that suits it: ``1.0 MiB``."""
    unit = 0
    while count >= _KIB and unit < len(_UNITS) - 1:
        count /= _KIB
        unit += 1
    return f"{count:.0f} B" if unit == 0 else f"{count:.1f} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it: ``3 ms``, ``4.2 s``, ``2 min 10 s``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def remaining(seconds: float) -> str:
    """Return an estimated time in words: ``40 s``, ``3 min``, ``2 h 5 min``, ``3 days``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{round(hours / 24)} days"


def precise(seconds: float) -> str:
    """Return a time with three digits: ``3.41 µs``, ``351 ms``, ``2.35 s``, ``130 s``."""
    unit, count = "s", seconds
    for smaller in ("ms", "µs"):
        if 0 < count < 1:
            unit, count = smaller, count * 1000
    return f"{float(f'{count:.3g}'):,g} {unit}"
