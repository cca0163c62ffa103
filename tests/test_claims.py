"""Claims are values: they can be sent, and cut into slices that together say what they say."""

from __future__ import annotations

import os
import pickle
import tempfile
from functools import reduce
from operator import add
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import sha256

import checksig
from checksig import Status
from checksig._checking.check import Check
from checksig._checking.merging import merged
from checksig._claims import Ask, Claim, Part, find
from checksig._options import CheckOptions, values
from checksig._options.values import settle
from checksig._places import Directory, Place
from checksig._results import Totals
from checksig._trust.policy import NO_KEYS

NAMES = st.sampled_from(["a", "b", "c", "d.txt", "sub/e", "sub/f", "sub/deep/g", "\udcff", "h i"])
#: What becomes of a file after it was listed, and how often it is listed.
FATES = st.sampled_from(["right", "wrong", "gone", "unlisted", "twice", "both", "contradicted"])


def checked(place: Place, claim: Claim, **options: object) -> checksig.Report:
    settled = settle(CheckOptions, options)
    check = Check([Part(place, claim)], values.rules(settled), values.reading(settled))
    list(check)
    return check.report()


def grow(root: Path, tree: dict[str, str], nonsense: int) -> None:
    """Make files, and two lists of them."""
    rows: list[bytes] = []
    others: list[bytes] = []
    for name, fate in tree.items():
        path = os.fsencode(name)
        target = os.path.join(os.fsencode(root), path)  # noqa: PTH118 (bytes)
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        with open(target, "wb") as file:  # noqa: PTH123
            file.write(path)
        if fate == "unlisted":
            continue
        [result] = checksig.hash_files([target], "sha256")
        row = (result.found or "").encode() + b"  " + path + b"\n"
        rows += [row, row] if fate == "twice" else [row]
        if fate == "contradicted":
            rows.append(b"0" * 64 + b"  ./" + path + b"\n")
        if fate == "both":
            [result] = checksig.hash_files([target], "md5")
            others.append((result.found or "").encode() + b"  " + path + b"\n")
        if fate == "wrong":
            with open(target, "ab") as file:  # noqa: PTH123
                file.write(b"!")
        if fate == "gone":
            os.unlink(target)  # noqa: PTH108
    rows += [b"nonsense\n"] * nonsense + [b"0" * 64 + b"  ../outside\n"]
    (root / "SHA256SUMS").write_bytes(b"".join(rows))
    if others:
        (root / "MD5SUMS").write_bytes(b"".join(others))


def comparable(report: checksig.Report) -> dict[str, object]:
    fields = dict(vars(report))
    del fields["seconds"], fields["parts"]
    return fields | {"ok": report.ok}


OPTIONS = st.fixed_dictionaries(
    {
        "complete": st.booleans(),
        "ignore_missing": st.booleans(),
        "exclude": st.sampled_from([(), ("sub/",), ("*.txt",)]),
        "require": st.sampled_from([(), ("a", "lost")]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, FATES, min_size=1), st.integers(0, 2), st.integers(2, 4), OPTIONS)
def test_slices_of_a_claim_together_give_the_report_of_the_whole(
    tree: dict[str, str], nonsense: int, of: int, options: dict[str, object]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        grow(root, tree, nonsense)
        place = Directory(os.fsencode(root))
        claim = find(place, Ask(place.root), NO_KEYS).claim
        whole = checked(place, claim, **options)
        slices = [pickle.loads(pickle.dumps(part)) for part in claim.cut(of)]  # noqa: S301
        together = merged([checked(place, part, **options) for part in slices])
    assert comparable(together) == comparable(whole)


def test_slices_tell_once_what_belongs_to_no_file(tmp_path: Path) -> None:
    signature = checksig.Signature("s", "minisign", "k")
    (tmp_path / "a").write_bytes(b"a")
    place = Directory(os.fsencode(tmp_path))
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'a')}  a\n")
    claim = find(place, Ask(place.root), NO_KEYS).claim._replace(
        signatures=(signature,),
        unverified=((b"x", ""), (b"y", "link")),
        members=2,
        unchecked=("u",),
    )
    together = merged([checked(place, part) for part in claim.cut(3)])
    assert (together.unverified, together.members) == (2, 2)
    assert (together.signatures, together.unchecked) == ((signature,), ("u",))
    assert comparable(together) == comparable(checked(place, claim))


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
