"""Symbolic links that a list records, with where they lead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

LIST = "checksums.jsonl"


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A tree with a file and three links, listed with ``symlinks="record"``."""
    root = tmp_path / "tree"
    (root / "sub").mkdir(parents=True)
    (root / "sub/file").write_bytes(b"content")
    (root / "link").symlink_to("sub/file")
    (root / "dangling").symlink_to("/nowhere/at all")
    (root / "directory").symlink_to("sub")
    checksig.create(root, format="jsonl", symlinks="record")
    return root


def test_links_are_listed_with_where_they_lead(recorded: Path) -> None:
    _, *rows = map(json.loads, (recorded / LIST).read_text().splitlines())
    links = {row["path"]: row["link"] for row in rows if "link" in row}
    assert links == {"link": "sub/file", "dangling": "/nowhere/at all", "directory": "sub"}
    assert {row["path"] for row in rows if "digests" in row} == {"sub/file"}


def test_a_recorded_link_is_right_if_it_leads_where_the_list_says(recorded: Path) -> None:
    report = checksig.verify(recorded, symlinks="record", complete=True)
    assert (report.files, report.unverified) == (4, 0)
    (recorded / "link").unlink()
    (recorded / "link").symlink_to("sub/other")
    [failure] = checksig.audit(recorded, symlinks="record").failures
    assert (failure.path, failure.status) == ("link", Status.MISMATCH)
    assert failure.detail == 'it leads to "sub/other", and "sub/file" is listed'


def test_a_file_in_the_place_of_a_recorded_link_fails(recorded: Path) -> None:
    (recorded / "link").unlink()
    (recorded / "link").write_bytes(b"sub/file")
    (recorded / "dangling").unlink()
    failures = checksig.audit(recorded, symlinks="record").failures
    assert [(f.path, f.status) for f in failures] == [
        ("link", Status.MISMATCH),
        ("dangling", Status.MISSING),
    ]


def test_a_link_in_the_place_of_a_listed_file_fails(recorded: Path) -> None:
    (recorded / "sub/file").rename(recorded / "sub/real")
    (recorded / "sub/file").symlink_to("real")
    failures = checksig.audit(recorded, symlinks="record", complete=True).failures
    assert {(f.path, f.status) for f in failures} == {
        ("sub/file", Status.NOT_REGULAR),
        ("sub/real", Status.UNLISTED),
    }


def test_a_link_that_no_list_records_is_unlisted(recorded: Path) -> None:
    (recorded / "extra").symlink_to("link")
    [failure] = checksig.audit(recorded, symlinks="record", complete=True).failures
    assert (failure.path, failure.status) == ("extra", Status.UNLISTED)


def test_recorded_links_are_not_compared_unless_asked_for(recorded: Path) -> None:
    (recorded / "link").unlink()
    report = checksig.verify(recorded)
    assert (report.files, report.unverified) == (1, 3)
    entry = checksig.Entry("directory", b"sub".hex(), "link")
    for symlinks in ("inside", "refuse"):
        [failure] = checksig.audit(recorded, entries=[entry], symlinks=symlinks).failures  # type: ignore[arg-type]
        assert failure.status is Status.UNSUPPORTED
    assert checksig.verify(recorded, entries=[entry], symlinks="record").ok


@pytest.mark.parametrize("order", [1, -1])
def test_a_link_that_is_also_a_file_fails(recorded: Path, order: int) -> None:
    link = checksig.Entry("link", b"sub/file".hex(), "link", 1)
    for other in (
        checksig.Entry("link", "9a0364b9e99bb480dd25e1f0284c8555", "md5", 2),
        checksig.Entry("./link", b"sub".hex(), "link", 2),
        checksig.Entry("link", "00" * 64, "snefru", 2),
    ):
        entries = [link, other][::order]
        [failure] = checksig.audit(recorded, entries=entries, symlinks="record").failures
        assert failure.status is Status.MISMATCH
        assert "listed twice" in failure.detail


def test_a_recorded_link_below_a_link_fails(recorded: Path) -> None:
    (recorded / "sub/inner").symlink_to("file")
    entry = checksig.Entry("directory/inner", b"file".hex(), "link")
    [failure] = checksig.audit(recorded, entries=[entry], symlinks="record").failures
    assert failure.status is Status.NOT_REGULAR


def test_links_of_mtree_are_compared(recorded: Path) -> None:
    (recorded / LIST).unlink()
    (recorded / "tree.mtree").write_text(
        "#mtree\n./sub/file type=file md5=9a0364b9e99bb480dd25e1f0284c8555\n"
        "./link type=link link=sub/file\n./dangling type=link link=/nowhere/at\\040all\n"
    )
    assert checksig.verify(recorded, symlinks="record").files == 3
    (recorded / "link").unlink()
    assert checksig.verify(recorded).unverified == 2
    [failure] = checksig.audit(recorded, symlinks="record").failures
    assert (failure.path, failure.status) == ("./link", Status.MISSING)


@pytest.mark.parametrize("format_", ["coreutils", "hashdeep", "bagit", "sfv", "pooch"])
def test_other_formats_refuse_links(recorded: Path, format_: str) -> None:
    with pytest.raises(checksig.CreateError, match="jsonl can"):
        checksig.create(recorded, format=format_, symlinks="record")
    with pytest.raises(checksig.CreateError):
        checksig.convert(recorded / LIST, format_)


def test_an_updated_list_has_the_links_of_today(recorded: Path) -> None:
    (recorded / "dangling").unlink()
    (recorded / "new").symlink_to(b"\xff name")
    checksig.create(recorded, format="jsonl", symlinks="record", update=True)
    assert checksig.verify(recorded, symlinks="record", complete=True).files == 4


def test_a_link_has_nothing_but_where_it_leads(recorded: Path) -> None:
    with (recorded / LIST).open("a") as file:
        file.write('{"path": "a", "link": "b", "size": 1}\n{"path": "b", "link": ""}\n')
    failures = checksig.audit(recorded, symlinks="record").failures
    assert {f.status for f in failures} == {Status.MALFORMED}
    assert len(failures) == 2


def test_the_commands_record_links(cli: Callable[..., Answer], recorded: Path) -> None:
    (recorded / LIST).unlink()
    assert cli("create", recorded, "-f", "jsonl", "--symlinks", "record").code == 0
    assert cli("verify", recorded, "--symlinks", "record", "--complete").code == 0
    (recorded / "directory").replace(recorded / "link")
    answer = cli("verify", recorded, "--symlinks", "record")
    assert answer.code == 1
    assert 'it leads to "sub", and "sub/file" is listed' in answer.out
    answer = cli("create", recorded, "--symlinks", "record")
    assert (answer.code, answer.out) == (2, "")
    assert "jsonl can" in answer.err
