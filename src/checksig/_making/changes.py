"""The files of a list that is updated, against those of the list before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig._entries import Changes
from checksig._names import counted, escape
from checksig.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checksig._entries import Listed
    from checksig._making.update import PreviousList
    from checksig._results import Stat

#: In nanoseconds. The kernel's clock for files ticks, and some file systems keep whole seconds.
_TICK: Final = 20_000_000
_SECOND: Final = 1_000_000_000


def found(
    previous: PreviousList, fresh: Iterable[Listed], stats: Mapping[str, Stat], kept: Iterable[str]
) -> Changes:
    """Compare files with the list before.

    Args:
        previous: That list.
        fresh: Files that were read.
        stats: What the system said of them, by path.
        kept: Paths of files that were not read.
    """
    old = dict(previous.files)
    for path in kept:
        old.pop(path, None)
    new = {file.path: file for file in fresh}
    changed: list[str] = []
    damaged: list[str] = []
    for path in sorted(old.keys() & new.keys()):
        if _differ(old[path], new[path]):
            as_it_was = path in stats and _as_it_was(old[path], stats[path], previous.began)
            (damaged if as_it_was else changed).append(path)
    added, removed = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    names = sorted(set[str]().union(*(file.digests for file in new.values())))
    moved = _moved([old[path] for path in removed], [new[path] for path in added], names)
    sources, targets = {source for source, _ in moved}, {target for _, target in moved}
    return Changes(
        tuple(path for path in added if path not in targets),
        tuple(changed),
        tuple(path for path in removed if path not in sources),
        tuple(moved),
        tuple(damaged),
    )


def expect_no_damage(changes: Changes, list_path: str) -> None:
    """Refuse to write a list that would make damage look right.

    Raises:
        DamagedError: there is some.
    """
    if changes.damaged:
        number = counted(len(changes.damaged), "file")
        raise DamagedError(
            f"{number} damaged: the size and time are as before, but not the digest. "
            f"{escape(list_path)} is as it was; --accept-damaged lists them as they are now",
            changes,
        )


def _differ(old: Listed, new: Listed) -> bool:
    """Whether a file has another digest, or leads elsewhere, as far as both lists say."""
    both = old.digests.keys() & new.digests.keys()
    return old.link != new.link or any(old.digests[name] != new.digests[name] for name in both)


def _as_it_was(old: Listed, now: Stat, began: int) -> bool:
    """Whether a file has the size and the time that it had when it was listed."""
    if old.size not in (-1, now.size):
        return False
    if old.mtime_ns is not None:
        return old.mtime_ns == now.mtime_ns
    grain = _TICK if now.mtime_ns % _SECOND else 2 * _SECOND
    return now.mtime_ns + grain < began


def _moved(
    removed: Iterable[Listed], added: Iterable[Listed], names: list[str]
) -> list[tuple[str, str]]:
    """Return files that are elsewhere now, each once."""
    there: dict[tuple[str, ...], list[str]] = {}
    for file in added:
        if file.digests:
            there.setdefault(tuple([file.digests[name] for name in names]), []).append(file.path)
    found: list[tuple[str, str]] = []
    for file in removed:
        paths = there.get(tuple([file.digests.get(name, "") for name in names]))
        if paths:
            found.append((file.path, paths.pop(0)))
    return found
