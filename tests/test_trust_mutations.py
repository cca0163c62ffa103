"""No change of a file of a vector proves anything that was not proved before.

By default so many changes for each scheme, the same every time: pieces of files, bytes, files put
together, and several changes at once. ``CHECKSIG_FUZZ=100000`` tries so many: all of the pieces,
and all or many of the bytes; ``pytest -rP`` shows how many were refused.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import mutations
import pytest
from signatures import CASES, PROVED, check, expectation

from checksig import TrustError
from checksig import _schemes as trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mutations import Change, Place

    from checksig import Signature

CHANGES = int(os.environ.get("CHECKSIG_FUZZ", "0")) or 1000
#: Files that say whom to trust. They are the user's own: if one is changed, the key that is proved
#: and what it signed has to be the same, and not what is said of whose it is.
TRUSTED = {"key", "revoked"}


class Said(NamedTuple):
    """All that is said of a signature that is proved, but for where it lies."""

    key_id: str
    content: bytes
    rest: tuple[object, ...]  # who signed, when and what for


def said(signature: Signature, content: bytes) -> Said:
    """Return what is said of a signature."""
    names = ("identity", "issuer", "comment", "signed_at", "namespace", "builder", "source")
    return Said(signature.key_id, content, tuple(getattr(signature, name) for name in names))


@cache
def places(data: bytes) -> list[Place]:
    """Return what is in a file."""
    return mutations.places(data)


class Trial:
    """A vector, of which files can be changed."""

    def __init__(self, case: Path, directory: Path) -> None:
        """Lay out its files in a directory."""
        self.case, self.directory = case, directory / case.name
        self.files = {
            path.name: path.read_bytes()
            for path in sorted(case.iterdir())
            if path.is_file() and path.name != "expect"
        }
        self.expected = expectation(case)
        self.directory.mkdir()
        for name, data in self.files.items():
            (self.directory / name).write_bytes(data)
        #: What it proves; of one that is refused, what others prove by the same keys, for whoever
        #: asks as much or more: a change may undo its fault.
        self.proved = self.outcome({})

    def asks_no_more_than(self, other: Trial) -> bool:
        """Whether the same keys are trusted as in another, for as little or less."""
        same = all(self.files.get(name) == other.files.get(name) for name in TRUSTED)
        terms, others = (
            {row for row in each.expected.items() if row[0].startswith("ask-")}
            for each in (self, other)
        )
        return same and terms <= others

    def outcome(self, changed: Mapping[str, bytes]) -> frozenset[Said]:
        """Return what is proved, with files that have changed."""
        written = TRUSTED & changed.keys()  # the others are not read from the disk
        for name in written:
            (self.directory / name).write_bytes(changed[name])
        try:
            rest = {name: self.files[name] for name in self.files.keys() - TRUSTED}
            signatures, content = check(self.directory, self.expected, rest | dict(changed))
            return frozenset(said(signature, content) for signature in signatures)
        except TrustError:
            return frozenset()
        finally:
            for name in written:
                (self.directory / name).write_bytes(self.files[name])

    def verdict(self, changed: Mapping[str, bytes], more: frozenset[Said] = frozenset()) -> str:
        """Return whether a change is refused, proves the same, or something new."""
        found, known = self.outcome(changed), self.proved | more
        if not found:
            return "refused"
        alike = _same_key if TRUSTED & changed.keys() else _no_more
        right = all(any(alike(each, one) for one in known) for each in found)
        return "same" if right else "new"


def _same_key(found: Said, known: Said) -> bool:
    return found[:2] == known[:2]


def _no_more(found: Said, known: Said) -> bool:
    """Whether nothing else is said than before. Less may be.

    An old signature of minisign without its trusted comment is one of signify.
    """
    pairs = zip(found.rest, known.rest, strict=True)
    return _same_key(found, known) and all(new in (None, old) for new, old in pairs)


#: A file that is changed, and how.
Step = tuple[str, "Change"]


class Scheme:
    """All vectors of a scheme."""

    def __init__(self, name: str, directory: Path, number: int) -> None:
        """Lay them out, and begin with a number that chooses among all changes."""
        self.random = random.Random(number)
        trials = [Trial(case, directory) for case in CASES if case.parent.name == name]
        self.proved = [each for each in trials if each.expected["expect"] in PROVED]
        assert all(each.proved for each in self.proved)
        self.refused = [each for each in trials if each.expected["expect"] not in PROVED]
        for trial in self.refused:
            same = [each.proved for each in self.proved if trial.asks_no_more_than(each)]
            trial.proved = frozenset().union(*same)

    def tried(self, count: int) -> Iterator[tuple[str, str]]:
        """Try so many changes; yield verdicts, and what was tried if it proves something new."""
        kinds: Sequence[Callable[[int], Iterator[tuple[str, str]]]] = (
            *(self._joined, self._pieces, self._refused, self._bytes, self._several),
        )
        for left, kind in zip(range(len(kinds), 0, -1), kinds, strict=True):
            tried = 0
            for verdict, how in kind(count // left):
                tried += 1
                yield verdict, how if verdict == "new" else ""
            count -= tried

    def _sample(self, all_of: Any, count: int) -> list[Any]:
        return self.random.sample(all_of, min(count, len(all_of)))

    def _step(self, trial: Trial, step: Step) -> tuple[str, str]:
        name, change = step
        return trial.verdict({name: change.data()}), f"{trial.case.name} {name} {change.how}"

    def _pieces(self, count: int) -> Iterator[tuple[str, str]]:
        """Change the pieces of files of vectors that are proved."""
        steps = [(each, step) for each in self.proved for step in _steps(each, each.files)]
        for trial, step in self._sample(steps, count):
            yield self._step(trial, step)

    def _refused(self, count: int) -> Iterator[tuple[str, str]]:
        """Change vectors that are refused, but not whom to trust."""
        for trial in self._sample(self.refused * count, count):
            names = sorted(trial.files.keys() - TRUSTED)
            yield self._at_random(trial, names, 1)

    def _bytes(self, count: int) -> Iterator[tuple[str, str]]:
        """Change bytes of vectors that are proved."""
        rows = [(each, name) for each in self.proved for name in each.files]
        found = [(*row, mutations.Bytes(places(row[0].files[row[1]]))) for row in rows]
        sizes = [len(each[2]) for each in found]
        for number in self._sample(range(sum(sizes)), count):
            at, rest = 0, number
            while rest >= sizes[at]:
                rest -= sizes[at]
                at += 1
            trial, name, changes = found[at]
            yield self._step(trial, (name, changes[rest]))

    def _joined(self, count: int) -> Iterator[tuple[str, str]]:
        """Put the signature of a vector together with that of another, which may hold as well."""
        pairs = [
            (trial, other, form)
            for trial in self.proved
            for other in (*self.proved, *self.refused)
            for form in (b"%b%b", b"%b\n%b")
        ]
        for trial, other, form in self._sample(pairs, count // 2):
            signatures = trial.files["signature"], other.files["signature"]
            more = trial.outcome({"signature": signatures[1]})
            for pair in (signatures, signatures[::-1]):
                found = trial.verdict({"signature": form % pair}, more)
                yield found, f"{trial.case.name} with {other.case.name}"

    def _several(self, count: int) -> Iterator[tuple[str, str]]:
        """Change vectors that are proved in two places or three.

        Not whom to trust and the signature as well: what a key is called is signed by nobody.
        """
        for _ in range(count):
            trial = self.random.choice(self.proved)
            names = [trial.files.keys() & TRUSTED, trial.files.keys() - TRUSTED]
            times = self.random.randint(2, 3)
            yield self._at_random(trial, sorted(self.random.choice(names)), times)

    def _at_random(self, trial: Trial, names: Sequence[str], times: int) -> tuple[str, str]:
        changed: dict[str, bytes] = {}
        hows: list[str] = []
        for _ in range(times):
            name = self.random.choice(names)
            data = changed.get(name, trial.files[name])
            place = self.random.choice(mutations.places(data))
            found = list(mutations.changes(place)) if self.random.random() < 0.7 else []
            if not found and place.data:
                found = [self.random.choice(mutations.Bytes([place]))]  # type: ignore[arg-type]
            if found:
                change = self.random.choice(found)
                changed[name] = change.data()
                hows.append(f"{name} {change.how}")
        return trial.verdict(changed), f"{trial.case.name} {', '.join(hows)}"


def _steps(trial: Trial, names: Mapping[str, bytes]) -> Iterator[Step]:
    for name in names:
        for place in places(trial.files[name]):
            for change in mutations.changes(place):
                yield name, change


@pytest.mark.filterwarnings("ignore")  # raised, they would refuse what is accepted otherwise
@pytest.mark.parametrize("scheme", trust.SCHEMES)
def test_no_change_of_a_piece_proves_anything_new(scheme: str, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    new: list[str] = []
    for verdict, how in Scheme(scheme, tmp_path, CHANGES).tried(CHANGES):
        counts[verdict] += 1
        new += [how] if how else []
    print(f"{scheme}: {counts.total()} changes, {dict(counts)}")  # noqa: T201 (with -rP)
    assert new == []
    assert counts.total() == CHANGES
    assert counts["refused"] > CHANGES / 2
    assert counts["same"] > 0


#: The pieces that are found in the files of a scheme, among others.
FOUND = {
    "minisign": {"lines", "parts"},
    "signify": {"lines", "parts"},
    "ssh": {"lines", "fields"},
    "openpgp": {"lines", "blocks", "packets", "subpackets"},
    "sigstore": {"fields", "items", "lines", "der"},
    "cosign": {"fields", "items", "blocks", "lines", "der"},
    "model": {"fields", "items", "blocks", "lines", "der"},
}


@pytest.mark.parametrize("scheme", trust.SCHEMES)
def test_files_are_taken_apart_into_what_they_are_made_of(scheme: str, tmp_path: Path) -> None:
    """Put together again, they prove what they did."""
    found: set[str] = set()
    tried = 0
    for trial in Scheme(scheme, tmp_path, 1).proved:
        for name, data in trial.files.items():
            kinds = [each.kind for place in places(data) for each in mutations.pieces(place)]
            found |= {kind.rpartition("/")[2] for kind in kinds}
            inner = max(places(data), key=lambda place: place.kind.count("/"))
            assert trial.outcome({name: inner.put(inner.data)}) == trial.proved
            tried += inner.kind != ""
    assert found >= FOUND[scheme]
    assert tried > 2
