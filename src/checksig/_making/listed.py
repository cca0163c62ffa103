"""Read lists without checking anything: what is in them, file by file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from checksig._bridge.algorithms import by_name
from checksig._claims import AS_LISTED, Renaming, outright, parsing
from checksig._entries import Entry, Listed, Malformed, Unverified
from checksig._formats import Format
from checksig._making.layout import sort
from checksig._names import escape, of_file, quoted
from checksig._places import Directory
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checksig._entries import Line


class Listing(NamedTuple):
    """The format of a list, and the files in it."""

    format: Format
    files: list[Listed]  # sorted by name; a size that the list does not say is -1


def read(path: bytes, renaming: Renaming = AS_LISTED) -> Listing:
    """Return what is in a list, every line of which has to be right.

    Args:
        path: The list.
        renaming: The names that its files get.

    Raises:
        ManifestError: it cannot be read, or a line cannot be taken over into another list; or two
            names would be one.
    """
    home = os.path.dirname(path)
    manifest = outright.named(path, Directory(home))
    rows: Iterable[Line] = parsing.lines(manifest)
    named: Callable[[str], str] = str
    if renaming != AS_LISTED:
        from checksig._claims.renaming import Namer  # noqa: PLC0415 (most names stay)

        namer = Namer(renaming, home or b".")
        rows = [*namer.lines(manifest, rows)]
        named = namer.names()
    try:
        files = _merged(_only_writable(rows))
        data = manifest.text or manifest.data
        if manifest.format.times:
            times = manifest.format.times(data)
            files = _timed(files, ((named(name), at) for name, at in times))
        if manifest.format.versions:
            versions = manifest.format.versions(data)
            files = _versioned(files, ((named(name), each) for name, each in versions))
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
    if not files:
        raise ManifestError(f"{quoted(path)}: the list is empty")
    return Listing(manifest.format, sort(files.values()))


def _only_writable(lines: Iterable[Line]) -> Iterator[Entry | Unverified]:
    """Pass on links, and entries with the core's names of algorithms, and small digits."""
    known = by_name()
    for line in lines:
        if isinstance(line, Malformed):
            raise ValueError(f"line {line.line}: {line.reason}")
        if not isinstance(line, Entry) and line.link is None:
            raise ValueError(f"line {line.line}: {escape(line.path)}: {line.reason}")
        path = of_file(line.path)
        if not path:
            raise ValueError(f"line {line.line}: {escape(line.path)} leads out of the directory")
        if not isinstance(line, Entry):
            yield line._replace(path=path)
            continue
        algorithm = known.get(line.algorithm.lower())
        if algorithm is None:
            raise ValueError(f"line {line.line}: the algorithm {line.algorithm!r} is not known")
        if len(line.digest) != 2 * algorithm.size:
            raise ValueError(f"line {line.line}: the digest has the wrong length")
        yield line._replace(path=path, algorithm=algorithm.name, digest=line.digest.lower())


def _merged(entries: Iterable[Entry | Unverified]) -> dict[str, Listed]:
    """Return one row for each file.

    Raises:
        ValueError: what is said about a file is not the same everywhere.
    """
    files: dict[str, Listed] = {}
    for entry in entries:
        if not isinstance(entry, Entry):
            link = Listed(entry.path, -1, {}, link=entry.link)
            if files.setdefault(entry.path, link) != link:
                raise ValueError(f"{escape(entry.path)} is listed twice, and once as a link")
            continue
        size = -1 if entry.size is None else entry.size
        file = files.setdefault(entry.path, Listed(entry.path, size, {}))
        if file.link is not None:
            raise ValueError(f"{escape(entry.path)} is listed twice, and once as a link")
        if file.digests.setdefault(entry.algorithm, entry.digest) != entry.digest:
            raise ValueError(f"{escape(entry.path)} is listed twice, with different digests")
        if -1 not in (size, file.size) and size != file.size:
            raise ValueError(f"{escape(entry.path)} is listed twice, with different sizes")
        files[entry.path] = file._replace(size=max(size, file.size))
    return files


def _timed(files: dict[str, Listed], times: Iterable[tuple[str, int | None]]) -> dict[str, Listed]:
    """Add when files were changed."""
    for name, mtime_ns in times:
        if (path := of_file(name)) in files:
            files[path] = files[path]._replace(mtime_ns=mtime_ns)
    return files


def _versioned(files: dict[str, Listed], versions: Iterable[tuple[str, str]]) -> dict[str, Listed]:
    """Add the versions of objects that are listed once."""
    seen: set[str] = set()
    for name, version in versions:
        if (path := of_file(name)) in files:
            files[path] = files[path]._replace(version="" if path in seen else version)
            seen.add(path)
    return files
