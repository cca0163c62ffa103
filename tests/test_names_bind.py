"""What the name of a list says: of which algorithm it is, and of which file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from trees import sha256

import checksig
from checksig import Status

if TYPE_CHECKING:
    from pathlib import Path


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()  # noqa: S324 (what must not pass)


@pytest.mark.parametrize(
    "name",
    ["sha256-checksums.txt", "frp_sha256_checksums.txt", "sha512-digest.txt", "sha256-hashes.txt",
     "sha3-256-checksums.txt", "tool_sha256.txt", "tool-SHA256.txt", "tool.sha256.list",
     "SHA256HASHES", "sha256digests.txt", "checksums-sha256-linux.txt", "sha256.md"],
)  # fmt: skip
@pytest.mark.parametrize("digest", [md5(b"a"), "e8b7be43"])
def test_an_algorithm_in_the_name_of_a_list_binds_however_it_is_spelled(
    tmp_path: Path, name: str, digest: str
) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / name).write_text(f"{digest}  a\n")
    with pytest.raises(checksig.ManifestError, match="wrong length"):
        checksig.verify(tmp_path / name)


@pytest.mark.parametrize("name", ["md5-and-sha256.txt", "sha1collider.txt"])
def test_what_does_not_name_one_algorithm_binds_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / name).write_text(f"{sha256(b'a')}  a\n")
    assert checksig.verify(tmp_path / name).algorithm == "sha256"


@pytest.mark.parametrize(
    "name",
    ["a.iso.sha256sums", "a.iso.md5sums", "a.iso.sha", "a.iso.checksum", "a.iso.CHECKSUM.txt",
     "a.iso-CHECKSUM", "a.iso.DIGESTS", "a.iso.hash", "a.iso-sha256.txt", "a.iso_md5.txt"],
)  # fmt: skip
def test_a_list_called_after_a_file_is_so_by_any_such_name(tmp_path: Path, name: str) -> None:
    for file in ("a.iso", "other"):
        (tmp_path / file).write_bytes(b"a")
    digest = md5(b"a") if "md5" in name else sha256(b"a")
    (tmp_path / name).write_text(f"{digest}  other\n")
    for report in (
        checksig.audit(tmp_path / name),
        checksig.audit(tmp_path, manifest=tmp_path / name),
    ):
        assert [(r.path, r.status) for r in report.failures] == [("a.iso", Status.MISSING)]
    (tmp_path / name).write_text(f"{digest}  other\n{digest}  a.iso\n")
    assert checksig.verify(tmp_path / name).files == 2


def test_lists_beside_a_file_that_name_it_count_whatever_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(b"a")
    (tmp_path / "a.sha256").write_text(f"{sha256(b'a')}  a.exe\n")
    assert checksig.verify(tmp_path / "a.exe").files == 1
    (tmp_path / "release.md5").write_text(f"{md5(b'b')}  a.exe\n")
    [failure] = checksig.audit(tmp_path / "a.exe").failures
    assert failure.path == "a.exe"


@pytest.mark.parametrize(
    "comment", ["# SHA3-256", "#SHA3-256", "# SHA3-256:", "# sha3-256 HASH", "#  SHA3-256 "]
)
def test_a_comment_that_only_names_an_algorithm_is_a_heading(tmp_path: Path, comment: str) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "DIGESTS").write_text(f"{comment}\n{hashlib.sha3_256(b'a').hexdigest()}  a\n")
    assert checksig.verify(tmp_path / "DIGESTS").algorithm == "sha3-256"
    (tmp_path / "DIGESTS").write_text(f"# BLAKE3\n{sha256(b'a')}  a\n")
    assert not checksig.audit(tmp_path / "DIGESTS").ok


@pytest.mark.parametrize("where", ["resource", "stats"])
def test_every_digest_of_a_resource_counts(tmp_path: Path, where: str) -> None:
    (tmp_path / "a").write_bytes(b"a")
    more = (
        f'"sha256": "{sha256(b"b")}"'
        if where == "resource"
        else f'"stats": {{"hash": "{md5(b"b")}"}}'
    )
    (tmp_path / "datapackage.json").write_text(
        f'{{"resources": [{{"path": "a", "hash": "sha256:{sha256(b"a")}", {more}}}]}}'
    )
    assert not checksig.audit(tmp_path).ok
