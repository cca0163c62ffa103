"""The table of hash algorithms, as the core describes it."""

from __future__ import annotations

from functools import cache

from checksig._bridge import library
from checksig._results import STRENGTHS, Algorithm
from checksig.errors import UnknownAlgorithmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Final

    from checksig._results import Strength


#: The name that Git gives a file: SHA-1 of the word blob, the size, and the bytes. The core cannot
#: hash what it does not know the size of, so that is done in Python, and no list may use it.
GIT_SHA1: Final = Algorithm("git-sha1", "SHA-1 of Git", "", (), 20, "broken")


@cache
def describe() -> dict[str, Any]:
    """Return the core's description of itself, asked for once."""
    return library.describe()


@cache
def algorithms() -> tuple[Algorithm, ...]:
    """Return all hash algorithms."""
    return tuple(_algorithm(**row) for row in describe()["algorithms"])


def main_rows() -> list[dict[str, Any]]:
    """Return the rows that are not another algorithm with a shorter digest."""
    return [row for row in describe()["algorithms"] if not row["of"]]


def _algorithm(
    *, aliases: list[str], of: str, named: bool, kernels: object, **row: Any
) -> Algorithm:
    """Return a row of the table, without what only concerns how it is shown, found or computed."""
    del of, named, kernels
    return Algorithm(aliases=tuple(aliases), **row)


@cache
def by_name() -> dict[str, Algorithm]:
    """Return all hash algorithms by every name they have, in lower case."""
    return {
        name.lower(): algorithm
        for algorithm in algorithms()
        for name in (algorithm.name, algorithm.title, algorithm.tag, *algorithm.aliases)
    }


def lookup(name: str) -> Algorithm:
    """Return the algorithm of that name, in any letter case.

    Raises:
        UnknownAlgorithmError: there is none.
    """
    try:
        return by_name()[name.lower()]
    except KeyError:
        names = ", ".join(row["name"] for row in main_rows())
        from difflib import get_close_matches  # noqa: PLC0415 (only errors need it)

        near = get_close_matches(name.lower(), by_name(), 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise UnknownAlgorithmError(
            f"unknown algorithm {name!r}: choose from {names}{meant}"
        ) from None


def is_as_strong(names: Iterable[str], least: Strength) -> bool:
    """Whether one of several algorithms is as strong as that."""
    strengths, known = STRENGTHS, by_name()
    found = [known[name.lower()].strength for name in names if name.lower() in known]
    return any(strengths.index(each) >= strengths.index(least) for each in found)


@cache
def by_size(size: int) -> str | None:
    """Return the algorithm that the core takes an untagged digest of so many bytes for."""
    for row in main_rows():
        if row["size"] == size and row["strength"] != "none" and not row["named"]:
            return str(row["name"])
    return None
