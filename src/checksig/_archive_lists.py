"""Which list an archive is checked against."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from checksig import _algorithms, _bag, _manifest, formats
from checksig._archive import Archive
from checksig._manifest import Found, Manifest
from checksig._text import quoted
from checksig._types import Entry
from checksig.errors import ManifestError
from checksig.formats import Hint, Malformed, Unverified, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._manifest import StrPath
    from checksig._types import Algorithm
    from checksig.formats import Line

_RECORD: Final = rb"[^/]+\.dist-info/RECORD"

#: What the RECORD of a wheel does not list, or not with a digest: itself and its signatures.
_UNLISTED: Final = (b"", b".jws", b".p7s")

_OF_BAGS: Final = ("bagit.txt", "bag-info.txt", "package-info.txt", "fetch.txt")


def open_archive(path: bytes) -> Archive:
    """Open an archive.

    Raises:
        ArchiveError: it cannot be read, or wants more than an archive may.
    """
    return Archive(path, _may_be_list)


def load(archive: Archive, chosen: Sequence[StrPath] = ()) -> Found:
    """Return the lists of an archive: those chosen, or what its kind has, or what is called so.

    Raises:
        ManifestError: there is none, or one of them cannot be read.
    """
    if chosen:
        lists = [_manifest.read(archive.root, os.fsencode(each), b"") for each in chosen]
        return Found(archive.root, lists)
    if archive.root.lower().endswith(b".whl"):
        return _of_wheel(archive)
    names = _lists(archive)
    if not names and (top := _only_directory(archive)):
        archive.below(top)
        names = _lists(archive)
    if archive.has(_bag.DECLARATION):
        return _bag.load_from(archive)
    if not names:
        raise ManifestError(f"no list of digests in {quoted(archive.root)}: name one outright")
    return Found(archive.root, [_read(archive, name) for name in names])


def _may_be_list(name: str) -> bool:
    if name.removeprefix("./").count("/") > 1:
        return False
    base = name.rpartition("/")[2]
    return base in _OF_BAGS or formats.claim(base, _algorithms.by_name()) is not None


def _lists(archive: Archive) -> list[bytes]:
    return sorted(name for name in archive.top() if _may_be_list(os.fsdecode(name)))


def _only_directory(archive: Archive) -> bytes | None:
    tops = {name.partition(b"/")[0] for name in archive.names()}
    return tops.pop() if len(tops) == 1 and not archive.top() and not archive.unsafe else None


def _shown(archive: Archive, name: bytes) -> bytes:
    return os.path.join(archive.root, archive.prefix + name)


def _data(archive: Archive, name: bytes) -> bytes:
    try:
        return archive.read(name)
    except OSError as error:
        raise _manifest.unreadable(_shown(archive, name), error) from error


def _read(archive: Archive, name: bytes) -> Manifest:
    return _manifest.recognised(_shown(archive, name), _data(archive, name), b"", [name])


def _of_wheel(archive: Archive) -> Found:
    """Return the RECORD of a wheel, which has to list everything else.

    Source: packaging.python.org, "Binary distribution format", "The .dist-info directory".
    """
    names = [name for name in archive.names() if re.fullmatch(_RECORD, name)]
    if len(names) != 1:
        raise ManifestError(f"{quoted(archive.root)} has {len(names)} files NAME.dist-info/RECORD")
    path, data = _shown(archive, names[0]), _data(archive, names[0])
    own = [names[0] + suffix for suffix in _UNLISTED]
    try:
        lines = list(_held_to_rules(record.parse(data, Hint("RECORD")), own))
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
    manifest = Manifest(os.fsdecode(path), b"", record.FORMAT, None, b"", own, lines)
    return Found(archive.root, [manifest], complete_within="")


def _held_to_rules(lines: Iterable[Line], own: Sequence[bytes]) -> Iterator[Line]:
    """Pass on lines; those that a wheel must not have are malformed."""
    known = _algorithms.by_name()
    for line in lines:
        if isinstance(line, Unverified) and os.fsencode(line.path) not in own:
            yield Malformed(line.line, f"{line.path} is listed without a digest")
        elif isinstance(line, Entry) and _is_weak(line, known):
            yield Malformed(line.line, f"{line.algorithm} is not allowed in a wheel")
        else:
            yield line


def _is_weak(entry: Entry, known: dict[str, Algorithm]) -> bool:
    found = known.get(entry.algorithm.lower())
    return found is not None and found.strength != "strong"
