"""``checksig env``: check the packages that are installed in a Python environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._cli import _exit, _interrupt, _options, _printing
from checksig._names import counted, escape
from checksig._options import EnvironmentOptions, ReadOptions, table
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from checksig._checking.environment import Environment
    from checksig._claims.asides import Aside
    from checksig._claims.packages import Package

ENVIRONMENT: Final = "checksig.environment/1"

#: How many names of what is not checked are shown.
_SHOWN: Final = 8


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Check the packages that are installed in a Python environment: every file is checked "
        "against the RECORD of its package, or the record of conda. Files that are listed "
        "without a digest, the code of editable installs, and files that no package lists are not "
        "checked."
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--prefix", metavar="DIR", help="the environment (default: that of the running Python)"
    )
    _options.add(which, EnvironmentOptions, but=("complete", "compiled", *table(ReadOptions)))
    _options.add(parser, EnvironmentOptions, but=("python", *table(ReadOptions)))
    _options.add_reading(parser.add_argument_group("reading"))
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("-v", "--verbose", action="store_true", help="list every package")
    amount.add_argument("-q", "--quiet", action="store_true", help="print only the verdict")
    amount.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run, jsonl=False)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    shown = _printing.rendering(arguments)
    try:
        found = _audit(arguments)
    except (ChecksigError, KeyboardInterrupt) as error:
        _printing.say_error(shown, error)
        raise
    _printing.say([_document(found)] if arguments.json else _lines(found, arguments))
    return _exit.VERIFIED if found.ok else _exit.NOT_VERIFIED


def _audit(arguments: argparse.Namespace) -> Environment:
    from checksig._checking import environment
    from checksig._cli import _progress

    _interrupt.raises()
    _options.lower_priority(arguments)
    with _progress.shown(watched=not arguments.quiet) as display, _options.usage_errors():
        given = _options.given(arguments, EnvironmentOptions)
        given["progress"] = display.progress
        return environment.audit_environment(arguments.prefix, **given)


def _lines(found: Environment, arguments: argparse.Namespace) -> Iterator[str]:
    """Yield a line for each package that is not right, with what is wrong, then the verdict."""
    from checksig._reports import text

    shown = text.Rendering(verbose=arguments.verbose, quiet=arguments.quiet, **_printing.look())
    for package in () if arguments.quiet else found.packages:
        said = _said(package)
        if said or arguments.verbose:
            word = "ok" if package.ok else "failed"
            yield f"{word:{text.WIDTH}}{_title(package)}{said}"
        for result in package.failures:
            yield from shown.failure(result)
    for result in () if arguments.quiet else found.unlisted:
        yield from shown.failure(result)
    for aside in () if arguments.quiet else found.asides:
        yield f"{'aside':{text.WIDTH}}{_aside(aside)}"
    wrong = sum(not package.ok for package in found.packages)
    right = len(found.packages) - wrong
    yield f"{'packages':{text.WIDTH}}{right:,} of {counted(len(found.packages), 'package')} ok"
    yield shown.verdict(found.report)


def _title(package: Package) -> str:
    return escape(f"{package.name} {package.version}".rstrip())


def _said(package: Package) -> str:
    """Return what there is to say about a package, if it is not simply right."""
    parts: list[str] = []
    if package.failures:
        parts.append(f"{counted(len(package.failures), 'file')} not right")
    if package.unlisted:
        parts.append(f"{counted(len(package.unlisted), 'file')} unlisted")
    if package.editable is not None:
        parts.append(f"editable: the code is in {escape(package.editable)}, and is not checked")
    return " · " + " · ".join(parts) if parts else ""


def _aside(aside: Aside) -> str:
    """Return what is not checked, with the first few names of it."""
    names = [escape(name) for name in aside.names[:_SHOWN]]
    if more := len(aside.names) - len(names):
        names.append(f"and {more:,} more")
    listed = f" ({', '.join(names)})" if names else ""
    return f"{escape(aside.path)}: {escape(aside.detail)}{listed}".removeprefix(": ")


def _document(found: Environment) -> str:
    from checksig._reports import json

    fields = {
        "schema": ENVIRONMENT,
        **json.summary_fields(found.report),
        "kind": found.kind,
        "packages": [
            {
                **json.path_fields("name", package.name),
                **json.path_fields("version", package.version),
                **json.path_fields("location", package.location),
                **json.path_fields("editable", package.editable),
                "ok": package.ok,
                "failures": [json.result_fields(result) for result in package.failures],
                "unlisted": [json.result_fields(result) for result in package.unlisted],
            }
            for package in found.packages
        ],
        "unlisted": [json.result_fields(result) for result in found.unlisted],
        "asides": [
            {
                **json.path_fields("path", aside.path),
                "detail": escape(aside.detail),
                "names": [json.path_fields("name", name) for name in aside.names],
            }
            for aside in found.asides
        ],
    }
    return json.document(fields)
