"""``checksig convert``: the same list in another format."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checksig._cli import _exit, _interrupt, _options, _printing
from checksig._names import counted, escape
from checksig._options import NameOptions

if TYPE_CHECKING:
    import argparse

    from checksig._making import Converted


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Write a list of digests in another format. Nothing is hashed. A line that the other "
        "format cannot hold is an error."
    )
    parser.add_argument("path", metavar="LIST", help="a list of digests")
    _options.add_layout(parser, "OWN")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the new list, or - for stdout (default: beside LIST, named after its format)",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    parser.add_argument(
        "--drop-signature",
        action="store_true",
        help="remove the signatures beside FILE that no longer hold",
    )
    _options.add(parser.add_argument_group("names"), NameOptions)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    _interrupt.raises()
    with _printing.documented(wanted=arguments.json), _options.usage_errors():
        _printing.refuse_list_and_document(arguments)
        if arguments.output == "-":
            sys.stdout.buffer.write(_to_stdout(arguments))
            return _exit.VERIFIED
        converted = _converted(arguments)
    if arguments.json:
        from checksig._reports import making

        _printing.say_document(making.converted_fields(converted))
        return _exit.VERIFIED
    for path in converted.dropped if sys.stderr else ():
        print(f"checksig: removed, as it no longer holds: {escape(path)}", file=sys.stderr)
    places = ", ".join(map(escape, converted.paths))
    print(f"CONVERTED  {counted(converted.files, 'file')} · {places}")
    return _exit.VERIFIED


def _converted(arguments: argparse.Namespace) -> Converted:
    from checksig import _formats as formats
    from checksig._making import convert

    return convert(
        arguments.path,
        arguments.format or formats.OWN,
        output=arguments.output,
        style=arguments.style,
        zero=arguments.zero,
        overwrite=arguments.force,
        drop_signature=arguments.drop_signature,
        **_options.given(arguments, NameOptions),
    )


def _to_stdout(arguments: argparse.Namespace) -> bytes:
    from checksig import _formats as formats
    from checksig._claims import Renaming
    from checksig._making import convert_lists
    from checksig._options.values import settle
    from checksig.errors import CreateError

    _, lists, _ = convert_lists(
        arguments.path,
        arguments.format or formats.OWN,
        Renaming.of(settle(NameOptions, _options.given(arguments, NameOptions))),
        style=arguments.style,
        zero=arguments.zero,
    )
    if len(lists) > 1:
        raise CreateError(f"there are {len(lists)} lists to write, one for each algorithm")
    return lists[0][1]
