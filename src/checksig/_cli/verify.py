"""``checksig verify``: check a directory, and say so."""

from __future__ import annotations

import sys

from checksig._cli import _cluster, _exit, _interrupt, _options, _printing
from checksig._options import (
    CheckOptions,
    FindOptions,
    RuleOptions,
    ServerOptions,
    TrustOptions,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from checksig._cli._printing import Rendering
    from checksig._options import StrPath
    from checksig._results import Report


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Check every file in a list of digests. The lists of a directory are found by their "
        "names: sha1sum.txt, SHA256SUMS, checksums.txt, and the like. A file in several lists is "
        "read once, and must match all of them. Archives are not unpacked."
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="a directory, a bag, an archive, a list of digests, a file with a list beside it, "
        "the address of a list, a bucket or another file system (https://, s3://, gs://, az://, "
        "hf://, sftp:// and all others of fsspec), or - for standard input; each of several gets "
        "a verdict (default: .)",
    )
    _options.add(parser.add_argument_group("lists"), FindOptions)
    _options.add(parser.add_argument_group("signatures over the list"), TrustOptions)
    what = parser.add_argument_group("what is checked")
    _options.add(what, RuleOptions)
    what.add_argument(
        "--fail-fast",
        dest="max_failures",
        action="store_const",
        const=1,
        help="stop after the first failure",
    )
    _options.add_reading(parser.add_argument_group("reading"))
    _options.add(parser.add_argument_group("servers"), ServerOptions)
    _cluster.add(parser.add_argument_group("many machines"))
    _options.add_amount(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    with _printing.reported(arguments) as shown:
        return _run(arguments, shown)


def _run(arguments: argparse.Namespace, shown: Rendering) -> int:
    from checksig._checking import auditing, merging
    from checksig._cli import _progress

    _interrupt.raises()
    _options.lower_priority(arguments)
    options = _options.given(arguments, CheckOptions)
    _cluster.settle(arguments)
    watched = not arguments.quiet and not (shown.wants_ok and sys.stdout.isatty())

    def check(path: StrPath, names: tuple[bytes, ...] = (), below: bytes = b"") -> Report:
        """Check a path, or files of a directory, and say the results as they come."""
        said = bool(names) and not (arguments.quiet or arguments.json)
        with _progress.shown(watched=watched) as display, _options.usage_errors():
            if arguments.executor is not None:
                return _cluster.check(path, arguments, names, display.progress)
            return auditing.run(
                path,
                lambda result: display.say(shown.result(merging.placed(result, below))),
                names=names,
                keep_ok=shown.wants_ok or said,
                keep_failures=shown.wants_failures,
                options={**options, "progress": display.progress},
                look=lambda: display.say(shown.due(), flush=True),
            )

    paths: list[str] = arguments.paths or ["."]
    if len(paths) > 1:
        from checksig._cli._several import Several, grouped

        return Several(check, shown).run(grouped(paths, options), arguments.max_failures)
    report = check(paths[0])
    if arguments.executor is not None and arguments.jsonl:  # they come with the report
        for failure in report.failures:
            _printing.say(shown.result(failure))
    _printing.say(shown.report(report))
    return _exit.of_report(report)
