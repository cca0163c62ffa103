"""How names, sizes and counts are written for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from checksig._types import Report, Result

_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_KIB: Final = 1024


def escape(name: str) -> str:
    r"""Return a name with everything that a terminal might obey or hide written as an escape.

    A backslash becomes two, control and formatting characters (which reorder or hide text)
    become ``\n``, ``\x1b`` or ``\u202e``, and bytes that are not UTF-8 become ``\xff``.
    """
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(
        c if c.isprintable() and c != "\\" else _escape_character(c) for c in name
    )


def _escape_character(c: str) -> str:
    if "\udc80" <= c <= "\udcff":  # surrogateescape: a byte that is not UTF-8
        return f"\\x{ord(c) - 0xDC00:02x}"
    return c.encode("unicode_escape").decode("ascii")


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
    if seconds < 60:  # noqa: PLR2004 (a minute)
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def counts_line(report: Report) -> str:
    """Return the counts; missing and unlisted are said even when there are none."""
    counts = dict(report.counts)
    ok = counts.pop("ok", 0)  # a Status is a str
    said = [f"{counts.pop(status, 0):,} {status}" for status in ("mismatch", "missing", "unlisted")]
    said += [f"{count:,} {status}" for status, count in counts.items() if count]
    return f"{ok:,} of {counted(report.files, 'file')} ok, {', '.join(said)}"


def subject(result: Result) -> str:
    """Return what a result is about: a file, or a line of the list."""
    return escape(result.path) if result.path else f"line {result.line}"


def failure_line(result: Result) -> str:
    """Return a result on one line: its status, what it is about, and why."""
    why = f" ({escape(result.detail)})" if result.detail else ""
    return f"{result.status}  {subject(result)}{why}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 file``, ``2 files``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
