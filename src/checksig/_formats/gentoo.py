r"""``Manifest`` of Gentoo.

Source: GLEP 74. A tag, a path, a size, and pairs of an algorithm and a digest. ``AUX`` lies in
``files``, ``DIST`` wherever downloads are kept, and ``MANIFEST`` is one of a directory below. What
has a dot first, or is below what is to be ignored, need not be listed. Blanks, control characters
and backslashes in paths are ``\x20``, ``\u2028`` or ``\U0001f600``.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from checksig._entries import Malformed, Unverified, new_entry, without_digest
from checksig._formats._blocks import DIGEST, SIZE, Reader, blocks, by_line, columns, several
from checksig._formats._format import Format, Tree, as_pattern
from checksig._formats._lines import lines, sample
from checksig._formats._values import algorithm, hexadecimal, size, text_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

#: Tags of files, and the directory that theirs lie in.
_FILES: Final = {
    "AUX": "files/", "DATA": "", "DIST": "", "EBUILD": "", "MANIFEST": "", "MISC": "",
}  # fmt: skip

#: Tags of what is not verified, and why.
_WITHOUT_DIGEST: Final = {
    "IGNORE": "the list says to ignore it", "OPTIONAL": "the list says that it may be missing",
}  # fmt: skip

_LINE: Final = (
    rb"(?:AUX|DATA|DIST|EBUILD|MANIFEST|MISC) \S+ [0-9]+(?: [A-Z0-9_]+ [0-9a-fA-F]{8,})+\s*"
)
_HASH: Final = rf" ([A-Za-z0-9_]++) {DIGEST}"
#: The same without escapes, and with one digest or two.
_PLAIN: Final = rf"([A-Z]++) ([^ \\\n\r]++) {SIZE}{_HASH}(?:{_HASH})?"
_ESCAPE: Final = r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|)"
_CLEARSIGNED: Final = "-----BEGIN PGP SIGNED MESSAGE-----"


def _sniff(data: bytes) -> bool:
    return any(re.fullmatch(_LINE, line) for line in sample(data))


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    return blocks(data, Reader(_PLAIN, _plain, _careful))


def _plain(found: Groups, numbers: range) -> Columns | None:
    tags, paths, sizes, *hashes = found
    if not _FILES.keys() >= set(tags) or not (pairs := several(hashes)):
        return None
    if any(map(_FILES.get, set(tags))):
        paths = [_FILES[tag] + path for tag, path in zip(tags, paths, strict=True)]
    return columns(paths, pairs[1::2], pairs[::2], numbers, sizes)


def _careful(line: str, number: int) -> list[Line]:
    if not line or line.isspace():
        return []
    if line == _CLEARSIGNED:
        raise ValueError("this is clearsigned text: what is signed must be extracted first")
    tag, *fields = line.rstrip(" ").split(" ")
    try:
        return _lines(tag, fields, number)
    except ValueError as error:
        return [Malformed(number, str(error))]


def _lines(tag: str, fields: list[str], number: int) -> list[Line]:
    if tag not in _FILES:
        if tag == "TIMESTAMP" and len(fields) == 1:
            return []
        if tag in _WITHOUT_DIGEST and len(fields) == 1:
            return [Unverified(_unescape(fields[0]), number, _WITHOUT_DIGEST[tag])]
        raise ValueError(f'the tag "{tag[:20]}" is not known, or is not for these fields')
    if len(fields) < 2 or len(fields) % 2:
        raise ValueError("it is not a path, a size, and pairs of an algorithm and a digest")
    path = _unescape(fields[0]) if "\\" in fields[0] else fields[0]
    path, length = _FILES[tag] + path, size(fields[1])
    found: list[Line] = [
        new_entry((path, hexadecimal(digest), algorithm(name), number, length))
        for name, digest in zip(fields[2::2], fields[3::2], strict=True)
    ]
    return found or [without_digest(path, number, length)]


def _tree(data: bytes) -> Tree:
    """Return what a Manifest says of its tree: names with a dot first need not be listed."""
    found: dict[str, list[str]] = {"MANIFEST": [], "IGNORE": [], "DIST": []}
    for line in lines(data):
        tag, *fields = line.split(" ")
        if tag in found and fields:
            with suppress(ValueError):  # then the line is malformed
                found[tag].append(_unescape(fields[0]))
    ignored = tuple("/" + as_pattern(path.strip("/")) for path in found["IGNORE"])
    return Tree(tuple(found["MANIFEST"]), (".*", *ignored), frozenset(found["DIST"]))


def _unescape(path: str) -> str:
    return re.sub(_ESCAPE, _character, path)


def _character(match: re.Match[str]) -> str:
    digits = next((group for group in match.groups() if group), None)
    if digits is None or int(digits, 16) > 0x10FFFF:
        raise ValueError("the path has an escape that is not known")
    return text_name(chr(int(digits, 16)))


FORMAT: Final = Format(
    name="gentoo",
    title="Gentoo Manifest",
    used_by="Gentoo",
    sniff=_sniff,
    names="Manifest",
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
    tree=_tree,
)
