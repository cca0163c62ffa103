"""Tables of RHash: a name, and several digests of which the length tells what they are.

Source: the manual of RHash 1.4, "printf format" and its defaults, and lists of it: ``;`` begins a
comment, and digests stand behind the name in the order of the program's table. One digest alone is
SFV, or a line of the coreutils. Tiger tree hashes and those of AICH are in base 32, of which
nothing is computed.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._blocks import DIGEST, Reader, blocks, by_line, columns, several
from checksig._formats._format import Format
from checksig._formats._lines import decode, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

#: By digits in hexadecimal: what RHash prints unless it is asked for another of that length.
_HEX: Final = {
    8: "crc32",
    32: "md5",
    40: "sha1",
    48: "tiger",
    56: "sha224",
    64: "sha256",
    96: "sha384",
    128: "sha512",
}
#: By digits in base 32.
_BASE32: Final = {32: "aich", 39: "tth"}

_DIGEST: Final = "|".join(
    [
        *(rf"[0-9A-Fa-f]{{{length}}}" for length in sorted(_HEX, reverse=True)),
        *(rf"[A-Za-z2-7]{{{length}}}" for length in sorted(_BASE32, reverse=True)),
    ]
)
_BLANKS: Final = " \t"
#: Digests of a line: fewer are in other formats, and RHash computes no more than some thirty.
_LEAST, _MOST = 2, 32


def _split(line: str) -> tuple[str, list[str]]:
    """Return a name, and the digests behind it.

    They are looked for from the end: a pattern would look at a long line again and again.
    """
    rest, digests = line.rstrip(_BLANKS), list[str]()
    while len(digests) < _MOST:
        at = max(map(rest.rfind, _BLANKS))
        before = rest[: max(at, 0)].rstrip(_BLANKS)
        if not before or not re.fullmatch(_DIGEST, rest[at + 1 :]):
            break
        digests.append(rest[at + 1 :])
        rest = before
    return rest, digests[::-1]


def _read(text: str) -> tuple[str, str]:
    """Return an algorithm and a digest in hexadecimal."""
    if len(text) in _HEX and re.fullmatch("[0-9A-Fa-f]+", text):
        return _HEX[len(text)], text
    try:
        found = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error:
        raise ValueError("a digest is neither hexadecimal nor base 32") from None
    return _BASE32[len(text)], found.hex()


#: The same with two or three digests in hexadecimal, and no blank in the name.
_PLAIN: Final = rf"(?!;)([^ \t\n\r]++)  {DIGEST}  {DIGEST}(?:  {DIGEST})?"


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    table = _Table()
    return blocks(data, Reader(_PLAIN, table.plain, table.careful))


class _Table:
    """The lines so far: all of them have the same digests."""

    def __init__(self) -> None:
        self._kinds: list[str] = []

    def plain(self, found: Groups, numbers: range) -> Columns | None:
        """Return what is in plain lines; None if there is more to them."""
        paths, *hashes = found
        digests = several(hashes)
        lengths = [set(map(len, column)) for column in digests]
        if not digests or any(len(each) > 1 for each in lengths):
            return None
        kinds = [_HEX.get(each.pop(), "") for each in lengths]
        if "" in kinds or len(set(kinds)) < len(kinds) or self._kinds not in ([], kinds):
            return None
        self._kinds = kinds
        return columns(paths, digests, kinds, numbers)

    def careful(self, line: str, number: int) -> list[Line]:
        """Return what is in a line."""
        if not line.strip() or line.startswith(";"):
            return []
        name, digests = _split(line)
        try:
            if len(digests) < _LEAST:
                raise ValueError("it is not a name and several digests")
            found = [_read(text) for text in digests]
            kinds = [kind for kind, _ in found]
            if len(set(kinds)) < len(kinds):
                raise ValueError("two digests have one length, and nothing says what they are")
            self._kinds = self._kinds or kinds
            if kinds != self._kinds:  # one that was cut short may be as long as another
                raise ValueError("its digests are not those of the lines above")
            return [Entry(name, digest, kind, number) for kind, digest in found]
        except ValueError as error:
            return [Malformed(number, str(error))]


def _sniff(data: bytes) -> bool:
    found = [decode(line) for line in sample(data) if not line.startswith(b";")]
    return 0 < len(found) <= 2 * sum(len(_split(line)[1]) >= _LEAST for line in found)


FORMAT: Final = Format(
    name="rhash",
    title="table of RHash",
    used_by="users of RHash",
    sniff=_sniff,
    parse=by_line(_blocks),
    blocks=_blocks,
    backslashes=True,
)
