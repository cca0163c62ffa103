"""Archives of Debian: a Release leads to indices, and these lead to the files of packages."""

from __future__ import annotations

import gzip
import hashlib
import lzma
from typing import TYPE_CHECKING

import pytest

from checksig import Status, audit, verify

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "dists/stable/main/binary-amd64/Packages"
SOURCES = "dists/stable/main/source/Sources"


def sha256(content: bytes) -> str:
    """Return a digest."""
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an archive with a package and its source, and indices that are compressed."""
    files = {"pool/h/hello_1_amd64.deb": b"deb", "pool/h/hello_1.dsc": b"source"}
    package = (
        "Package: hello\nVersion: 1\nArchitecture: amd64\nFilename: pool/h/hello_1_amd64.deb\n"
        f"Size: 3\nSHA256: {sha256(b'deb')}\n"
    ).encode()
    source = (
        "Package: hello\nVersion: 1\nFormat: 3.0 (quilt)\nDirectory: pool/h\n"
        f"Checksums-Sha256:\n {sha256(b'source')} 6 hello_1.dsc\n"
    ).encode()
    indices = {
        INDEX: package,
        f"{INDEX}.xz": lzma.compress(package),
        f"{INDEX}.gz": gzip.compress(package, mtime=0),
        SOURCES: source,
        f"{SOURCES}.xz": lzma.compress(source),
    }
    release = "Suite: stable\nCodename: stable\nSHA256:\n"
    for name, data in indices.items():
        release += f" {sha256(data)} {len(data)} {name.removeprefix('dists/stable/')}\n"
    kept = {name: data for name, data in indices.items() if name.endswith(".xz")}
    for name, data in {**files, **kept, "dists/stable/Release": release.encode()}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def failures(place: Path, **options: bool) -> list[tuple[str, Status]]:
    """Return what is wrong in a place."""
    return [(f.path, f.status) for f in audit(place, **options).failures]


def test_a_release_leads_to_the_files_of_packages(archive: Path) -> None:
    report = verify(archive, recursive=True)
    assert report.counts[Status.OK] == 4
    assert "3 files need not be here, and are not" in report.remarks
    (archive / "pool/h/hello_1_amd64.deb").write_bytes(b"bed")
    (archive / "pool/h/hello_1.dsc").unlink()
    assert sorted(failures(archive, recursive=True)) == [
        ("pool/h/hello_1.dsc", Status.MISSING),
        ("pool/h/hello_1_amd64.deb", Status.MISMATCH),
    ]


def test_an_index_that_is_there_in_no_way_is_missing(archive: Path) -> None:
    (archive / f"{INDEX}.xz").unlink()
    missing = {path for path, status in failures(archive, recursive=True) if status == "missing"}
    assert missing == {INDEX, f"{INDEX}.xz", f"{INDEX}.gz"}


def test_an_index_that_is_not_what_is_listed_leads_nowhere(archive: Path) -> None:
    path = archive / f"{INDEX}.xz"
    path.write_bytes(
        lzma.compress(lzma.decompress(path.read_bytes()).replace(b"hello_1_", b"evil_"))
    )
    assert (f"{INDEX}.xz", Status.MISMATCH) in failures(archive, recursive=True)


def test_packages_are_outside_of_the_directory_of_a_suite(archive: Path) -> None:
    report = verify(archive / "dists/stable")
    assert report.counts[Status.OK] == 2
    assert any("main/binary-amd64/Packages.xz was not followed" in r for r in report.remarks)


def test_a_flat_repository_has_its_index_beside_the_packages(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"deb")
    (tmp_path / "Packages").write_text(
        f"Package: a\nVersion: 1\nArchitecture: all\nFilename: ./a.deb\nSHA256: {sha256(b'deb')}\n"
    )
    assert verify(tmp_path).counts[Status.OK] == 1
    (tmp_path / "a.deb").write_bytes(b"bed")
    assert failures(tmp_path) == [("a.deb", Status.MISMATCH)]
