r"""The lines of the coreutils, and how they are written.

A line is ``DIGEST`` blank (space or ``*``) ``NAME``, or the BSDs' ``DIGEST`` blank ``NAME``, or
``TAG (NAME) = DIGEST``, with or without the blanks, or RapidCRC's ``DIGEST ?TAG*NAME``. Lines
above the first of these that have no digits of a digest are a header. A backslash in front says
that the name has escapes. Source: GNU coreutils 9, "md5sum invocation".

``core/internal/sums`` is the grammar that files are checked by; this is the same for those who want
to know what is in a list. The vectors hold the two together. Stand-ins for the commands read lines
by rules of their own (``_cli/coreutils``), and write and escape by these.
"""

from __future__ import annotations

import re
import sys
from types import MappingProxyType

from checksig._classes import NamedTuple
from checksig._entries import Entry, Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Final

    from checksig._entries import Line, Listed
    from checksig._formats._format import Hint, Style

BLANKS: Final = b" \t"
#: A digest: whole bytes in hexadecimal.
DIGITS: Final = rb"(?:[0-9A-Fa-f]{2})+"

_SPLIT_PLAIN: Final = rb"(?s)(%b)[ \t](.+)" % DIGITS
_SPLIT_MARKED: Final = rb"(?s)(%b)[ \t]\?([A-Za-z0-9/_-]+)\*(.+)" % DIGITS
_SPLIT_TAGGED: Final = rb"(?s)([A-Za-z0-9/_-]+)(?: \((.*)\) = |\((.*)\) ?= )(%b)" % DIGITS

#: A comment that says which algorithm the lines below are in, and nothing else: that of Gentoo, and
#: those of others. The same as ``headingTag`` of the core.
_HEADING: Final = rb"#[^A-Za-z0-9/_-]*([A-Z0-9/_-]+)[^A-Za-z0-9/_-]+HASH[^A-Za-z0-9/_-]*"
_WORD: Final = rb"[A-Za-z0-9/_-]+"
_SAID: Final = (
    rb"(?i)(?:hash(?:es)?|(?:checksum|digest|sum|value|list|file)s?|algo(?:rithm)?|type|method"
    rb"|of|for|in|with|using|by|the|are|is|all)"
)
_SPOKEN: Final = (
    rb"(?i)(md5|sha-?1|sha2?-?(?:224|256|384|512)|sha(?:2-)?512[-/]256|sha512_256|sha512t256"
    rb"|sha3[-_](?:224|256|384|512)|blake2b(?:-?512|-[1-9][0-9]{2})?|b2|blake3|b3|sm3)(?:sums?)?"
)

#: In digits: of a digest. Words such as "ad" and "be" are none.
_SHORTEST: Final = 8

#: In digits: of such digests, one that is damaged may have no eight in a row.
_SHORT: Final = 16

# What no line of a header has: a run of digits, a digest, one that was cut short, one in base64.
_RUN: Final = rb"[0-9A-Fa-f]{8}"
_DIGEST: Final = rb"[0-9A-Fa-f]{22}"
_GROUPED: Final = rb"[0-9A-Fa-f]{16,}"
_CUT: Final = rb"[0-9A-Fa-f]{6,}$"
_LEFT: Final = rb"[0-9A-Fa-f]+[ \t][ \t*]"  # whatever is left of a digest, before a name
_BASE64: Final = rb"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[A-Za-z0-9+/=_-]{22,}"

_PROBLEMS: Final = rb"[\\\n\r]"
_ESCAPED: Final = rb"\\([\\nr])"
_WELL_ESCAPED: Final = rb"(?s)(?:[^\\]|\\[\\nr])*"
_TO: Final = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}
_FROM: Final = {b"\\": b"\\", b"n": b"\n", b"r": b"\r"}

_NO_TAGS: Final[Mapping[str, str]] = MappingProxyType({})


def needs_escape(name: bytes) -> bool:
    """Say whether a line of a list cannot hold a name as it is."""
    return re.search(_PROBLEMS, name) is not None


def escape(name: bytes) -> bytes:
    """Write what a line cannot hold with backslashes. Such a line begins with one."""
    return re.sub(_PROBLEMS, lambda match: _TO[match[0]], name)


def unescape(name: bytes) -> bytes | None:
    """Undo ``escape``; None if ``escape`` writes no such thing."""
    if not re.fullmatch(_WELL_ESCAPED, name):
        return None
    return re.sub(_ESCAPED, lambda match: _FROM[match[1]], name)


def line(
    name: bytes, digits: bytes, *, tag: bytes = b"", binary: bool = False, end: bytes = b"\n"
) -> bytes:
    """Return the line of a file, with its end. If that is a NUL byte, no name is escaped.

    The same as ``core/internal/sums/write.go``.
    """
    lead = b""
    if end == b"\n" and needs_escape(name):
        lead, name = b"\\", escape(name)
    if tag:
        return b"".join([lead, tag, b" (", name, b") = ", digits, end])
    return b"".join([lead, digits, b" *" if binary else b"  ", name, end])


def write(
    files: Iterable[Listed],
    *,
    style: Style = "text",
    zero: bool = False,
    tags: Mapping[str, str] = _NO_TAGS,
) -> bytes:
    """Return the list of these files: see ``StyledWriter``."""
    end = b"\0" if zero else b"\n"
    return b"".join(
        line(
            encode(file.path),
            digest.encode(),
            tag=tags[algorithm].encode() if style == "tag" else b"",
            binary=style == "binary",
            end=end,
        )
        for file in files
        for algorithm, digest in file.digests.items()
    )


