"""``checksig run-shard``: check one shard of a plan, and write what it came to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from checksig._cli import _exit, _interrupt, _options, _passwords, _printing
from checksig._names import counted, escape
from checksig._options import RunOptions
from checksig._reports.words import duration, size

if TYPE_CHECKING:
    import argparse

    from checksig._shards.partial import Partial


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Check one shard of a plan, and write what it came to into a directory, for checksig "
        "merge. What is there already, and whole, is not run again: a shard with failures is a "
        "result like others."
    )
    parser.add_argument("plan", metavar="PLAN", help="a plan that checksig plan has written")
    parser.add_argument(
        "number",
        metavar="N",
        nargs="?",
        help="the number of the shard, from 0 (default: that of the array job that this is: Slurm, "
        "Kubernetes, PBS, SGE)",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        default="partials",
        type=_options.non_empty,
        help="the directory for N.json (default: partials)",
    )
    parser.add_argument(
        "--sign",
        metavar="KEY",
        help="sign N.json with a minisign or SSH key; merge can demand that",
    )
    _passwords.add_to(parser)
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")
    _options.add_reading(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    _interrupt.raises()
    _options.lower_priority(arguments)
    with _printing.documented(wanted=arguments.json), _options.usage_errors():
        found, path, known = _partial(arguments)
    if arguments.json:
        print(found.to_bytes().decode(), end="")
    else:
        _say(found, path, known=known)
    return _exit.VERIFIED if found.ok else _exit.NOT_VERIFIED


def _partial(arguments: argparse.Namespace) -> tuple[Partial, str, bool]:
    """Return what a shard came to, where it is written, and whether it was there already."""
    from checksig._shards import checks, folder, loading, slots

    whole = loading.load(arguments.plan)
    number = slots.number_of(arguments.number, os.environ)
    whole.expect_shard(number)
    signer, path = _passwords.signer(arguments), folder.path_of(arguments.output, number)
    signed = signer is None or os.path.lexists(signer.target(os.fsencode(path)))
    if (held := folder.held(arguments.output, whole, number)) and signed:
        return held, path, True
    options: Any = _options.given(arguments, RunOptions)
    options.setdefault("workers", slots.workers_of(os.environ))
    found = checks.run_shard(whole, number, **options)
    folder.put(arguments.output, found)
    if signer:
        signer.sign_beside(path, overwrite=True)
    return found, path, False


def _say(found: Partial, path: str, *, known: bool) -> None:
    totals, seconds = found.outcome.totals, found.outcome.seconds
    wrong = len(found.outcome.failures)
    said = "all ok" if not wrong else f"{wrong:,} not ok"
    amount = f"{size(totals.bytes)} in {duration(seconds)}"
    word = "CHECKED" if not known else "KNOWN"
    files = counted(totals.files, "file")
    print(f"{word:9}shard {found.shard}: {files}, {said} · {amount} · {escape(path)}")
