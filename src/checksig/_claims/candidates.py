"""Files that are called like lists, or like signatures that may hold one: whether they do."""

from __future__ import annotations

import os

from checksig import _files, _formats, _schemes
from checksig._names import counted, quoted
from checksig._results import Result, Status
from checksig.errors import ManifestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from typing import Final

    from checksig._formats import NameMatch
    from checksig._places import Item, Place

DECLARATION: Final = b"bagit.txt"
_EXAMPLES: Final = "sha1sum.txt, SHA256SUMS or checksums.txt"


class NoListError(ManifestError):
    """There is no list in a place."""

    def __init__(self, message: str, *, helps: bool = False) -> None:
        """Say so.

        Args:
            message: What is missing.
            helps: Whether the message says what would help.
        """
        super().__init__(message)
        self.helps = helps


class ElsewhereError(ManifestError):
    """The names in a list are relative to a directory outside of the place."""


def holds_a_list(place: Place, item: Item, match: NameMatch) -> bool:
    """Whether a file with a weak name is a list. One that cannot be read is a file like others."""
    try:
        data = place.read(item, _files.MAX_SIZE)
        if data.lstrip()[:5] == b"-----" and _schemes.is_signed_text(data):
            return True
        text = _formats.plain(data) or data
        if not _formats.is_list(match, text):
            return False
        if not match.format.packages:
            return True
        from checksig._claims import locks  # noqa: PLC0415 (few lists are lock files)

        return locks.names_something(place, item, text, match.format)
    except _formats.NotInstalledError:
        return True  # it may be one, and who reads it says what is missing
    except (OSError, ValueError):
        return False


def none_in(place: Place, holders: Sequence[bytes], called: Sequence[bytes]) -> str:
    where = quoted(os.fsencode(place.show()))
    if place.root is None:
        if "all" in place.traits and next(iter(place.walk()), None) is None:
            return f"no list of digests in {where}: there is nothing at all"
        return f"no list of digests in {where}: give one (--manifest)"
    if bags := sum(_is_bag(place.root, name) for name in os.listdir(place.root)):
        return f"no list of digests in {where}, but {counted(bags, 'bag')}: --recursive checks each"
    if called:
        name = quoted(called[0])
        return f"no list of digests in {where}: {name} has the name of one, but is not one"
    return (
        f"no list of digests in {where}: none of its files is called {_EXAMPLES}, or the like"
        f"{_which_a_key_takes_out(holders)}"
    )


def none_beside(path: bytes, holders: Sequence[bytes]) -> str:
    return f"no list beside {quoted(path)} names it{_which_a_key_takes_out(holders)}"


def which_key_checks(signatures: Sequence[str]) -> list[str]:
    """Return what to say of signatures for which there is no key."""
    names = [quoted(os.fsencode(path.rpartition("/")[2])) for path in signatures]
    if not names:
        return []
    return [f"{' and '.join(names)} may sign it: give the key that you trust (--trust)"]


def _which_a_key_takes_out(holders: Sequence[bytes]) -> str:
    if not holders:
        return ""
    return f"; {quoted(holders[0])} may hold one, which needs a key (--trust)"


def _is_bag(root: bytes, name: bytes) -> bool:
    return os.path.isfile(os.path.join(root, name, DECLARATION))


def may_hold_a_list(name: bytes, base: str, known: Container[str], names: Container[bytes]) -> bool:
    if base in _schemes.LISTS:
        return True
    stem = _schemes.stem(base) or ""
    return name[: len(stem) - len(base)] not in names and (
        stem.lower() in known or _formats.match_name(stem, known) is not None
    )


def fault(path: str, error: ManifestError) -> Result:
    """Return the verdict on a list that cannot be read."""
    unreadable = isinstance(error.__cause__, OSError)
    status = Status.UNREADABLE if unreadable else Status.MALFORMED
    return Result(path, status, detail=str(error), manifest=path)
