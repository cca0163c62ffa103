"""Files that are missing, and what is there under a name much like theirs.

Only names are compared, and no verdict changes: what is said is which file is there, and how its
name differs.
"""

from __future__ import annotations

import os
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig._classes import replace
from checksig._names import escape, shortest
from checksig._places import remote
from checksig._results import Result, Status
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from checksig._places import Place

#: How many missing files are looked for: they are few, or one cause is behind them all.
_MOST: Final = 100
#: How many have to be missing for their names to have something in common.
_FEW: Final = 2


#: How many files are looked through for their names.
_MOST_FILES: Final = 200_000


class _Names(NamedTuple):
    """The names in a directory, so that each missing file is looked up and not held against all."""

    all: list[str]  # sorted
    forms: list[dict[str, str]]  # by what is left of a name, for each of ``_FORMS``


def explain(
    failures: Iterable[Result], place: Place, own: Collection[bytes], files: int
) -> tuple[list[Result], str]:
    """Return failures; those of missing files say what is there instead. And what many have alike.

    Args:
        failures: Results that are not ok.
        place: The place that the files lie in.
        own: The names of lists and signatures, which are no files to name.
        files: How many files are listed.
    """

    @cache
    def names_in(directory: str) -> _Names:
        names = sorted({*there.within(directory)} - {*map(os.fsdecode, own)})
        forms = [{same(n.rpartition("/")[2]): n for n in reversed(names)} for _, same in _FORMS]
        return _Names(names, forms)

    explained: list[Result] = []
    moves: Counter[_Move] = Counter()
    missing = [r for r in failures if r.status is Status.MISSING and r.path]
    # To ask for names one by one takes long elsewhere, and may have to be paid for.
    there = _Listed(place) if missing and remote(place) else _Asked(place)
    looked_for = set(map(id, missing[:_MOST]))
    for result in failures:
        said = ""
        if id(result) in looked_for and not result.diagnosis:
            path = shortest(result.path)
            said = _nearby(path, names_in)
            if not said and (move := _moved(path, names_in, there)):
                moves[move] += 1
                said = f"there is {escape(move.of(path))}, {move}"
        explained.append(replace(result, diagnosis=said) if said else result)
    most = 2 * len(missing) > files
    return explained, _alike(moves, missing, there) if most else ""


class _Asked:
    """The names in a place that is asked as questions come."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def has(self, path: str) -> bool:
        return self._place.find(os.fsencode(path)) is not None

    def within(self, directory: str) -> Iterable[str]:
        """Return the names below the root of what is in a directory."""
        for name in self._names(os.fsencode(directory), deep=False):
            yield os.fsdecode(_joined(directory, name) if directory else name)

    def every(self) -> Iterable[str]:
        return map(os.fsdecode, self._names(b"", deep=True))

    def _names(self, below: bytes, *, deep: bool) -> Iterable[bytes]:
        try:
            for item in self._place.walk(below, deep=deep):
                yield item.name
        except ChecksigError:
            return


class _Listed(_Asked):
    """The names in a place that was listed once: none, if they are too many, or not said."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        names = [*islice(super().every(), _MOST_FILES + 1)]
        self._all = {*names} if len(names) <= _MOST_FILES else set[str]()
        self._within = defaultdict[str, set[str]](set)
        for path in self._all:
            while path and path not in self._within[above := path.rpartition("/")[0]]:
                self._within[above].add(path)
                path = above  # noqa: PLW2901 (up to the top)

    def has(self, path: str) -> bool:
        return path in self._all

    def within(self, directory: str) -> Iterable[str]:
        return self._within.get(directory, ())

    def every(self) -> Iterable[str]:
        return self._all


def _alike(moves: Counter[_Move], missing: list[Result], there: _Asked) -> str:
    """Return which option finds most of the files that are missing, and how many."""
    if len(missing) < _FEW:
        return ""
    found = [
        (sum(_is_there(move, shortest(each.path), there) for each in missing), move.option)
        for move, _ in moves.most_common(1)
    ]
    if not found or found[0][0] < len(missing):
        found.append((_by_last_part(missing, there), "--by-name"))
    most, option = max(found, key=lambda pair: pair[0])
    if most < _FEW:
        return ""
    return f"{option} would find {most:,} of the {len(missing):,} files that are missing"


def _by_last_part(missing: list[Result], there: _Asked) -> int:
    """Return how many missing files are the only ones that are called so, wherever they are."""
    wanted = Counter(each.path.rpartition("/")[2] for each in missing)
    found: Counter[str] = Counter()
    for number, path in enumerate(there.every()):
        if number == _MOST_FILES:
            return 0
        name = path.rpartition("/")[2]
        if name in wanted:
            found[name] += 1
    return sum(wanted[name] == 1 == count for name, count in found.items())


def _is_there(move: _Move, path: str, there: _Asked) -> bool:
    return path.startswith(move.without) and there.has(move.of(path))


def _joined(directory: str, name: bytes) -> bytes:
    # Some places name what is in a directory from the top, and some from there.
    above = os.fsencode(directory) + b"/"
    return name if name.startswith(above) else above + name


def _nearby(path: str, names_in: Callable[[str], _Names]) -> str:
    for how, spelled in (("", path), ("backslashes", path.replace("\\", "/"))):
        other, ways = _respelled(spelled, names_in)
        ways = [how, *ways] if how else ways
        if other and ways and other != path:
            return f"there is {escape(other)}: its name differs in {' and '.join(ways)} alone"
    longer = f"{path}."
    names = names_in(path.rpartition("/")[0])
    at = bisect_left(names.all, longer)
    if at < len(names.all) and names.all[at].startswith(longer):
        return f"there is {escape(names.all[at])}"
    return ""


def _respelled(path: str, names_in: Callable[[str], _Names]) -> tuple[str, list[str]]:
    """Return what is there under a name that is spelled otherwise, and the ways in which it is."""
    at, ways = "", list[str]()
    for element in path.split("/"):
        names, name = names_in(at), f"{at}/{element}" if at else element
        place = bisect_left(names.all, name)
        if place < len(names.all) and names.all[place] == name:
            at = name
            continue
        for (how, same), others in zip(_FORMS, names.forms, strict=True):
            if other := others.get(same(element)):
                at = other
                ways += [how] if how not in ways else []
                break
        else:
            return "", []
    return at, ways


class _Move(NamedTuple):
    """Another directory than the list says."""

    without: str  # that names begin with in the list, and a slash
    within: str = ""  # that they begin with here, and a slash

    def of(self, path: str) -> str:
        """Return the name that a path of the list has here."""
        return self.within + path.removeprefix(self.without)

    @property
    def option(self) -> str:
        """The option that changes names so."""
        if self.without:
            return f"--strip {self.without.count('/')}"
        return f"--prefix {escape(self.within)}"

    def __str__(self) -> str:
        """Return how names differ, for people."""
        return f"without {escape(self.without)}" if self.without else f"in {escape(self.within)}"


def _moved(path: str, names_in: Callable[[str], _Names], there: _Asked) -> _Move | None:
    """Return where a file lies if the list has a directory too many, or one too few."""
    at = path.find("/")
    while at >= 0:
        if there.has(path[at + 1 :]):
            return _Move(path[: at + 1])
        at = path.find("/", at + 1)
    for directory in names_in("").all[:_MOST]:
        if there.has(f"{directory}/{path}"):
            return _Move("", f"{directory}/")
    return None


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


_FORMS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("its Unicode form", _composed),
    ("letter case", lambda name: _composed(name).casefold()),
    ("blanks", str.strip),
)
