"""Paths, as programs of Windows write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checksig._formats import coreutils

if TYPE_CHECKING:
    from checksig._formats._format import Hint

#: With a drive, on a server, or with a root: PowerShell runs on other systems as well.
_ABSOLUTE: Final = r"[A-Za-z]:[\\/]|[\\/]"
_SEPARATORS: Final = r"[\\/]"


def called_after(hint: Hint) -> str:
    """Return ``app.exe`` of a list that is called ``app.exe.sha256``; else nothing."""
    found = coreutils.extension(hint.name, (hint.algorithm,)) if hint.algorithm else None
    return found[0] if found else ""


def below_the_list(path: str, after: str) -> str:
    """Return a path as it is, unless it is the absolute one of the file a list is called after.

    Such a list lies beside its file, wherever that was when the list was made. Of no other file
    that is known, and to look for it by the last part of its path alone might find another.
    """
    if after and re.match(_ABSOLUTE, path) and re.split(_SEPARATORS, path)[-1] == after:
        return after
    return path
