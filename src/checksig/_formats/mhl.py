"""Media hash lists of film sets: ASC MHL 2, and MHL 1.

Source: the specifications of ASC MHL 2.0 and of MHL 1.1. A list of ASC MHL lies in ``ascmhl``, and
its names are relative to the directory above. Digests of directories are of no bytes. A digest may
be a C4 ID, which is SHA-512 (SMPTE ST 2114), or XXH64, which MHL 1 has with its bytes in both
orders.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Unverified, without_digest
from checksig._formats._format import Format
from checksig._formats._values import from_c4, hexadecimal, size, text_name
from checksig._formats._xml import read, sniffer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint
    from checksig._formats._xml import Node


def _turned(text: str) -> str:
    return bytes.fromhex(hexadecimal(text))[::-1].hex()


def _of_decimal(text: str) -> str:
    value = size(text)
    if value >= 1 << 32:
        raise ValueError("the digest is no number of 32 bits")
    return f"{value:08x}"


#: Elements that hold a digest: the algorithm, and what makes hexadecimal digits of the text.
_KINDS: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    "md5": ("md5", hexadecimal),
    "sha1": ("sha1", hexadecimal),
    "sha256": ("sha256", hexadecimal),
    "sha512": ("sha512", hexadecimal),
    "xxh64": ("xxh64", hexadecimal),
    "xxh3": ("xxh3", hexadecimal),
    "xxh128": ("xxh128", hexadecimal),
    "c4": ("sha512", from_c4),
    "xxhash": ("xxh32", _of_decimal),
    "xxhash64": ("xxh64", _turned),
    "xxhash64be": ("xxh64", hexadecimal),
}
#: Elements beside digests.
_OTHERS: Final = frozenset(
    {
        *("file", "path", "size", "previousPath", "metadata", "null", "hashdate"),
        *("creationdate", "lastmodificationdate"),
    }
)


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    return read(data, "hashlist", ("hash", "directoryhash"), _hash)


def _hash(each: Node) -> list[Line]:
    paths = each.all("path") or each.all("file")
    if len(paths) != 1:
        raise ValueError("it does not say which file it is about, or says several")
    name = text_name(paths[0].text)
    if each.tag == "directoryhash":
        return [Unverified(name, each.line, "a directory, not a file", kind="directory")]
    length = paths[0].attributes.get("size") or each.value("size")
    count = None if length is None else size(length)
    return _digests(each, name, count) or [without_digest(name, each.line, count)]


def _digests(each: Node, name: str, count: int | None) -> list[Line]:
    found: list[Line] = []
    for child in each.children:
        if child.attributes.get("action") == "failed":
            raise ValueError("the list says that the file did not match when the list was made")
        if child.tag in _KINDS:
            kind, digits = _KINDS[child.tag]
            found.append(Entry(name, digits(child.text), kind, child.line, count))
        elif child.tag not in _OTHERS:
            found.append(Entry(name, hexadecimal(child.text), child.tag, child.line, count))
    return found


FORMAT: Final = Format(
    name="mhl",
    title="media hash list (ASC MHL, MHL)",
    used_by="film sets, laboratories and broadcasters",
    sniff=sniffer("hashlist"),
    names=r"(?ais:.*\.mhl)",
    bases=MappingProxyType({"ascmhl": (r"(?is).*\.mhl", "..")}),
    parse=_parse,
)
