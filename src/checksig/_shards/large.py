"""Lists that are too large to be held: the claim is made of their beginning, and says as much.

That is right for lists that nobody has asked to be signed, and whose lines say the same wherever
they stand: the core sees to the second, when it reads all of it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from checksig import _files
from checksig._checking import auditing
from checksig._formats import LOOKED_THROUGH
from checksig._options import NameOptions, table
from checksig._places import Directory
from checksig._trust import policy as policies
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checksig._checking.auditing import Asked
    from checksig._options import StrPath
    from checksig._places import Item
    from checksig._places.place import AnyFileSystem
    from checksig._trust.policy import Policy

#: In bytes: of lists that are held.
_LARGE: Final = 64 << 20
#: In bytes: of a beginning that is taken for a list of which no more than the beginning is looked
#: through for the names of others, as for all large lists.
_HEAD: Final = LOOKED_THROUGH + (1 << 16)
#: Options under which all of a list has to be seen.
_WHOLE: Final = ("entries", "signatures", "require", "recursive", "format", "root", "manifest")


class _Heads(Directory):
    """A directory of which large files are read only to the end of a line near their beginning."""

    def read(self, item: Item, limit: int) -> bytes:
        """Return the bytes of a small file, or the first lines of a large one."""
        path = os.path.join(self.root, item.name)
        if os.path.getsize(path) <= _LARGE:
            return super().read(item, limit)
        with _files.opened(path) as file:
            data = file.read(_HEAD)
        return data[: max(data.rfind(b"\n"), data.rfind(b"\0")) + 1]


def asked(path: StrPath | AnyFileSystem, options: Mapping[str, Any]) -> tuple[Asked, bytes] | None:
    """Return what is asked of a directory with one large list, and the path of that; else None.

    Raises:
        ChecksigError: as for :func:`auditing.asked`.
    """
    if any(options[name] for name in (*_WHOLE, *table(NameOptions))):
        return None
    if not isinstance(path, (str, bytes, os.PathLike)) or b"://" in os.fsencode(path):
        return None
    where = os.fsencode(path)
    root = where if os.path.isdir(where) else os.path.dirname(where) or b"."
    if _trusts(policies.policy(options)) or not _has_a_large_file(root):
        return None
    found = _claimed(path, options, root)
    if found is None:
        return None
    part = found.parts[0]
    claim, source = part.claim, os.fsencode(part.claim.sources[0].path)
    lists = (claim.lists[0]._replace(text=b""),)
    part = part._replace(place=Directory(root), claim=claim._replace(lists=lists))
    return found._replace(parts=[part]), os.path.abspath(source)


def _claimed(
    path: StrPath | AnyFileSystem, options: Mapping[str, Any], root: bytes
) -> Asked | None:
    """Return what is asked of a directory, if it has one list, which is large."""
    try:
        found = auditing.asked(path, options, place=_Heads(root))
    except ManifestError:
        return None  # all of it may be more than its beginning, or say better what is wrong
    [part] = found.parts
    claim = part.claim
    alone = len(claim.sources) == len(claim.lists) == 1 and not claim.lists[0].lines
    if not alone or claim.settled or claim.unverified or claim.unchecked:
        return None
    try:
        return found if os.path.getsize(claim.sources[0].path) > _LARGE else None
    except OSError:
        return None  # who looks next says why


def _trusts(policy: Policy) -> bool:
    """Whether a signature over the list is to be checked, which is over all of it."""
    return bool(policy.keys or policy.required or policy.signatures or policy.rules or policy.tofu)


def _has_a_large_file(root: bytes) -> bool:
    try:
        with os.scandir(root) as entries:
            return any(each.is_file() and each.stat().st_size > _LARGE for each in entries)
    except OSError:
        return False  # who looks next says why
