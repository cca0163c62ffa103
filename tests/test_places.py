"""A place is checked by nothing but its protocol, and a check of several has one report."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from places import Memory
from trees import plant

import checksig
from checksig import Status
from checksig._checking.check import Check
from checksig._claims import Ask, Part, find
from checksig._options import CheckOptions, values
from checksig._options.values import settle
from checksig._places import Directory, Item
from checksig._trust.policy import NO_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from checksig._bridge.hashing import Readable
    from checksig._places import Fault, Place


def memory(**files: bytes) -> Memory:
    """Return a place whose list has all of its files."""
    rows = [f"{sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    found = {name.encode(): [data] for name, data in files.items()}
    return Memory(found | {b"SHA256SUMS": ["".join(rows).encode()]})


def check(*places: Place, **options: object) -> checksig.Report:
    """Check places, and return the report."""
    settled = settle(CheckOptions, options)
    parts = [find(place, Ask(b"memory:"), NO_KEYS) for place in places]
    rules, reading = values.rules(settled), values.reading(settled)
    under_way = Check(parts, rules, reading)
    found = list(under_way)
    report = under_way.report()
    assert set(found) == set(report.failures)
    return report


def test_a_place_in_memory_is_verified() -> None:
    place = memory(a=b"a", b=b"b" * 100_000, c=b"")
    report = check(place, complete=True)
    assert report.ok
    assert (report.files, report.bytes, report.root) == (3, 100_001, "memory:")
    assert report.manifests[0].path == "memory:SHA256SUMS"
    assert (place.opened, place.closed) == ([b"a", b"b", b"c"], 1)


def test_a_place_in_memory_is_held_to_every_rule() -> None:
    place = memory(a=b"a", gone=b"gone", b=b"b", short=b"short")
    place.files[b"a"][-1] = b"A"
    place.files[b"short"][-1] = b"shor"
    place.files[b"extra"] = [b""]
    del place.files[b"gone"]
    report = check(place, complete=True)
    assert not report.ok
    assert {r.path: r.status for r in report.failures} == {
        "a": Status.MISMATCH,
        "short": Status.MISMATCH,
        "gone": Status.MISSING,
        "extra": Status.UNLISTED,
    }
    assert report.counts[Status.OK] == 1


def test_a_version_that_came_after_the_list_is_changed_and_not_ok(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = memory(a=b"a")
    item = place.find(b"a")
    assert item
    monkeypatch.setattr(place, "find", lambda name: item._replace(name=name))
    place.files[b"a"].append(b"a")
    [failure] = check(place).failures
    assert (failure.status, failure.detail) == (Status.CHANGED, "another version was listed")


def test_a_file_that_a_place_says_nothing_of_is_unreadable() -> None:
    class Silent(Memory):
        def open(self, items: object) -> Iterator[tuple[Item, Readable | Fault]]:
            del items
            yield from ()

    [failure] = check(Silent(memory(a=b"a").files)).failures
    assert failure.status is Status.UNREADABLE


def test_a_stream_that_breaks_is_unreadable_and_says_why() -> None:
    class Broken:
        def readinto(self, _: memoryview, /) -> int:
            raise OSError("the other side went away")

    class Breaking(Memory):
        def open(self, items: object) -> Iterator[tuple[Item, Readable | Fault]]:
            for item in items:  # type: ignore[attr-defined]
                yield item, Broken()

    [failure] = check(Breaking(memory(a=b"a").files)).failures
    assert (failure.status, failure.detail) == (Status.UNREADABLE, "the other side went away")


def test_several_places_have_one_report_which_is_ok_only_if_each_is() -> None:
    report = check(memory(a=b"a"), memory(b=b"b", c=b"c"))
    assert report.ok
    assert (report.files, len(report.manifests)) == (3, 2)
    assert [part.files for part in report.parts] == [1, 2]
    wrong = memory(b=b"b", c=b"c")
    wrong.files[b"c"] = [b"C"]
    report = check(memory(a=b"a"), wrong)
    assert not report.ok
    assert [part.ok for part in report.parts] == [True, False]
    assert (report.counts[Status.OK], report.counts[Status.MISMATCH]) == (2, 1)


def test_a_part_in_which_nothing_is_ok_is_not_made_ok_by_another() -> None:
    empty = memory(gone=b"gone")
    del empty.files[b"gone"]
    report = check(memory(a=b"a"), empty, ignore_missing=True)
    assert [part.ok for part in report.parts] == [True, False]
    assert not report.ok


def test_places_that_are_not_come_to_are_closed_all_the_same() -> None:
    wrong, right = memory(a=b"a"), memory(b=b"b")
    wrong.files[b"a"] = [b"A"]
    report = check(wrong, right, max_failures=1)
    assert (report.stopped, report.ok) == (True, False)
    assert right.closed == 1


def test_places_are_closed_if_one_before_them_fails() -> None:
    wrong, right = memory(a=b"a"), memory(b=b"b")
    wrong.open = None  # type: ignore[method-assign, assignment]
    with pytest.raises(TypeError):
        check(wrong, right)
    assert (wrong.closed, right.closed) == (1, 1)


class Folding(Memory):
    """A place that finds names whatever their case."""

    def find(self, name: bytes) -> Item | None:
        """Return the item of a name in small letters."""
        return super().find(name.lower())


@pytest.mark.parametrize("between", [0, 3000])
def test_a_place_that_has_one_file_for_two_names_fails_and_ends(between: int) -> None:
    """However many batches of names lie between the two."""
    names = {f"b{number:05}": b"b" for number in range(between)}
    place = memory(a=b"a", **names, A=b"a")
    report = check(Folding(place.files))
    assert [(f.path, f.status) for f in report.failures] == [("A", Status.UNREADABLE)]


class Confused(Memory):
    """A place that opens what it was not asked for."""

    def open(self, items: Iterable[Item]) -> Iterator[tuple[Item, Readable | Fault]]:
        """Yield each item twice."""
        found = list(items)
        return super().open([*found, *found])


def test_a_place_that_opens_what_it_was_not_asked_for_is_an_error() -> None:
    place = memory(a=b"a")
    with pytest.raises(checksig.LibraryError, match='opened "a", and was not asked to'):
        check(Confused(place.files))


def test_places_of_several_kinds_are_checked_together(good: Path) -> None:
    part = find(Directory(os.fsencode(good)), Ask(os.fsencode(good)), NO_KEYS)
    settled = settle(CheckOptions, {})
    parts = [part, find(memory(a=b"a"), Ask(b"memory:"), NO_KEYS)]
    under_way = Check(parts, values.rules(settled), values.reading(settled))
    assert list(under_way) == []
    assert under_way.report().ok
    assert under_way.report().files == 4


def test_a_report_before_the_end_is_none() -> None:
    settled = settle(CheckOptions, {})
    part = find(memory(a=b"a"), Ask(b"memory:"), NO_KEYS)
    under_way = Check([part], values.rules(settled), values.reading(settled))
    with pytest.raises(checksig.LibraryError, match="before the end"):
        under_way.report()


def test_results_have_the_stat_of_the_file_that_was_hashed_on_request(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", {"a": b"abc"})
    settled = settle(CheckOptions, {})
    for wanted in (True, False):
        place = Directory(os.fsencode(root))
        part = find(place, Ask(place.root), NO_KEYS)
        reading = values.reading(settled)._replace(stat=wanted)
        [result] = Check([part], values.rules(settled), reading, keep_ok=True)
        status = (root / "a").stat()
        assert (result.stat is not None) == wanted
        if result.stat:
            assert result.stat.size == 3
            assert result.stat.mtime_ns == status.st_mtime_ns
            assert (result.stat.inode, result.stat.device) == (status.st_ino, status.st_dev)


def test_parts_are_values_of_a_place_and_a_claim() -> None:
    place = memory(a=b"a")
    assert isinstance(find(place, Ask(b"memory:"), NO_KEYS), Part)
