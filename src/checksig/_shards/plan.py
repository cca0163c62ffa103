"""Plans: a check in shards that any machine can run, and that together are the whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checksig import __version__, _files
from checksig._claims import Claim
from checksig._names import counted
from checksig._options import RuleOptions, table, values
from checksig._shards import documents
from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from checksig._checking.outcome import Outcome
    from checksig._options import StrPath
    from checksig._options.values import Rules

SCHEMA: Final = "checksig.plan/1"


class Shard(NamedTuple):
    """Some of the files that are listed, or names that are looked for among others."""

    part: int  # of the plan, from 0
    at: int = 0  # where its lines begin, in bytes: see PlanPart.source
    end: int = 0
    line: int = 1  # the number of the first, if they are those of a list
    entries: int = 0
    files: int = 0
    size: int = 0  # to be read, in bytes, as far as that is known
    undigested: int = 0  # files that are listed without a digest
    sha256: str = ""  # of its lines as they lie there
    others: bool = False  # whether it is about files that are not listed
    start: str = ""  # the first name that it looks for; empty: there is none before
    stop: str = ""  # the first behind them; empty: there is none
    reads: tuple[tuple[int, int], ...] = ()  # from and to which shard lines are listed names


class PlanPart(NamedTuple):
    """A place of a plan, with what is said of it."""

    below: str  # its name below the root
    place: str  # its path, absolute, or its address
    source: str  # the list that lines are in: its path or address; empty: they are packed
    size: int  # of that list, in bytes
    lists: tuple[tuple[str | None, str, bool, bool], ...]  # untagged, family, zero, backslashes
    base: str  # the directory that names in the list are relative to
    names: bool  # whether names of files that are ok are kept
    claim: Claim  # without lists
    outcome: Outcome | None  # what the lists come to by themselves; None in what workers have


@dataclass(frozen=True)
class Plan:
    """A check in shards.

    Made by :func:`checksig.plan`. ``digest`` binds all of it: each partial has it.
    """

    root: str  #: the path that was given
    options: Mapping[str, Any]  #: the rules that are not the default
    shards: Sequence[Shard] = field(repr=False)
    parts: Sequence[PlanPart] = field(repr=False)
    files: int  #: that are listed
    entries: int  #: lines of the lists about them
    size: int  #: of the files, in bytes, as far as that is known
    longest: tuple[str, int] | None = None  #: the longest file, and its size in bytes: if known
    #: Where the plan lies, if it was read: packed lines lie beside it.
    path: str = field(default="", compare=False)
    #: The lines of shards, if they travel with the plan, by number.
    carried: Mapping[int, bytes] = field(
        default_factory=dict[int, bytes], repr=False, compare=False
    )
    #: The SHA-256 of the plan as JSON, but for this.
    digest: str = ""

    def save(self, path: StrPath, *, overwrite: bool = False) -> None:
        """Write the plan, and beside it packed lines, if there are some.

        Raises:
            CreateError: it is there and may not be overwritten, or cannot be written.
        """
        target = os.fsencode(path)
        if not overwrite and os.path.lexists(target):
            raise _files.exists(target)
        if self.carried:
            lines = b"".join([self.carried[number] for number in sorted(self.carried)])
            _files.write(lines_beside(target), lines, overwrite=overwrite)
        _files.write(target, documents.canonical(self.document()) + b"\n", overwrite=overwrite)

    def document(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {**self._rest(), "digest": self.digest}

    def _rest(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "version": __version__,
            "root": self.root,
            "options": dict(self.options),
            "files": self.files,
            "entries": self.entries,
            "size": self.size,
            "longest": self.longest and list(self.longest),
            "shards": [_of_shard(each) for each in self.shards],
            "parts": [_of_part(each) for each in self.parts],
        }

    def bound(self) -> Self:
        """Return the plan with its digest."""
        return replace(self, digest=documents.digest(self._rest(), "digest"))

    def rules(self, planned: PlanPart) -> Rules:
        """Return what counts as success for one of its places."""
        settled = {name: row.default for name, row in table(RuleOptions).items()}
        settled.update(self.options)
        rules = values.rules(settled, self.options.get("algorithm"))
        if len(self.parts) == 1:
            return rules
        below = [os.fsencode(each.below) for each in self.parts]
        return rules.of_part(os.fsencode(planned.below), below)

    def expect_shard(self, number: int) -> None:
        """Go on only with a shard that there is.

        Raises:
            PlanError: there is none of that number.
        """
        if not 0 <= number < len(self.shards):
            last = len(self.shards) - 1
            raise PlanError(f"there is no shard {number}: those of the plan are 0 to {last}")

    def __str__(self) -> str:
        """Return how many shards of how much there are."""
        shards = counted(len(self.shards), "shard")
        return f"{shards}, {counted(self.files, 'file')}"


def lines_beside(path: bytes) -> bytes:
    """Return the path of the packed lines of a plan."""
    return path + b".lines"


_NO_SHARD: Final = Shard(0)


def _of_shard(shard: Shard) -> dict[str, Any]:
    return {n: v for n, v in shard._asdict().items() if v != getattr(_NO_SHARD, n)}


def _of_part(planned: PlanPart) -> dict[str, Any]:
    found = planned._asdict()
    found["lists"] = [list(each) for each in planned.lists]
    found["claim"] = documents.of_claim(planned.claim)
    found["outcome"] = planned.outcome and documents.of_outcome(planned.outcome)
    return found
