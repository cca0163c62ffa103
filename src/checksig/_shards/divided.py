"""A place with what is said of it, divided into shards."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from checksig import _files, _places
from checksig._bridge import outlines
from checksig._bridge.outlines import NOTHING
from checksig._checking.outcome import EMPTY, Outcome, are_few
from checksig._checking.part_run import PartRun
from checksig._claims import Extent
from checksig._names import quoted
from checksig._shards import dividing, lines
from checksig._shards.plan import PlanPart, Shard
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._bridge.outlines import Outline
    from checksig._checking.auditing import Asked
    from checksig._claims import Part
    from checksig._shards.dividing import Walk

#: In bytes: of lists whose files are asked for their sizes if nobody says whether to: some two
#: hundred thousand lines. To look up more takes longer than a better balance can win.
_FEW: Final = 16 << 20
#: By which a file is known to be the same.
_SAME: Final = ("st_ino", "st_size", "st_mtime_ns")


class Cut(NamedTuple):
    """Where what is said of a place can be cut, and what belongs to none of its files."""

    outline: Outline
    source: bytes = b""  # where the lines are to be read; empty: they are packed
    outcome: Outcome | None = None  # what the lists come to; None: nothing is to be said of them
    state: os.stat_result | None = None  # of a large list, before it was read


class Divided:
    """A place with what is said of it, divided."""

    def __init__(self, asked: Asked, number: int, cut: Cut) -> None:
        """Take a place and where what is said of it can be cut: see divide, and divide_large.

        Args:
            asked: What is asked of all places.
            number: Of the place, from 0.
            cut: Where it can be cut.
        """
        part = asked.parts[number]
        claim, place = part.claim, part.place
        check = PartRun(part, asked.rules, asked.reading, None, keep_ok=False)
        self._cut, self._number, self._looked = cut, number, check.looked and bool(claim.lists)
        # A listing of a store is not divided.
        ordered = cut.outline.ordered and place.root is not None
        self.outline = cut.outline._replace(ordered=ordered)
        self._text = claim.lists[0].text if cut.source else b""  # of a large one there is none
        remarks = () if cut.outcome else claim.remarks
        nothing = Outcome(
            EMPTY, (), remarks=remarks, shown=place.show(), looked=check.looked
        )  # what a list comes to of which nothing is to be said
        lists = [(each.untagged, each.family, each.zero, each.backslashes) for each in claim.lists]
        self.planned = PlanPart(
            below=os.fsdecode(part.below),
            place=os.fsdecode(_absolute(place)),
            source=os.fsdecode(cut.source),
            size=cut.outline.steps[-1].end if cut.source else 0,
            lists=tuple(lists),
            base=os.fsdecode(claim.lists[0].base) if cut.source else "",
            names=are_few(claim) and cut.state is None,
            claim=claim._replace(lists=(), remarks=()),  # which are in the outcome
            outcome=cut.outcome or nothing,
        )

    @property
    def longest(self) -> tuple[str, int]:
        """The name of the longest file that is known, and its size in bytes."""
        size = max((step.longest for step in self.outline.steps), default=0)
        name = os.fsdecode(self.outline.longest)
        return (os.path.join(self.planned.below, name), size)

    def shards(self, first: int, cost: int, at: int) -> tuple[list[Shard], list[bytes]]:
        """Return the shards, and their lines if they are packed.

        Args:
            first: The number of the first of them.
            cost: Of each, in bytes.
            at: Where packed lines begin, in bytes.
        """
        runs = dividing.runs_of(self.outline.steps, cost)
        data: list[bytes] = []
        found: list[Shard] = []
        for run in runs:
            steps = self.outline.steps[run.first : run.last + 1]
            shard = Shard(
                self._number,
                entries=sum(step.entries for step in steps),
                files=sum(step.files for step in steps),
                size=sum(step.size for step in steps),
                undigested=sum(step.bare for step in steps),
            )
            if self._cut.source:
                begin, end = steps[0].at, steps[-1].end
                digest = self._digest(begin, end)
                line = steps[0].first
            else:
                piece = lines.packed(len(self.planned.lists), [step.lines for step in steps])
                data.append(piece)
                begin, end, line = at, at + len(piece), 1
                at, digest = end, lines.sha256(piece)
            found.append(shard._replace(at=begin, end=end, line=line, sha256=digest))
        if self._looked:
            walks = dividing.walks_of(self.outline, runs, cost)
            found += [self._walk(walk, first) for walk in walks]
        self._expect_same()
        return found, data

    def _digest(self, begin: int, end: int) -> str:
        """Return the SHA-256 of some bytes of the list."""
        if self._text:
            return lines.sha256(self._text[begin:end])
        return lines.digest_of(self._cut.source, begin, end)

    def _expect_same(self) -> None:
        """Go on only if a large list is the one that was read first.

        Raises:
            PlanError: it has changed.
        """
        if self._cut.state is None:
            return
        now = _state(self._cut.source)
        if any(getattr(now, name) != getattr(self._cut.state, name) for name in _SAME):
            raise PlanError(f"{quoted(self._cut.source)} has changed while it was read")

    def _walk(self, walk: Walk, first: int) -> Shard:
        return Shard(
            self._number,
            others=True,
            start=os.fsdecode(walk.start),
            stop=os.fsdecode(walk.end),
            reads=tuple(_spans([first + run for run in walk.runs])),
        )


def divide(asked: Asked, number: int, sizes: str) -> Divided:
    """Divide a place with what is said of it.

    Args:
        asked: What is asked of all places.
        number: Of the place, from 0.
        sizes: Whether files are asked for theirs: see :class:`PlanOptions`.

    Raises:
        PlanError: it is checked on one machine.
        ChecksigError: its lists cannot be read.
    """
    part = asked.parts[number]
    _expect_place(part.place)
    claim, require = part.claim, dict(asked.rules.names).get("require")
    if not claim.lists:  # what is said of it is settled
        return Divided(asked, number, Cut(NOTHING, outcome=_of_lists(asked, number)))
    given, source = _given(part, asked, sizes), _source(part)
    if source and (found := outlines.outline(claim.lists[0], b"", given)):
        # Where each line says the same wherever it stands, nothing else is to be said of the list.
        more = claim.settled or claim.unverified or require
        return Divided(
            asked, number, Cut(found, source, _of_lists(asked, number) if more else None)
        )
    outcome = _of_lists(asked, number)  # or the reason why they are no lists
    return Divided(asked, number, Cut(outlines.divide(claim.lists, given), outcome=outcome))


def divide_large(asked: Asked, sizes: str, source: bytes) -> Divided | None:
    """Divide a place with one list that is read where it lies; return None if it has to be held.

    Raises:
        ChecksigError: it cannot be read.
    """
    [part] = asked.parts
    given, state = _given(part, asked, sizes), _state(source)
    found = outlines.outline(part.claim.lists[0], source, given)
    return None if found is None else Divided(asked, 0, Cut(found, source, state=state))


def _state(source: bytes) -> os.stat_result:
    """Return what tells a list from another.

    Raises:
        PlanError: it is not there any more.
    """
    try:
        return os.stat(source)
    except OSError as error:
        raise _files.unreadable(source, error, PlanError) from error


def _given(part: Part, asked: Asked, sizes: str) -> outlines.Given:
    """Return what is asked of the outline of a place."""
    size = sum([len(each.text) + len(each.lines) for each in part.claim.lists])
    few = 0 < size <= _FEW
    wanted = part.place.root is not None and (sizes == "always" or (sizes == "auto" and few))
    settings = {**dict(asked.rules.settings), "sizes": wanted or None}
    names, root = dict(asked.rules.names), part.place.root or b""
    return outlines.Given(root, names, settings, asked.reading.cancel)


def _spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of numbers that follow each other."""
    begin = 0
    for at, number in enumerate(numbers):
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            yield numbers[begin], number
            begin = at + 1


