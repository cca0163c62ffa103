"""OCI image layouts, as claims: a blob is called by its digest, and ``index.json`` leads to it.

Source: the OCI Image Format Specification 1.1, "Image Layout", "Image Index", "Image Manifest" and
"Content Descriptors". What a list of descriptors says is believed only if the bytes that it is read
from have the digest that led there. The index itself is proved by nothing.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig import _files
from checksig._bridge import packed
from checksig._bridge.wire import List
from checksig._claims.ask import Part
from checksig._claims.claim import Claim
from checksig._entries import Entry
from checksig._json import as_array, as_object, as_size, as_string, load
from checksig._names import counted, escape
from checksig._results import Result, Source, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._places import Place

#: Files that every layout has.
LAYOUT, INDEX = b"oci-layout", b"index.json"
_BLOBS: Final = b"blobs"

#: The algorithms of the specification, and the digits of their digests.
_DIGITS: Final = {"sha256": 64, "sha512": 128}
_DIGEST: Final = r"(sha256|sha512):([0-9a-f]+)"

_BLOB: Final = "blobs/(?:sha256/[0-9a-f]{64}|sha512/[0-9a-f]{128})"

#: In bytes: of an index or a manifest, as registries take them at most.
_MAX_SIZE: Final = 4 << 20
#: Of indexes and manifests. A layout of more is none that people have.
_MOST: Final = 100_000
#: How many names a remark has.
_SHOWN: Final = 3


class _Descriptor(NamedTuple):
    """The digest and the size that lead to a blob."""

    path: str  # in the layout
    digest: str
    algorithm: str
    size: int
    leads: bool  # whether the blob leads to others


def part(place: Place) -> Part:
    """Return an image layout with what its index and the names of its blobs say.

    Raises:
        ManifestError: its index cannot be read, or it is of another version.
    """
    _expect_version(place)
    found: dict[str, Entry] = {}
    faults: list[Result] = []
    queue = list(_descriptors(_json(place, INDEX, None), leads=True))
    seen: set[str] = set()
    while queue:
        each = queue.pop()
        found.setdefault(each.path, _entry(each))
        if not each.leads or each.path in seen:
            continue
        seen.add(each.path)
        if len(seen) > _MOST:
            raise ManifestError(f"{place.show()} has more than {_MOST:,} manifests")
        try:
            document = _json(place, os.fsencode(each.path), each)
            queue += [] if document is None else _below(document)
        except ManifestError as error:
            faults.append(Result(each.path, Status.MALFORMED, detail=str(error)))
    strays = [name for name in _blobs(place) if name not in found]
    entries = [*found.values(), *map(_named, strays)]
    claim = Claim(
        lists=(List(lines=packed.pack_entries(entries)),),
        sources=(Source(os.fsdecode(INDEX), "oci-layout"),),
        remarks=_remarks(strays),
        own=(LAYOUT, INDEX),
        settled=tuple(faults),
    )
    return Part(place, claim)


def _expect_version(place: Place) -> None:
    version = _json(place, LAYOUT, None).get("imageLayoutVersion")
    if not isinstance(version, str) or not version.startswith("1."):
        raise ManifestError(f"{place.show(LAYOUT)} says no version that is known")


def _json(place: Place, name: bytes, led: _Descriptor | None) -> Any:
    """Return a document of a layout; None if its bytes are not what led to it.

    They are a mismatch then, or missing, as everybody will see who reads the blob. What is too
    large for a manifest leads nowhere, and has to be told.

    Raises:
        ManifestError: it is no object of JSON, or cannot be read.
    """
    try:
        if not (item := place.find(name)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        data = place.read(item, _MAX_SIZE)
    except OSError as error:
        if led and isinstance(error, FileNotFoundError):
            return None
        raise ManifestError(f"{place.show(name)}: {_files.reason(error)}") from error
    if led and hashlib.new(led.algorithm, data).hexdigest() != led.digest:
        return None
    try:
        return as_object(load(data), "the document")
    except ValueError as error:
        raise ManifestError(f"{place.show(name)}: {error}") from None


def _below(document: dict[str, Any]) -> Iterator[_Descriptor]:
    """Yield what an index or a manifest leads to."""
    yield from _descriptors(document, leads=True)
    for key in ("config", "layers", "blobs"):
        for each in _listed(document, key) if key in document else ():
            yield _descriptor(each, leads=False)


def _descriptors(document: dict[str, Any], *, leads: bool) -> Iterator[_Descriptor]:
    for each in _listed(document, "manifests"):
        yield _descriptor(each, leads=leads)


def _listed(document: dict[str, Any], key: str) -> list[Any]:
    found = document.get(key, [])
    try:
        return [found] if key == "config" else as_array(found, f'"{key}"')
    except ValueError as error:
        raise ManifestError(str(error)) from None


def _descriptor(found: Any, *, leads: bool) -> _Descriptor:
    try:
        fields = as_object(found, "a descriptor")
        text = as_string(fields.get("digest"), "a digest")
        size = as_size(fields.get("size"))
    except ValueError as error:
        raise ManifestError(str(error)) from None
    match = re.fullmatch(_DIGEST, text)
    kind, digest = match.groups() if match else ("", "")
    if not digest or _DIGITS.get(kind) != len(digest):
        raise ManifestError(f'"{escape(text[:80])}" is no digest of OCI')
    if size is None:
        raise ManifestError("a descriptor has no size")
    return _Descriptor(f"blobs/{kind}/{digest}", digest, kind, size, leads)


def _entry(each: _Descriptor) -> Entry:
    return Entry(each.path, each.digest, each.algorithm, 0, each.size)


def _blobs(place: Place) -> list[str]:
    """Return the paths of all blobs whose names are digests."""
    names = (os.fsdecode(item.name) for item in place.walk(_BLOBS))
    return sorted(name for name in names if re.fullmatch(_BLOB, name))


def _named(name: str) -> Entry:
    kind, digest = name.split("/")[1:]
    return Entry(name, digest, kind)


def _remarks(strays: list[str]) -> tuple[str, ...]:
    if not strays:
        return ()
    shown = ", ".join(strays[:_SHOWN]) + (", …" if len(strays) > _SHOWN else "")
    said = "they are what their names say" if len(strays) > 1 else "it is what its name says"
    return (f"no index leads to {counted(len(strays), 'blob')} ({shown}): {said}, or fail",)
