"""Lists that do not say their algorithm: by the length of a digest there may be several.

The usual one of each length is taken, if a file shows that it is meant, or none does. Where a file
shows that another is meant, it is asked for: to check the files by the usual one would call good
files a mismatch.
"""

from __future__ import annotations

import io
import os
from itertools import islice
from typing import TYPE_CHECKING, Final

from checksig._bridge.algorithms import algorithms, by_size
from checksig._bridge.hashing import hash_stream
from checksig._entries import Entry
from checksig._formats import Hint
from checksig._names import below, escape, leads_out, quoted
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._claims.parsing import Manifest
    from checksig._places import Place
    from checksig._results import Algorithm

#: How many lines are looked at, in how many bytes of a list; and how many files of which size.
_LINES, _TEXT, _FILES, _SIZE = 64, 64 << 10, 4, 1 << 20
_SHOWN: Final = 3


def expect_said(manifest: Manifest, place: Place) -> None:
    """Make sure that a list is in the usual algorithms, as far as files here can show it.

    Raises:
        ManifestError: it is in another, which has to be said.
    """
    lines = list(islice(_untagged(manifest), _LINES))
    of_size = {2 * each.size: by_size(each.size) for each in algorithms()}
    lines = [row for row in lines if len(row.digest) in of_size]
    if not lines:
        return
    path = quoted(os.fsencode(manifest.path))
    for row, size in sorted(_there(lines, manifest, place), key=lambda found: found[1])[:_FILES]:
        usual = of_size[len(row.digest)]
        meant = _meant(row, size, manifest, place)
        if any(each.name == usual for each in meant):
            return
        if meant:
            raise ManifestError(
                f"{path} does not say its algorithm: that of {escape(row.path)} is "
                f"{meant[0].title} (--algorithm {meant[0].name})"
            )
    if all(of_size[len(row.digest)] is None for row in lines):
        digits = len(lines[0].digest)
        names = [each.name for each in algorithms() if 2 * each.size == digits]
        raise ManifestError(
            f"{path} does not say its algorithm: digests of {digits} digits are those of "
            f"{', '.join(names[:_SHOWN])} (--algorithm)"
        )


def _untagged(manifest: Manifest) -> Iterator[Entry]:
    """Yield lines that do not say their algorithm: the first, or those on the files that count."""
    text, lines = manifest.text or manifest.data, manifest.lines
    about = {_last(row.path) for row in lines or () if isinstance(row, Entry)}
    read = manifest.format.read
    for row in read(text if lines else text[:_TEXT], Hint("")) if read else ():
        if isinstance(row, Entry) and not row.algorithm and (not about or _last(row.path) in about):
            yield row


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _there(lines: Iterable[Entry], manifest: Manifest, place: Place) -> Iterable[tuple[Entry, int]]:
    """Yield lines whose files are there, and small, with their sizes in bytes."""
    for row in lines:
        if leads_out(row.path):
            continue
        path = os.path.join(place.root or b"", below(manifest.base, os.fsencode(row.path)))
        if os.path.isfile(path) and (size := os.path.getsize(path)) <= _SIZE:
            yield row, size


def _meant(row: Entry, size: int, manifest: Manifest, place: Place) -> list[Algorithm]:
    """Return the algorithms by which a file has the digest of a line."""
    of_size = [each for each in algorithms() if 2 * each.size == len(row.digest)]
    try:
        item = place.find(below(manifest.base, os.fsencode(row.path)))
        data = place.read(item, size + 1) if item else None
    except OSError:
        return []
    if data is None:
        return []
    found = hash_stream(io.BytesIO(data), [each.name for each in of_size]).digests
    return [each for each in of_size if found[each.name].hex() == row.digest.lower()]
