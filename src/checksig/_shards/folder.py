"""Directories of partials: one file for each shard of one plan, called like its number."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig import _files
from checksig._names import quoted
from checksig._shards import partial
from checksig.errors import PlanError

if TYPE_CHECKING:
    from checksig._options import StrPath
    from checksig._shards.partial import Partial
    from checksig._shards.plan import Plan

_END: Final = ".json"


def partials(directory: StrPath) -> dict[str, Partial]:
    """Read all partials in a directory, and return them by their paths.

    Files of other names are passed over: schedulers write logs there.

    Raises:
        PlanError: it cannot be read, or one of them was changed.
    """
    return {quoted(os.fsencode(path)): partial.load(path) for path in _paths(directory)}


def _paths(directory: StrPath) -> list[str]:
    where = os.fsdecode(directory)
    try:
        names = os.listdir(where)
    except OSError as error:
        raise _files.unreadable(os.fsencode(where), error, PlanError) from error
    chosen = [n for n in names if n.endswith(_END) and n.removesuffix(_END).isdecimal()]
    return [os.path.join(where, name) for name in sorted(chosen, key=lambda n: (len(n), n))]


def path_of(directory: StrPath, number: int) -> str:
    """Return the path of the partial of a shard."""
    return os.path.join(os.fsdecode(directory), f"{number}{_END}")


def held(directory: StrPath, plan: Plan, number: int) -> Partial | None:
    """Return the partial of a shard that is there already, and whole; None if there is none.

    Raises:
        PlanError: there is one of another plan.
    """
    path = path_of(directory, number)
    for other in _paths(directory) if os.path.isdir(directory) else []:
        if other != path:
            expect_same(partial.load(other), plan, other)
            break  # each was held against one before
    if not os.path.exists(path):
        return None
    try:
        found = partial.load(path)
    except PlanError:
        return None  # it is not whole: the shard is run again
    expect_same(found, plan, path)
    return found


def expect_same(found: Partial, plan: Plan, path: str) -> None:
    """Refuse to put partials of two plans into one directory.

    Raises:
        PlanError: a partial is of another plan.
    """
    if found.plan != plan.digest:
        raise PlanError(f"{quoted(os.fsencode(path))} is of another plan: give another directory")


def put(directory: StrPath, found: Partial) -> str:
    """Write a partial, and return its path.

    Raises:
        CreateError: it cannot be written.
    """
    where = os.fsdecode(directory)
    path = path_of(where, found.shard)
    try:
        os.makedirs(where, exist_ok=True)
    except OSError as error:
        raise PlanError(f"cannot make {quoted(os.fsencode(where))}: {error.strerror}") from error
    _files.write(os.fsencode(path), found.to_bytes(), overwrite=True)
    return path
