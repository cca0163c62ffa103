"""Reports and results for people to read, line by line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig._names import counted, escape
from checksig._options import CheckOptions, table
from checksig._reports.words import duration, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._results import Report, Result

_RED, _GREEN, _RESET = "\x1b[1;31m", "\x1b[1;32m", "\x1b[0m"
#: Of the column of statuses.
WIDTH: Final = len("unsafe-path") + 2
_NAMED: Final = 3  # lists
_SHORT: Final = 4  # hexadecimal digits at each end of a digest that is shortened


class Rendering:
    """Failures, then the verdict; if ``verbose`` the results that are ok as well, as they come."""

    def __init__(
        self, *, verbose: bool, quiet: bool, terminal: bool = False, colour: bool = False
    ) -> None:
        """Say more, or less; for a terminal digests are short, and the verdict has a colour."""
        self.wants_ok = verbose
        self.wants_failures = not quiet
        self._quiet, self._terminal, self._colour = quiet, terminal, colour
        self._whole = verbose or not terminal
        self._several, self._root = False, ""

    def result(self, result: Result) -> Iterator[str]:
        """Yield what is said of a result as it comes. Failures wait for their order."""
        if result.ok:
            yield f"{result.status:{WIDTH}}{escape(result.path)}"

    def report(self, report: Report) -> Iterator[str]:
        """Yield the failures, worst first, and the verdict."""
        self._several, self._root = len(report.manifests) > 1, report.root
        if not self._quiet:
            for result in report.failures:
                yield from self.failure(result)
            for name in report.hints:
                option = f"--{name.replace('_', '-')}: {table(CheckOptions)[name].sentence}"
                yield f"{'perhaps':{WIDTH}}{option}"
            yield from self._parts(report.parts)
        yield self.verdict(report)

    def _parts(self, parts: Iterable[Report]) -> Iterator[str]:
        """Yield the verdict on each of several places."""
        for part in parts:
            said = f"{escape(part.root)}: {part.tally}"
            trust = f" · {part.trust}" if part.signatures else ""
            yield f"{self._coloured(f'{part.verdict:{WIDTH}}', part)}{said}{trust}"

    def part(self, report: Report, *, files: bool) -> Iterator[str]:
        """Yield the failures of one of several places, and but for ``files``, the verdict on it."""
        if not self._quiet:
            self._several, self._root = len(report.manifests) > 1, report.root
            for result in report.failures:
                yield from self.failure(result)
            yield from () if files else self._parts([report])

    def whole(self, report: Report, right: int, paths: int) -> Iterator[str]:
        """Yield the verdict on so many paths, of which so many are right."""
        if paths > report.files or report.errors or len(report.parts) > 1:
            said = f"{right:,} of {counted(paths, 'path')} ok"
            if report.errors:
                said += f", {len(report.errors):,} could not be checked"
            yield f"{'paths':{WIDTH}}{said}"
        yield self.verdict(report)

    def error(self, message: str, exit_code: int) -> Iterator[str]:
        """Yield nothing: errors go to stderr."""
        del message, exit_code
        return iter(())

    def failure(self, result: Result) -> Iterator[str]:
        """Yield what is wrong with a file."""
        yield f"{result.status:{WIDTH}}{result.subject}{self._where(result)}"
        if result.found and result.listed:
            listed, found = self._digest(result.listed), self._digest(result.found)
            separator = "   " if self._terminal and not self.wants_ok else "\n" + " " * WIDTH
            yield f"{'':{WIDTH}}listed  {listed}{separator}found   {found}"
        elif result.detail:
            yield f"{'':{WIDTH}}{escape(result.detail)}"
        if result.diagnosis:
            yield f"{'':{WIDTH}}{result.diagnosis}"

    def _where(self, result: Result) -> str:
        """Return the one of several lists that a result is about."""
        if not self._several or not result.manifest or not (result.path or result.line):
            return ""
        line = f" line {result.line}" if result.path and result.line else ""
        return f"   ({_name(result.manifest, self._root)}{line})"

    def _digest(self, digits: str) -> str:
        if self._whole or len(digits) <= 2 * _SHORT:
            return digits
        return f"{digits[:_SHORT]}…{digits[-_SHORT:]}"

    def verdict(self, report: Report) -> str:
        """Return the verdict."""
        word = f"{report.verdict:{WIDTH}}"
        if report.ok and not report.signatures:
            word = f"{report.verdict} (integrity only: {report.trust})  "
        word = self._coloured(word, report)
        amount = f"{size(report.bytes)} in {duration(report.seconds)}"
        line = f"{word}{report.tally} · {amount} · {size(report.throughput)}/s"
        # A success is one line. What a failure was checked against gets a line of its own.
        return line + (" · " if report.ok else "\n" + " " * WIDTH) + _against(report)

    def _coloured(self, word: str, report: Report) -> str:
        return f"{_GREEN if report.ok else _RED}{word}{_RESET}" if self._colour else word


def _name(path: str, root: str) -> str:
    """Return the name of a list below the root; of one that lies elsewhere, the last part."""
    above = root if root.endswith("/") else f"{root}/"
    if path.startswith(above):
        return escape(path.removeprefix(above))
    return escape(os.path.basename(path))  # noqa: PTH119 (pathlib takes 5 ms)


def _against(report: Report) -> str:
    parts = [f"{a.title} ({a.proves})" for a in report.algorithms]
    if report.manifests:
        names = list(dict.fromkeys([_name(each.path, report.root) for each in report.manifests]))
        named = names if len(names) <= _NAMED else names[:1]
        said = ", ".join(named)
        others = len(names) - len(named)
        parts.insert(0, said + (f" and {counted(others, 'other list')}" if others else ""))
    if report.members is not None:
        name = escape(os.path.basename(report.root))  # noqa: PTH119 (as above)
        parts.insert(0, f"{name}, with {counted(report.members, 'member')}, is signed as a whole")
    if not report.ok or report.signatures:
        parts.append(report.trust)
    return " · ".join([*parts, *map(escape, report.remarks)])
