"""``checksig create``: make the list that others will check against."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from checksig._text import counted, duration, escape, size
from checksig.cli import _exit, _interrupt, _options

if TYPE_CHECKING:
    import argparse

    from checksig._create import Created


def add_to(commands: Any) -> None:
    """Add the command to the parser's commands."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "create",
        help="write a list of digests",
        description="Write a list of the digests of all files below a directory, sorted by name. "
        "Links are read as the files they lead to, and never followed into directories.",
    )
    parser.add_argument("path", nargs="?", default=".", help="a directory (default: .)")
    _options.add_algorithm(parser, "what to hash with", default="sha256")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the list, or - for stdout (default: PATH/SHA256SUMS, after the algorithm)",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    style = parser.add_mutually_exclusive_group()
    for name, shape in (("tag", "ALG (NAME) = DIGEST"), ("binary", "DIGEST *NAME")):
        style.add_argument(
            f"--{name}", dest="style", action="store_const", const=name, help=f"write {shape}"
        )
    _options.add_reading(parser)
    parser.set_defaults(run=run, style="text")


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from checksig import _algorithms, _create
    from checksig.cli import _progress

    _interrupt.raises()
    with _progress.shown(watched=True) as progress:
        if arguments.output == "-":
            data, created = _create.make_list(
                os.fsencode(arguments.path),
                _algorithms.lookup(arguments.algorithm),
                style=arguments.style,
                progress=progress,
                workers=arguments.workers,
                readers=arguments.readers,
                drop_cache=arguments.drop_cache,
            )
            sys.stdout.buffer.write(data)
        else:
            created = _create.create(
                arguments.path,
                algorithm=arguments.algorithm,
                output=arguments.output,
                style=arguments.style,
                overwrite=arguments.force,
                progress=progress,
                workers=arguments.workers,
                readers=arguments.readers,
                drop_cache=arguments.drop_cache,
            )
    _say(created)
    return _exit.VERIFIED


def _say(created: Created) -> None:
    for result in created.left_out if sys.stderr else ():
        print(f"checksig: left out: {result}", file=sys.stderr)
    if created.path is None:
        return
    amount = f"{size(created.bytes)} in {duration(created.seconds)}"
    listed = counted(created.files, "file")
    left_out = f", {len(created.left_out):,} left out" if created.left_out else ""
    algorithm = f"{created.algorithm.title} ({created.algorithm.proves})"
    print(f"CREATED  {listed}{left_out} · {amount} · {escape(created.path)} · {algorithm}")
