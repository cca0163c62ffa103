"""Signatures beside lists that are made anew: what was signed is not there any more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checksig import _files
from checksig import _schemes as schemes
from checksig._names import quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def beside(target: bytes, data: bytes) -> list[bytes]:
    """Return the signatures beside a list that hold no more once it has these bytes.

    If the list is not there, nothing tells that one of them would hold.

    Raises:
        CreateError: the list is there, and cannot be read.
    """
    paths = [target + os.fsencode(end) for end in schemes.EXTENSIONS]
    found = [path for path in paths if os.path.lexists(path)]
    if found and os.path.lexists(target) and _files.read(target, CreateError) == data:
        return []
    return found


def refuse(stale: Sequence[bytes], *, dropped: bool, signs: bool) -> None:
    """Refuse to leave signatures that hold no more.

    Args:
        stale: Their paths.
        dropped: Whether they are removed.
        signs: Whether the caller has a way to sign the list anew.

    Raises:
        CreateError: there are some, and they are not.
    """
    if stale and not dropped:
        names = ", ".join(map(quoted, stale))
        what = "sign it with --sign KEY, or remove" if signs else "remove"
        raise CreateError(
            f"the new list would not be the one signed by {names}: {what} what no longer holds "
            "with --drop-signature"
        )


def drop(stale: Iterable[bytes]) -> None:
    """Remove signatures, once the lists are written.

    Raises:
        CreateError: one of them is still there.
    """
    for path in stale:
        try:
            os.unlink(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CreateError(
                f"the list is written, and {quoted(path)}, which no longer holds, cannot be "
                f"removed: {error.strerror}"
            ) from error
