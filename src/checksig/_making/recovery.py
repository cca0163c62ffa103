"""Recovery: the next run of ``bag`` undoes, or finishes, the work of one that was stopped."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from checksig import _files, _json
from checksig._claims.bag import DECLARATION, PAYLOAD
from checksig._making import staging
from checksig._making.moves import HOLDER, NEW, OLD, Plan
from checksig._names import JOURNAL, UNFINISHED, quoted
from checksig.errors import CreateError

if TYPE_CHECKING:
    from typing import Any

_KEYS: Final = {"payload", "old", "new"}


def recover(root: bytes) -> str:
    """Undo or finish what is staged in a directory; return what was done, if there was anything.

    Raises:
        CreateError: another run is at it, or not all can be undone: the message says what is where.
    """
    if not os.path.lexists(os.path.join(root, UNFINISHED)):
        return ""
    with staging.locked(root):
        _expect_directories(root, HOLDER, NEW, OLD)
        plan = _read(root)
        if plan is None:
            why = staging.drop(root)
            done = "nothing was moved yet, and what it had written is removed"
        elif plan.is_made():
            why = staging.finish(root)
            done = "the bag was whole already, and what it had left is removed"
        else:
            if plan.payload:
                _expect_directories(root, PAYLOAD.encode())
            if left := plan.undo():
                lines, staging_ = "\n  ".join(left), quoted(os.path.join(root, UNFINISHED))
                raise CreateError(
                    f"an earlier run was stopped, and cannot be undone:\n  {lines}\n"
                    f"Put that right and run checksig bag again, or remove {staging_}"
                )
            why = staging.drop(root)
            done = "all is back where it was"
    if why:
        raise CreateError(f"an earlier run was stopped: {done.partition(',')[0]}, but {why}")
    return f"an earlier run was stopped: {done}"


def _expect_directories(root: bytes, *names: bytes) -> None:
    """Refuse links: through one, files would move that lie elsewhere.

    Raises:
        CreateError: one of these is there, and no directory.
    """
    for path in (os.path.join(root, name) for name in names):
        if os.path.lexists(path) and not stat.S_ISDIR(os.lstat(path).st_mode):
            raise CreateError(f"{quoted(path)} is not a directory, and nothing is undone")


def _read(root: bytes) -> Plan | None:
    """Return the plan in the journal; None if there is none.

    Raises:
        CreateError: it cannot be read, or names something outside of the directory.
    """
    path = os.path.join(root, JOURNAL)
    if not os.path.lexists(path):
        return None
    try:
        said = _json.as_object(_json.load(_files.read_regular(path)), "the journal")
        if said.keys() != _KEYS:
            raise ValueError("it has other keys than a journal")
        plan = Plan(root, **{key: _names(said[key], key) for key in sorted(_KEYS)})
        if DECLARATION not in plan.new:
            raise ValueError("it has no declaration")
    except (OSError, ValueError) as error:
        why = _files.reason(error) if isinstance(error, OSError) else error
        raise CreateError(f"cannot read {quoted(path)}, and nothing is undone: {why}") from error
    return plan


def _names(value: Any, what: str) -> list[bytes]:
    """Return names that are those of something in a directory.

    Raises:
        ValueError: one of them leads elsewhere.
    """
    names = [os.fsencode(_json.as_string(name, what)) for name in _json.as_array(value, what)]
    for name in names:
        if not name or b"/" in name or b"\0" in name or name in (b".", b"..", UNFINISHED):
            raise ValueError(f"{quoted(name)} is not a name in a directory")
    return names
