"""Wheels: their RECORD has to list everything else.

Source: packaging.python.org, "Binary distribution format", "The .dist-info directory".
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from checksig import _files, _formats
from checksig._bridge.algorithms import by_name
from checksig._claims.parsing import Manifest
from checksig._entries import Entry, Malformed, Unverified
from checksig._formats import Hint
from checksig._names import quoted
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checksig._entries import Line
    from checksig._places import Place
    from checksig._results import Algorithm

_RECORD: Final = rb"[^/]+\.dist-info/RECORD"

#: The endings of the files that a RECORD does not list, or not with a digest: itself, and
#: signatures over it.
_UNLISTED: Final = (b"", b".jws", b".p7s")


def found(place: Place) -> Manifest:
    """Return the RECORD of a wheel.

    Raises:
        ManifestError: there is none, or more than one, or it cannot be read.
    """
    records = [item for item in place.walk() if re.fullmatch(_RECORD, item.name)]
    if len(records) != 1:
        where = quoted(os.fsencode(place.show()))
        raise ManifestError(f"{where} has {len(records)} files NAME.dist-info/RECORD")
    [item] = records
    path = os.fsencode(place.show(item.name))
    own = tuple(item.name + suffix for suffix in _UNLISTED)
    format_ = _formats.having(_formats.OF_PACKAGES)
    try:
        data = place.read(item, _files.MAX_SIZE)
        lines = list(_apply_wheel_rules(format_.lines(data, Hint("RECORD")), own))
    except OSError as error:
        raise _files.unreadable(path, error, ManifestError) from error
    except ValueError as error:
        raise ManifestError(f"{quoted(path)}: {error}") from error
    return Manifest(
        os.fsdecode(path),
        b"",
        format_,
        None,
        b"",
        own,
        place,
        item.name,
        lines=lines,
    )


def _apply_wheel_rules(lines: Iterable[Line], own: Sequence[bytes]) -> Iterator[Line]:
    """Pass on lines; those that a wheel must not have are malformed."""
    known = by_name()
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