class _Fields(NamedTuple):
    """A line, taken apart."""

    name: bytes
    digest: bytes
    tag: bytes | None = None
    is_reversed: bool | None = None  # None if it has a tag


def read(data: bytes, hint: Hint) -> Iterator[Line]:
    """Yield what is in a list; an entry without an algorithm is one of its digest's length."""
    above: list[Malformed] = []  # what may be a header, until an entry shows that it is one
    lines = _lines(data, hint)
    for line, is_heading in lines:
        if is_heading:
            above.append(line)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
            continue
        rest = [line, *(each for each, _ in lines)] if above else [line]
        sizes = [len(each.digest) for each in rest if isinstance(each, Entry)]
        if not sizes or min(sizes) <= _SHORT:
            yield from above
        above = []
        yield from rest
        break
    yield from above
    yield from (line for line, _ in lines)


def _lines(data: bytes, hint: Hint) -> Iterator[tuple[Entry | Malformed, bool]]:
    """Yield lines, and whether each may be one of a header: all of these come first."""
    zero = data.endswith(b"\0")
    is_reversed: bool | None = None  # until a line has settled it
    rows = data.removeprefix(b"\xef\xbb\xbf").split(b"\0" if zero else b"\n")
    begun, heading = False, ""
    for number, row in enumerate(rows, 1):
        text = row if zero else row.removesuffix(b"\r")
        if is_empty(text):
            bound = hint.algorithm or hint.family
            heading = (not bound and _heading(text)) or heading
            continue
        text = text.lstrip(BLANKS)
        escaped = not zero and text.startswith(b"\\")
        fields = _split(text[1:] if escaped else text, is_reversed)
        if fields is None:
            yield Malformed(number, "not a digest and a name"), not begun and _is_heading(row)
            continue
        begun = True
        if fields.is_reversed is not None:
            is_reversed = fields.is_reversed
        yield _entry(fields, heading or hint.algorithm or "", number, escaped=escaped), False


def _heading(line: bytes) -> str:
    """Return the algorithm that a comment names which says nothing else."""
    if not line.startswith(b"#"):
        return ""
    match = re.fullmatch(_HEADING, line)
    if match and not re.fullmatch(_SAID, match[1]):
        return match[1].decode()
    words = [word for word in re.findall(_WORD, line) if not re.fullmatch(_SAID, word)]
    match = re.fullmatch(_SPOKEN, words[0]) if len(words) == 1 else None
    return match[1].decode() if match else ""


def is_empty(line: bytes) -> bool:
    """Whether a line is blank, or a comment; not if a semicolon stands before a digest."""
    if line.startswith(b"#") or not line.strip(BLANKS):
        return True
    return line == b";" or (line.startswith(b"; ") and not re.search(_DIGEST, line))


def _is_heading(line: bytes) -> bool:
    """Whether a line that is no entry was never meant as one: see ``isHeading`` of the core."""
    words = line.split()
    if (
        re.search(_RUN, line)
        or re.fullmatch(_GROUPED, re.sub(rb"[ \t:-]", b"", line))
        or (b"=" in line and b"(" in line)
        or words == [line.strip()] != [line]
    ):
        return False
    if re.match(_LEFT, line):
        return False
    return not re.match(_CUT, words[0]) and not any(re.fullmatch(_BASE64, word) for word in words)


def is_above(line: bytes) -> bool:
    """Whether a line may stand above the first entry of a list: a header, a comment."""
    return is_empty(line) or _is_heading(line)


def _split(text: bytes, is_reversed: bool | None) -> _Fields | None:
    """Take a line apart, in a list whose lines are reversed, or are not, or may be either."""
    if b"?" in text and (match := re.fullmatch(_SPLIT_MARKED, text)):
        return _Fields(match[3], match[1], match[2])
    match = re.fullmatch(_SPLIT_PLAIN, text)
    if match and len(match[1]) >= _SHORTEST:
        digest, name = match.groups()
        marked = len(name) > 1 and name[:1] in (b" ", b"*")
        if is_reversed is None:
            is_reversed = not marked
        if is_reversed:
            return _Fields(name, digest, None, is_reversed)
        return _Fields(name[1:], digest, None, is_reversed) if marked else None
    if match := re.fullmatch(_SPLIT_TAGGED, text):
        return _Fields(match[2] or match[3] or b"", match[4], match[1])
    return None


def _entry(fields: _Fields, untagged: str, number: int, *, escaped: bool) -> Entry | Malformed:
    name = unescape(fields.name) if escaped else fields.name
    if name is None or (escaped and b"\r" in fields.name):  # which the coreutils let pass
        return Malformed(number, r"a backslash in the name is not followed by \, n or r")
    if not name or b"\0" in name:
        return Malformed(number, "the name is empty, or holds a NUL byte")
    algorithm = fields.tag.decode() if fields.tag else untagged
    return Entry(_decode(name), fields.digest.decode(), algorithm, number)


def encode(name: str) -> bytes:
    """Return a name as os.fsencode does, which is not for this room: it need not be UTF-8."""
    return name.encode(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())


def _decode(name: bytes) -> str:
    return name.decode(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
