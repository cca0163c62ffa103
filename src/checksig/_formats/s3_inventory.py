"""Lists of S3 Inventory, which say which objects there are, and no digest of any.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html and
storage-inventory-location.html there. CSV without a header, in a fixed order: the bucket, the key,
encoded as in a URL; of all versions also the version, whether it is the latest, and whether it is a
delete marker; then the size, and what is of no concern here: the time, the entity tag, the *name*
of an algorithm. Which of them there are is in manifest.json. Names are relative to the bucket.
"""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Malformed, Unverified, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import decode, head, lines, sample
from checksig._formats._values import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_BOOLEANS: Final = ("true", "false")
#: A bucket, and a key that is encoded; then a version and two booleans, or a time behind a size.
_LINE: Final = (
    rb'"?[\w.-]{3,}"?,"?[^",]+"?,(?:"?[^",]*"?,"?(?:true|false)"?,"?(?:true|false)"?'
    rb'|(?:"?[0-9]+"?,)?"?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"?)(?:,.*)?'
)
_OF_MANIFEST: Final = (b'"fileSchema"', b'"fileFormat"', b'"files"')
_SHOWN: Final = 3  # data files of a manifest


def _is_manifest(data: bytes) -> bool:
    return data.lstrip().startswith(b"{") and all(key in data for key in _OF_MANIFEST)


def _sniff(data: bytes) -> bool:
    found = sample(data)
    like_it = [line for line in found if re.fullmatch(_LINE, line)]
    return 0 < len(found) <= 2 * len(like_it) or _is_manifest(head(data))


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint  # there are no digests
    if _is_manifest(head(data)):
        raise ValueError(_what_to_give(decode(data)))
    first: tuple[str, int, bool] | None = None
    for number, line in enumerate(lines(data), 1):
        if not line or line.isspace():
            continue
        try:
            row = next(csv.reader([line], strict=True), list[str]())
            versions = len(row) > 4 and row[3] in _BOOLEANS and row[4] in _BOOLEANS
            this = (row[0], len(row), versions)
            first = first or this
            if this[0] != first[0]:
                raise ValueError(f"it is about another bucket than {first[0]}")
            if this != first:
                raise ValueError("it has other columns than the first line")
            if found := _line(row, number, versions=versions):
                yield found
        except csv.Error as error:
            yield Malformed(number, f"it is not CSV: {error}")
        except ValueError as error:
            yield Malformed(number, str(error))


def _line(row: list[str], number: int, *, versions: bool) -> Line | None:
    """Return the line of an object, or None for an old version, and for a delete marker."""
    if versions and row[3:5] != ["true", "false"]:
        return None
    from urllib.parse import unquote_plus  # noqa: PLC0415 (4 ms of each start)

    at = 5 if versions else 2
    if len(row) <= at or not row[at].isdecimal():
        raise ValueError("it does not say a size")
    length = size(row[at])
    name = unquote_plus(row[1], errors="surrogateescape")
    if name.endswith("/") and not length:
        return Unverified(name, number, "a directory, not a file", kind="directory")
    return without_digest(name, number, length)


def _what_to_give(text: str) -> str:
    """Return what to give in the place of a manifest.json, in words."""
    try:
        said: Any = json.loads(text)
        names = [each["key"].rpartition("/")[2] for each in said["files"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "this is the manifest of an inventory, and is damaged"
    if said.get("fileFormat") != "CSV":
        return "this is the manifest of an inventory that is not CSV, and no other is read"
    if not names:
        return "this is the manifest of an inventory without data files"
    shown = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"this is the manifest of an inventory: give its data files instead, {shown}{more}"


# Data files are called after random numbers, and manifest.json may be anything: names say nothing.
FORMAT: Final = Format(
    name="s3-inventory",
    title="S3 Inventory",
    used_by="Amazon S3",
    sniff=_sniff,
    parse=_parse,
)
