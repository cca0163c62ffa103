"""Records of research repositories, as their servers send them in JSON.

Source: the documentation of the interfaces of CERN Open Data, Zenodo and InvenioRDM, Figshare and
Dataverse, and records. Each has an array of files, in its own place and with its own names.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Entry, Malformed, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import head
from checksig._formats._values import (
    algorithm,
    expect_one_of_each,
    hexadecimal,
    text_name,
)
from checksig._json import as_array, as_object, as_size, as_string, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

#: Where the files may be, by keys from the top on.
_PLACES: Final = (
    (),
    ("files",),
    ("files", "entries"),
    ("entries",),
    ("data",),
    ("data", "files"),
    ("data", "latestVersion", "files"),
    ("metadata", "files"),
)
_NAMES: Final = ("key", "filename", "name", "label")
_SIZES: Final = ("size", "filesize")
_SNIFF: Final = rb'"(?:checksum|computed_md5|dataFile|md5)" *:'


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint
    for number, record in enumerate(_files(load(data)), 1):
        try:
            yield from _file(as_object(record, "the file"), number)
        except ValueError as error:
            yield Malformed(number, str(error))


def _files(document: object) -> list[Any]:
    """Return the records of files.

    Raises:
        ValueError: there are none.
    """
    for path in _PLACES:
        with suppress(ValueError):
            if found := _at(document, path):
                return found
    raise ValueError("it has no files where records of repositories have theirs")


def _at(document: object, path: tuple[str, ...]) -> list[Any]:
    """Return the files at a place.

    Raises:
        ValueError: there is something else.
    """
    found: Any = document
    for key in path:
        found = as_object(found, key).get(key)
    if path[-1:] == ("entries",):
        with suppress(ValueError):
            return [*as_object(found, "the files").values()]
    return as_array(found, "the files")


def _file(record: dict[str, Any], number: int) -> list[Line]:
    inner = as_object(record.get("dataFile", record), "the file")
    name = _name(record, inner)
    length = next(
        (as_size(each[key]) for each in (record, inner) for key in _SIZES if key in each), None
    )
    digests = list(_digests(inner))
    expect_one_of_each(digests)
    found: list[Line] = [
        Entry(name, hexadecimal(digest), kind, number, length) for kind, digest in digests
    ]
    return found or [without_digest(name, number, length)]


def _name(record: dict[str, Any], inner: dict[str, Any]) -> str:
    if "dataFile" in record:  # Dataverse: the label is what people see, and download
        name = text_name(record.get("label") or inner.get("filename"))
        directory = record.get("directoryLabel")
        return f"{text_name(directory)}/{name}" if directory else name
    key = next((key for key in _NAMES if key in record), None)
    if key is None:
        raise ValueError("the file has no name")
    return text_name(record[key])


def _digests(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    checksum = record.get("checksum")
    if isinstance(checksum, dict):
        fields = as_object(record["checksum"], "the checksum")
        kind, digest = as_string(fields.get("type"), "the type"), fields.get("value")
        yield algorithm(kind), as_string(digest, "the digest")
    elif checksum is not None:
        kind, _, digest = as_string(checksum, "the checksum").rpartition(":")
        yield algorithm(kind), digest
    for key in ("md5", "computed_md5", "supplied_md5"):
        if value := record.get(key):
            yield "md5", as_string(value, "the digest")


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip()[:1] in (b"{", b"[") and re.search(_SNIFF, found) is not None


FORMAT: Final = Format(
    name="repository",
    title="record of a research repository",
    used_by="CERN Open Data, Zenodo, Figshare and Dataverse",
    sniff=_sniff,
    parse=_parse,
)
