"""Plans, made: a claim that is read, checked for its signature and divided once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from checksig import _files, _places
from checksig._bridge import outlines
from checksig._checking import asking
from checksig._checking.outcome import keeps_names
from checksig._checking.part_run import PartRun
from checksig._claims import Extent, Part
from checksig._options import RuleOptions, table
from checksig._shards import dividing, lines
from checksig._shards.plan import Plan, Shard, Share
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checksig._bridge.outlines import Outline
    from checksig._checking.asking import Asked
    from checksig._checking.outcome import Outcome
    from checksig._options import StrPath
    from checksig._options.values import Rules
    from checksig._places.place import AnyFileSystem
    from checksig._shards.dividing import Walk

#: In bytes: of lists whose files are asked for their sizes if nobody says whether to: some two
#: hundred thousand lines.
_FEW: Final = 16 << 20


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
    asked = asking.asked(path, options)
    try:
        divided = [_Divided(part, number, asked, sizes) for number, part in enumerate(asked.parts)]
    finally:
        for part in asked.parts:
            part.place.close()
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
    rows = table(RuleOptions)
    rules = {
        name: _plain(options[name])
        for name in (*rows, "algorithm")
        if options[name] != (rows[name].default if name in rows else None)
    }
    longest = max((each.longest for each in divided), key=lambda pair: pair[1])
    plan = Plan(
        root=os.fsdecode(asked.path),
        options=rules,
        shards=found,
        shares=[each.share for each in divided],
        files=sum(each.files for each in found),
        entries=sum(each.entries for each in found),
        size=sum(each.size for each in found),
        longest=longest if longest[1] else None,
        carried=carried,
    )
    return plan.bound(), asked


def _plain(value: Any) -> Any:
    """Return the value of an option as JSON has it."""
    return [os.fsdecode(each) for each in value] if isinstance(value, tuple) else value


class _Divided:
    """A place with what is said of it, divided."""

    def __init__(self, part: Part, number: int, asked: Asked, sizes: str) -> None:
        self._part, self._number, self._rules = part, number, asked.rules
        place, claim = part.place, part.claim
        _expect_places(part)
        size = sum([len(each.text) + len(each.lines) for each in claim.lists])
        wanted = sizes == "always" or (sizes == "auto" and size <= _FEW)
        looks = wanted and place.root is not None
        settings = {**dict(asked.rules.settings), "sizes": looks or None}
        given = outlines.Given(
            place.root or b"", dict(asked.rules.names), settings, asked.reading.cancel
        )
        self.outline, self._source = _outlined(part, given)
        self._looked = PartRun(part, asked.rules, asked.reading, None, keep_ok=False).looked
        lists = [(each.untagged, each.family, each.zero, each.backslashes) for each in claim.lists]
        self.share = Share(
            below=os.fsdecode(part.below),
            place=os.fsdecode(_absolute(place)),
            shown=place.show(),
            source=os.fsdecode(self._source),
            lists=tuple(lists),
            base=os.fsdecode(claim.lists[0].base) if self._source else "",
            names=keeps_names(claim, asked.rules),
            claim=claim._replace(lists=()),
            outcome=_of_lists(part, asked),
        )

    @property
    def longest(self) -> tuple[str, int]:
        """The name of the longest file that is known, and its size in bytes."""
        size = max((step.longest for step in self.outline.steps), default=0)
        name = os.fsdecode(self.outline.longest)
        return (os.path.join(self.share.below, name), size)

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
            )
            if self._source:
                begin, end = steps[0].at, steps[-1].end
                digest = lines.digest_of(self._source, begin, end)
                line = steps[0].first
            else:
                piece = lines.packed(len(self.share.lists), [step.lines for step in steps])
                data.append(piece)
                begin, end, line = at, at + len(piece), 1
                at, digest = end, lines.sha256(piece)
            found.append(shard._replace(at=begin, end=end, line=line, sha256=digest))
        if self._looked:
            walks = self._walks(runs, cost)
            found += [self._walk(walk, first) for walk in walks]
        return found, data

    def _walks(self, runs: Sequence[dividing.Run], cost: int) -> list[Walk]:
        outline = self.outline
        if self._part.place.root is None:  # a listing of a store is not divided
            outline = outline._replace(crowds=())
        files = sum(step.files for step in outline.steps)
        return dividing.walks_of(outline, runs, cost, files)

    def _walk(self, walk: Walk, first: int) -> Shard:
        return Shard(
            self._number,
            others=True,
            below=(os.fsdecode(walk.below),) if walk.below else (),
            beside=tuple(map(os.fsdecode, walk.beside)),
            reads=tuple(_spans([first + run for run in walk.runs])),
        )


def _spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of numbers that follow each other."""
    begin = 0
    for at, number in enumerate(numbers):
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            yield numbers[begin], number
            begin = at + 1


def _expect_places(part: Part) -> None:
    """Refuse what is checked on one machine.

    Raises:
        PlanError: it is.
    """
    place, claim = part.place, part.claim
    if place.root is None and not _places.served(place):
        where = _places.quoted_path(os.fsencode(place.show()))
        raise PlanError(f"{where} is checked on one machine: it is no directory and no store")
    if not claim.lists:
        where = _places.quoted_path(os.fsencode(place.show()))
        raise PlanError(f"{where} is checked on one machine: no list is to be divided")


def _absolute(place: _places.Place) -> bytes:
    if place.root is not None:
        return os.path.abspath(place.root)
    return os.fsencode(place.show())


def _outlined(part: Part, given: outlines.Given) -> tuple[Outline, bytes]:
    """Return where a claim can be cut, and where its lines are to be read; empty: with the plan."""
    lists = part.claim.lists
    if source := _source(part):
        found = outlines.outline(lists[0], b"", given)
        if found is not None:
            return found, source
    return outlines.divide(lists, given), b""


def _source(part: Part) -> bytes:
    """Return the path of the one list of a claim, if others can read it where it lies; else empty.

    It lies in the directory that it is about: what this machine has elsewhere, others may not have.
    What was read is what a signature was checked over: it has to be what lies there.
    """
    claim, place = part.claim, part.place
    if len(claim.lists) != 1 or len(claim.sources) != 1 or not claim.lists[0].text:
        return b""
    path = os.fsencode(claim.sources[0].path)
    if place.root is None or _places.is_address(path):
        return b""
    inside = os.path.realpath(path).startswith(os.path.realpath(place.root) + b"/")
    if not inside or claim.lists[0].lines:
        return b""
    try:
        same = _files.read_regular(path) == claim.lists[0].text
    except OSError:
        return b""
    return os.path.abspath(path) if same else b""


def _of_lists(part: Part, asked: Asked) -> Outcome:
    """Return what the lists come to by themselves: lines that cannot be understood, and remarks."""
    rules = _rules_of(part, asked)
    claim = part.claim._replace(extent=Extent("lists"))
    check = PartRun(Part(part.place, claim), rules, asked.reading, None, keep_ok=False)
    for _ in check.results(None, None):
        pass  # failures are kept
    return check.outcome(stopped=False)


def _rules_of(part: Part, asked: Asked) -> Rules:
    if len(asked.parts) == 1:
        return asked.rules
    return asked.rules.of_part(part.below, [each.below for each in asked.parts])
