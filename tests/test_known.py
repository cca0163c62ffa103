"""Files that are looked up by their digests, whatever they are called."""

from __future__ import annotations

import hashlib
import sqlite3
import tarfile
import zipfile
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from checksig import (
    ManifestError,
    SignatureUntrusted,
    Status,
    audit,
    create,
    iter_verify,
    verify,
    verify_file,
)

if TYPE_CHECKING:
    from pathlib import Path

    from checksig import Report

FILES = {"one": b"1", "sub/two": b"2", "sub/two again": b"2", "empty": b""}
HEADER = '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\n'


def digest(algorithm: str, data: bytes) -> str:
    """Return a digest as NSRL writes it."""
    return hashlib.new(algorithm, data, usedforsecurity=False).hexdigest().upper()


def nsrl(*contents: bytes) -> str:
    """Return a table as NSRL's of version 2, with names of its own."""
    rows = [
        f'"{digest("sha1", data)}","{digest("md5", data)}",'
        f'"{zlib.crc32(data):08X}","tool{number}.exe",{len(data)},3095,"WIN",""\n'
        for number, data in enumerate(contents)
    ]
    return HEADER + "".join(rows)


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A directory with files, and none but these."""
    root = tmp_path / "evidence"
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with all of them, and more."""
    path = tmp_path / "NSRLFile.txt"
    path.write_text(nsrl(b"1", b"not there", b"2", b"2", b""))
    return path


def unknown(report: Report) -> list[str]:
    """Return the names of files that nothing knows."""
    assert report.ok is not bool(report.failures)
    assert {result.status for result in report.failures} <= {Status.UNLISTED}
    return sorted(result.path for result in report.failures)


def test_each_file_has_to_be_known_by_its_digest(evidence: Path, table: Path) -> None:
    report = verify(evidence, known=table)
    assert (report.files, report.counts[Status.OK]) == (4, 4)
    assert "NSRLFile.txt knows 4 of 4 files" in report.remarks
    table.write_text(nsrl(b"2", b""))
    assert unknown(audit(evidence, known=table)) == ["one"]
    (evidence / "one").write_bytes(b"2")
    assert verify(evidence, known=table).files == 4
    (evidence / "new").write_bytes(b"new")
    assert unknown(audit(evidence, known=table)) == ["new"]
    assert verify(evidence, known=table, exclude=["new"]).files == 4


def test_a_file_has_all_the_digests_of_the_line_that_it_is_known_by(
    evidence: Path, table: Path
) -> None:
    table.write_text(table.read_text().replace(digest("md5", b"1"), "0" * 32))
    found = {r.path: r.status for r in audit(evidence, known=table).failures}
    assert found == {"one": Status.MISMATCH}


def test_one_of_several_lists_has_to_know_a_file(evidence: Path, tmp_path: Path) -> None:
    lists = [tmp_path / "a.txt", tmp_path / "SHA512SUMS"]
    lists[0].write_text(nsrl(b"1", b""))
    lists[1].write_text(f"{hashlib.sha512(b'2').hexdigest()}  elsewhere/x\n")
    assert verify(evidence, known=lists).files == 4
    assert unknown(audit(evidence, known=lists[:1])) == ["sub/two", "sub/two again"]
    assert unknown(audit(evidence, known=lists[1:])) == ["empty", "one"]


def test_a_list_of_any_format_will_do_and_its_names_count_for_nothing(
    evidence: Path, tmp_path: Path
) -> None:
    moved = evidence / "moved"
    for format_ in ("coreutils", "hashdeep", "cksum", "table", "sfv", "jsonl"):
        path = tmp_path / format_
        create(evidence, output=path, format=format_)
        (evidence / "one").rename(moved)
        assert verify(evidence, known=path).files == 4
        moved.rename(evidence / "one")


def test_a_list_below_the_files_is_none_of_them(evidence: Path, table: Path) -> None:
    table.rename(evidence / "NSRLFile.txt")
    assert verify(evidence, known=evidence / "NSRLFile.txt").files == 4


def test_lines_that_cannot_be_understood_know_nothing_and_are_counted(
    evidence: Path, table: Path
) -> None:
    lines = table.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace('"', "", 1)[:30] + "\n"
    table.write_text("".join(lines))
    report = audit(evidence, known=table)
    assert unknown(report) == ["one"]
    assert any("1 line cannot be understood" in remark for remark in report.remarks)


