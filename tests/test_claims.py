"""Claims are values: they can be sent, kept and compared."""

from __future__ import annotations

import os
import pickle
from functools import reduce
from operator import add
from pathlib import Path

import pytest

import checksig
from checksig import Status
from checksig._checking.check import Check
from checksig._claims import Ask, Claim, Part, find
from checksig._options import CheckOptions, values
from checksig._options.values import settle
from checksig._places import Directory, Place
from checksig._results import Totals
from checksig._trust.policy import NO_KEYS


def checked(place: Place, claim: Claim, **options: object) -> checksig.Report:
    settled = settle(CheckOptions, options)
    check = Check([Part(place, claim)], values.rules(settled), values.reading(settled))
    list(check)
    return check.report()


def test_a_claim_is_a_value_that_pickles_whatever_it_is_of(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    checksig.make_bag(tmp_path)
    place = Directory(os.fsencode(tmp_path))
    claim = find(place, Ask(place.root), NO_KEYS).claim
    again = pickle.loads(pickle.dumps(claim))  # noqa: S301
    assert again == claim
    assert checked(place, again).ok


def test_lists_in_a_claim_are_bytes_and_no_objects_for_each_line(tmp_path: Path) -> None:
    rows = "".join(f"{number:064x}  {number}\n" for number in range(1000))
    (tmp_path / "SHA256SUMS").write_text(rows)
    place = Directory(os.fsencode(tmp_path))
    claim = find(place, Ask(place.root), NO_KEYS).claim
    assert claim.lists[0].text == rows.encode()
    assert len(pickle.dumps(claim)) < len(rows) + 2000


def test_totals_add_up() -> None:
    one = Totals(counts={**dict.fromkeys(Status, 0), Status.OK: 2}, files=3, bytes=5, excluded=1)
    two = Totals(counts={**dict.fromkeys(Status, 0), Status.MISSING: 1}, files=1, ignored=1)
    both = reduce(add, [one, two])
    assert (both.counts[Status.OK], both.counts[Status.MISSING]) == (2, 1)
    assert (both.files, both.bytes, both.excluded, both.ignored) == (4, 5, 1, 1)
    assert (one.lost, two.lost, both.lost) == (1, 0, 1)


def test_verdicts_that_got_lost_are_no_report(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Totals, "lost", 1)
    with pytest.raises(checksig.LibraryError, match="2 verdicts on 3 files"):
        checksig.audit(good)


@pytest.mark.parametrize("manifest", ["", b"", [], ()])
def test_an_empty_manifest_is_never_taken_for_none(good: Path, manifest: object) -> None:
    with pytest.raises(checksig.ManifestError):
        checksig.audit(good, manifest=manifest)  # type: ignore[arg-type] # not all are paths


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("inventory.json", '{"hosts": ["a", "b"]}'),
        ("primary.xml", "<settings/>"),
        ("my_files.xml", "<project><file>a</file></project>"),
        ("chart.prov", "where it comes from"),
        ("distinfo", "about this distribution"),
        ("SIGNATURE", "yours sincerely"),
        ("latest.yml", "channel: stable\n"),
        ("notes.mds", "# Notes\n"),
    ],
)
def test_files_that_are_only_called_like_a_list_are_files(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    (tmp_path / "a").write_text("a")
    checksig.create(tmp_path)
    assert checksig.verify(tmp_path, complete=True).files == 2
    (tmp_path / name).write_text(content + " ")
    assert not checksig.audit(tmp_path).ok
