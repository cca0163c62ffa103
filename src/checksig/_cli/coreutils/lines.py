r"""The lines that the coreutils check, in their own grammar.

- ``[\]DIGEST`` blank ``( |*)NAME``: text or binary. All that is behind the mark is the name.
- ``[\]DIGEST`` blank ``NAME``: BSD's reversed lines. The first line of either kind decides for
  all lists of the command; those of the other kind are malformed.
- ``[\]TAG[-BITS] (NAME) = DIGEST``, and without the blanks, as OpenSSL has it. The name ends at the
  last parenthesis.

Blanks in front are passed over. A digest is hexadecimal in any case, and with ``cksum`` it may be
base64. Behind a backslash in front, ``\\``, ``\n`` and ``\r`` stand for themselves in the name.
A name ends at a NUL byte, as every string of C does.

Source: the manual of the coreutils 9.10, "cksum general options", and the answers of the commands.
Each line takes time in proportion to its length.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._cli.coreutils import families
from checksig._formats import sums
from checksig._formats.sums import BLANKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from checksig._cli.coreutils.families import Family

_FIELD: Final = re.compile(rb"([^ \t\0]*)[ \t\0](.*)", re.DOTALL)
_HEX: Final = re.compile(sums.DIGITS)
_BASE64: Final = re.compile(rb"[0-9A-Za-z+/]+={0,2}")

#: A tag, and what is between it and the name.
_TAG: Final = re.compile(rb"([^-( \t\0]+)(?:-(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}) ?| {0,2})\(")
_TAG_NAME: Final = re.compile(rb"([^-( \t\0]*)[-( \t]")

#: A digest that nothing has: base64 whose last bits stand for nothing, and are not 0.
_NO_DIGEST: Final = ""


class Line(NamedTuple):
    """A well-formed line."""

    name: bytes
    algorithm: str  # as the core calls it
    digest: str  # in lower-case hexadecimal


class Alike(NamedTuple):
    """Well-formed lines of one algorithm, whose names need no escapes."""

    names: list[bytes]
    algorithm: str  # as the core calls it
    digests: bytes  # end to end

    def between(self, start: int, end: int) -> bytes:
        """Return the digests of some lines, end to end."""
        width = len(self.digests) // len(self.names)
        return self.digests[start * width : end * width]

    def lines(self, start: int, end: int) -> Iterator[Line]:
        """Yield some of the lines."""
        for at in range(start, end):
            yield Line(self.names[at], self.algorithm, self.between(at, at + 1).hex())


class Grammar:
    """The lines of a command; a grammar remembers what lines before have settled."""

    def __init__(self, tool: str, family: Family | None) -> None:
        """Set up the lines of a tool; without a family, every line has to name its own."""
        self.family = family
        self.shown = family or families.CRC  #: the family that is said to be malformed
        self._cksum = tool == "cksum"
        self._fixed = tool not in ("cksum", "b2sum")
        self._reversed: bool | None = None  # None until a line has settled it
        self._quick = self._quick_pattern()

    def _quick_pattern(self) -> re.Pattern[bytes] | None:
        """Return what nearly all lines look like, if digests have one length."""
        if self.family is None or len(self.family.lengths) > 1:
            return None
        digits = self.family.default // 4
        return re.compile(rb"^([0-9a-fA-F]{%d})[ \t][ *]([^\0\n\r\\]+)$" % digits, re.MULTILINE)

    def parse_alike(self, texts: list[bytes]) -> Alike | None:
        """Return what lines with their ends list, if all of them look as nearly all lines do."""
        if not self._quick or not self.family or self._reversed:
            return None
        found = self._quick.findall(b"".join(texts))
        if len(found) != len(texts):
            return None
        self._reversed = False
        digests = bytes.fromhex(b"".join([digits for digits, _ in found]).decode())
        return Alike([name for _, name in found], self.family.name(0), digests)

    def parse(self, text: bytes) -> Line | None:
        """Return what a line lists, or None if it is malformed."""
        text = text.lstrip(BLANKS)
        escaped = text.startswith(b"\\")
        if escaped:
            text = text[1:]
        family = self._tagged(text)
        if family is not None:
            found = self._parse_tagged(text, family)
        elif self.family is None or (self._fixed and text.startswith(self.family.tag)):
            return None
        else:
            found = self._parse_plain(text, self.family)
        return self._named(found, escaped=escaped)

    def _named(self, line: Line | None, *, escaped: bool) -> Line | None:
        if line is None:
            return None
        if not escaped:
            return line._replace(name=line.name.partition(b"\0")[0])
        name = None if b"\0" in line.name else sums.unescape(line.name)
        return None if name is None else line._replace(name=name)

    def _tagged(self, text: bytes) -> Family | None:
        """Return the family of the tag in front, if it may be there."""
        match = _TAG_NAME.match(text)
        family = families.BY_TAG.get(match[1]) if match else None
        if family is None or family in families.LEGACY or not self._may_be(family):
            return None
        if self.family is None or self.family is families.SHA2:
            self.shown = family
        return family

    def _may_be(self, family: Family) -> bool:
        if self.family is None or family is self.family:
            return True
        return self.family is families.SHA2 and family in families.SHA2_BY_LENGTH

    def _parse_tagged(self, text: bytes, family: Family) -> Line | None:
        match = _TAG.match(text)
        if not match or (self._fixed and (b"  (" in match[0] or match[2])):
            return None
        length = _length(match[2], family)
        if length not in family.lengths:
            return None
        name, parenthesis, rest = text[match.end() :].rpartition(b")")
        if not parenthesis:
            return None
        equals, digits = rest.lstrip(BLANKS)[:1], rest.lstrip(BLANKS)[1:].lstrip(BLANKS)
        digest = self._digest(digits, (length,)) if equals == b"=" else None
        return None if digest is None else Line(name, family.name(length), digest[0])

    def _parse_plain(self, text: bytes, family: Family) -> Line | None:
        match = _FIELD.fullmatch(text)
        found = self._digest(match[1], family.lengths) if match else None
        if not match or found is None or (self._fixed and not match[2]):
            return None
        digest, length = found
        name = match[2]
        if len(name) < 2 or name[:1] not in (b" ", b"*"):
            if self._reversed is False:
                return None
            self._reversed = True
        elif not self._reversed:
            self._reversed = False
            name = name[1:]
        return Line(name, family.name(length), digest)

    def _digest(self, digits: bytes, lengths: Collection[int]) -> tuple[str, int] | None:
        """Return a digest with its length in bits, if it has one of these lengths."""
        if _HEX.fullmatch(digits) and 4 * len(digits) in lengths:
            return digits.decode().lower(), 4 * len(digits)
        if not self._cksum or len(digits) % 4 or not _BASE64.fullmatch(digits):
            return None
        try:
            decoded = b64decode(digits)
        except BinasciiError:
            return None
        if 8 * len(decoded) not in lengths:
            return None
        digest = decoded.hex() if b64encode(decoded) == digits else _NO_DIGEST
        return digest, 8 * len(decoded)


def _length(said: bytes | None, family: Family) -> int:
    """Return the length behind a tag, in bits, or 0 if it makes no sense there."""
    if said is None:
        return family.default
    if said[:2] in (b"0x", b"0X"):
        return int(said[2:], 16)
    if said.startswith(b"0"):
        return int(said, 8) if not said.strip(b"01234567") else 0
    return int(said)
