"""The files of bags: manifests, and what they are made of."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Final

from checksig._bridge.hashing import hash_stream
from checksig._entries import Listed
from checksig._making.hashing import hash_all, listed
from checksig._making.layout import sort
from checksig._names import escape
from checksig.errors import CreateError, UnwritableNameError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._making.list_request import ListRequest

DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#: RFC 8493, 2.4: what tools should make.
ALGORITHMS: Final = ("sha512",)


def hashed(wanted: ListRequest, own: Sequence[bytes] = ()) -> tuple[list[Listed], float]:
    """Return all files below a directory but its own, sorted; a link or a device is an error."""
    results, _, last = hash_all(wanted, [*own])
    if left := [result for result in results if not result.ok]:
        reasons = "\n".join(f"  {result}" for result in left[:10])
        raise CreateError(
            f"a bag holds regular files, and there are {len(left)} others:\n{reasons}"
        )
    files = sort(listed(result, wanted.algorithms) for result in results)
    for file in files:
        try:
            file.path.encode()
        except UnicodeEncodeError:
            text = f'"{escape(file.path)}" cannot be in a bag: its manifests are UTF-8'
            raise UnwritableNameError(text) from None
    return files, last.progress.seconds


def manifests(wanted: ListRequest, files: Sequence[Listed], prefix: bytes) -> dict[bytes, bytes]:
    """Return manifests by their names."""
    return {
        prefix + os.fsencode(wanted.layout.default_name([algorithm], "")): wanted.layout.write(
            files, [algorithm]
        )
        for algorithm in wanted.algorithms
    }


def of_tags(
    wanted: ListRequest, tags: Mapping[bytes, bytes], others: Sequence[Listed] = ()
) -> dict[bytes, bytes]:
    """Return the manifests of tag files, some of which are only bytes yet."""
    names = [algorithm.name for algorithm in wanted.algorithms]
    files = [*others]
    for name, data in tags.items():
        size, digests = hash_stream(io.BytesIO(data), names, len(data))
        files.append(Listed(os.fsdecode(name), size, {n: d.hex() for n, d in digests.items()}))
    return manifests(wanted, sort(files), b"tag")
