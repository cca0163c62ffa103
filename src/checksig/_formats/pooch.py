"""Registries of pooch: names, digests, and perhaps where to download from.

Source: the documentation of pooch 1.9, "Registry files". UTF-8; a line is split as by a shell into
a name, ``[ALGORITHM:]HEX`` (SHA-256 if it does not say) and an optional URL; ``#`` begins a comment
line.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, new_entry
from checksig._formats import coreutils
from checksig._formats._format import Format
from checksig._formats._lines import encode, lines, sample
from checksig._formats._values import algorithm, hexadecimal, only_digest, untagged, unwritable
from checksig._names import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._entries import Line, Listed
    from checksig._formats._format import Hint

_TITLE: Final = "a pooch registry"
_LINE: Final = (
    rb"""(?:[^\s'"]+|'[^']+'|"[^"]+")[ \t]+(?:[0-9A-Za-z_-]+:[0-9A-Fa-f]{8,}|[0-9A-Fa-f]{64})"""
    rb"(?:[ \t]+[a-z]+://\S+)?\s*"
)

#: What pooch downloads from: a URL, or a DOI.
_URL: Final = r"[A-Za-z][A-Za-z0-9+.-]*://.|doi:."

#: In characters. shlex takes time that grows with the square of a word's length.
_LONGEST_QUOTED: Final = 1 << 14

#: What shlex reads in another way than str.split(" ") does.
_QUOTED: Final = ('"', "'", "\\", "\t", "\r")


def _sniff(data: bytes) -> bool:
    found = [line for line in sample(data) if not line.lstrip().startswith(b"#")]
    fits = [x for x in found if re.fullmatch(_LINE, x) and not coreutils.looks_like_a_line(x)]
    return 0 < len(found) <= 2 * len(fits)


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    quoted = any(mark.encode() in data for mark in _QUOTED)
    for number, line in enumerate(lines(data), 1):
        stripped = line.strip()
        if not stripped or stripped[0] == "#":
            continue
        try:
            if fields := _quoted(stripped) if quoted else _plain(stripped):
                yield _entry(fields, number, hint)
        except ValueError as error:
            yield Malformed(number, str(error))


def _plain(line: str) -> list[str]:
    fields = line.split(" ")
    return [field for field in fields if field] if "" in fields else fields


def _quoted(line: str) -> list[str]:
    if not any(map(line.__contains__, _QUOTED)):
        return _plain(line)
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
        name, digest = untagged(hint, "sha256"), name
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
    sniff=_sniff,
    names=r"(?ais:registry\.txt)",
    weak=True,
    parse=_parse,
    write=_write,
    default_name="registry.txt",
)
