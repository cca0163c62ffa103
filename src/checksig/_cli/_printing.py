"""Results and reports, printed in one of the renderings of ``checksig._reports``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from checksig._cli import _exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from typing import Protocol

    from checksig._results import Report, Result

    class Rendering(Protocol):
        """A way to say things, line by line."""

        wants_ok: bool  #: whether results that are ok are said as well
        wants_failures: bool  #: whether the report has to hold them all

        def result(self, result: Result) -> Iterable[str]:
            """Return what is said of a result as it comes."""
            ...

        def due(self) -> Iterable[str]:
            """Return what has waited long enough; it is called now and then."""
            ...

        def report(self, report: Report) -> Iterable[str]:
            """Return what is said at the end."""
            ...

        def error(self, message: str, exit_code: int) -> Iterable[str]:
            """Return what is said if there is no report."""
            ...


def rendering(arguments: argparse.Namespace) -> Rendering:
    """Return the rendering that the options ask for."""
    if arguments.json or arguments.jsonl:
        return documents(lines=arguments.jsonl)
    from checksig._reports import text

    return text.Rendering(verbose=arguments.verbose, quiet=arguments.quiet, **look())


def documents(*, lines: bool = False) -> Rendering:
    """Return the rendering for programs."""
    from checksig._reports import json

    return json.Rendering(lines=lines)


def look() -> dict[str, bool]:
    """Return what text looks like where it goes."""
    terminal = sys.stdout.isatty()
    return {"terminal": terminal, "colour": terminal and not os.environ.get("NO_COLOR")}


def say(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        print(line)


def say_error(shown: Rendering, error: BaseException) -> None:
    """Print why there is no report, as far as it is said on stdout."""
    interrupted = isinstance(error, KeyboardInterrupt)
    message = "interrupted" if interrupted else str(error)
    say(shown.error(message, _exit.INTERRUPTED if interrupted else _exit.of_error(error)))
