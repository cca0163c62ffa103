"""Lists of the GNU coreutils: text and binary lines, BSD and OpenSSL tags.

The core reads them by itself (``core/internal/sums``), as there are lists of millions of lines; in
Python their lines are in ``sums.py``. md5deep and its siblings write such lists too.
Source: GNU coreutils 9, "md5sum invocation".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._formats._format import Format, NameMatch
from checksig._formats._lines import head
from checksig._formats.sums import read, write

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from checksig._results import Algorithm

#: What is in all names but those that end in an algorithm. To look closely takes longer.
_NAMES: Final = "(?is:.*?(?:sum|digest|deep).*)"

# sha1sum.txt, SHA256SUMS, SHA512SUMS.txt, tool_1.2_SHA256SUMS, image-sha3-256sums, md5deep.txt
_NAMED_BY_ALGORITHM: Final = (
    r"(?i)(?:.*[-_.])??(?P<algorithm>[a-z0-9]+(?:[-_][0-9]+)?)[-_.]?(?:sums?|deep)(?:\.txt)?"
)
# checksums.txt, CHECKSUM, tool_1.2_checksums.txt, checksums.sha256, SHASUMS256.txt
_NAMED_BY_PURPOSE: Final = (
    r"(?i)(?:.*[-_.])?(?:checksums?|digests?|shasums?(?P<bits>[0-9]{3})?)"
    r"(?:[-_.](?P<algorithm>[a-z0-9]+(?:[-_][0-9]+)?))??(?:\.txt)?"
)
# SHA256, as the BSDs have it
_NAMED_LIKE_ALGORITHM: Final = "MD5|SHA[0-9]{1,3}"

_PLAIN: Final = rb"[0-9A-Fa-f]{8,}[ \t][ *]."
_TAGGED: Final = rb"[A-Za-z0-9/_-]+ ?\(.*\) ?= [0-9A-Fa-f]{8,}"
_LINE: Final = rb"(?s)[ \t]*\\?(?:%b|%b)" % (_PLAIN, _TAGGED)
# One blank alone is what the BSDs write; many a text has short numbers before a blank.
_REVERSED: Final = rb"(?s)[ \t]*\\?[0-9A-Fa-f]{32,}[ \t]."


def named_by_purpose(name: str, algorithms: Container[str]) -> NameMatch | None:
    """Return the match of a name such as ``checksums.sha256``."""
    if match := re.fullmatch(_NAMED_BY_PURPOSE, name):
        algorithm = f"sha{match['bits']}" if match["bits"] else (match["algorithm"] or "").lower()
        if not algorithm or algorithm in algorithms:
            return NameMatch(FORMAT, algorithm or None)
    return None


def extension(name: str, algorithms: Container[str]) -> tuple[str, str] | None:
    """Split ``a.iso.sha256`` into the name of a file and an algorithm; None if it is not like it.

    ``a.iso.sha256sum`` and ``a.iso.SHA256.txt`` are.
    """
    stem, _, last = without_txt(name).rpartition(".")
    last = last.lower()
    algorithm = last if last in algorithms else last.removesuffix("sum")
    return (stem, algorithm) if stem and algorithm in algorithms else None


def without_txt(name: str) -> str:
    """Return a name without the extension that mail programs and web servers want."""
    return name[:-4] if name[-4:].lower() == ".txt" else name


def looks_like_a_line(line: bytes) -> bool:
    """Whether a line is like no other format's: with two blanks, or with a tag."""
    return re.match(_LINE, line) is not None


def _match_name(name: str, algorithms: Container[str]) -> NameMatch | None:
    if found := named_by_purpose(name, algorithms):
        return found
    if match := re.fullmatch(_NAMED_BY_ALGORITHM, name):
        algorithm = match["algorithm"].lower()
        if algorithm in algorithms:
            return NameMatch(FORMAT, algorithm)
    if re.fullmatch(_NAMED_LIKE_ALGORITHM, name) and name.lower() in algorithms:
        return NameMatch(FORMAT, name.lower())
    if named := extension(name, algorithms):
        return NameMatch(FORMAT, named[1])
    return None


def _sniff(data: bytes) -> bool:
    found = head(data)
    # With -z, lines end with NUL, and names may hold line breaks.
    for line in found.split(b"\0") if b"\0" in found else found.splitlines():
        if line and not line.startswith(b"#"):
            return re.match(_LINE, line) is not None or re.match(_REVERSED, line) is not None
    return False


def _default_name(algorithms: Sequence[Algorithm], path: str) -> str:
    del path
    return "CHECKSUMS" if len(algorithms) > 1 else f"{algorithms[0].tag}SUMS"


def name_of(text: bytes, digest: bytes) -> bytes | None:
    """Return the name in the line that has a digest, unless it is one with escapes."""
    at = text.find(digest)
    if at < 0:
        return None
    start, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
    line = text[start : end if end >= 0 else len(text)].rstrip(b"\r")
    before, _, after = line.partition(digest)
    if before.startswith(b"\\"):
        return None
    if before.strip():
        return before[before.find(b"(") + 1 : before.rfind(b")")] or None
    return after[2:] if after[1:2] in (b" ", b"*") else after[1:]


FORMAT: Final = Format(
    name="coreutils",
    title="GNU coreutils, BSD and OpenSSL",
    sniff=_sniff,
    names=_NAMES,
    told_by=("sum", "digest", "deep", "md5", "sha"),
    name_rule=_match_name,
    by_core=True,
    read=read,
    write=write,
    write_styled=write,
    default_name=_default_name,
    one_algorithm=True,
)
