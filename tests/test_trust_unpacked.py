"""Signatures over an archive before it was compressed: ``linux-6.1.tar.sign``."""

from __future__ import annotations

import bz2
import gzip
import lzma
from typing import TYPE_CHECKING

import pytest
from archives import pack, sums
from packages import zstd
from programs import run

import checksig
from checksig import ArchiveError, SignatureInvalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

FILES = {"a": b"a", "b": b"b"}
PACKERS = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress, "zst": zstd}


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A public key; the secret one lies beside it."""
    run(tmp_path, "minisign", "-G", "-W", "-p", "key.pub", "-s", "key.sec")
    return tmp_path / "key.pub"


def published(directory: Path, end: str, files: dict[str, bytes] = FILES) -> Path:
    """A compressed archive, and beside it a signature over what was compressed."""
    tar = pack(directory / "tool-1.tar", files)
    assert run(directory, "minisign", "-S", "-s", "key.sec", "-m", tar.name).returncode == 0
    path = directory / f"tool-1.tar.{end}"
    path.write_bytes(PACKERS[end](tar.read_bytes()))
    tar.unlink()
    return path


@pytest.mark.parametrize("end", PACKERS)
def test_a_signature_over_what_was_compressed_covers_the_archive(
    tmp_path: Path, key: Path, end: str
) -> None:
    path = published(tmp_path, end)
    report = checksig.verify(path, trust=key)
    assert (report.members, len(report.signatures), report.bytes) == (2, 1, 10240)
    evil = pack(tmp_path / "evil.tar", FILES | {"b": b"evil"})
    path.write_bytes(PACKERS[end](evil.read_bytes()))
    with pytest.raises(SignatureInvalid):
        checksig.verify(path, trust=key)


def test_it_may_be_packed_anew_since_the_bytes_within_are_signed(tmp_path: Path, key: Path) -> None:
    path = published(tmp_path, "gz")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1, mtime=1))
    assert checksig.verify(path, trust=key).members == 2


def test_a_list_in_it_is_held_to_the_bytes_that_were_checked(tmp_path: Path, key: Path) -> None:
    path = published(tmp_path, "xz", FILES | {"SHA256SUMS": sums(FILES)})
    report = checksig.verify(path, trust=key)
    assert (report.files, report.signature is not None) == (3, True)
    path = published(tmp_path, "xz", FILES | {"SHA256SUMS": sums(FILES | {"a": b"x"})})
    assert not checksig.audit(path, trust=key).ok


def test_one_signature_serves_the_archive_and_what_it_was(tmp_path: Path, key: Path) -> None:
    path = published(tmp_path, "gz")
    (tmp_path / "tool-1.tar").write_bytes(gzip.decompress(path.read_bytes()))
    for each in (path, tmp_path / "tool-1.tar"):
        assert checksig.verify(each, trust=key).members == 2


def test_a_signature_that_is_named_is_over_what_its_name_says(tmp_path: Path, key: Path) -> None:
    path = published(tmp_path, "gz")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    signature = (tmp_path / "tool-1.tar.minisig").rename(elsewhere / "tool-1.tar.minisig")
    assert checksig.verify(path, trust=key, signature=signature).members == 2
    other = signature.rename(elsewhere / "tool-1.tar.gz.minisig")
    with pytest.raises(SignatureInvalid):
        checksig.verify(path, trust=key, signature=other)


def test_what_would_grow_too_much_is_refused(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = published(tmp_path, "gz")
    monkeypatch.setattr("checksig._places.archive.source.MAX_WHOLE", 1000)
    with pytest.raises(ArchiveError, match="would grow"):
        checksig.verify(path, trust=key)


def test_both_of_them_have_to_hold(tmp_path: Path, key: Path) -> None:
    path = published(tmp_path, "gz")
    run(tmp_path, "minisign", "-S", "-s", "key.sec", "-m", path.name)
    report = checksig.verify(path, trust=key)
    assert len(report.signatures) == 2
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1, mtime=1))
    with pytest.raises(SignatureInvalid):
        checksig.verify(path, trust=key)


def test_who_checks_one_file_is_told_what_the_signature_may_be_over(
    tmp_path: Path, key: Path, cli: Callable[..., Answer]
) -> None:
    path = published(tmp_path, "gz")
    signature = tmp_path / "tool-1.tar.minisig"
    answer = cli("check-signature", path, "--signature", signature, "--trust", key)
    assert answer.code == 3
    assert "over tool-1.tar, before it was compressed: checksig verify tries that" in answer.err
    answer = cli("verify", path)
    assert answer.code == 2
    assert "tool-1.tar.minisig" in answer.err
    assert "--trust" in answer.err


@pytest.mark.parametrize("end", ["xz", "bz2", "zst"])
@pytest.mark.parametrize("more", [b"x", b"\0\0\0\0", b"stream", b"\0\0\0\0stream"])
def test_all_that_is_compressed_is_signed(tmp_path: Path, key: Path, end: str, more: bytes) -> None:
    path = published(tmp_path, end)
    evil = PACKERS[end](pack(tmp_path / "evil.tar", {"a": b"evil"}).read_bytes())
    path.write_bytes(path.read_bytes() + more.replace(b"stream", evil))
    if (end, more) == ("xz", b"\0\0\0\0"):  # which is how a stream may end
        assert checksig.verify(path, trust=key).signature
        return
    with pytest.raises(checksig.ChecksigError):
        checksig.verify(path, trust=key)


@pytest.mark.parametrize("end", PACKERS)
def test_several_streams_are_one_archive(tmp_path: Path, key: Path, end: str) -> None:
    path = published(tmp_path, end)
    tar = pack(tmp_path / "again.tar", FILES).read_bytes()
    between = b"\0\0\0\0" if end == "xz" else b""
    path.write_bytes(PACKERS[end](tar[:700]) + between + PACKERS[end](tar[700:]))
    assert checksig.verify(path, trust=key).members == 2
