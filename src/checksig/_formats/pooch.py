"""Registries of pooch: names, digests, and perhaps where to download from.

Source: the documentation of pooch 1.9, "Registry files". UTF-8; a line is split as by a shell into
a name, ``[ALGORITHM:]HEX`` (SHA-256 if it does not say) and an optional URL; ``#`` begins a comment
line.
"""

from __future__ import annotations

import re
import shlex
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, new_entry
from checksig._formats import coreutils
from checksig._formats._blocks import DIGEST, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import encode, sample
from checksig._formats._values import algorithm, hexadecimal, only_digest, untagged, unwritable
from checksig._names import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import Block, Columns, Line, Listed
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_TITLE: Final = "a pooch registry"
_DEFAULT: Final = "sha256"
_LINE: Final = (
    rb"""(?:[^\s'"]+|'[^']+'|"[^"]+")[ \t]+(?:[0-9A-Za-z_-]+:[0-9A-Fa-f]{8,}|[0-9A-Fa-f]{64})"""
    rb"(?:[ \t]+[a-z]+://\S+)?\s*"
)

#: What pooch downloads from: a URL, or a DOI.
_URL: Final = r"[A-Za-z][A-Za-z0-9+.-]*://.|doi:."

#: In ASCII, and with nothing that shlex reads in a way of its own.
_WORD: Final = r"[!#-&(-\[\]-~]"
_PLAIN: Final = (
    rf"((?!#){_WORD}++) (?:([A-Za-z0-9_-]++):)?{DIGEST}"
    rf"(?: [A-Za-z][A-Za-z0-9+.-]*+://{_WORD}++)?"
)

#: In characters. shlex takes time that grows with the square of a word's length.
_LONGEST_QUOTED: Final = 1 << 14

#: What shlex reads in another way than str.split(" ") does.
_QUOTED: Final = ('"', "'", "\\", "\t", "\r")


def _sniff(data: bytes) -> bool:
    found = [line for line in sample(data) if not line.lstrip().startswith(b"#")]
    fits = [x for x in found if re.fullmatch(_LINE, x) and not coreutils.looks_like_a_line(x)]
    return 0 < len(found) <= 2 * len(fits)


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    return blocks(data, Reader(_PLAIN, partial(_plain, hint), partial(_careful, hint)))


def _plain(hint: Hint, found: Groups, numbers: range) -> Columns | None:
    paths, names, digests = found
    if all(names):
        return columns(paths, [digests], [names], numbers)
    if any(names) or hint.algorithm not in (None, _DEFAULT):
        return None
    return columns(paths, [digests], [_DEFAULT], numbers)


def _careful(hint: Hint, line: str, number: int) -> list[Line]:
    stripped = line.strip()
    if not stripped or stripped[0] == "#":
        return []
    try:
        fields = _fields(stripped)
        return [_entry(fields, number, hint)] if fields else []
    except ValueError as error:
        return [Malformed(number, str(error))]


def _fields(line: str) -> list[str]:
    if not any(map(line.__contains__, _QUOTED)):
        return [field for field in line.split(" ") if field]
    if len(line) > _LONGEST_QUOTED:
        raise ValueError(f"a line with quotes is longer than {_LONGEST_QUOTED} characters")
    try:
        return shlex.split(line)
    except ValueError as error:
        raise ValueError(f"its quotes do not match: {error}".lower()) from None


def _entry(fields: list[str], number: int, hint: Hint) -> Line:
    if len(fields) not in (2, 3):
        found = counted(len(fields), "field")
        raise ValueError(f"it has {found}, not a name, a digest and perhaps a URL")
    if len(fields) == 3 and not re.match(_URL, fields[2]):
        raise ValueError("the third field is not a URL")
    name, colon, digest = fields[1].partition(":")
    if not colon:
        name, digest = untagged(hint, _DEFAULT), name
    return new_entry((fields[0], hexadecimal(digest), algorithm(name), number, None))


def _write(files: Iterable[Listed]) -> bytes:
    return encode("".join(map(_row, files)))


def _row(listed: Listed) -> str:
    name, digest = only_digest(listed, _TITLE)
    if "\n" in listed.path:
        raise unwritable(listed.path, _TITLE, "a line break would end its line")
    try:
        listed.path.encode()
    except UnicodeEncodeError:
        raise unwritable(listed.path, _TITLE, "it has to be UTF-8") from None
    row = f"{shlex.quote(listed.path)} {name}:{digest}\n"
    if len(row) > _LONGEST_QUOTED:
        raise unwritable(listed.path, _TITLE, "it is too long")
    return row


FORMAT: Final = Format(
    name="pooch",
    title="pooch registry",
    used_by="packages of scientific Python",
    sniff=_sniff,
    names=r"(?ais:registry\.txt)",
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
    write=_write,
    default_name="registry.txt",
)
