"""Signatures beside lists that are made anew: what was signed is not there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig import _files, _places
from checksig._names import quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._making.outlet import Outlet


def beside(target: bytes, data: bytes, outlet: Outlet) -> list[bytes]:
    """Return the signatures beside a list that hold no more once it has these bytes.

    If the list is not there, nothing tells that one of them would hold.

    Args:
        target: The path of the list.
        data: Its bytes, as they will be.
        outlet: Where it lies.

    Raises:
        CreateError: the list is there, and cannot be read.
    """
    found = outlet.signatures(target)
    if found and outlet.holds(target) and outlet.read(target) == data:
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
    there = [path for path in stale if _places.is_address(path)]
    if there and dropped:
        raise CreateError(
            f"nothing is removed from a store: remove {', '.join(map(quoted, there))}"
        )
    if stale and not dropped:
        names = ", ".join(map(quoted, stale))
        what = "sign it with --sign KEY, or remove" if signs else "remove"
        raise CreateError(
            f"the new list would not be the one signed by {names}: {what} what no longer holds "
            "with --drop-signature"
        )


def drop(stale: Iterable[bytes], outlet: Outlet) -> None:
    """Remove signatures, once the lists are written.

    Args:
        stale: Their paths.
        outlet: Where they lie.

    Raises:
        CreateError: one of them is still there.
    """
    for path in stale:
        try:
            outlet.remove(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CreateError(
                f"the list is written, and {quoted(path)}, which no longer holds, cannot be "
                f"removed: {_files.reason(error)}"
            ) from error
