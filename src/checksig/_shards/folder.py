"""Directories of partials: one file for each shard of one plan, called like its number."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final

from checksig import _files
from checksig._names import quoted
from checksig._shards.partial import Partial
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checksig._options import StrPath
    from checksig._shards.plan import Plan

_END: Final = ".json"
_NAME: Final = re.compile(r"(0|[1-9][0-9]*)\.json")


def paths(where: StrPath) -> list[str]:
    """Return the paths of all partials in a directory; of a file, its path.

    Files of other names are passed over: schedulers write logs there.

    Raises:
        PlanError: it cannot be read.
    """
    path = os.fsdecode(where)
    if not os.path.isdir(path):
        return [path]
    try:
        names = os.listdir(path)
    except OSError as error:
        raise _files.unreadable(os.fsencode(path), error, PlanError) from error
    chosen = [name for name in names if _NAME.fullmatch(name)]
    return [os.path.join(path, name) for name in sorted(chosen, key=lambda n: (len(n), n))]


def read(path: str, signed: Mapping[str, Any]) -> Partial:
    """Return the partial in a file.

    Args:
        path: Its path.
        signed: Options that say who has to have signed it; none: nobody has to.

    Raises:
        PlanError: it is none, or was changed.
        TrustError: it is not signed as it has to be.
    """
    where = os.fsencode(path)
    data = _files.read(where, PlanError)
    if signed:
        from checksig._trust.check_signature import check_signature  # noqa: PLC0415 (few ask for it)

        check_signature(path, data=data, **signed)
    return Partial.from_bytes(data, quoted(where))


def path_of(directory: StrPath, number: int) -> str:
    """Return the path of the partial of a shard."""
    return os.path.join(os.fsdecode(directory), f"{number}{_END}")


def held(directory: StrPath, plan: Plan, number: int) -> Partial | None:
    """Return the partial of a shard that is there already, and whole; None if there is none.

    Raises:
        PlanError: there is one of another plan.
    """
    path = path_of(directory, number)
    for other in paths(directory) if os.path.isdir(directory) else []:
        if other != path and (found := _whole(other)):
            expect_same(found, plan, other)
            break  # each was held against one before
    found = _whole(path)
    if found is None:
        return None
    expect_same(found, plan, path)
    return found if found.shard == number else None


def _whole(path: str) -> Partial | None:
    """Return a partial, if there is one, and it is whole."""
    try:
        return read(path, {})
    except PlanError:
        return None


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
