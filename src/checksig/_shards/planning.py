"""Plans, made: a claim that is read, checked for its signature and divided once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from checksig._checking import auditing
from checksig._options import RuleOptions, table
from checksig._shards import dividing, large
from checksig._shards.divided import divide, divide_large
from checksig._shards.plan import Plan
from checksig.errors import LibraryError, PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checksig._checking.auditing import Asked
    from checksig._options import StrPath
    from checksig._places.place import AnyFileSystem
    from checksig._shards.divided import Divided
    from checksig._shards.plan import Shard


def planned(
    path: StrPath | AnyFileSystem,
    options: Mapping[str, Any],
    *,
    shards: int | None,
    sizes: str,
) -> tuple[Plan, Asked]:
    """Return a plan, and what it was made of.

    Args:
        path: As of :func:`checksig.audit`.
        options: All of :class:`CheckOptions`, settled.
        shards: About how many there are to be; None: as many as suit what there is.
        sizes: Whether files are asked for sizes that are not listed: see :class:`PlanOptions`.

    Raises:
        ChecksigError, TypeError, ValueError: as :func:`checksig.audit` does.
        PlanError: it is checked on one machine.
    """
    asked, divided = _divided(path, options, sizes)
    costs = [dividing.cost_of(each.outline, shards) for each in divided]
    cost = max(costs) if shards is None else max(1, sum(costs))
    found: list[Shard] = []
    carried: dict[int, bytes] = {}
    at = 0
    for each in divided:
        more, data = each.shards(len(found), cost, at)
        carried |= {len(found) + number: piece for number, piece in enumerate(data)}
        at += sum(map(len, data))
        found += more
    _expect_all(found, divided)
    longest = max((each.longest for each in divided), key=lambda pair: pair[1])
    plan = Plan(
        root=os.fsdecode(asked.path),
        options=_rules(options),
        shards=found,
        parts=[each.planned for each in divided],
        files=sum(each.files for each in found),
        entries=sum(each.entries for each in found),
        size=sum(each.size for each in found),
        longest=longest if longest[1] else None,
        carried=carried,
    )
    return plan.bound(), asked


def _expect_all(shards: Sequence[Shard], divided: Sequence[Divided]) -> None:
    """Make sure that all that is listed is in a shard.

    Raises:
        PlanError: nothing is listed.
        LibraryError: something is in none.
    """
    if not shards:
        raise PlanError("it is checked on one machine: there is no list to divide")
    steps = [step for each in divided for step in each.outline.steps]
    for name in ("files", "entries"):
        listed = sum(getattr(step, name) for step in steps)
        if (planned := sum(getattr(shard, name) for shard in shards)) != listed:
            raise LibraryError(f"{listed} {name} are listed, and {planned} are in shards")


def _rules(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules that are not the default, as JSON has them."""
    rows = table(RuleOptions)
    return {
        name: _plain(options[name])
        for name in (*rows, "algorithm")
        if options[name] != (rows[name].default if name in rows else None)
    }


def _divided(
    path: StrPath | AnyFileSystem, options: Mapping[str, Any], sizes: str
) -> tuple[Asked, list[Divided]]:
    """Return what is asked of places, and them, divided."""
    if found := large.asked(path, options):
        asked, source = found
        if found_large := divide_large(asked, sizes, source):
            return asked, [found_large]
    asked = auditing.asked(path, options)
    try:
        return asked, [divide(asked, number, sizes) for number in range(len(asked.parts))]
    finally:
        for part in asked.parts:
            part.place.close()


def _plain(value: Any) -> Any:
    """Return the value of an option as JSON has it."""
    if not isinstance(value, tuple):
        return value
    return list(map(os.fsdecode, value))  # pyright: ignore[reportUnknownArgumentType] (of names)
