"""Lines that name the algorithm in ways that the coreutils do not read in a list of theirs.

Source: lists as they are published, ``sha256 -b`` of OpenBSD and ``cksum --base64``, the digests of
OCI, and FDS of NIST. Four ways, of which a list may have several:

    SHA256 (NAME) = 3r0pJB0P8RTvX1kUBj+nSruXp3Vz4uHDIOrBaR8mRFo=
    ff3408bd488758897df7e6220e7a96ae4e074599 (SHA1): NAME
    sha256:debd29241d0ff114ef5f5914063fa74abb97a77573e2e1c320eac1691f26445a  NAME
    NAME: sha256:debd29241d0ff114ef5f5914063fa74abb97a77573e2e1c320eac1691f26445a
    NAME: debd29241d0ff114ef5f5914063fa74abb97a77573e2e1c320eac1691f26445a
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Malformed
from checksig._formats._blocks import Reader, blocks, by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import decode, sample
from checksig._formats._values import (
    by_length,
    column_from_base64,
    from_base64,
    hexadecimal,
    is_hexadecimal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_TAG: Final = r"(?P<tag>[A-Za-z][A-Za-z0-9/_-]*)"
_HEX: Final = r"(?P<digest>[0-9A-Fa-f]{8,})"
_NAME: Final = r"(?P<name>.+)"

#: Tags as the coreutils have them, with digits in base64 or, between such lines, in hexadecimal.
_PARENTHESES: Final = rf"(?s){_TAG} ?\({_NAME}\) ?= (?P<digest>[A-Za-z0-9+/]{{6,}}={{0,2}})"
_OTHERS: Final = (
    rf"(?s){_HEX} \({_TAG}\): {_NAME}",
    rf"(?s){_TAG}:{_HEX}[ \t]+\*?{_NAME}",
    rf"(?s){_NAME}: (?:{_TAG}:)?(?P<digest>[0-9A-Fa-f]{{32,}})",
)


def _match(line: str) -> re.Match[str] | None:
    found = (re.fullmatch(pattern, line) for pattern in (*_OTHERS, _PARENTHESES))
    return next((match for match in found if match), None)


#: The way that long lists have: tags in parentheses, with digests in base64.
_PLAIN: Final = r"([A-Za-z][A-Za-z0-9/_-]*+) ?\(([^()\n\r]++)\) ?= ([A-Za-z0-9+/]{22,}+)(={1,2})"


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    return blocks(data, Reader(_PLAIN, _plain, partial(_careful, hint)))


def _plain(found: Groups, numbers: range) -> Columns | None:
    tags, paths, digests, padding = found
    if {*map(len, padding)} != {-len(digests[0]) % 4}:
        return None
    digits = column_from_base64(digests)
    return columns(paths, [digits], [tags], numbers) if digits else None


def _careful(hint: Hint, line: str, number: int) -> list[Line]:
    text = line.rstrip(" \t")
    if not text or text.startswith("#"):
        return []
    match = _match(text)
    try:
        if not match:
            raise ValueError("it is not a name and a digest with its algorithm")
        digest = match["digest"]
        digits = hexadecimal(digest) if is_hexadecimal(digest) else from_base64(digest)
        kind = match["tag"] or hint.algorithm or by_length(digits)
        return [Entry(match["name"], digits, kind, number)]
    except ValueError as error:
        return [Malformed(number, str(error))]


def _sniff(data: bytes) -> bool:
    found = [decode(line).rstrip() for line in sample(data) if not line.startswith(b"#")]
    matches = [match for line in found if (match := _match(line))]
    # Lines that the coreutils read are theirs, unless there are others.
    own = [m for m in matches if m.re.pattern != _PARENTHESES or not is_hexadecimal(m["digest"])]
    return 0 < len(found) <= 2 * len(matches) and bool(own)


FORMAT: Final = Format(
    name="tags",
    title="tags in base64, and behind digests",
    used_by="OpenBSD, registries of containers, NIST",
    sniff=_sniff,
    parse=by_line(_blocks),
    blocks=_blocks,
)
