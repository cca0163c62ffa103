"""Files that are missing, and what is there under a name much like theirs.

Only names are compared, and no verdict changes: what is said is which file is there, and how its
name differs.
"""

from __future__ import annotations

import os
import unicodedata
from bisect import bisect_left
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._names import escape, shortest
from checksig._results import Result, Status
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from checksig._places import Place

#: How many missing files are looked for: they are few, or one cause is behind them all.
_MOST: Final = 100


class _Names(NamedTuple):
    """The names in a directory, so that each missing file is looked up and not held against all."""

    all: list[str]  # sorted
    forms: list[dict[str, str]]  # by what is left of a name, for each of ``_FORMS``


def explain(failures: Iterable[Result], place: Place, own: Collection[bytes]) -> Iterator[Result]:
    """Yield failures; those of missing files say what is there instead.

    Args:
        failures: Results that are not ok.
        place: The place that the files lie in.
        own: The names of lists and signatures, which are no files to name.
    """

    @cache
    def names_in(directory: str) -> _Names:
        try:
            found = list(place.walk(os.fsencode(directory), deep=False))
        except ChecksigError:
            found = []
        paths = [each.name for each in found if not directory]
        paths += [_joined(directory, each.name) for each in found if directory]
        names = sorted(os.fsdecode(path) for path in paths if path not in own)
        forms = [{same(n.rpartition("/")[2]): n for n in reversed(names)} for _, same in _FORMS]
        return _Names(names, forms)

    left = _MOST
    for result in failures:
        if result.status is not Status.MISSING or result.diagnosis or not result.path or not left:
            yield result
            continue
        left -= 1
        said = _nearby(shortest(result.path), names_in, place)
        yield replace(result, diagnosis=said) if said else result


def _joined(directory: str, name: bytes) -> bytes:
    # Some places name what is in a directory from the top, and some from there.
    above = os.fsencode(directory) + b"/"
    return name if name.startswith(above) else above + name


def _nearby(path: str, names_in: Callable[[str], _Names], place: Place) -> str:
    directory, _, name = path.rpartition("/")
    names = names_in(directory)
    for (how, same), others in zip(_FORMS, names.forms, strict=True):
        if other := others.get(same(name)):
            return f"there is {escape(other)}: its name differs in {how} alone"
    longer = f"{directory}/{name}." if directory else f"{name}."
    at = bisect_left(names.all, longer)
    if at < len(names.all) and names.all[at].startswith(longer):
        return f"there is {escape(names.all[at])}"
    parts = path.split("/")
    for count in range(1, len(parts)):
        inner = "/".join(parts[count:])
        if place.find(os.fsencode(inner)):
            above = "/".join(parts[:count])
            return f"there is {escape(inner)}, without {escape(above)}/"
    return ""


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


_FORMS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("its Unicode form", _composed),
    ("letter case", lambda name: _composed(name).casefold()),
    ("blanks", str.strip),
)
