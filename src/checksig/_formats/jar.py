"""``META-INF/MANIFEST.MF`` of a Java archive that was signed.

Source: the JAR File Specification, "JAR Manifest" and "Signed JAR File". Sections end with an empty
line; the first is about the archive, others about a file each. A line of more than 72 bytes goes on
in the next, behind a blank, also in the middle of a character.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._entries import Malformed, Unverified, new_entry
from checksig._formats._format import Format, Tree
from checksig._formats._lines import decode
from checksig._formats._values import from_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Kind, Line
    from checksig._formats._format import Hint

_BOM: Final = b"\xef\xbb\xbf"
_FIRST: Final = rb"(?i)manifest-version: "
_NAME, _MAGIC, _DIGEST = "name", "magic", "-digest"
_ATTRIBUTE: Final = r"(?as)([\w-]+): (.*)"
_A_DIGEST: Final = rb"(?i)[\r\n][a-z0-9-]+-digest: "

#: Signatures over the manifest, and their own lists: nothing that a manifest can list.
_OF_SIGNATURES: Final = ("*.SF", "*.RSA", "*.DSA", "*.EC", "SIG-*")
_UNBOUND: Final = tuple([f"/META-INF/{each}" for each in _OF_SIGNATURES])


class _Row(NamedTuple):
    number: int
    key: str  # in lower case; empty: it is no attribute
    value: str


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    main = True
    for section in _sections(data.removeprefix(_BOM)):
        if not main:
            yield from _file(section)
        elif any(key.endswith(_DIGEST) and key != _NAME for _, key, _ in section[1:]):
            yield Malformed(section[0].number, "it has a digest of no file")
        main = False


def _sections(data: bytes) -> Iterator[list[_Row]]:
    """Yield the rows of each section.

    Raises:
        ValueError: it does not begin as a manifest does.
    """
    if not re.match(_FIRST, data):
        raise ValueError("it does not begin with the version of a manifest")
    rows: list[_Row] = []
    pieces: list[bytes] = []  # of a row
    first = 0
    for number, line in enumerate((*re.split(rb"\r\n|\r|\n", data), b""), 1):
        if line.startswith(b" ") and pieces:
            pieces.append(line[1:])
            continue
        if pieces:
            rows.append(_row(first, b"".join(pieces)))
        pieces, first = [line] if line else [], number
        if not line and rows:
            yield rows
            rows = []


def _row(number: int, line: bytes) -> _Row:
    match = re.fullmatch(_ATTRIBUTE, decode(line))
    return _Row(number, match[1].lower(), match[2]) if match else _Row(number, "", "")


def _file(rows: list[_Row]) -> Iterator[Line]:
    number, first, name = rows[0]
    keys = [row.key for row in rows]
    if first != _NAME or not name:
        yield Malformed(number, "a section does not begin with the name of a file")
        return
    if "" in keys or len(set(keys)) < len(keys):
        yield Malformed(number, "a line is no attribute, or is there twice")
        return
    if _MAGIC in keys:
        yield Malformed(number, "it says that its digests are of another kind than others")
        return
    try:
        digests = [(key, from_base64(text)) for _, key, text in rows if _DIGEST in key]
    except ValueError as error:
        yield Malformed(number, str(error))
        return
    if not digests:
        kind: Kind = "directory" if name.endswith("/") else ""
        yield Unverified(name, number, "listed without a digest", kind=kind)
    for key, digest in digests:  # one for a language alone is none that is known
        yield new_entry((name, digest, key.removesuffix(_DIGEST) or key, number, None))


def _sniff(data: bytes) -> bool:
    found = data.removeprefix(_BOM)
    return re.match(_FIRST, found) is not None and re.search(_A_DIGEST, found) is not None


def _tree(data: bytes) -> Tree:
    del data
    return Tree(unbound=_UNBOUND)


FORMAT: Final = Format(
    name="jar",
    title="manifest of a signed Java archive",
    used_by="Java archives and Android packages",
    sniff=_sniff,
    names=r"MANIFEST\.MF",
    weak=True,
    parse=_parse,
    tree=_tree,
    base="..",
)
