"""``datapackage.json`` of the Data Package standard, which Frictionless made.

Source: Data Package versions 1 and 2, "Data Resource": ``path``, ``hash`` (MD5, or ``ALGORITHM:``
before it) and ``bytes``. frictionless-py 4 wrote ``hashing`` and ``stats`` instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Malformed, Unverified, new_entry, without_digest
from checksig._formats._format import Format
from checksig._formats._lines import head
from checksig._formats._values import (
    algorithm,
    hexadecimal,
    is_url,
    json_size,
    other_digests,
    text_name,
    untagged,
)
from checksig._json import as_array, as_object, as_string, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig._entries import Line
    from checksig._formats._format import Hint


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"{") and b'"resources"' in found and b'"path"' in found


def _parse(data: bytes, hint: Hint) -> Iterator[Line]:
    resources = as_object(load(data), "the data package").get("resources")
    for number, resource in enumerate(as_array(resources, "the resources"), 1):
        try:
            yield from _resource(as_object(resource, "the resource"), number, hint)
        except ValueError as error:
            yield Malformed(number, str(error))


def _resource(resource: dict[str, Any], number: int, hint: Hint) -> Iterator[Line]:
    path = resource.get("path")
    if path is None and "data" in resource:
        yield Unverified("", number, "the data of the resource is in the data package itself")
        return
    paths = [path] if isinstance(path, str) else as_array(path, "the paths of the resource")
    names = [text_name(name) for name in paths]
    if not names:
        raise ValueError("the resource has no path")
    digests, length = _integrity(resource, hint)
    for name in names:
        if is_url(name):
            yield Unverified(name, number, "it lies elsewhere")
            continue
        if len(names) > 1 and digests:  # one digest for all of them together
            yield Unverified(name, number, "one digest is for several files", is_file=True)
            continue
        if not digests:
            yield without_digest(name, number, length if len(names) == 1 else None)
        for kind, digest in digests:
            yield new_entry((name, digest, kind, number, length))


def _integrity(resource: dict[str, Any], hint: Hint) -> tuple[list[tuple[str, str]], int | None]:
    """Return the digests, with their algorithms, and the size. Both places of them count."""
    digests: list[tuple[str, str]] = []
    lengths: set[int | None] = set()
    for source in (resource, as_object(resource.get("stats", {}), "stats")):
        digests += other_digests(source, ("hash", "path", "name", "title", "description"))
        lengths.add(json_size(source.get("bytes")))
        if not (value := as_string(source.get("hash") or "", "the hash")):
            continue
        name, colon, digest = value.rpartition(":")
        if not colon:
            said = resource.get("hashing") or untagged(hint, "md5")
            name = as_string(said, "the algorithm")
        digests.append((algorithm(text_name(name)), hexadecimal(digest)))
    lengths.discard(None)
    if len(lengths) > 1:
        raise ValueError("two sizes are listed")
    return digests, next(iter(lengths), None)


FORMAT: Final = Format(
    name="frictionless",
    title="Data Package",
    sniff=_sniff,
    names=r"datapackage\.json",
    weak=True,
    parse=_parse,
)
