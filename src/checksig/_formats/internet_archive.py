"""``ITEM_files.xml`` of the Internet Archive: sizes and digests of all files of an item.

Source: the documentation "Metadata Schema" and files of items at archive.org. The entry of the list
itself has a digest that cannot be its own, which it says in ``summation``; others are lists of what
is in an archive, or were never read, and have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Unverified, without_digest
from checksig._formats._format import Format
from checksig._formats._values import hexadecimal, size, text_name
from checksig._formats._xml import read, sniffer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint
    from checksig._formats._xml import Node

_ALGORITHMS: Final = ("sha1", "md5", "crc32")


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    return read(data, "files", ("file",), _file)


def _file(file: Node) -> list[Line]:
    name = text_name(file.attributes.get("name"))
    if file.all("summation"):
        why = "its digest is not one of its bytes, as the list says itself"
        return [Unverified(name, file.line, why, is_file=True)]
    length = file.value("size")
    count = None if length is None else size(length)
    found: list[Line] = [
        Entry(name, hexadecimal(each.text), kind, each.line, count)
        for kind in _ALGORITHMS
        for each in file.all(kind)
    ]
    return found or [without_digest(name, file.line, count)]


FORMAT: Final = Format(
    name="internet-archive",
    title="_files.xml of the Internet Archive",
    used_by="archive.org",
    sniff=sniffer("files", b"<file "),
    names=r"(?as:.+_files\.xml)",
    weak=True,
    parse=_parse,
)
