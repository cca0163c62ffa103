"""Several paths for one command: a verdict on each, one on all, and the worst exit code.

The worst is the largest: 3, of a signature that is not trusted, is worse than 2, where there was
nothing to go by, and that is worse than 1.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from checksig._checking.merging import of_places, placed
from checksig._classes import replace
from checksig._cli import _exit, _printing
from checksig._names import escape
from checksig._places import is_address, is_packed, shown
from checksig._results import PathError, Status
from checksig.errors import ChecksigError, CreateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checksig._cli._printing import Rendering
    from checksig._options import StrPath
    from checksig._results import Report

    #: Checks a path, or files in it by themselves, and returns the report. Results are said as they
    #: come, with their names below a directory.
    Check = Callable[[bytes, tuple[bytes, ...], bytes], Report]


class Group(NamedTuple):
    """A path; or a directory, and files in it that are checked by themselves in one run."""

    path: bytes
    names: tuple[bytes, ...] = ()
    below: bytes = b""  # where names in results are, as seen from the working directory

    @property
    def paths(self) -> int:
        """The number of paths."""
        return max(1, len(self.names))

    def alone(self) -> list[Group]:
        """Return each of its files as a group."""
        return [self._replace(names=(name,)) for name in self.names]

    def path_of_first(self) -> bytes:
        """Return the path of its first file."""
        name = self.names[0]
        return name if self.path == b"." else os.path.join(self.path, name)  # noqa: PTH118 (bytes)

    def __str__(self) -> str:
        """Return the path, as it is shown: an address without its secrets."""
        if is_address(self.path):
            return escape(shown(os.fsdecode(self.path)))
        names = [os.path.join(self.path, name) for name in self.names] or [self.path]  # noqa: PTH118
        return ", ".join([escape(os.fsdecode(os.path.normpath(name))) for name in names])


def grouped(paths: list[str], options: Mapping[str, Any]) -> list[Group]:
    """Return paths; files of one directory are one group, for they are read at a time.

    Raises:
        CreateError: a digest is given for several.
    """
    if options.get("digest"):
        raise CreateError(f"a digest is for one file, and there are {len(paths)} paths")
    from checksig._checking import starting

    groups: dict[bytes, Group] = {}
    for path in dict.fromkeys(map(os.fsencode, paths)):
        alone = starting.alone(path, options)
        if alone is None:
            groups[b"\0" + path] = Group(path, (), _below(path, options.get("root")))
        else:
            directory, name = alone
            before = groups.get(directory, Group(directory, (), _below(directory, None)))
            groups[directory] = before._replace(names=(*before.names, name))
    return list(groups.values())


class Several:
    """Groups that are checked one after the other."""

    def __init__(self, check: Check, shown: Rendering) -> None:
        """Begin nothing yet."""
        self._check, self._shown = check, shown
        self._reports: list[Report] = []
        self._errors: list[PathError] = []
        self._below: list[bytes] = []
        self._right = 0

    def run(self, groups: list[Group], most: int | None) -> int:
        """Check groups, say what there is to say, and return the worst exit code.

        Args:
            groups: They.
            most: How many failures end the run.
        """
        waiting, failed = groups[::-1], 0
        while waiting and failed < (most or sys.maxsize):
            group = waiting.pop()
            try:
                report = self._check(group.path, group.names, group.below)
            except ChecksigError as error:
                if len(group.names) > 1:  # one of them; the others are checked all the same
                    waiting += group.alone()[::-1]
                elif group.names and is_packed(path := group.path_of_first()):
                    waiting.append(Group(path, (), path))  # nothing is said of it as a file
                else:
                    self._note(group, error)
                continue
            failures = [placed(each, group.below) for each in report.failures]
            placed_ = replace(report, failures=tuple(failures))
            _printing.say(self._shown.part(placed_, files=bool(group.names)))
            self._right += report.counts[Status.OK] if group.names else int(report.ok)
            self._reports.append(report)
            self._below.append(group.below)
            failed += len(report.failures)
        report = self._whole(stopped=bool(waiting))
        _printing.say(self._shown.whole(report, self._right, sum(each.paths for each in groups)))
        codes = [_exit.VERIFIED if report.ok else _exit.NOT_VERIFIED]
        return max([*codes, *[error.exit_code for error in self._errors]])

    def _note(self, group: Group, error: ChecksigError) -> None:
        code = _exit.of_error(error)
        self._errors.append(PathError(str(group), str(error), code))
        if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison] (it was closed)
            with suppress(OSError):  # if nobody can hear why, there still is the exit code
                print(f"checksig: {error}", file=sys.stderr, flush=True)

    def _whole(self, *, stopped: bool) -> Report:
        whole = of_places(self._reports, ".", self._below)
        return replace(whole, errors=tuple(self._errors), stopped=whole.stopped or stopped)


def _below(path: bytes, root: StrPath | None) -> bytes:
    """Return the directory or archive that names in results are of; empty if it is this one."""
    if is_address(path):
        path = os.fsencode(shown(os.fsdecode(path)))  # without its secrets
    if root is not None:
        found = os.fsencode(root)
    elif os.path.isdir(path) or is_packed(path):  # noqa: PTH112 (paths are bytes)
        found = path
    else:
        found = os.path.dirname(path)  # noqa: PTH120 (as above)
    return b"" if found in (b".", b"-") else found
