"""Debian's ``Release`` of an archive, ``.dsc``, ``.changes`` and ``.buildinfo`` of packages.

Source: deb-control(5), dsc(5), deb-changes(5), deb-buildinfo(5), and the Debian wiki on the format
of repositories. Fields whose lines are a digest, a size and a name; in ``Files`` of ``.changes``
with a section and a priority between.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Columns, Entry, Malformed, new_entry
from checksig._formats._blocks import DIGEST, SIZE, Reader, blocks, by_line, columns
from checksig._formats._format import Format, Hint, Tree
from checksig._formats._lines import sample
from checksig._formats._values import algorithm, hexadecimal, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Line
    from checksig._formats._blocks import Groups

_PREFIX: Final = "checksums-"
_FIELDS: Final = {
    "files": "md5",
    "md5sum": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "sha512": "sha512",
}
_FIELD: Final = rb"[!-9;-~]+:"
_TELLING: Final = rb"(?im)^(?:Checksums-[A-Za-z0-9]+|Files|MD5Sum|SHA1|SHA256|SHA512):[ \t]*\r?$"
#: A file of it begins with a few fields that say what it is; the digests may come late.
_KINDS: Final = rb"(?m)^(?:Codename|Suite|Source|Components|Format):"
_ROW: Final = r"\s+(?:[0-9A-Fa-f]{2}){16,}\s+[0-9]+\s+\S+\s*$"
#: The same, of three words with blanks between.
_PLAIN: Final = rf" ++{DIGEST} ++{SIZE} ++([^ \t\n\r]++)"
#: Not of a Release, which lists indices, and not the files of one package.
_OF_A_PACKAGE: Final = rb"(?m)^(?:Format|Source):"
_PACKED: Final = r"\.(?:gz|xz|bz2|zst|lzma)$"
_INDEX: Final = r"(?:.*/)?(?:Packages|Sources)"
_CLEARSIGNED: Final = "-----BEGIN PGP SIGNED MESSAGE-----"


def _sniff(data: bytes) -> bool:
    found = sample(data)
    text = b"\n".join(found)
    return (
        bool(found)
        and re.match(_FIELD, found[0]) is not None
        and (re.search(_TELLING, text) is not None or len(re.findall(_KINDS, text)) >= 2)
    )


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    fields = _Fields()
    yield from blocks(data, Reader(_PLAIN, fields.plain, fields.line))
    if not fields.seen:
        raise ValueError("there is no field with digests: SHA256, Checksums-Sha256 or the like")


class _Fields:
    """The field that lines belong to."""

    def __init__(self) -> None:
        self._field = self._kind = ""  # its name, and the algorithm of its digests
        self.seen = False  # whether there was one with digests

    def plain(self, found: Groups, numbers: range) -> Columns | None:
        digests, sizes, paths = found
        if not self._kind or not self._kind.isascii():
            return None
        return columns(paths, [digests], [self._kind], numbers, sizes)

    def line(self, line: str, number: int) -> Iterator[Line]:
        if line.startswith((" ", "\t")):
            if self._kind and line.strip():
                yield _line(line, self._kind, number)
            elif re.match(_ROW, line):  # a digest in an algorithm that is not known
                yield _line(line, self._field, number)
        elif line and line[0] != "#":
            if line == _CLEARSIGNED:
                raise ValueError("this is clearsigned text: what is signed must be extracted first")
            name, colon, rest = line.partition(":")
            if not colon:
                yield Malformed(number, "it is neither a field nor the rest of one")
            self._field = name
            self._kind = _algorithm(name.lower()) if colon else ""
            self.seen = self.seen or bool(self._kind)
            if self._kind and rest.strip():
                yield Malformed(number, "digests begin in the line after the field's name")


def _algorithm(field: str) -> str:
    """Return the algorithm of a field with digests, else nothing."""
    if field.startswith(_PREFIX):
        return field.removeprefix(_PREFIX) or field
    return _FIELDS.get(field, "")


def _line(line: str, name: str, number: int) -> Line:
    line = line.replace("\t", " ") if "\t" in line else line
    words = [word for word in line.split(" ") if word]
    if len(words) not in (3, 5):
        return Malformed(number, "it is not a digest, a size and a name")
    try:
        return new_entry(
            (words[-1], hexadecimal(words[0]), algorithm(name), number, size(words[1]))
        )
    except ValueError as error:
        return Malformed(number, str(error))


def _tree(data: bytes) -> Tree | None:
    """Return the indices that a Release lists, each in several ways to compress it."""
    if re.search(_OF_A_PACKAGE, data):
        return None
    names = {row.path for row in _rows(data)}
    groups: dict[str, set[str]] = {}
    for name in names:
        groups.setdefault(re.sub(_PACKED, "", name), set()).add(name)
    indices = [name for stem in groups if re.fullmatch(_INDEX, stem) for name in groups[stem]]
    variants = [frozenset(group) for group in groups.values() if len(group) > 1]
    return Tree(tuple(sorted(indices)), variants=tuple(variants), loose=True)


def _rows(data: bytes) -> Iterator[Entry]:
    for block in _blocks(data, Hint("")):
        rows = block.entries() if isinstance(block, Columns) else block
        yield from (row for row in rows if isinstance(row, Entry))


FORMAT: Final = Format(
    name="debian",
    title="Debian Release, .dsc and .changes",
    used_by="Debian, Ubuntu and their kin",
    sniff=_sniff,
    names=r"(?s:(?:In)?Release|.*\.(?:dsc|changes|buildinfo))",
    weak=True,
    tree=_tree,
    parse=by_line(_blocks),
    blocks=_blocks,
)
