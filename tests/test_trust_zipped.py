"""Archives with their own signature in them, as ``signify -z`` makes them."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import tarfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from programs import run

import checksig
from checksig import SignatureInvalid, SignatureUntrusted
from checksig import _schemes as trust
from checksig._schemes import SchemeError, signify
from checksig._trust.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

NOW = trust.Terms(datetime.now(UTC))
HEAD = 10  # bytes of gzip before the comment


def packed(size: int) -> bytes:
    """An archive of one member, of bytes that cannot be compressed."""
    plain, content = io.BytesIO(), random.Random(5).randbytes(size)
    with tarfile.open(fileobj=plain, mode="w") as archive:
        member = tarfile.TarInfo("set/a")
        member.size = size
        archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)


SIGN = "signify-openbsd -S -z -s key.sec -m plain.tar.gz -x set.tar.gz"


def signify_run(place: Path, command: str) -> None:
    """Run signify, which has to succeed."""
    done = run(place, *command.split())
    assert done.returncode == 0, done.stderr


def sign(place: Path, size: int) -> tuple[Path, Path]:
    """An archive that signify has signed, and the key."""
    (place / "plain.tar.gz").write_bytes(packed(size))
    signify_run(place, "signify-openbsd -G -n -p key.pub -s key.sec")
    signify_run(place, SIGN)
    return place / "set.tar.gz", place / "key.pub"


@pytest.mark.parametrize("size", [0, 1, 50_000, 65_536, 300_000])
def test_an_archive_that_signify_has_signed_holds(tmp_path: Path, size: int) -> None:
    archive, key = sign(tmp_path, size)
    report = checksig.verify(archive, trust=key, complete=True)
    assert (report.files, report.members) == (1, 1)
    assert [(s.scheme, s.path) for s in report.signatures] == [("signify", str(archive))]
    assert checksig.check_signature(archive, trust=key) == report.signatures[0]


def test_a_list_in_it_is_checked_as_well(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a").write_bytes(b"a")
    checksig.create(tmp_path / "in")
    (tmp_path / "in/a").write_bytes(b"b")
    archive, key = sign(tmp_path, 1)
    with tarfile.open(tmp_path / "plain.tar.gz", "w:gz") as plain:
        plain.add(tmp_path / "in", "in")
    signify_run(tmp_path, SIGN)
    [failure] = checksig.audit(archive, trust=key).failures
    assert (failure.path, str(failure.status)) == ("a", "mismatch")


def test_without_its_key_it_is_not_signed(tmp_path: Path, cli: Callable[..., Answer]) -> None:
    archive, _ = sign(tmp_path, 10)
    other = tmp_path / "other"
    other.mkdir()
    _, key = sign(other, 10)
    with pytest.raises(SignatureUntrusted, match="which you do not trust"):
        checksig.verify(archive, trust=key)
    with pytest.raises(SignatureUntrusted, match="which you do not trust"):
        checksig.check_signature(archive, trust=key)
    answer = cli("verify", archive)
    assert (answer.code, answer.out) == (2, "")
    with pytest.raises(checksig.ManifestError, match="no list"):
        checksig.verify(tmp_path / "plain.tar.gz", trust=key)


def test_a_signature_beside_it_counts_too(tmp_path: Path) -> None:
    archive, key = sign(tmp_path, 10)
    signify_run(tmp_path, "signify-openbsd -S -s key.sec -m set.tar.gz -x set.tar.gz.sig")
    assert len(checksig.verify(archive, trust=key).signatures) == 2
    with pytest.raises(SignatureUntrusted):
        checksig.verify(archive, trust=key, signers=2)
    (tmp_path / "set.tar.gz.sig").write_bytes((tmp_path / "set.tar.gz.sig").read_bytes()[:-9])
    with pytest.raises(checksig.TrustError):
        checksig.verify(archive, trust=key)


def verified(data: bytes, keys: list[trust.Key]) -> bool:
    try:
        return signify.SCHEME.verify(data, data, keys, NOW, PRIMITIVES).content == data
    except SchemeError:
        return False


def test_every_changed_byte_is_refused_or_not_signed(tmp_path: Path) -> None:
    archive, key = sign(tmp_path, 100)
    whole, keys = archive.read_bytes(), trust.keys_in(key.read_bytes(), "a", PRIMITIVES)
    assert verified(whole, keys)
    comment = whole.index(b"\n")
    free = {8, 9, *range(HEAD + len(b"untrusted comment: "), comment)}
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        assert not verified(changed, keys) or at in free, at
    for changed in (whole[:-1], whole + b"\0", whole + whole, whole[:HEAD], whole[:comment]):
        assert not verified(changed, keys)


def test_blocks_are_neither_swapped_nor_doubled_nor_dropped(tmp_path: Path) -> None:
    archive, key = sign(tmp_path, 300_000)
    whole, keys = archive.read_bytes(), trust.keys_in(key.read_bytes(), "a", PRIMITIVES)
    at, size = whole.index(b"\0", HEAD) + 1, 65_536
    head, blocks = whole[:at], [whole[n : n + size] for n in range(at, len(whole), size)]
    assert len(blocks) == 5
    assert verified(head + b"".join(blocks), keys)
    one, two, *rest = blocks
    for changed in (
        [two, one, *rest],
        [one, one, two, *rest],
        [two, *rest],
        [one, two, *rest[:-1]],
    ):
        assert not verified(head + b"".join(changed), keys)


@pytest.mark.parametrize(
    "change",
    [
        (b"SHA512/256", b"SHA256"),
        (b"blocksize=65536", b"blocksize=0"),
        (b"blocksize=65536", b"blocksize=999999999"),
        (b"date=", b"when="),
        (b"\n\n", b"\n"),
    ],
)
def test_what_is_signed_in_another_way_is_refused(change: tuple[bytes, bytes]) -> None:
    from checksig._schemes import _signify_zip

    digest = hashlib.new("sha512_256", b"x").hexdigest().encode()
    text = b"date=now\nkey=a\nalgorithm=SHA512/256\nblocksize=65536\n\n" + digest + b"\n"
    _signify_zip.expect_blocks(b"x", 0, text)
    with pytest.raises(SchemeError, match="of a known kind"):
        _signify_zip.expect_blocks(b"x", 0, text.replace(*change))


def test_it_is_no_signature_over_something_else(tmp_path: Path) -> None:
    archive, key = sign(tmp_path, 10)
    (tmp_path / "file").write_bytes(b"a file")
    with pytest.raises(SignatureInvalid, match="of nothing else"):
        checksig.check_signature(tmp_path / "file", signature=archive, trust=key)
