"""Files that are called like lists, or like signatures that may hold one: whether they do."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from checksig import _files, _formats, _schemes
from checksig._names import counted, escape, quoted
from checksig._results import Result, Status
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from checksig._formats import NameMatch
    from checksig._places import Item, Place

DECLARATION: Final = b"bagit.txt"
#: SHA256SUMS.bak, SHA256SUMS.1, SHA256SUMS.20240101
_COPY: Final = (
    rb"(?is)(.+?)[-._](?:bak|backup|old|orig|original|prev|rej|save[0-9]*|saved|sw[a-p]|te?mp"
    rb"|part|partial|new|copy|[0-9]+)~?"
)
_EXAMPLES: Final = "sha1sum.txt, SHA256SUMS or checksums.txt"


class NoListError(ManifestError):
    """There is no list in a place."""


def holds_a_list(place: Place, item: Item, match: NameMatch) -> bool:
    """Whether a file with a weak name is a list. One that cannot be read is a file like others."""
    try:
        data = place.read(item, _files.MAX_SIZE)
        signed = data.lstrip()[:5] == b"-----" and _schemes.is_signed_text(data)
        return signed or _formats.is_list(match, _formats.plain(data) or data)
    except (OSError, ValueError):
        return False


def is_copy(name: bytes, names: Container[bytes]) -> bool:
    """Whether a file is a copy of a list that is there, as editors and programs keep them."""
    match = re.fullmatch(_COPY, name)
    return match is not None and match[1] in names


def said_of(copies: Iterable[bytes]) -> tuple[str, ...]:
    """Return what a report says of copies of lists."""
    names = [escape(os.fsdecode(name)) for name in copies]
    return tuple([f"{name} is a copy of a list, and was not read" for name in names])


def none_in(place: Place, holders: Sequence[bytes], called: Sequence[bytes]) -> str:
    where = quoted(os.fsencode(place.show()))
    if place.root is None:
        return f"no list of digests in {where}: name one outright"
    if bags := sum(_is_bag(place.root, name) for name in os.listdir(place.root)):
        return f"no list of digests in {where}, but {counted(bags, 'bag')}: --recursive checks each"
    if called:
        return f"no list of digests in {where}: {quoted(called[0])} is called like one, and is none"
    hint = (
        f"; {quoted(holders[0])} may hold one, which a key (--trust) takes out" if holders else ""
    )
    return (
        f"no list of digests in {where}: none of its files is called {_EXAMPLES}, or the like{hint}"
    )


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
