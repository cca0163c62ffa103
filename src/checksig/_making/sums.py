r"""The lines of the coreutils, for those who want to know what is in a list and check no file.

``core/internal/sums`` is the grammar, and what files are checked by; this is the same in Python.
A line is ``DIGEST`` blank (space or ``*``) ``NAME``, or the BSDs' ``DIGEST`` blank ``NAME``, or
``TAG (NAME) = DIGEST``, with or without the blanks. A backslash in front says that the name has
escapes. Source: GNU coreutils 9, "md5sum invocation".
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from checksig._bridge import algorithms as _algorithms
from checksig._entries import Entry, Line, Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN: Final = re.compile(rb"((?:[0-9A-Fa-f]{2})+)[ \t](.+)", re.DOTALL)
_TAGGED: Final = re.compile(
    rb"([A-Za-z0-9/_-]+)(?: \((.*)\) = |\((.*)\) ?= )((?:[0-9A-Fa-f]{2})+)", re.DOTALL
)
_ESCAPE: Final = re.compile(rb"\\(.?)", re.DOTALL)
_ESCAPED: Final = {b"\\": b"\\", b"n": b"\n", b"r": b"\r"}


def parse(data: bytes, untagged: str | None) -> Iterator[Line]:
    """Yield what is in a list. ``untagged`` is the algorithm of lines that name none."""
    zero = data.endswith(b"\0")
    is_reversed: bool | None = None  # until a line has settled it
    rows = data.removeprefix(b"\xef\xbb\xbf").split(b"\0" if zero else b"\n")
    for number, row in enumerate(rows, 1):
        line = row if zero else row.removesuffix(b"\r")
        if not line or line.startswith(b"#"):
            continue
        line = line.lstrip(b" \t")
        escaped = not zero and line.startswith(b"\\")
        line = line[1:] if escaped else line
        if match := _PLAIN.fullmatch(line):
            digest, tag, name = match[1], None, match[2]
            marked = len(name) > 1 and name[:1] in (b" ", b"*")
            if is_reversed is None:
                is_reversed = not marked
            if not is_reversed and not marked:
                yield Malformed(number, "not a digest and a name")
                continue
            name = name if is_reversed else name[1:]
        elif match := _TAGGED.fullmatch(line):
            digest, tag, name = match[4], match[1].decode(), match[2] or match[3] or b""
        else:
            yield Malformed(number, "not a digest and a name")
            continue
        yield _entry(name, digest.decode(), tag or untagged, number, escaped=escaped)


def _entry(
    name: bytes, digest: str, algorithm: str | None, number: int, *, escaped: bool
) -> Entry | Malformed:
    if escaped:
        if any(match[1] not in _ESCAPED for match in _ESCAPE.finditer(name)):
            return Malformed(number, r"a backslash in the name is not followed by \, n or r")
        name = _ESCAPE.sub(lambda match: _ESCAPED[match[1]], name)
    if not name or b"\0" in name:
        return Malformed(number, "the name is empty, or holds a NUL byte")
    algorithm = algorithm or _by_size(len(digest) // 2)
    return Entry(os.fsdecode(name), digest, algorithm or "", number)


def _by_size(size: int) -> str | None:
    """Return the algorithm that an untagged digest is taken for, as the core does."""
    rows = _algorithms.main_rows()
    names = (r["name"] for r in rows if r["size"] == size and r["strength"] != "none")
    return next(names, None)
