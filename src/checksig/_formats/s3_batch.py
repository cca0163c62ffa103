"""Reports of S3 Batch Operations on jobs that compute checksums.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-compute-checksums.html and
batch-ops-examples-reports.html there. CSV without a header: the bucket, the key, encoded as in a
URL, the version, the status of the task, two codes, and a message, which is JSON: ``etag``,
``checksum_base64``, ``checksumAlgorithm``, ``checksumType``. Names are relative to the bucket.
"""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Malformed, new_entry
from checksig._formats._format import Format
from checksig._formats._lines import lines, sample
from checksig._formats._values import from_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint

_COLUMNS: Final = 7
#: A line that succeeded, or failed.
_LINE: Final = rb'"?[\w.-]+"?,.*,"?(?:succeeded|failed)"?,.*'
_TOLD: Final = rb'checksum_?[aA]lgorithm|,"?failed"?,'


def _sniff(data: bytes) -> bool:
    found = sample(data)
    like_it = [line for line in found if re.fullmatch(_LINE, line) and re.search(_TOLD, line)]
    return 0 < len(found) <= 2 * len(like_it)  # one that is damaged is one all the same


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    del hint  # each line says its algorithm
    bucket = ""
    for number, line in enumerate(lines(data), 1):
        if not line or line.isspace():
            continue
        try:
            row = next(csv.reader([line], strict=True), list[str]())
            if len(row) != _COLUMNS:
                raise ValueError(f"it has {len(row)} fields, and a report has {_COLUMNS}")
            bucket = bucket or row[0]
            if row[0] != bucket:
                raise ValueError(f"it is about another bucket than {bucket}")
            yield _line(row, number)
        except csv.Error as error:
            yield Malformed(number, f"it is not CSV: {error}")
        except ValueError as error:
            yield Malformed(number, str(error))


def _line(row: list[str], number: int) -> Line:
    if row[3].strip() != "succeeded":
        raise ValueError("the checksum was not computed")
    try:
        said: Any = json.loads(row[6])
        algorithm, kind = said["checksumAlgorithm"], said["checksumType"]
        digest = said["checksum_base64"]
    except (ValueError, KeyError, TypeError):
        raise ValueError("it does not say a checksum") from None
    if not all(isinstance(each, str) and each for each in (algorithm, kind, digest)):
        raise ValueError("it does not say a checksum")
    if kind != "FULL_OBJECT":
        raise ValueError("the checksum is one of parts, and not of the whole")
    from urllib.parse import unquote_plus  # noqa: PLC0415 (4 ms of each start)

    name = unquote_plus(row[1], errors="surrogateescape")
    return new_entry((name, from_base64(digest), algorithm.lower(), number, None))


# Reports are called after their own digests: names say nothing.
FORMAT: Final = Format(
    name="s3-batch",
    title="report of S3 Batch Operations",
    used_by="Amazon S3",
    sniff=_sniff,
    parse=_parse,
)
