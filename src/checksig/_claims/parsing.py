"""Lists of digests that were read, and their lines."""

from __future__ import annotations

import os

from checksig import _formats, _schemes
from checksig._bridge.algorithms import by_size
from checksig._classes import NamedTuple
from checksig._entries import Entry, Malformed, in_blocks, new_entry
from checksig._formats import Hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._entries import Block, Line
    from checksig._formats import Format
    from checksig._places import Place
    from checksig._results import Result, Signature


class Manifest(NamedTuple):
    """A list of digests, read once: files are held to these bytes, and to no others."""

    path: str  # as reports show it
    data: bytes
    format: Format
    algorithm: str | None  # that the name of the list stands for
    base: bytes  # the directory below the root that names are relative to; b"" is the root
    own: tuple[bytes, ...]  # the names that the list itself has below the root
    home: Place  # where it lies
    name: bytes  # there
    beside: tuple[bytes, ...] = ()  # names there that are called like signatures over it
    lines: Sequence[Line] | None = None  # in it, if that is known already
    signatures: tuple[Signature, ...] = ()  # over it, by trusted keys
    text: bytes = b""  # the data as UTF-8, if they are compressed, or in another encoding
    family: str = ""  # of algorithms, that the name stands for if it stands for none of them
    vouched: bool = False  # whether a list that is signed lists it, with the digest of the data


class Proved(NamedTuple):
    """Lists in which files that are proved have a digest, and verdicts on the others."""

    manifests: list[Manifest]
    settled: tuple[Result, ...] = ()
    remarks: tuple[str, ...] = ()


def blocks(manifest: Manifest) -> Iterator[Block]:
    """Yield the lines of a list that Python parses."""
    data, hint, form = manifest.text or manifest.data, _hint(manifest), manifest.format
    if form.blocks and not manifest.family:
        return form.blocks(data, hint)
    rows = form.parse(data, hint) if form.parse else ()
    return in_blocks(_of_family(manifest, rows) if manifest.family else rows)


def lines(manifest: Manifest) -> Iterator[Line]:
    """Yield the lines of any list, with the algorithms that the core would find."""
    rows = manifest.format.lines(manifest.text or manifest.data, _hint(manifest))
    for line in _of_family(manifest, rows) if manifest.family else rows:
        if isinstance(line, Entry) and not line.algorithm:
            found = by_size(len(line.digest) // 2) or ""
            yield new_entry((line.path, line.digest, found, line.line, line.size))
        else:
            yield line


def _of_family(manifest: Manifest, rows: Iterable[Line]) -> Iterator[Line]:
    """Yield lines; those in other algorithms than the name of the list allows are malformed.

    In lines of the coreutils a tag may say another.
    """
    for row in rows:
        if not isinstance(row, Entry) or (row.algorithm and manifest.format.by_core):
            yield row
            continue
        found = row.algorithm or by_size(len(row.digest) // 2) or "of no length that is known"
        if found.startswith(manifest.family):
            yield row._replace(algorithm=found)
        else:
            why = f"the digest is {found}, and the list is named after {manifest.family}"
            yield Malformed(row.line, why)


def _hint(manifest: Manifest) -> Hint:
    name = os.path.basename(manifest.path)
    if manifest.signatures:  # the list may be inside of one
        name = _schemes.stem(name) or name
    return Hint(_formats.uncompressed(name), manifest.algorithm, manifest.family)
