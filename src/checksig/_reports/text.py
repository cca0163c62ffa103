"""Reports and results for people to read, line by line."""

from __future__ import annotations

import os
import time

from checksig._names import counted, escape
from checksig._options import CheckOptions, table
from checksig._reports.words import duration, size
from checksig._results import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Final

    from checksig._results import Report, Result

_RED, _GREEN, _RESET = "\x1b[1;31m", "\x1b[1;32m", "\x1b[0m"
#: Of the column of statuses.
WIDTH: Final = len("unsafe-path") + 2
_INDENT: Final = " " * WIDTH
_LINE: Final = 100  # columns of the verdict
_PATIENCE: Final = 1.0  # in seconds: how long failures wait for their order
_NAMED: Final = 3  # lists
_SHORT: Final = 4  # hexadecimal digits at each end of a digest that is shortened


class Rendering:
    """Failures, then the verdict; if ``verbose`` the results that are ok as well, as they come.

    Failures of a run that is over within a second come in the end, worst first. Of others, those
    that are known by then are said, and each new one as it comes.
    """

    def __init__(
        self, *, verbose: bool, quiet: bool, terminal: bool = False, colour: bool = False
    ) -> None:
        """Say more, or less; for a terminal digests are short, and the verdict has a colour."""
        self._began = time.monotonic()
        self._waiting: list[Result] = []
        self._said: set[tuple[object, ...]] = set()
        self.wants_ok = verbose
        self.wants_failures = not quiet
        self._quiet, self._terminal, self._colour = quiet, terminal, colour
        self._whole = verbose or not terminal
        self._several, self._root = False, ""

    def result(self, result: Result) -> Iterator[str]:
        """Yield what is said of a result as it comes. Failures wait for their order at first."""
        if result.ok:
            how = "   (proved by its server, and not read)" if result.served else ""
            yield f"{result.status:{WIDTH}}{escape(result.path)}{how}"
        elif not self._quiet:
            self._waiting.append(result)
            yield from self.due()

    def due(self) -> Iterator[str]:
        """Yield the failures that wait, once they have waited long enough."""
        if not self._waiting or time.monotonic() - self._began < _PATIENCE:
            return
        from checksig._checking.merging import sort  # noqa: PLC0415 (short runs have it by then)

        waiting, self._waiting = sort(self._waiting), []
        for result in waiting:
            self._said.add(_key(result))
            yield from self.failure(result)

    def report(self, report: Report) -> Iterator[str]:
        """Yield the failures, worst first, and the verdict."""
        if not self._quiet:
            yield from self._failures(report)
            for name in report.hints:
                option = f"--{name.replace('_', '-')}: {table(CheckOptions)[name].sentence}"
                yield f"{'perhaps':{WIDTH}}{option}"
            yield from self._parts(report.parts)
            yield from () if self.wants_ok else self._checked(report)
        yield self.verdict(report)

    def _failures(self, report: Report) -> Iterator[str]:
        """Yield failures, and of those that were said already, what was not known then."""
        self._several, self._root = len(report.manifests) > 1, report.root
        self._waiting = []
        for result in report.failures:
            said = _key(result) in self._said
            yield from self._explanation(result) if said else self.failure(result)

    def _explanation(self, result: Result) -> Iterator[str]:
        """Yield what was not known yet when a failure was said."""
        if result.diagnosis:
            yield f"{'diagnosis':{WIDTH}}{result.subject}"
            yield f"{'':{WIDTH}}{result.diagnosis}"

    def _checked(self, report: Report) -> Iterator[str]:
        """Yield the first names of what was checked, where not everything had to be there."""
        if report.ok and report.checked:
            names = list(map(escape, report.checked))
            more = report.counts[Status.OK] - report.own - len(names)
            last = f" and {more:,} more" if more > 0 else ""
            yield wrapped(f"{'checked':{WIDTH}}", [", ".join(names) + last])

    def _parts(self, parts: Iterable[Report]) -> Iterator[str]:
        """Yield the verdict on each of several places."""
        for part in parts:
            said = f"{escape(part.root)}: {part.tally}"
            trust = f" · {part.trust}" if part.signatures else ""
            yield f"{self._coloured(f'{part.verdict:{WIDTH}}', part)}{said}{trust}"

    def part(self, report: Report, *, files: bool) -> Iterator[str]:
        """Yield the failures of one of several places, and but for ``files``, the verdict on it."""
        if not self._quiet:
            yield from self._failures(report)
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
        amount = f"{size(report.bytes)} in {duration(report.seconds)}"
        said = [report.tally, amount, f"{size(report.throughput)}/s"]
        against = _against(report)
        # A success is one line, if that is not too long. What a failure was checked against gets
        # a line of its own.
        lines = [[*said, *against]] if report.ok else [said, against]
        first, *rest = [
            wrapped(" " * len(word) if n == 0 else _INDENT, line) for n, line in enumerate(lines)
        ]
        return "\n".join([self._coloured(word, report) + first[len(word) :], *rest])

    def _coloured(self, word: str, report: Report) -> str:
        return f"{_GREEN if report.ok else _RED}{word}{_RESET}" if self._colour else word


def _name(path: str, root: str) -> str:
    """Return the name of a list below the root; of one that lies elsewhere, the last part."""
    above = root if root.endswith("/") else f"{root}/"
    if path.startswith(above):
        return escape(path.removeprefix(above))
    return escape(os.path.basename(path.rstrip("/")))  # noqa: PTH119 (pathlib takes 5 ms)


def wrapped(head: str, parts: Sequence[str], separator: str = " · ") -> str:
    """Return parts behind a head, on lines that are not too long.

    Lines end between parts; a part that is too long by itself is cut between words. What has no
    space is left whole.
    """
    lines, started = [head], False
    for part in parts:
        glue = separator if started else ""
        if started and len(lines[-1]) + len(glue) + len(part) > _LINE:
            lines[-1] += separator.rstrip()
            lines.append(_INDENT)
            glue = ""
        for number, word in enumerate(part.split(" ")):
            before = " " if number else glue
            if number and len(lines[-1]) + len(before) + len(word) > _LINE:
                lines.append(_INDENT)
                before = ""
            lines[-1] += before + word
        started = True
    return "\n".join(lines)


def _key(result: Result) -> tuple[object, ...]:
    """Return what a failure is known by, whatever is explained of it later."""
    return result.path, result.manifest, result.line, result.status


def _against(report: Report) -> list[str]:
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
    return [*parts, *map(escape, report.remarks)]
