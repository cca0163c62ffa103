"""The table of list formats. A format opens no file and calls no core.

To add a format, write a module with a ``FORMAT`` and add it to ``FORMATS``, before the coreutils
lists: what nothing else recognises is taken for one of those, and fails as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig.formats import coreutils
from checksig.formats._format import Claim, Format

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["FORMATS", "Claim", "Format", "claim", "detect"]

#: All formats, in the order in which they are asked.
FORMATS: Final[tuple[Format, ...]] = (coreutils.FORMAT,)


def claim(name: str, algorithms: Container[str]) -> Claim | None:
    """Return what a file's name says about the list in it; None if it is no list's name.

    ``algorithms`` holds the names, in lower case, that an algorithm may have.
    """
    for format_ in FORMATS:
        if found := format_.claim(name, algorithms):
            return found
    return None


def detect(name: str, data: bytes, algorithms: Container[str]) -> Claim:
    """Return the format of a list, by its name if that says enough, else by its content."""
    if found := claim(name, algorithms):
        return found
    for format_ in FORMATS:
        if format_.sniff(data):
            return Claim(format_)
    return Claim(FORMATS[-1])
