"""The table of list formats. A format opens no file and calls no core.

The patterns of formats are strings: ``re`` compiles one when it is first used, and keeps it. To
compile all of them here would take longer than to check a small list.

To add a format, write a module with a ``FORMAT`` and add it to ``FORMATS``, before the coreutils
lists: what nothing else recognises is taken for one of those, and fails as one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from checksig._formats import (
    bagit,
    bare,
    cfv_crc,
    cfv_csv,
    conda,
    coreutils,
    debian,
    dvc,
    frictionless,
    gentoo,
    hashdeep,
    jsonl,
    metalink,
    model,
    mtree,
    pooch,
    record,
    sfv,
    sfvmd5,
)
from checksig._formats._format import Format, Hint, NameMatch
from checksig._formats._misfit import binary, foreign

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = [
    "FORMATS",
    "Format",
    "Hint",
    "NameMatch",
    "detect",
    "match_name",
    "misfit",
]

#: All formats, in the order in which they are asked: first those with a header that nothing else
#: has, then those whose lines are like no others, then those with lines of little form.
FORMATS: Final[tuple[Format, ...]] = (
    model.FORMAT,
    jsonl.FORMAT,
    hashdeep.FORMAT,
    metalink.FORMAT,
    conda.FORMAT,
    frictionless.FORMAT,
    dvc.FORMAT,
    mtree.FORMAT,
    debian.FORMAT,
    gentoo.FORMAT,
    record.FORMAT,
    cfv_crc.FORMAT,
    cfv_csv.FORMAT,
    bagit.FORMAT,
    pooch.FORMAT,
    sfv.FORMAT,
    sfvmd5.FORMAT,
    bare.FORMAT,
    coreutils.FORMAT,
)


def match_name(name: str, algorithms: Container[str]) -> NameMatch | None:
    """Return what a file's name says about the list in it; None if it is no list's name.

    ``algorithms`` holds the names, in lower case, that an algorithm may have.
    """
    # A directory may have a million names. Nearly all of them are told here to be no list's: those
    # that do not end in an algorithm (see coreutils.extension), and that no format's pattern knows.
    stem = name[:-4] if name[-4:].lower() == ".txt" else name
    last = stem.rpartition(".")[2].lower()
    match = _any_name().fullmatch(name)
    if not match and last not in algorithms and last.removesuffix("sum") not in algorithms:
        return None
    first = match.lastgroup if match else None
    for format_ in FORMATS:
        if format_.name == first or format_.name_rule:
            found = format_.match_name(name, algorithms)
            if found:
                return found
    return None


def detect(name: str, data: bytes, algorithms: Container[str]) -> NameMatch:
    """Return the format of a list, and the algorithm that its name stands for.

    A format that both the name and the content speak for comes first, then what the content looks
    like, then what the name says.
    """
    matches = _matches(name, algorithms)
    for found in matches:
        if found.format.sniff(data):
            return found
    algorithm = next((found.algorithm for found in matches if found.algorithm), None)
    for format_ in FORMATS:
        if not format_.by_name_only and format_.sniff(data):
            return NameMatch(format_, algorithm)
    return matches[0] if matches else NameMatch(FORMATS[-1])


def misfit(data: bytes) -> str | None:
    """Return what these bytes are if they cannot be a list, in words; else None."""
    found = foreign(data) or binary(data)
    # A list may hold zero bytes, as one with -z does, and an .MTREE is compressed.
    if found and any(f.sniff(data) for f in FORMATS if not f.by_name_only):
        return None
    return found


@cache
def _any_name() -> re.Pattern[str]:
    """Return what matches the names of lists, in a group that is called after the format."""
    return re.compile("|".join(f"(?P<{f.name}>{f.names})" for f in FORMATS if f.names))


def _matches(name: str, algorithms: Container[str]) -> list[NameMatch]:
    return [found for format_ in FORMATS if (found := format_.match_name(name, algorithms))]
