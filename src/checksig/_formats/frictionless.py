"""``datapackage.json`` of the Data Package standard, which Frictionless made.

Source: Data Package versions 1 and 2, "Data Resource": ``path``, ``hash`` (MD5, or ``ALGORITHM:``
before it) and ``bytes``. frictionless-py 4 wrote ``hashing`` and ``stats`` instead.
"""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import Unverified, new_entry, without_digest
from checksig._formats._blocks import by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import head
from checksig._formats._records import SIZE, TEXT, Shape, document, read
from checksig._formats._values import (
    algorithm,
    hexadecimal,
    is_url,
    looks_like_a_digest,
    other_digests,
    text_name,
    untagged,
)
from checksig._json import as_array, as_object, as_size, as_string

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"{") and b'"resources"' in found and b'"path"' in found


#: Of a resource, besides what is read: what it is called, and kinds of files.
_TEXTS: Final = ("name", "title", "description")
_WORDS: Final = ("type", "profile", "scheme", "format", "mediatype", "encoding")

_HASH: Final = '"((?:[A-Za-z0-9_-]++:)?)([0-9A-Fa-f]++)"'
_FIELDS: Final = {
    **dict.fromkeys((*_TEXTS, *_WORDS, "path"), TEXT), "bytes": SIZE, "hash": _HASH,
}  # fmt: skip


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    shape = Shape(
        array=r'"resources"\s*+:\s*+\[',
        records=itemgetter("resources"),
        fields=_FIELDS,
        plain=partial(_plain, hint),
    )
    resources = as_object(document(data, shape), "the data package").get("resources")
    return read(as_array(resources, "the resources"), partial(_resource, hint), "the resource")


def _plain(hint: Hint, found: Mapping[str, Groups], numbers: range) -> Columns | None:
    [paths], [tags, digests] = found["path"], found["hash"]
    words = {word for key in _WORDS for column in found.get(key, ()) for word in column}
    if any("://" in path for path in paths) or any(map(looks_like_a_digest, words)):
        return None
    kinds = {tag: tag[:-1] or untagged(hint, "md5") for tag in set(tags)}
    sizes = found["bytes"][0] if "bytes" in found else None
    return columns(paths, [digests], [list(map(kinds.__getitem__, tags))], numbers, sizes)


def _resource(hint: Hint, resource: dict[str, Any], number: int) -> Iterator[Line]:
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
        digests += other_digests(source, ("hash", "path", *_TEXTS))
        lengths.add(as_size(source.get("bytes")))
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
    used_by="open data portals",
    sniff=_sniff,
    names=r"datapackage\.json",
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
)
