"""``repomd.xml`` of RPM repositories, which leads to the lists of packages.

Source: the documentation of createrepo_c, and repositories. Names are relative to the directory
above ``repodata``. ``open-checksum`` and its like are of what is in a compressed file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, without_digest
from checksig._formats._format import Format, Tree
from checksig._formats._values import algorithm, hexadecimal, size, text_name
from checksig._formats._xml import nodes, read, sniffer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint
    from checksig._formats._xml import Node

_ROOT: Final = "repomd"
#: The type of the list that has all packages with their digests.
_PACKAGES: Final = "primary"


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    return read(data, _ROOT, ("data",), _data)


def _data(each: Node) -> list[Line]:
    name, length = _place(each), each.value("size")
    count = None if length is None else size(length)
    found: list[Line] = [
        Entry(
            name,
            hexadecimal(sum_.text),
            algorithm(sum_.attributes.get("type", "")),
            sum_.line,
            count,
        )
        for sum_ in each.all("checksum")
    ]
    return found or [without_digest(name, each.line, count)]


def _place(each: Node) -> str:
    places = {place.attributes.get("href") for place in each.all("location")}
    if len(places) != 1:
        raise ValueError("it does not say where the file is, or says it in several ways")
    return text_name(places.pop())


def _tree(data: bytes) -> Tree:
    """Return the lists of packages."""
    found = nodes(data, _ROOT, ("data",))
    names = (_place(each) for each in found if each.attributes.get("type") == _PACKAGES)
    return Tree(tuple(names), loose=True)


FORMAT: Final = Format(
    name="repomd",
    title="repomd.xml of RPM repositories",
    used_by="repositories of RPM packages",
    sniff=sniffer(_ROOT),
    names=r"repomd\.xml",
    base="..",
    tree=_tree,
    parse=_parse,
)
