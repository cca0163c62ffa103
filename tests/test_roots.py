"""Lists whose names are relative to elsewhere, and lists whose format a caller says."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
from typing import TYPE_CHECKING

import pytest
from trees import sha256

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()  # noqa: S324 (dpkg has no other)


@pytest.fixture
def debian(tmp_path: Path) -> Path:
    """A Debian system of two packages."""
    info = tmp_path / "var/lib/dpkg/info"
    info.mkdir(parents=True)
    for package in ("one", "two"):
        (tmp_path / f"usr/bin/{package}").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"usr/bin/{package}").write_bytes(package.encode())
        (info / f"{package}.md5sums").write_text(f"{md5(package.encode())}  usr/bin/{package}\n")
    return tmp_path


def test_the_lists_of_a_directory_are_checked_against_another_root(
    debian: Path, cli: Callable[..., Answer]
) -> None:
    info = debian / "var/lib/dpkg/info"
    report = checksig.verify(info, root=debian)
    assert (report.files, len(report.manifests)) == (2, 2)
    answer = cli("verify", info, "--root", debian)
    assert (answer.code, "2 of 2 files ok" in answer.out) == (0, True)
    (debian / "usr/bin/two").write_bytes(b"three")
    [failure] = checksig.audit(info, root=debian).failures
    assert (failure.path, failure.status) == ("usr/bin/two", Status.MISMATCH)
    assert checksig.verify(info / "one.md5sums", root=debian).files == 1


def test_an_empty_list_among_many_is_said_and_ends_nothing(debian: Path) -> None:
    info = debian / "var/lib/dpkg/info"
    (info / "three.md5sums").touch()
    report = checksig.verify(info, root=debian)
    assert any("three.md5sums: nothing is listed" in each for each in report.remarks)


def test_a_root_goes_with_no_named_list(debian: Path) -> None:
    with pytest.raises(ValueError, match="root"):
        checksig.verify(debian, root=debian, manifest=debian / "x")


def test_names_in_the_control_directory_of_a_package_are_relative_to_its_root(
    tmp_path: Path,
) -> None:
    (tmp_path / "DEBIAN").mkdir()
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr/a").write_bytes(b"a")
    (tmp_path / "DEBIAN/md5sums").write_text(f"{md5(b'a')}  usr/a\n")
    assert checksig.verify(tmp_path / "DEBIAN/md5sums").files == 1
    assert checksig.verify(tmp_path, recursive=True).files == 1
    (tmp_path / "usr/a").write_bytes(b"b")
    [failure] = checksig.audit(tmp_path / "DEBIAN/md5sums").failures
    assert (failure.path, failure.status) == ("usr/a", Status.MISMATCH)


def test_names_in_the_metadata_of_archivematica_are_relative_to_the_objects(tmp_path: Path) -> None:
    (tmp_path / "metadata").mkdir()
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects/a").write_bytes(b"a")
    (tmp_path / "metadata/checksum.sha256").write_text(f"{sha256(b'a')}  a\n")
    assert checksig.verify(tmp_path / "metadata/checksum.sha256").files == 1


@pytest.mark.parametrize(
    ("end", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_a_compressed_list_is_a_list(
    tmp_path: Path, end: str, pack: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    text = f"{sha256(b'a')}  a\n".encode()
    path = tmp_path / f"SHA256SUMS.{end}"
    path.write_bytes(pack(text) + pack(f"{sha256(b'b')}  b\n".encode()))  # two members
    assert checksig.verify(tmp_path).files == 2
    assert checksig.verify(path).files == 2
    (tmp_path / "b").write_bytes(b"c")
    assert [each.path for each in checksig.audit(tmp_path).failures] == ["b"]
    for damaged in (pack(text)[:-2], pack(text)[:20] + b"!!" + pack(text)[22:], pack(text) + b"!"):
        path.write_bytes(damaged)
        with pytest.raises(checksig.ManifestError, match=r"damaged|cut off"):
            checksig.verify(path)


def test_a_compressed_page_of_a_manual_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "md5sum.1.gz").write_bytes(gzip.compress(b".TH MD5SUM 1\n"))
    (tmp_path / "SHA256SUMS").write_text(
        f"{sha256((tmp_path / 'md5sum.1.gz').read_bytes())}  md5sum.1.gz\n"
    )
    assert len(checksig.verify(tmp_path, complete=True).manifests) == 1


def test_a_caller_says_the_format_of_a_list(tmp_path: Path, cli: Callable[..., Answer]) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "odd.list").write_text(f"a sha256:{sha256(b'a')}\n")
    assert cli("verify", tmp_path / "odd.list", "-f", "pooch").code == 0
    assert checksig.verify(tmp_path, manifest=tmp_path / "odd.list", format="pooch").files == 1
    answer = cli("verify", tmp_path / "odd.list", "-f", "sfv")
    assert answer.code == 2
    answer = cli("verify", tmp_path / "odd.list", "-f", "nonsense")
    assert (answer.code, "no format is called nonsense: choose from" in answer.err) == (2, True)
    with pytest.raises(ValueError, match="no format is called"):
        checksig.verify(tmp_path / "odd.list", format="nonsense")
