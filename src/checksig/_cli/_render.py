"""Results for people to read."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from checksig._names import counted, escape
from checksig._reports.words import duration, size

if TYPE_CHECKING:
    from checksig._results import Report, Result

_RED, _GREEN, _RESET = "\x1b[1;31m", "\x1b[1;32m", "\x1b[0m"
#: Of the column of statuses.
WIDTH: Final = len("unsafe-path") + 2
_SHORT: Final = 4  # hexadecimal digits at each end of a digest that is shortened


class Printer:
    """Prints failures, then the verdict; with ``verbose`` what is ok as well, as it comes."""

    def __init__(self, *, verbose: bool, quiet: bool) -> None:
        """Print more, or less."""
        self.wants_ok = verbose
        self._quiet = quiet
        self._several = False
        self._terminal = sys.stdout.isatty()
        self._whole = verbose or not self._terminal
        self._colour = self._terminal and not os.environ.get("NO_COLOR")

    def result(self, result: Result) -> None:
        """Take a result as it comes. Failures wait for their order."""
        if result.ok:
            print(f"{result.status:{WIDTH}}{escape(result.path)}")

    def report(self, report: Report) -> None:
        """Print the failures, worst first, and the verdict."""
        self._several = len(report.manifests) > 1
        if not self._quiet:
            for result in report.failures:
                self.failure(result)
        self.verdict(report)

    def verdict(self, report: Report) -> None:
        """Print the verdict."""
        print(self._verdict(report))

    def error(self, error: BaseException) -> None:
        """Leave it to stderr."""

    def failure(self, result: Result) -> None:
        """Print what is wrong with a file."""
        print(f"{result.status:{WIDTH}}{result.subject}{self._place(result)}")
        if result.found and result.listed:
            listed, found = self._digest(result.listed), self._digest(result.found)
            separator = "   " if self._terminal and not self.wants_ok else "\n" + " " * WIDTH
            print(f"{'':{WIDTH}}listed  {listed}{separator}found   {found}")
        elif result.detail:
            print(f"{'':{WIDTH}}{escape(result.detail)}")
        if result.diagnosis:
            print(f"{'':{WIDTH}}{result.diagnosis}")

    def _place(self, result: Result) -> str:
        """Return which of several lists a result is about."""
        if not self._several or not result.manifest:
            return ""
        line = f" line {result.line}" if result.path and result.line else ""
        return f"   ({escape(os.path.basename(result.manifest))}{line})"  # noqa: PTH119 (as below)

    def _digest(self, digits: str) -> str:
        if self._whole or len(digits) <= 2 * _SHORT:
            return digits
        return f"{digits[:_SHORT]}…{digits[-_SHORT:]}"

    def _verdict(self, report: Report) -> str:
        word = f"{report.verdict:{WIDTH}}"
        if report.ok and not report.signatures:
            word = f"{report.verdict} (integrity only: {report.trust})  "
        if self._colour:
            word = f"{_GREEN if report.ok else _RED}{word}{_RESET}"
        amount = f"{size(report.bytes)} in {duration(report.seconds)}"
        line = f"{word}{report.tally} · {amount} · {size(report.throughput)}/s"
        # A success is one line. What a failure was checked against gets a line of its own.
        return line + (" · " if report.ok else "\n" + " " * WIDTH) + _against(report)


def _against(report: Report) -> str:
    parts = [f"{a.title} ({a.proves})" for a in report.algorithms]
    if report.manifests:
        first = os.path.basename(report.manifests[0].path)  # noqa: PTH119 (pathlib takes 5 ms)
        others = len(report.manifests) - 1
        parts.insert(0, escape(first) + (f" and {counted(others, 'other list')}" if others else ""))
    if not report.ok or report.signatures:
        parts.append(report.trust)
    return " · ".join(parts)