def database(path: Path, *contents: bytes, columns: str = "sha256, sha1, md5") -> None:
    """Write a database as NSRL's of version 3."""
    kinds = columns.split(", ")
    with closing(sqlite3.connect(path)) as found, found:
        found.execute(f"CREATE TABLE METADATA ({columns}, bytes INTEGER)")
        marks = ", ".join("?" * len(kinds))
        found.executemany(
            f"INSERT INTO METADATA VALUES ({marks}, ?)",  # noqa: S608 (of a test)
            [(*(digest(kind, data) for kind in kinds), len(data)) for data in contents],
        )
        view = f"CREATE VIEW FILE AS SELECT {columns}, 'x' file_name FROM METADATA"  # noqa: S608
        found.execute(view)


@pytest.mark.parametrize("columns", ["sha256, sha1, md5", "md5, sha1", "md5"])
def test_the_database_of_nsrl_is_asked(evidence: Path, tmp_path: Path, columns: str) -> None:
    path = tmp_path / "RDS #1?%.db"
    database(path, b"1", b"2", b"", b"other", columns=columns)
    before = path.read_bytes()
    assert verify(evidence, known=path).files == 4
    assert path.read_bytes() == before
    assert list(tmp_path.glob("RDS*")) == [path]
    (evidence / "one").write_bytes(b"new")
    assert unknown(audit(evidence, known=path)) == ["one"]


def test_another_database_is_refused(evidence: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as found, found:
        found.execute("CREATE TABLE FILE (name)")
    with pytest.raises(ManifestError, match="has no FILE with digests"):
        verify(evidence, known=path)
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(ManifestError, match=r"cannot read .*other\.db"):
        verify(evidence, known=path)


def test_a_table_larger_than_a_list_may_be_is_read_in_pieces(
    evidence: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checksig import _files
    from checksig._claims import reference

    monkeypatch.setattr(_files, "MAX_SIZE", 100)
    for size in (1, 100, 1000):
        monkeypatch.setattr(reference, "_PIECE", size)
        if size > 1:
            assert verify(evidence, known=table).files == 4
    table.write_text("no table\n" * 100)
    with pytest.raises(ManifestError):
        verify(evidence, known=table)


def test_one_file_is_known_or_not(evidence: Path, table: Path) -> None:
    assert verify_file(evidence / "one", known=table).files == 1
    (evidence / "one").write_bytes(b"new")
    with pytest.raises(ManifestError, match="does not list"):
        verify_file(evidence / "one", known=table)
    with pytest.raises(ManifestError, match="does not list"):
        audit(evidence / "one", known=table)


def test_members_of_an_archive_are_known_or_not(
    evidence: Path, table: Path, tmp_path: Path
) -> None:
    path = tmp_path / "evidence.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(evidence, "evidence")
    assert verify(path, known=table).files == 4
    table.write_text(nsrl(b"2", b""))
    assert unknown(audit(path, known=table)) == ["evidence/one"]


def test_a_member_that_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one", b"1" * 100)
        archive.writestr("two", b"2" * 100)
    path.write_bytes(path.read_bytes().replace(b"2" * 100, b"3" * 100))
    table = tmp_path / "NSRLFile.txt"
    table.write_text(nsrl(b"1" * 100, b"2" * 100, b"3" * 100))
    found = {result.path: result.ok for result in audit(path, known=table).failures}
    assert found == {"two": False}


def test_what_is_no_file_is_not_known(evidence: Path, table: Path) -> None:
    (evidence / "link").symlink_to("../nowhere")
    assert "link" in [result.path for result in audit(evidence, known=table).failures]
    (evidence / "link").unlink()
    (evidence / "link").symlink_to("one")
    for result in iter_verify(evidence, known=table):
        assert result.ok or result.path == "link"


def test_a_directory_without_files_is_no_success(tmp_path: Path, table: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(ManifestError, match="there is no file"):
        audit(tmp_path / "none", known=table)


def test_where_nothing_is_known_all_is_told(evidence: Path, table: Path) -> None:
    table.write_text(nsrl(b"other"))
    assert unknown(audit(evidence, known=table)) == sorted(FILES)


def test_a_set_that_nobody_has_signed_is_refused_where_a_signature_is_asked_for(
    evidence: Path, table: Path, tmp_path: Path
) -> None:
    database(tmp_path / "rds.db", b"1", b"2", b"")
    for path in (table, tmp_path / "rds.db"):
        with pytest.raises(SignatureUntrusted):
            verify(evidence, known=path, require_signature=True)


@pytest.mark.parametrize(
    "options", [{"manifest": "x"}, {"recursive": True}, {"strip": 1}, {"by_name": True}]
)
def test_options_about_names_are_refused(
    evidence: Path, table: Path, options: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="known"):
        verify(evidence, known=table, **options)  # type: ignore[arg-type]
