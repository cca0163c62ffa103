"""``checksig create``: make the list that others will check against."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from checksig._cli import _exit, _interrupt, _options, _passwords, _printing
from checksig._names import counted, escape
from checksig._options import CreateOptions, ReadOptions, table
from checksig._reports.words import duration, size

#: Of the column of what has become of a file.
_WIDTH: Final = len("CREATED  ")

if TYPE_CHECKING:
    import argparse

    from checksig._entries import Changes
    from checksig._making import Created
    from checksig._trust.signing import Signer


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Write a list of the digests of all files below a directory, sorted by name. "
        "A link to a file is listed as that file. A link to a directory is left out."
    )
    parser.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        default=".",
        help="a directory or a file, or the address of one (default: .)",
    )
    _options.add_algorithms(parser, "sha256, or what the format holds")
    _options.add_layout(parser, "DEFAULT")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the list, or - for stdout (default: in PATH, named after the algorithm: SHA256SUMS)",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    parser.add_argument("--sign", metavar="KEY", help="sign the list with a minisign or SSH key")
    _passwords.add_to(parser)
    _options.add(parser, CreateOptions, but=("format", "zero", *table(ReadOptions)))
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument(
        "-v", "--verbose", action="store_true", help="say which files --update did not read"
    )
    amount.add_argument("--json", action="store_true", help="print one JSON document")
    _options.add_reading(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig._cli import _progress

    _interrupt.raises()
    _options.lower_priority(arguments)
    options = _options.given(arguments, CreateOptions)
    with (
        _printing.documented(wanted=arguments.json),
        _progress.shown(watched=True) as display,
        _options.usage_errors(),
    ):
        options["progress"] = display.progress
        _printing.refuse_list_and_document(arguments)
        signer = _signer(arguments)
        if arguments.output == "-":
            created = _to_stdout(arguments, options)
        else:
            created = _created(arguments, signer, options)
    try:
        if arguments.json:
            from checksig._reports import making

            _printing.say_document(making.created_fields(created))
        else:
            _say(created, verbose=arguments.verbose)
        sys.stdout.flush()
    except OSError as error:
        if created.path is None:
            raise
        why = f"{error.strerror}, after {_places(created)} was written"
        raise OSError(error.errno, why) from error
    return _exit.VERIFIED


def _created(
    arguments: argparse.Namespace,
    signer: Signer | None,
    options: CreateOptions,
) -> Created:
    from checksig._making import create
    from checksig.errors import DamagedError

    try:
        return create(
            arguments.path,
            algorithm=arguments.algorithm,
            output=arguments.output,
            style=arguments.style,
            overwrite=arguments.force,
            signer=signer,
            **options,
        )
    except DamagedError as error:
        if not arguments.json:
            _say_changes(error.changes)
        raise


def _signer(arguments: argparse.Namespace) -> Signer | None:
    from checksig.errors import CreateError

    if arguments.sign and arguments.output == "-":
        raise CreateError("a signature goes beside its list, and stdout has no such place")
    return _passwords.signer(arguments)


def _to_stdout(arguments: argparse.Namespace, options: CreateOptions) -> Created:
    from checksig._making import ListRequest, make_lists
    from checksig.errors import CreateError

    if arguments.update:
        raise CreateError("there is no list to update on stdout")
    if arguments.drop_signature:
        raise CreateError("no signature lies beside stdout")
    wanted = ListRequest.of(arguments.path, arguments.algorithm, arguments.style, options)
    wanted.targets("-" if not wanted.layout.format.for_one_file else None)
    [data], created = make_lists(wanted)
    sys.stdout.buffer.write(data)
    return created


def _say(created: Created, *, verbose: bool) -> None:
    said = [f"left out: {result}" for result in created.left_out]
    said += [f"removed, as it no longer holds: {escape(path)}" for path in created.dropped]
    if verbose:
        said += [f"not read: {escape(path)}" for path in created.trusted]
    for line in said if sys.stderr else ():
        print(f"checksig: {line}", file=sys.stderr)
    if created.path is None:
        return
    if created.changes:
        _say_changes(created.changes)
    amount = f"{size(created.bytes)} in {duration(created.seconds)}"
    listed = counted(created.files, "file")
    left_out = f", {len(created.left_out):,} left out" if created.left_out else ""
    reused = f", {len(created.trusted):,} trusted by size and times" if created.trusted else ""
    places = _places(created)
    algorithms = ", ".join(f"{a.title} ({a.proves})" for a in created.algorithms)
    word = "CREATED" if created.changes is None else "UPDATED"
    changes = f", {created.changes}" if created.changes and str(created.changes) else ""
    print(f"{word}  {listed}{changes}{left_out}{reused} · {amount} · {places} · {algorithms}")


def _places(created: Created) -> str:
    return ", ".join(map(escape, (*created.paths, *created.signatures)))


def _say_changes(changes: Changes) -> None:
    for what, name in changes.lines():
        print(f"{what:{_WIDTH}}{name}")
