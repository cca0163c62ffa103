"""``info/paths.json`` of a conda package.

Source: the documentation of conda-build, "Package metadata". Names are relative to the package,
which is the directory above. The digests are of files as they are in the package: installing one
may replace a prefix in it.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from checksig._entries import A_LINK, Unverified, new_entry, without_digest
from checksig._formats._blocks import by_line, columns
from checksig._formats._format import Format
from checksig._formats._lines import head
from checksig._formats._records import DIGEST, SIZE, TEXT, Shape, document, read
from checksig._formats._values import hexadecimal, other_digests, text_name
from checksig._json import as_array, as_object, as_size, as_string

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checksig._entries import Block, Columns, Line
    from checksig._formats._blocks import Groups
    from checksig._formats._format import Hint

_VERSION: Final = 1
#: Of a path. ``sha256_in_prefix`` is the digest of a file with the prefix of this installation.
_KEYS: Final = ("_path", "sha256", "sha256_in_prefix", "prefix_placeholder")
_KINDS: Final = {"softlink": A_LINK, "directory": "a directory, not a file"}


def _sniff(data: bytes) -> bool:
    found = head(data)
    return found.lstrip().startswith(b"{") and b'"paths"' in found and b'"_path"' in found


def _blocks(data: bytes, hint: Hint) -> Iterator[Block]:
    del hint
    found = as_object(document(data, _SHAPE), "paths.json")
    paths = as_array(found.get("paths"), "the paths")
    if found.get("paths_version") != _VERSION:
        raise ValueError(f"only version {_VERSION} of paths.json is known")
    return read(paths, _path, "the path")


def _plain(found: Mapping[str, Groups], numbers: range) -> Columns | None:
    [paths], [digests], [sizes] = found["_path"], found["sha256"], found["size_in_bytes"]
    return columns(paths, [digests], ["sha256"], numbers, sizes) if "path_type" in found else None


#: A file with a digest and a size.
_SHAPE: Final = Shape(
    array=r'"paths"\s*+:\s*+\[',
    records=itemgetter("paths"),
    fields={"_path": TEXT, "path_type": '"(hardlink)"', "sha256": DIGEST, "size_in_bytes": SIZE},
    plain=_plain,
)


def _path(record: dict[str, Any], number: int) -> Iterator[Line]:
    name = text_name(record.get("_path"))
    kind = record.get("path_type")
    if kind != "hardlink":  # conda's word for a file
        if not isinstance(kind, str) or kind not in _KINDS:
            raise ValueError("the type of the path is not known")
        is_link = kind == "softlink"
        yield Unverified(name, number, _KINDS[kind], kind="link" if is_link else "directory")
        return
    digests = other_digests(record, _KEYS)
    if record.get("sha256") is not None:
        digests.append(("sha256", hexadecimal(as_string(record["sha256"], "the digest"))))
    length = as_size(record.get("size_in_bytes"))
    if not digests:
        yield without_digest(name, number, length)
    for algorithm, digest in digests:
        yield new_entry((name, digest, algorithm, number, length))


FORMAT: Final = Format(
    name="conda",
    title="conda paths.json",
    used_by="packages of conda",
    sniff=_sniff,
    names=r"paths\.json",
    weak=True,
    parse=by_line(_blocks),
    blocks=_blocks,
    base="..",
)
