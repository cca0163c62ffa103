"""Files that are no lists, and lie in the place of one: error pages, archives, programs."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

#: The first bytes of files, and what they are.
_MAGIC: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32 text"),
    (b"\x00\x00\xfe\xff", "UTF-32 text"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\xfd7zXZ\x00", "compressed with xz"),
    (b"BZh", "compressed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"%PDF-", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_PAGES: Final = (b"<!doctype html", b"<html", b"<head", b"<body", b"<title")
#: The whole of an answer, in place of the file: of GitHub, of stores, of mirrors.
_ANSWER: Final = (
    rb"(?is)(?:\{\"(?:message|error|detail)\": *\")?((?:[45][0-9][0-9][: -]+)?"
    rb"(?:not found|forbidden|access denied|unauthorized|bad gateway|service unavailable"
    rb"|internal server error)[.!]?)"
    rb"(?:\".*\})?"
)
_TAR: Final = slice(257, 262)


#: Names of lists that are not read yet, and what they are.
_UNREAD: Final = ((r"(?:In)?Release", "an index of Debian packages"),)


#: Texts in lower case, of which each such name has one.
UNREAD: Final = ("release",)


def unread(name: str) -> str | None:
    """Return what a file is by its name, if that is one of lists that are not read; else None."""
    return next((what for pattern, what in _UNREAD if re.fullmatch(pattern, name)), None)


def foreign(data: bytes) -> str | None:
    """Return what these bytes are if their beginning says that they are no text of a list."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return f"this is {what}, not a list"
    if data[_TAR] == b"ustar":
        return "this is a tar archive, not a list"
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(_PAGES) or (head.startswith((b"<?xml", b"<!--")) and b"<html" in head):
        return "this is an HTML page, not a list"
    if said := re.fullmatch(_ANSWER, data[:200].strip()):
        return f'this says "{said[1].decode()}", as a web server does, and is not a list'
    if head.startswith(b"<?xml"):
        return "this is XML of another kind, not a list"
    return None


def binary(data: bytes) -> str:
    """Return what these bytes are, which have zero bytes among the first."""
    head = data[:1024]
    if head.startswith(b"ORC"):
        return "this is an ORC file, not a list"
    for what in (head[0::2], head[1::2]):
        if not what.strip(b"\0") and len(what) > 1:
            return "this is UTF-16 text without a byte order mark, not a list"
    return "this is binary data, not a list"
