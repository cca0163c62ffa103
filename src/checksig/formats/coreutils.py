"""Lists of the GNU coreutils: text and binary lines, BSD and OpenSSL tags.

The grammar is the core's (``core/internal/sums``): lists of millions of lines are written in it.
Source: GNU coreutils 9, "md5sum invocation".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig.formats._format import Claim, Format

if TYPE_CHECKING:
    from collections.abc import Container

# sha1sum.txt, SHA256SUMS, SHA512SUMS.txt, tool_1.2_SHA256SUMS, image-sha3-256sums
_NAMED_BY_ALGORITHM: Final = re.compile(
    r"(?:.*[-_.])??(?P<algorithm>[a-z0-9]+(?:[-_][0-9]+)?)[-_.]?sums?(?:\.txt)?", re.IGNORECASE
)
# checksums.txt, CHECKSUM, tool_1.2_checksums.txt, checksums.sha256, SHASUMS256.txt
_NAMED_BY_PURPOSE: Final = re.compile(
    r"(?:.*[-_.])?(?:checksums?|digests?|shasums?(?P<bits>[0-9]{3})?)"
    r"(?:[-_.](?P<algorithm>[a-z0-9]+(?:[-_][0-9]+)?))??(?:\.txt)?",
    re.IGNORECASE,
)
_PLAIN: Final = rb"[0-9A-Fa-f]{8,}[ \t][ *]."
_TAGGED: Final = rb"[A-Za-z0-9/_-]+ ?\(.*\) ?= [0-9A-Fa-f]{8,}"
_LINE: Final = re.compile(rb"[ \t]*\\?(?:%b|%b)" % (_PLAIN, _TAGGED))


def _claim(name: str, algorithms: Container[str]) -> Claim | None:
    if match := _NAMED_BY_PURPOSE.fullmatch(name):
        algorithm = f"sha{match['bits']}" if match["bits"] else (match["algorithm"] or "").lower()
        if not algorithm or algorithm in algorithms:
            return Claim(FORMAT, algorithm or None)
    if match := _NAMED_BY_ALGORITHM.fullmatch(name):
        algorithm = match["algorithm"].lower()
        if algorithm in algorithms:
            return Claim(FORMAT, algorithm)
    return None


def _sniff(data: bytes) -> bool:
    for line in data[:4096].splitlines():
        if line and not line.startswith(b"#"):
            return _LINE.match(line) is not None
    return False


FORMAT: Final = Format(name="coreutils", claim=_claim, sniff=_sniff)
