"""Compressed archives, read once: members are hashed on the way to the names of others.

While such an archive is read for its names, members that may be lists are kept, and the others
hashed by whatever algorithms are known by then. That is a guess at what will be asked for, and no
more: a digest that is asked for and was not guessed is taken from a second reading.
"""

from __future__ import annotations

import os
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from checksig import _formats
from checksig._bridge import packed, wire
from checksig._bridge.algorithms import by_name
from checksig._bridge.bundles import Bundle
from checksig._bridge.hashing import Hashed, Pace, Stoppable
from checksig._claims import lists, parsing
from checksig._claims.parsing import Manifest
from checksig._entries import Entry
from checksig._formats import bag
from checksig._places import Directory
from checksig._schemes import stem
from checksig.errors import ChecksigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from checksig._bridge.wire import List
    from checksig._options.reading import Cancel
    from checksig._places import Item
    from checksig._places.archive import Archive
    from checksig._places.archive.reading import Opened
    from checksig._results import Progress

#: How many lines of a list are looked at to guess what its algorithms are, and how many algorithms
#: are too many to hash with on a guess.
_LINES: Final = 1000
_GUESSES: Final = 4

#: In bytes: of all members together that are kept because they may be lists.
_ROOM: Final = 256 << 20


class Ahead:
    """The digests of members that were hashed before anything asked for them."""

    def __init__(
        self,
        archive: Archive,
        given: Sequence[List] | None,
        only: str | None,
        cancel: Cancel | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Begin with what is known.

        Args:
            archive: The archive, before it is indexed.
            given: The lists, if they do not lie in the archive.
            only: The only algorithm that lists may use.
            cancel: Whether it is wanted no more.
            pace: How fast it is read.
        """
        self._pace = pace
        self.bytes = 0  #: that were read to be hashed
        self._cancel = cancel
        self._archive = archive
        self._inside = given is None
        self._only = only
        names = {only} if only else set[str]().union(*map(_algorithms_of, given or ()))
        self._algorithms = _known(names if only is None or not self._inside else ())
        self._room = _ROOM
        self._hashed: dict[bytes, tuple[int, tuple[str, ...], tuple[bytes, ...]]] = {}
        self._bundle: Bundle[Item] = Bundle()

    def index(self, progress: Callable[[Progress], None]) -> None:
        """Index the archive, and hash what it comes by.

        Args:
            progress: Called now and then, with how far the reading has come.

        Raises:
            ArchiveError: it cannot be read, or wants more than an archive may.
            CancelledError: it is not wanted any more.
        """
        self._archive.index(self._visit, progress)
        self._note(self._bundle.rest())

    def _visit(self, name: str, item: Item, file: Opened) -> None:
        """Keep a member that may be a list, or hash it."""
        if self._cancel is not None:
            wire.expect_wanted(self._cancel)
        if self._inside and _may_be_list(name) and item.size <= self._room:
            data = file.read() or b""
            self._archive.keep(item, data)
            self._room -= len(data)
            self._learn(name, data)
        elif 0 < len(self._algorithms) <= _GUESSES:
            stream = Stoppable(file, None, self._cancel, self._pace)
            self._note(self._bundle.add(item, stream, self._algorithms, item.size))
            self.bytes += item.size

    def _note(self, found: Iterable[list[tuple[Item, Hashed]]]) -> None:
        """Remember what was hashed, unless it is longer or shorter than the archive says."""
        for item, (size, digests) in chain.from_iterable(found):
            if size == item.size:
                self._hashed[item.name] = (size, tuple(digests), tuple(digests.values()))

    def _learn(self, name: str, data: bytes) -> None:
        """Take the algorithms of a list."""
        base = os.fsencode(name.rpartition("/")[2])
        if os.fsdecode(base) in bag.TAG_FILES:
            return
        try:
            manifest = lists.recognised(base, data, (), self._archive, base)
        except ChecksigError:
            return  # whoever needs the list will say what is wrong with it
        found = {self._only} if self._only else _guessed(manifest)
        self._algorithms = _known(found.union(self._algorithms))

    def take(self, item: Item, algorithms: Sequence[str]) -> Hashed | None:
        """Return the digests of a member, if it need not be read for them."""
        first = item._replace(name=item.linked or item.name)
        size, names, digests = self._hashed.get(self._archive.whole_name(first), (0, (), ()))
        if not names or not set(algorithms) <= set(names):
            return None
        return Hashed(size, dict(zip(names, digests, strict=True)))


def _may_be_list(name: str) -> bool:
    """Whether a member may be a list, or a signature over one, or belong to a bag."""
    if name.removeprefix("./").count("/") > 1:
        return False
    base = name.rpartition("/")[2]
    return base in bag.TAG_FILES or any(
        _formats.match_name(each, by_name()) for each in (base, stem(base)) if each
    )


def _guessed(manifest: Manifest) -> set[str]:
    """Return the algorithms that the files of a list probably are hashed with."""
    if manifest.algorithm is not None:
        return {manifest.algorithm}
    try:
        found = islice(parsing.lines(manifest), _LINES)
        return {line.algorithm for line in found if isinstance(line, Entry)}
    except ValueError:
        return set()


def _algorithms_of(each: List) -> set[str]:
    """Return the algorithms of a list that the core will take."""
    if each.lines:
        return packed.algorithms_of(each.lines)
    if each.untagged:
        return {each.untagged}
    format_ = _formats.having(_formats.DEFAULT)
    return _guessed(Manifest("", each.text, format_, None, b"", (), Directory(b""), b""))


def _known(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that the core has for algorithms, as far as it knows them."""
    known = by_name()
    return tuple(sorted({known[name.lower()].name for name in names if name.lower() in known}))
