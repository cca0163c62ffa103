"""Lists of every format, for the tests of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trees import REPOSITORY

from checksig import Entry
from checksig import _formats as formats
from checksig._bridge import algorithms
from checksig._entries import Line, Malformed, Unverified
from checksig._formats import Hint

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = REPOSITORY / "testdata/vectors"
KEYS = {"comment", "list", "expect", "line", "name", "algorithm", "digest", "size", "reason"}
OUTCOMES = {"entry": Entry, "unverified": Unverified, "malformed": Malformed, "refused": None}

KNOWN = algorithms.by_name()
READ = [format_ for format_ in formats.FORMATS if format_.parse]
WRITTEN = [format_ for format_ in formats.FORMATS if format_.write]


class Case(NamedTuple):
    """A vector: see testdata/vectors/README.md."""

    format: str
    fields: dict[str, str]
    data: bytes

    @property
    def name(self) -> str | None:
        """The name of the file that is listed."""
        if "name" not in self.fields:
            return None
        return bytes.fromhex(self.fields["name"]).decode("utf-8", "surrogateescape")


def _read(path: Path) -> Case:
    header, _, data = path.read_bytes().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in header.decode().splitlines())
    fields = {key.removesuffix(":"): value for key, value in fields.items()}
    assert set(fields) <= KEYS, path
    assert fields["expect"] in OUTCOMES, path
    return Case(path.parent.name, fields, data)


CASES = {
    f"{path.parent.name}/{path.name}": _read(path)
    for folder in sorted(FOLDER.iterdir())
    if folder.is_dir() and folder.name not in ("cases", "signature")  # of files of their own
    for path in sorted(folder.iterdir())
}

#: Formats that hold no digests at all: whatever they list is unverified, and nothing is ever ok.
BARE_ALONE = {"s3-inventory"}

#: Lists that are read without a fault, by format.
GOOD = {
    format_.name: [
        case
        for case in CASES.values()
        if case.format == format_.name
        and case.fields["expect"] == ("unverified" if case.format in BARE_ALONE else "entry")
    ]
    for format_ in READ
}


def named(name: str) -> formats.Format:
    """The format of that name."""
    [found] = [format_ for format_ in formats.FORMATS if format_.name == name]
    return found


def parse(format_: formats.Format, data: bytes, hint: Hint) -> list[Line]:
    """Read a list to its end."""
    read = format_.parse or format_.read
    assert read
    return list(read(data, hint))


def hint_for(case: Case) -> Hint:
    """What the name of the list in a vector says."""
    name = case.fields["list"]
    matches = [c for f in formats.FORMATS if (c := f.match_name(name, KNOWN)) and c.algorithm]
    return Hint(name, matches[0].algorithm if matches else None)
