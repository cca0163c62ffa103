"""Metalink 3: what most mirrors still publish for a file.

Source: the specification of Metalink 3.0, second edition. Digests of pieces of a file are not
looked at: those of the whole file say as much. A digest that is called ``pgp`` is a signature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, without_digest
from checksig._formats._format import Format
from checksig._formats._values import algorithm, hexadecimal, size, text_name
from checksig._formats._xml import read, sniffer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint
    from checksig._formats._xml import Node


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    return read(data, "metalink", ("file",), _file)


def _file(file: Node) -> list[Line]:
    name = text_name(file.attributes.get("name"))
    length = file.value("size")
    count = None if length is None else size(length)
    found: list[Line] = [
        Entry(
            name,
            hexadecimal(each.text),
            algorithm(each.attributes.get("type", "")),
            each.line,
            count,
        )
        for each in file.all("verification", "hash")
    ]
    return found or [without_digest(name, file.line, count)]


FORMAT: Final = Format(
    name="metalink3",
    title="Metalink 3",
    used_by="download mirrors of openSUSE, Fedora and Kiwix",
    sniff=sniffer("metalink", b"http://www.metalinker.org/"),
    names=r"(?ais:.*\.metalink)",
    of_one=r"\.metalink",
    parse=_parse,
)
