"""``checksig formats``: the formats of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checksig._cli import _exit, _printing

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.description = "Say which formats of lists are read and written, and who uses them."
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    rows = _rows()
    if arguments.json:
        from checksig import __version__

        with _printing.documented(wanted=True):
            fields = {"schema": "checksig.formats/1", "version": __version__, "formats": rows}
            _printing.say_document(fields)
        return _exit.VERIFIED
    widths = [max(len(str(row[key])) for row in rows) for key in ("name", "title")]
    print(f"{'format':{widths[0]}}  {'title':{widths[1]}}  written  used by")
    for row in rows:
        written = "yes" if row["written"] else "no"
        print(
            f"{row['name']:{widths[0]}}  {row['title']:{widths[1]}}  {written:7}  {row['used_by']}"
        )
    return _exit.VERIFIED


def _rows() -> list[dict[str, Any]]:
    """Return what there is to say of each format, in the order in which they are tried."""
    from checksig import _formats

    return [
        {
            "name": each.name,
            "title": each.title,
            "used_by": each.used_by,
            "written": each.write is not None or each.by_core,
            "algorithm": each.algorithm,
            "base": each.base,
        }
        for each in _formats.FORMATS
    ]
