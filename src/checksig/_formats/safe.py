"""``manifest.safe`` and ``xfdumanifest.xml`` of the Sentinel satellites.

Source: the Standard Archive Format for Europe, which is XFDU (CCSDS 661.0-B-1) with fewer choices.
A data object has byte streams, each with a size, a place and a checksum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Entry, Unverified, without_digest
from checksig._formats._format import Format
from checksig._formats._values import algorithm, hexadecimal, is_url, size, text_name
from checksig._formats._xml import read, sniffer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint
    from checksig._formats._xml import Node


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    return read(data, "XFDU", ("byteStream",), _stream)


def _stream(stream: Node) -> list[Line]:
    places = stream.all("fileLocation")
    if not places:
        raise ValueError("the byte stream has no place")
    length = stream.attributes.get("size")
    count = None if length is None else size(length)
    digests = [
        (algorithm(each.attributes.get("checksumName", "")), hexadecimal(each.text), each.line)
        for each in stream.all("checksum")
    ]
    found: list[Line] = []
    for place in places:
        name = text_name(place.attributes.get("href"))
        if is_url(name):
            found.append(Unverified(name, place.line, "it lies elsewhere"))
        elif not digests:
            found.append(without_digest(name, place.line, count))
        found += [
            Entry(name, digest, kind, line, count)
            for kind, digest, line in digests
            if not is_url(name)
        ]
    return found


FORMAT: Final = Format(
    name="safe",
    title="manifest.safe of Sentinel",
    used_by="the Sentinel satellites of Copernicus",
    sniff=sniffer("XFDU"),
    names=r"(?ai:manifest\.safe|xfdumanifest\.xml)",
    parse=_parse,
)
