"""``checksig bench``: how fast files are hashed here, and how fast they could be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from checksig._cli import _exit, _interrupt, _options, _printing
from checksig._names import counted, escape
from checksig._options import ReadOptions
from checksig._reports.words import precise, size

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from checksig._measuring.measure import Measurement

SCHEMA: Final = "checksig.bench/1"
#: In seconds: what takes less is over before all cores are at work.
_TOO_SHORT: Final = 0.01
#: Which part of the bytes may come from the disk before it is what decides.
_SMALL_PART: Final = 0.05
#: Which part of the cores' time a run has when nothing else wants them.
_MOST: Final = 0.75


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = (
        "Hash all files below a directory, and say how long it took, how fast this "
        "machine could do it, and what limits the speed. Nothing is written."
    )
    parser.add_argument("path", metavar="DIR", nargs="?", default=".",
                        help="a directory (default: .)")  # fmt: skip
    _options.add_algorithm(parser, "the algorithm to hash with", default="sha256")
    _options.add(parser, ReadOptions, but=("readers", "drop_cache", "bwlimit"))
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    with _printing.documented(wanted=arguments.json):
        found = _measured(arguments)
    if arguments.json:
        print(json.dumps(document(found), indent=2))
    else:
        for name, value in facts(found):
            print(f"{name:11}{value}")
    return _exit.VERIFIED


def _measured(arguments: argparse.Namespace) -> Measurement:
    from checksig._cli import _progress
    from checksig._measuring.measure import measure

    _interrupt.raises()
    with _progress.shown(watched=True) as display:
        return measure(
            arguments.path,
            arguments.algorithm,
            workers=arguments.workers,
            progress=display.progress,
        )


def document(found: Measurement) -> dict[str, Any]:
    """Return a measurement for programs to read: bytes, seconds, and both per second."""
    from checksig import __version__
    from checksig._reports.json import path_fields

    return {
        "schema": SCHEMA,
        "version": __version__,
        **path_fields("root", found.root),
        "algorithm": found.algorithm.name,
        "kernels": {"many": found.kernel, "one": found.stream},
        "cores": found.rates.cores,
        "files": found.data.files,
        "bytes": found.data.bytes,
        "left_out": found.left_out,
        "kernel": found.rates.kernel,
        "stream": found.rates.stream,
        "copy": found.rates.copy,
        "mapped": found.rates.mapped,
        "open": found.rates.open,
        "ring": found.rates.ring,
        "start": found.rates.start,
        "part": found.rates.part,
        "bound": found.bound.seconds,
        "bound_by": found.bound.by,
        "reached": found.reached,
        "runs": found.runs,
        "processor": found.processor,
        "others": found.others,
        "frugal": found.frugal,
        "from_disk": found.from_disk,
        "percent": found.percent,
    }


def facts(found: Measurement) -> Iterator[tuple[str, str]]:
    """Yield what there is to say to a person, each with its name."""
    data, rates = found.data, found.rates
    yield "machine", f"{_cores(found)} · {found.kernel} for many files, {found.stream} for one"
    left_out = f" · {found.left_out:,} left out" if found.left_out else ""
    files = f"{counted(data.files, 'file')} · {size(data.bytes)}"
    yield "data", f"{files}{left_out} · {escape(found.root)}"
    alone = f"{size(rates.stream)}/s for one file alone"
    yield "hashing", f"{size(rates.kernel)}/s on each core, {alone}"
    yield "copying", _rate(rates.copy, "no file is large enough")
    yield "mapping", _mapping(found)
    yield "opening", _opening(found)
    yield "starting", precise(rates.start)
    yield "device", _device(found)
    yield "bound", f"{precise(found.bound.seconds)} · {found.bound.by}"
    speed = f"{size(data.bytes / found.reached)}/s · {data.files / found.reached:,.0f} files/s"
    yield "reached", f"{precise(found.reached)} · {speed}"
    yield "", f"{found.percent:.0f} % of what is possible: {reason(found)}"
    taken = f"{precise(found.processor)} of processor time, {found.frugal:.0f} % of it necessary"
    yield "", taken if found.others is None else f"{taken} · others had {100 * found.others:.0f} %"


def _rate(rate: float | None, why_not: str) -> str:
    return f"not measured: {why_not}" if rate is None else f"{size(rate)}/s on each core"


def _mapping(found: Measurement) -> str:
    rates = found.rates
    if rates.mapped is None:
        return _rate(None, "no file is large enough")
    copied = "" if rates.copy is None else size(1 / (1 / rates.copy + 1 / rates.kernel))
    beside = f", {copied}/s copied and hashed" if copied else ""
    return f"{size(rates.mapped)}/s mapped and hashed{beside}"


def _opening(found: Measurement) -> str:
    rates = found.rates
    if rates.open is None:
        return "no file can be opened"
    together = "" if rates.ring is None else f", {precise(rates.ring)} with many at a time"
    return f"{precise(rates.open)} for a file{together}"


def _device(found: Measurement) -> str:
    if found.from_disk is None:
        return "not measured"
    if not found.from_disk:
        return "not measured: all files were in memory"
    return f"not measured: {size(found.from_disk)} came from it"


def reason(found: Measurement) -> str:
    """Return what holds it back, in a sentence."""
    data, amount = found.data, size(found.data.bytes)
    if found.from_disk is not None and found.from_disk > data.bytes * _SMALL_PART:
        return f"{size(found.from_disk)} came from the disk, and did not stay in memory"
    if found.reached < _TOO_SHORT:
        return "there is so little to do that starting is much of it"
    if found.busy < _MOST and found.bound.by != "one large file":
        return f"it had only {100 * found.busy:.0f} % of the time of {_cores(found)}"
    return {
        "hashing": f"hashing {amount} takes longer than reading it",
        "reading files": f"reading {amount} takes longer than hashing it",
        "opening files": f"opening {counted(data.files, 'file')} takes longer than hashing them",
        "starting": "to start takes longer than all else",
        "one large file": f"a file of {size(data.largest)} keeps one core busy until the end",
    }[found.bound.by]


def _cores(found: Measurement) -> str:
    return counted(found.rates.cores, "core")
