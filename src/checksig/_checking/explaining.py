"""Failures with what else there is to say of them. No verdict changes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from checksig._claims import path_of
from checksig._classes import replace
from checksig._names import shortest
from checksig._results import Status
from checksig.errors import CancelledError

_ABSOLUTE: Final = (os.path.abspath, os.path.realpath)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._claims import Part
    from checksig._options.values import Reading, Rules
    from checksig._places import Place
    from checksig._results import Result


def explained(
    failures: Iterable[Result],
    part: Part,
    rules: Rules,
    reading: Reading,
    unlisted: list[Result],
    *,
    files: int,
) -> tuple[tuple[Result, ...], tuple[str, ...]]:
    """Return failures that say more: where a file is now, or why it does not match.

    And what is to be said of them together. An explanation that fails, for whatever reason, is left
    out and told: the verdict is there without it.

    Args:
        failures: Results that are not ok.
        part: The place they are of, and what is said of it.
        rules: What counts as success.
        reading: How files are read.
        unlisted: Files that no list names, as far as they are known.
        files: How many are listed.

    Raises:
        CancelledError: the check is not wanted any more.
    """
    place, claim = part.place, part.claim
    found = list(_noted(failures, part))
    remarks: list[str] = []
    try:
        if rules.find_moved and place.root is not None:
            from checksig._checking import moved  # noqa: PLC0415 (only who asks needs it)

            found = moved.among_unlisted(place.root, found, unlisted, reading)
        if any(failure.status is Status.MISSING for failure in found):
            from checksig._checking import nearby  # noqa: PLC0415 (only what is missing needs it)

            found, alike = nearby.explain(found, place, set(claim.own), files)
            remarks += [alike] if alike else []
            if place.root is not None and not rules.find_moved:
                from checksig._checking import moved  # noqa: PLC0415 (as above)

                found = moved.beside(place.root, found, set(claim.own), reading)
        remarks += _below_the_root(found, place)
        if any(failure.status is Status.MISMATCH for failure in found):
            from checksig._checking import diagnosis  # noqa: PLC0415 (only mismatches need it)

            lists, cancel = claim.lists, reading.cancel
            found = diagnosis.explain(found, lambda d: path_of(lists, d), place, cancel)
    except CancelledError:
        raise
    except Exception as error:
        why = str(error) or type(error).__name__
        remarks.append(f"failures are not explained further: {why}")
    return tuple(found), tuple(remarks)


def _below_the_root(failures: Iterable[Result], place: Place) -> list[str]:
    """Return how many absolute names lie below a directory, and are not taken for names in it."""
    if place.root is None:
        return []
    above = {os.path.join(os.fsdecode(path(place.root)), "") for path in _ABSOLUTE}
    count = sum(
        each.status is Status.UNSAFE_PATH and each.path.startswith(tuple(above))
        for each in failures
    )
    said = "names are absolute and lie below the directory: --strip-root accepts them"
    return [f"{count:,} {said}"] if count else []


def _noted(failures: Iterable[Result], part: Part) -> Iterator[Result]:
    """Yield failures with what the claim knows of them."""
    notes = dict(part.claim.notes)
    own = set(part.claim.own) - {os.fsencode(each.path) for each in part.claim.settled}
    for result in failures:
        if result.status is Status.MISSING and result.path in notes:
            yield replace(result, detail=notes[result.path])
        elif result.status is Status.MISMATCH and os.fsencode(shortest(result.path)) in own:
            yield replace(result, diagnosis="no list can list itself")
        else:
            yield result
