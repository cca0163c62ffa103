"""``checksig env``: check the packages that are installed in a Python environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from checksig._cli import _exit, _interrupt, _options
from checksig._names import counted, escape
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    import argparse

    from checksig._checking.environment import Environment
    from checksig._claims.packages import Package

ENVIRONMENT: Final = "checksig.environment/1"


def add_to(commands: Any) -> None:
    """Add the command to the parser's commands."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "env",
        help="check the packages of a Python environment",
        description="Check every file of the packages that are installed in a Python environment "
        "against their RECORD files. What a package has without a digest (compiled files, RECORD "
        "itself), and the code of editable installs, is not checked.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--prefix", metavar="DIR", help="the environment (default: that of the running Python)"
    )
    which.add_argument("--python", metavar="EXE", help="check the environment of this interpreter")
    parser.add_argument(
        "--complete",
        action="store_true",
        help="fail if there are files in a package's folders that no package lists",
    )
    _options.add_reading(parser.add_argument_group("reading"))
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("-v", "--verbose", action="store_true", help="list every package")
    amount.add_argument("-q", "--quiet", action="store_true", help="print only the verdict")
    amount.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._cli import _json

    try:
        found = _audit(arguments)
    except (ChecksigError, KeyboardInterrupt) as error:
        if arguments.json:
            _json.Printer(lines=False).error(error)
        raise
    if arguments.json:
        print(json.dumps(_document(found), indent=2))
    else:
        _say(found, arguments)
    return _exit.VERIFIED if found.ok else _exit.NOT_VERIFIED


def _audit(arguments: argparse.Namespace) -> Environment:
    from checksig._checking import environment as _environment
    from checksig._cli import _progress

    _interrupt.raises()
    with _progress.shown(watched=not arguments.quiet) as progress:
        return _environment.audit_environment(
            arguments.prefix,
            python=arguments.python,
            complete=arguments.complete,
            progress=progress,
            workers=arguments.workers,
            readers=arguments.readers,
            drop_cache=arguments.drop_cache,
        )


def _say(found: Environment, arguments: argparse.Namespace) -> None:
    """Print a line for each package that is not right, with what is wrong, then the verdict."""
    from checksig._cli import _render

    printer = _render.Printer(verbose=arguments.verbose, quiet=arguments.quiet)
    for package in () if arguments.quiet else found.packages:
        said = _said(package)
        if said or arguments.verbose:
            word = "ok" if package.ok else "failed"
            print(f"{word:{_render.WIDTH}}{_title(package)}{said}")
        for result in package.failures:
            printer.failure(result)
    for result in () if arguments.quiet else found.unlisted:
        printer.failure(result)
    wrong = sum(not package.ok for package in found.packages)
    right = len(found.packages) - wrong
    print(f"{'packages':{_render.WIDTH}}{right:,} of {counted(len(found.packages), 'package')} ok")
    printer.verdict(found.report)


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


def _document(found: Environment) -> dict[str, Any]:
    from checksig._cli import _json

    return {
        "schema": ENVIRONMENT,
        **_json.summary_fields(found.report),
        "packages": [
            {
                **_json.path_fields("name", package.name),
                **_json.path_fields("version", package.version),
                **_json.path_fields("location", package.location),
                **_json.path_fields("editable", package.editable),
                "ok": package.ok,
                "failures": [_json.result_fields(result) for result in package.failures],
                "unlisted": [_json.result_fields(result) for result in package.unlisted],
            }
            for package in found.packages
        ],
        "unlisted": [_json.result_fields(result) for result in found.unlisted],
    }
