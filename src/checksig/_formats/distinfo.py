"""``distinfo`` of the ports of FreeBSD and OpenBSD, and of pkgsrc.

Source: the Porter's Handbook of FreeBSD, bsd.port.mk(5) of OpenBSD, and "The pkgsrc guide". Digests
stand in tagged lines, in hexadecimal, or with OpenBSD in base64; sizes in lines of their own.
Digests of patches of pkgsrc leave out lines with ``$NetBSD``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Columns, Malformed, Unverified, without_digest
from checksig._formats import _blocks as reading
from checksig._formats._blocks import by_line
from checksig._formats._format import Format
from checksig._formats._lines import decode, lines, sample
from checksig._formats._values import from_base64, is_hexadecimal, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Line
    from checksig._formats._format import Hint

_TIME: Final = r"TIMESTAMP = [0-9]+[ \t]*"
#: Of lines that are handed over at a time.
_BLOCK: Final = 512

_SIZE, _UNIT = "SIZE", " bytes"  # which pkgsrc writes, and calls Size
#: Of pkgsrc, as the name of a patch.
_PATCH: Final = r"(?s)(?:.*/)?patch-[^/]+"
_VERSION: Final = "$NetBSD"


class _Files:
    """All that is listed: columns, as Python's garbage collector looks at no text."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._kinds: list[str] = []
        self._digests: list[str] = []
        self._numbers: list[int] = []
        self._sizes: dict[str, int] = {}
        self._lines: dict[str, int] = {}  # of sizes

    def add_size(self, name: str, text: str, number: int) -> None:
        """Take a size."""
        length = size(text)
        if self._sizes.setdefault(name, length) != length:
            raise ValueError("there is another size for this file")
        self._lines.setdefault(name, number)

    def add_digest(self, name: str, kind: str, text: str, number: int) -> None:
        """Take a digest."""
        digest = text if is_hexadecimal(text) else from_base64(text)
        self._names.append(name)
        self._kinds.append(kind)
        self._digests.append(digest)
        self._numbers.append(number)

    def blocks(self) -> Iterator[Block]:
        """Yield what is said of all files."""
        for at in range(0, len(self._names), _BLOCK):
            some = slice(at, at + _BLOCK)
            names = self._names[some]
            lengths = list(map(self._sizes.get, names))
            others = (self._digests[some], self._kinds[some], self._numbers[some])
            block = Columns(names, *others, lengths)
            yield block if len(names) >= reading.FEW else list(block.entries())
        listed = set(self._names)
        for name, length in self._sizes.items():
            if name not in listed:
                yield [without_digest(name, self._lines[name], length)]


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    faults: list[Line] = []
    files, kinds = _Files(), set[str]()
    pkgsrc = False
    for number, line in enumerate(lines(data), 1):
        found = _fields(line, kinds)
        if not found:
            pkgsrc = pkgsrc or line.startswith(_VERSION)
            if line.strip(" \t") and not _says_nothing(line):
                faults.append(Malformed(number, "it is neither a digest nor a size"))
            continue
        kind, name, value = found
        try:
            if kind == _SIZE:
                files.add_size(name, value, number)
            elif pkgsrc and re.fullmatch(_PATCH, name):
                why = "the digest of a patch leaves out lines with $NetBSD"
                faults.append(Unverified(f"patches/{name}", number, why))
            else:
                files.add_digest(name, kind, value, number)
        except ValueError as error:
            faults.append(Malformed(number, str(error)))
    yield faults
    yield from files.blocks()


def _fields(line: str, kinds: set[str]) -> tuple[str, str, str] | None:
    """Return the algorithm, the name and the digest of a line, or SIZE, the name and the size.

    None if it is neither; ``kinds`` are algorithms that were found to be such.
    """
    start, equals, value = line.rpartition(") = ")
    kind, opens, name = start.partition(" (")
    if not (equals and opens and name):
        return None
    if not value.isalnum():
        value = value.rstrip(" \t")
        if kind == "Size" and value.endswith(_UNIT):
            kind, value = _SIZE, value.removesuffix(_UNIT)
        if not re.fullmatch(r"\S+", value):
            return None
    if kind not in kinds:
        if not re.fullmatch("[A-Za-z0-9-]+", kind):
            return None
        kinds.add(kind)
    return kind, name, value


def _says_nothing(line: str) -> bool:
    return line.startswith((_VERSION, "#")) or re.fullmatch(_TIME, line) is not None


def _sniff(data: bytes) -> bool:
    kinds: set[str] = set()
    found = [_fields(decode(line), kinds) for line in sample(data)]
    return {fields[0] == _SIZE for fields in found if fields} == {True, False}


FORMAT: Final = Format(
    name="distinfo",
    title="distinfo of the BSDs",
    used_by="ports of FreeBSD and OpenBSD, and pkgsrc",
    sniff=_sniff,
    names="distinfo",
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
)
