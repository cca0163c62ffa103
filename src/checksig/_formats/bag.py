"""The files of a BagIt bag besides manifests: bagit.txt, bag-info.txt and fetch.txt.

Source: RFC 8493 (version 1.0), sections 2.1.1, 2.2.2 and 2.2.3, and the drafts before it (0.93 to
0.97). These functions take bytes, and open no file.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._entries import Malformed
from checksig._formats._lines import decode
from checksig._formats._values import size
from checksig._formats.bagit import decode_name
from checksig._names import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: All that there are. The drafts before 0.93 are another layout.
VERSIONS: Final = ((0, 93), (0, 94), (0, 95), (0, 96), (0, 97), (1, 0))

#: The files of a bag that are no manifests. Up to version 0.95 there was package-info.txt.
TAG_FILES: Final = ("bagit.txt", "bag-info.txt", "package-info.txt", "fetch.txt")

_BOM: Final = b"\xef\xbb\xbf"
_VERSION: Final = r"BagIt-Version([ \t]*):([ \t]*)([0-9]{1,4})\.([0-9]{1,4})"
_ENCODING: Final = r"Tag-File-Character-Encoding([ \t]*):([ \t]*)([!-~]+)"
_FETCH: Final = r"(?s)[ \t]*([^ \t]+)[ \t]+([^ \t]+)[ \t]+([^ \t].*)"
_OXUM: Final = r"([0-9]{1,18})\.([0-9]{1,18})"

#: Codecs of text that a tag file may be in. Python has more under the name of encodings, some of
#: which (IDNA) take time that grows with the square of the text.
_TEXT_CODECS: Final = (
    r"utf-?(?:8|16|32)(?:-[bl]e)?|ascii|(?:iso8859-|cp|koi8-)[0-9a-z]+|shift_jis|euc_(?:jp|kr)"
    r"|gb(?:2312|k|18030)|big5|mac-roman"
)


class Declaration(NamedTuple):
    """The version and the encoding that bagit.txt states."""

    version: tuple[int, int]
    encoding: str  # of all other tag files


class Oxum(NamedTuple):
    """The sums of the payload: a quick check before the real one."""

    octets: int
    streams: int


class Fetch(NamedTuple):
    """A file that is to be fetched before the bag is complete."""

    url: str
    size: int | None  # in bytes, if it is known
    path: str
    line: int


def declaration(data: bytes) -> Declaration:
    """Return what bagit.txt says.

    Raises:
        ValueError: it is not what the version that it names prescribes.
    """
    if data.startswith(_BOM):
        raise ValueError("a byte order mark is not allowed")
    rows = [row.rstrip(" \t") for row in _rows(data)]
    while rows and not rows[-1]:
        rows.pop()
    if len(rows) != 2:
        raise ValueError(f"it has {counted(len(rows), 'line')}, not 2")
    version, encoding = re.fullmatch(_VERSION, rows[0]), re.fullmatch(_ENCODING, rows[1])
    if not version:
        raise ValueError('the first line is not "BagIt-Version: M.N"')
    if not encoding:
        raise ValueError('the second line is not "Tag-File-Character-Encoding: ENCODING"')
    number = (int(version[3]), int(version[4]))
    if number not in VERSIONS:
        raise ValueError(f"version {version[3]}.{version[4]} of BagIt is not known")
    blanks = {(match[1], match[2]) for match in (version, encoding)}
    if number >= (1, 0) and blanks != {("", " ")}:
        raise ValueError("version 1.0 has no blank before the colon, and one after it")
    _codec(encoding[3])
    return Declaration(number, encoding[3])


def to_utf8(data: bytes, encoding: str) -> bytes:
    """Return a tag file of a bag with that encoding, in UTF-8.

    What matches to be UTF-8 stays as it is, names that are not included.

    Raises:
        ValueError: the encoding is not known, or the file is not in it.
    """
    codec = _codec(encoding)
    if codec == "utf-8":
        return data
    try:
        return data.decode(codec).encode()
    except UnicodeError:
        raise ValueError(f"it is not {encoding} text") from None


def info(data: bytes) -> list[tuple[str, str]]:
    """Return the labels and values of bag-info.txt (in 0.93 to 0.95: package-info.txt), in UTF-8.

    A value that goes on in lines that begin with a blank is joined with single spaces.

    Raises:
        ValueError: a line is neither.
    """
    found: list[tuple[str, list[str]]] = []
    for number, row in enumerate(_rows(data), 1):
        if not row.strip():
            continue
        if row[0] in " \t" and found:
            found[-1][1].append(row.strip())
            continue
        label, colon, value = row.partition(":")
        if not colon or not label.strip():
            raise ValueError(f"line {number} is not a label and a value")
        found.append((label.strip(), [value.strip()]))
    return [(label, " ".join(filter(None, values))) for label, values in found]


def payload_oxum(pairs: Iterable[tuple[str, str]]) -> Oxum | None:
    """Return the Payload-Oxum of :func:`info`, or None.

    Raises:
        ValueError: it is not OCTETS.STREAMS, or there are two that differ.
    """
    values = {value for label, value in pairs if label.lower() == "payload-oxum"}
    if not values:
        return None
    match = re.fullmatch(_OXUM, values.pop())
    if values or not match:
        raise ValueError("the Payload-Oxum is not OCTETS.STREAMS")
    return Oxum(int(match[1]), int(match[2]))


def fetch(data: bytes) -> Iterator[Fetch | Malformed]:
    """Yield what fetch.txt (in UTF-8) wants to be fetched."""
    for number, row in enumerate(_rows(data), 1):
        if not row.strip(" \t"):
            continue
        match = re.fullmatch(_FETCH, row)
        try:
            if not match:
                raise ValueError("it is not a URL, a length and a path")
            url, length, path = match.groups()
            yield Fetch(url, None if length == "-" else size(length), decode_name(path), number)
        except ValueError as error:
            yield Malformed(number, str(error))


def _rows(data: bytes) -> list[str]:
    """Return the lines, which may end in LF, CR or both."""
    rows = decode(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).split("\n")
    return rows if rows[-1] else rows[:-1]


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if not re.fullmatch(_TEXT_CODECS, name):
        raise ValueError(f'the encoding "{encoding[:40]}" is not known')
    return name
