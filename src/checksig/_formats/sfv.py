"""Simple File Verification: names and CRC-32.

Source: the manual of cksfv, and cfv(1). ``;`` begins a comment; the checksum stands after the last
blank. Names are bytes: many of these lists were made on Windows, in some code page.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, new_entry
from checksig._formats import coreutils
from checksig._formats._blocks import DIGEST, Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import encode, sample
from checksig._formats._values import digests_of_one, is_hexadecimal, untagged, unwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._entries import Block, Columns, Line, Listed
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_TITLE: Final = "an SFV list"
_BLANKS: Final = " \t"

#: A name and a checksum with one blank between.
_PLAIN: Final = rf"(?!;)([^ \t\n\r]++|.*[^ \t\n]) {DIGEST}"


def sniffer(digits: int) -> Callable[[bytes], bool]:
    """Return what recognises lists whose checksums have so many hexadecimal digits."""
    line = rb"(?s).*[^ \t][ \t]+[0-9A-Fa-f]{%d}[ \t]*" % digits

    def sniff(data: bytes) -> bool:
        found = [row for row in sample(data) if not row.startswith(b";")]
        fits = [r for r in found if re.fullmatch(line, r) and not _is_of_coreutils(r)]
        return 0 < len(found) <= 2 * len(fits)

    return sniff


def _is_of_coreutils(row: bytes) -> bool:
    # A digest, a blank and a name, as the BSDs have it, may be a name and a checksum as well.
    return coreutils.looks_like_a_line(row) and not re.fullmatch(rb"[^ \t]+[ \t][^ \t*]+", row)


def rows(data: bytes, algorithm: str) -> Iterator[Block]:
    """Yield what is in a list with names first and checksums last."""

    def plain(found: Groups, numbers: range) -> Columns | None:
        paths, digests = found
        return columns(paths, [digests], [algorithm], numbers)

    return blocks(data, Reader(_PLAIN, plain, partial(_careful, algorithm)))


def _careful(algorithm: str, line: str, number: int) -> list[Line]:
    if not line or line[0] == ";":
        return []
    name, _, digest = line.rpartition(" ")
    if not digest or not name or name[-1] in _BLANKS or "\t" in digest:
        name, digest = _split(line)
        if not digest:
            return []
    if not is_hexadecimal(digest):
        return [Malformed(number, "there is no checksum after the last blank")]
    if not name:
        return [Malformed(number, "there is no name before the checksum")]
    return [new_entry((name, digest, algorithm, number, None))]


def _split(line: str) -> tuple[str, str]:
    """Split a line with tabs, or with more than one blank, at its last blanks."""
    line = line.rstrip(_BLANKS)
    end = max(line.rfind(" "), line.rfind("\t")) + 1
    return line[:end].rstrip(_BLANKS), line[end:]


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    return rows(data, untagged(hint, "crc32"))


def _write(files: Iterable[Listed]) -> bytes:
    found = list(files)
    if other := {algorithm for listed in found for algorithm in listed.digests} - {"crc32"}:
        raise ValueError(f"{_TITLE} holds CRC-32 alone, not {', '.join(sorted(other))}")
    return encode(
        "".join(f"{_writable(name)} {digest}\n" for name, digest in digests_of_one(found, _TITLE))
    )


def _writable(name: str) -> str:
    if "\n" in name or "\r" in name:
        raise unwritable(name, _TITLE, "a line break would end its line")
    if name.startswith(";"):
        raise unwritable(name, _TITLE, "a line that begins with a semicolon is a comment")
    if name != name.strip(_BLANKS):
        raise unwritable(name, _TITLE, "blanks around a name are lost")
    return name


FORMAT: Final = Format(
    name="sfv",
    title="SFV",
    used_by="users of SFV programs",
    sniff=sniffer(8),
    names=r"(?ais:.*\.sfv)",
    of_one=r"\.sfv",
    parse=by_line(_blocks),
    blocks=_blocks,
    write=_write,
    default_name="checksums.sfv",
    algorithm="crc32",
    backslashes=True,
)
