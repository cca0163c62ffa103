"""Files that other runs were writing when they were stopped, or still are, among those to list."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._names import UNFINISHED, quoted
from checksig._places.directory import name_below
from checksig._results import Result, Status
from checksig.errors import CreateError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What is in the names of all that this is about.
MARKS: Final = (UNFINISHED, _files.TEMPORARY_END)

_BAG: Final = f"/{os.fsdecode(UNFINISHED)}/"


def refuse_bags(root: bytes, paths: Iterable[str] = ()) -> None:
    """Refuse a directory with a bag in it that is not finished: its files will be elsewhere.

    Args:
        root: The directory.
        paths: Files in it.

    Raises:
        CreateError: there is one.
    """
    bags = [root] if os.path.lexists(os.path.join(root, UNFINISHED)) else []
    for above, found, _ in (f"/{path}".partition(_BAG) for path in paths if _BAG[1:] in path):
        bags += [os.path.join(root, os.fsencode(above[1:]))] if found else []
    if bags:
        where = quoted(bags[0])
        raise CreateError(f"{where} is an unfinished bag: run checksig bag {where} again")


def told(result: Result) -> Result:
    """Return a result; a file that is being written under another name is none to be listed."""
    if _files.written_there(result.path) is None:
        return result
    why = "a run that was stopped, or still runs, has not finished writing it"
    return Result(result.path, Status.UNLISTED, detail=why)


def tidy_up(root: bytes, written: Iterable[bytes], left_out: Iterable[Result]) -> None:
    """Remove what runs that were stopped have left of files that are whole now."""
    names = {name_below(root, path) for path in written}
    for path in (result.path for result in left_out if result.status is Status.UNLISTED):
        whole = os.path.join(os.path.dirname(path), _files.written_there(path) or "")
        if os.fsencode(whole) in names:
            with suppress(OSError):  # it is in no list, and is said all the same
                os.unlink(os.path.join(root, os.fsencode(path)))
