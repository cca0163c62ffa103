"""The checksums that stores have of objects, each of all of it: never of its parts.

Source: "Checking object integrity in Amazon S3",
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final

from checksig._bridge.algorithms import by_name
from checksig._places.place import Said
from checksig._places.store import markup

if TYPE_CHECKING:
    from collections.abc import Mapping

_S3: Final = "x-amz-checksum-"
#: Those that can be put together out of those of parts: of others, S3 has none of several parts.
_LINEAR: Final = ("crc32", "crc32c", "crc64nvme")
_MD5: Final = re.compile(r"[0-9a-f]{32}")


def of_s3(header: Mapping[str, str], version: str = "", *, etags: bool) -> Said | None:
    """Return what the header of an object says of all of it.

    None if it does not say its size, or is of another version.

    Args:
        header: Of the answer, its names in lower case.
        version: The entity tag that is expected; empty: any.
        etags: Whether an entity tag may be taken for an MD5.
    """
    tag = header.get("etag", "").strip('"')
    if version and tag != version:
        return None
    kind = header.get("x-amz-checksum-type", "")
    parted = "-" in tag
    found: dict[str, bytes] = {}
    for name in by_name():
        value = digest(name, header.get(_S3 + name, ""))
        whole = kind == "FULL_OBJECT" or (not kind and not parted)
        if value and whole and (name in _LINEAR or not parted):
            found[name] = value
    if etags and _MD5.fullmatch(tag) and _is_plain(header):
        found["md5"] = bytes.fromhex(tag)
    try:
        return Said(markup.size(header.get("content-length", "")), found, _version(header))
    except ValueError:
        return None


def _version(header: Mapping[str, str]) -> str:
    """Return the version of an object; empty if it is one that is written again.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html: without
    versions there is none, and while they are suspended, all that is written is "null".
    """
    version = header.get("x-amz-version-id", "")
    return "" if version == "null" else version


def _is_plain(header: Mapping[str, str]) -> bool:
    """Return whether an object is stored so that its entity tag can be its MD5.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html, "ETag"
    """
    theirs = header.get("x-amz-server-side-encryption", "AES256") == "AES256"
    return theirs and "x-amz-server-side-encryption-customer-algorithm" not in header


def digest(algorithm: str, text: str) -> bytes | None:
    """Return a digest out of base64; None if it is none."""
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return value if len(value) == by_name()[algorithm].size else None
