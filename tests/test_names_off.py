"""Names in lists that are off: a directory too many, or too few, or whole paths of elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from trees import plant, sha256

import checksig
from checksig import Entry, ManifestError, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

FILES = {"a": b"a", "sub/b": b"b", "sub/deep/c": b"c"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory without a list."""
    root = tmp_path / "place"
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def relist(root: Path, called: Callable[[str], str], name: str = "SHA256SUMS") -> None:
    """Write a list with other names in it."""
    lines = [f"{sha256(data)}  {called(each)}\n" for each, data in FILES.items()]
    (root / name).write_text("".join(lines))


WAYS: dict[str, tuple[dict[str, Any], Callable[[str], str]]] = {
    "strip": ({"strip": 1}, lambda name: f"set/{name}"),
    "strip two": ({"strip": 2}, lambda name: f"./x//y/{name}"),
    "by name": ({"by_name": True}, lambda name: f"q/{name.rpartition('/')[2]}"),
    "by name, some": ({"by_name": True}, lambda name: name.removeprefix("sub/deep/")),
    "both": ({"strip": 1, "prefix": "."}, lambda name: f"set/{name}"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["coreutils", "hashdeep", "jsonl"])
def test_names_that_are_off_are_found_if_it_is_said_how(
    place: Path, tmp_path: Path, way: str, form: str
) -> None:
    options, called = WAYS[way]
    for name, data in FILES.items():  # under the names that they have in the list
        path = tmp_path / "off" / called(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    listed = tmp_path / "list.txt"
    checksig.create(tmp_path / "off", format=form, output=listed)
    if form == "coreutils":
        relist(tmp_path, called, listed.name)
    wrong = checksig.audit(place, manifest=listed)
    assert wrong.counts[Status.MISSING] >= 1
    report = checksig.verify(place, manifest=listed, complete=True, **options)
    assert report.counts[Status.OK] == len(FILES)
    (place / "sub" / "b").write_bytes(b"x")
    wrong = checksig.audit(place, manifest=listed, **options)
    assert [(each.path, each.status) for each in wrong.failures] == [("sub/b", Status.MISMATCH)]


def test_a_prefix_is_put_before_each_name(place: Path, cli: Cli) -> None:
    (place / "set").mkdir()
    for name in ("a", "sub"):
        os.rename(place / name, place / "set" / name)  # noqa: PTH104
    relist(place, lambda name: name)
    assert cli("verify", place).code == 1
    for prefix in ("set", "set/", "./set//"):
        assert cli("verify", place, "--prefix", prefix, "--complete").code == 0
    for prefix in ("../place/set", "/set", "a/../set"):
        answer = cli("verify", place, "--prefix", prefix)
        assert (answer.code, "leads out of the directory" in answer.err) == (2, True)


def test_an_absolute_name_is_one_below_the_directory_only_if_that_is_said(
    place: Path, tmp_path: Path, cli: Cli
) -> None:
    relist(place, lambda name: f"{place}/{name}")
    answer = cli("verify", place)
    assert (answer.code, "3 names are absolute and lie below the directory: --strip-root" in
            " ".join(answer.out.split())) == (1, True)  # fmt: skip
    answer = cli("verify", place, "--strip-root", "--complete")
    assert (answer.code, "3 absolute names taken as below the directory" in answer.out) == (0, True)
    (tmp_path / "link").symlink_to(place)
    assert cli("verify", tmp_path / "link", "--strip-root").code == 0
    relist(place, lambda name: f"/elsewhere/{name}")
    assert checksig.audit(place, strip_root=True).counts[Status.UNSAFE_PATH] == 3
    relist(place, lambda name: f"{place}/../place/{name}")
    assert checksig.audit(place, strip_root=True).counts[Status.UNSAFE_PATH] == 3


@pytest.mark.parametrize("name", ["../a", "set/../../a", "/a", "a/.."])
@pytest.mark.parametrize("options", [{"strip": 1}, {"by_name": True}, {"prefix": "sub"}])
def test_a_name_that_leads_out_is_refused_whatever_is_left_of_it(
    place: Path, name: str, options: dict[str, Any]
) -> None:
    (place / "SHA256SUMS").write_text(f"{sha256(b'a')}  {name}\n")
    report = checksig.audit(place, **options)
    assert [each.status for each in report.failures] == [Status.UNSAFE_PATH]


def test_a_name_of_which_nothing_is_left_fails(place: Path) -> None:
    (place / "SHA256SUMS").write_text(f"{sha256(b'a')}  set/a\n{sha256(b'a')}  a\n")
    report = checksig.audit(place, strip=1)
    [failure] = report.failures
    assert (failure.status, failure.line) == (Status.MALFORMED, 2)
    assert failure.detail == "nothing is left of a without 1 directory"


@pytest.mark.parametrize("options", [{"strip": 1}, {"by_name": True}])
def test_two_names_that_would_be_one_are_refused(
    place: Path, cli: Cli, options: dict[str, Any]
) -> None:
    (place / "SHA256SUMS").write_text(f"{sha256(b'a')}  x/a\n{sha256(b'a')}  y/a\n")
    with pytest.raises(ManifestError, match="x/a and y/a would both be a"):
        checksig.audit(place, **options)
    if "strip" in options:
        answer = cli("verify", place, "--strip", "1")
        assert (answer.code, answer.out) == (2, "")
    (place / "SHA256SUMS").write_text(f"{sha256(b'a')}  x/a\n{sha256(b'a')}  ./x/a\n")
    assert checksig.verify(place, **options).files == 1  # it is one file, twice


def test_by_name_takes_no_file_if_several_are_called_so(place: Path) -> None:
    (place / "other").mkdir()
    (place / "other" / "b").write_bytes(b"b")
    relist(place, lambda name: f"q/{name}")
    report = checksig.audit(place, by_name=True)
    [failure] = report.failures
    assert (failure.path, failure.status) == ("q/sub/b", Status.MISSING)
    assert "2 files are called so, and none is taken" in failure.detail
    assert report.counts[Status.OK] == 2


def test_names_of_bags_and_entries_are_what_they_are(tmp_path: Path, place: Path) -> None:
    with pytest.raises(TypeError, match="entries have the names of files"):
        checksig.audit(place, entries=[Entry("x/a", sha256(b"a"), "sha256")], strip=1)
    checksig.make_bag(place)
    with pytest.raises(ManifestError, match="names in a bag"):
        checksig.audit(place, strip=1)


def test_a_list_is_converted_with_other_names(place: Path, cli: Cli) -> None:
    relist(place, lambda name: f"set/{name}")
    answer = cli("convert", place / "SHA256SUMS", "--strip", "1", "-f", "coreutils", "-o", "-")
    assert answer.out.splitlines() == [f"{sha256(data)}  {n}" for n, data in FILES.items()]
    made = checksig.convert(place / "SHA256SUMS", "coreutils", output=place / "new", by_name=True)
    assert made.files == 3
    assert [line.split()[1] for line in (place / "new").read_text().splitlines()] == ["a", "b", "c"]
    with pytest.raises(ManifestError, match="nothing is left of set/a"):
        checksig.convert(place / "SHA256SUMS", strip=2)
    relist(place, lambda name: f"set/{len(name)}/x")
    with pytest.raises(ManifestError, match="would both be x"):
        checksig.convert(place / "SHA256SUMS", by_name=True)


def test_what_was_moved_and_damaged_is_named(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", {"a": b"a", "b": b"b", "c": b"c"})
    (root / "new").mkdir()
    (root / "a").unlink()
    (root / "new" / "a").write_bytes(b"damaged")
    (root / "b").write_bytes(b"damaged")
    (root / "b.orig").write_bytes(b"b")
    report = checksig.audit(root, find_moved=True)
    assert {each.path: each.diagnosis for each in report.failures} == {
        "a": "new/a has its name and another digest",
        "b": "its bytes are in b.orig",
    }