def _expect_place(place: _places.Place) -> None:
    """Refuse what is checked on one machine.

    Raises:
        PlanError: it is.
    """
    if place.root is None and not _places.served(place):
        where = _places.quoted_path(os.fsencode(place.show()))
        raise PlanError(f"{where} is checked on one machine: it is no directory and no store")


def _absolute(place: _places.Place) -> bytes:
    if place.root is not None:
        return os.path.abspath(place.root)
    return os.fsencode(place.show())


def _source(part: Part) -> bytes:
    """Return the path of the one list of a claim, if others can read it where it lies; else empty.

    It lies in the place that it is about: what this machine has elsewhere, others may not have.
    What was read is what a signature was checked over: it has to be what lies there.
    """
    claim, place = part.claim, part.place
    if len(claim.lists) != 1 or len(claim.sources) != 1 or claim.lists[0].lines:
        return b""
    path = os.fsencode(claim.sources[0].path)
    text = claim.lists[0].text
    if place.root is not None:
        inside = os.path.realpath(path).startswith(os.path.join(os.path.realpath(place.root), b""))
        return os.path.abspath(path) if inside and _there(path) == text else b""
    there, top = _places.served(place), os.fsencode(place.show())
    if there is None or not there.gives_parts or not path.startswith(top):
        return b""
    item = place.find(path.removeprefix(top))
    return path if item and place.read(item, _files.MAX_SIZE) == text else b""


def _there(path: bytes) -> bytes | None:
    try:
        return _files.read_regular(path)
    except OSError:
        return None


def _of_lists(asked: Asked, number: int) -> Outcome:
    """Return what the lists come to by themselves: lines that cannot be understood, and remarks."""
    part, rules = asked.parts[number], asked.rules
    if len(asked.parts) > 1:
        rules = rules.of_part(part.below, [each.below for each in asked.parts])
    claim = part.claim._replace(extent=Extent("lists"))
    check = PartRun(part._replace(claim=claim), rules, asked.reading, None, keep_ok=False)
    for _ in check.results(None, None):
        pass  # failures are kept
    return check.outcome(stopped=False)._replace(seconds=0.0)  # plans of the same are the same
