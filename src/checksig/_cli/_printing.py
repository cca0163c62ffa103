"""Results and reports, printed in one of the renderings of ``checksig._reports``."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from checksig._cli import _exit
from checksig.errors import ChecksigError, CreateError, DamagedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator, Iterable
    from typing import Any, Protocol

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

        def part(self, report: Report, *, files: bool) -> Iterable[str]:
            """Return what is said of one of several places, or of files, once it is checked."""
            ...

        def whole(self, report: Report, right: int, paths: int) -> Iterable[str]:
            """Return what is said of several paths at the end, and how many are right."""
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


@contextmanager
def reported(arguments: argparse.Namespace) -> Generator[Rendering]:
    """Give the rendering of a report, and if there is none, print why, as far as stdout has it."""
    shown = rendering(arguments)
    try:
        yield shown
    except (ChecksigError, KeyboardInterrupt) as error:
        say_error(shown, error)
        raise


def documents(*, lines: bool = False) -> Rendering:
    """Return the rendering for programs."""
    from checksig._reports import json

    return json.Rendering(lines=lines)


def say_document(fields: dict[str, Any]) -> None:
    """Print what was made or found, for programs."""
    from checksig._reports import json

    print(json.document(fields))


@contextmanager
def documented(*, wanted: bool) -> Generator[None]:
    """Print why there is no document, if one is wanted."""
    try:
        yield
    except (ChecksigError, KeyboardInterrupt) as error:
        if wanted:
            say([_error_document(error)])
        raise


def refuse_list_and_document(arguments: argparse.Namespace) -> None:
    """Refuse to print a list and a document in one stream.

    Raises:
        CreateError: both are asked for.
    """
    if arguments.json and arguments.output == "-":
        raise CreateError("a list on stdout leaves no place for a document (--json)")


def _error_document(error: BaseException) -> str:
    from checksig._reports import json, making

    fields = json.error_fields(*_told(error))
    if isinstance(error, DamagedError):
        fields["changes"] = making.change_fields(error.changes)
    return json.document(fields)


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
    say(shown.error(*_told(error)))


def _told(error: BaseException) -> tuple[str, int]:
    """Return what is said of an error, and the exit code."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", _exit.INTERRUPTED
    return str(error), _exit.of_error(error)
