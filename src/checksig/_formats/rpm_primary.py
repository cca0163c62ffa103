"""``primary.xml`` of RPM repositories: the packages, with their digests.

Source: the documentation of createrepo_c, and repositories. Names are relative to the directory
above ``repodata``. A repository may hold a part of its packages: those that are missing are
missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Unverified
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
    return read(data, "metadata", ("package",), _package)


def _package(package: Node) -> list[Line]:
    places, lengths = package.all("location"), package.all("size")
    if len(places) != 1:
        raise ValueError("it does not say where the package is, or says it in several ways")
    name = text_name(places[0].attributes.get("href"))
    if "base" in places[0].attributes:
        return [Unverified(name, package.line, "it lies elsewhere")]
    length = lengths[0].attributes.get("package") if lengths else None
    count = None if length is None else size(length)
    sums = package.all("checksum")
    if not sums:
        raise ValueError("the package has no checksum")
    return [
        Entry(
            name,
            hexadecimal(each.text),
            algorithm(each.attributes.get("type", "")),
            each.line,
            count,
        )
        for each in sums
    ]


FORMAT: Final = Format(
    name="rpm-primary",
    title="primary.xml of RPM repositories",
    used_by="repositories of RPM packages",
    sniff=sniffer("metadata", b"http://linux.duke.edu/metadata/common"),
    names=r"(?a:(?:[0-9a-f]+-)?primary\.xml)",
    weak=True,
    base="..",
    parse=_parse,
)
