"""Messages of OpenPGP that are compressed: decompressed once, up to a limit, and to their end."""

from __future__ import annotations

import bz2
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pysequoia
import pytest
from test_trust_openpgp import LIST, Gpg, gpg

import checksig
from checksig import ManifestError, SignatureInvalid, SignatureUntrusted
from checksig._schemes import SchemeError, Terms, openpgp
from checksig._schemes._openpgp_frames import LARGEST
from checksig._trust.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checksig._schemes import Key

__all__ = ["gpg"]

TEXT = b"the list\n"


def deflated(data: bytes) -> bytes:
    """Return data as deflate alone."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


#: By the number of the algorithm.
WAYS: dict[int, Callable[[bytes], bytes]] = {
    0: bytes,
    1: deflated,
    2: zlib.compress,
    3: bz2.compress,
}


def packet(body: bytes, tag: int = 8) -> bytes:
    """Return a packet whose length is told in five bytes."""
    return bytes((0xC0 | tag, 255)) + len(body).to_bytes(4, "big") + body


def compressed(data: bytes, way: int = 1) -> bytes:
    """Return a packet of compressed data."""
    return packet(bytes([way]) + WAYS[way](data))


@pytest.fixture(scope="module")
def signed() -> tuple[bytes, list[Key]]:
    """A message without armour, and the key that signed it."""
    secret = pysequoia.Tsk.generate("A <a@example.org>")
    armoured = bytes(
        pysequoia.sign(secret.signer(), TEXT, mode=pysequoia.SignatureMode.INLINE, armor=False)
    )
    keys = openpgp.SCHEME.keys(bytes(secret.extract_certificate()), "a", PRIMITIVES)
    return armoured, list(keys)


def content(data: bytes, keys: list[Key]) -> bytes:
    """Return what a message proves."""
    assert openpgp.SCHEME.sniff(data)
    return openpgp.SCHEME.verify(data, None, keys, Terms(datetime.now(UTC)), PRIMITIVES).content


@pytest.mark.parametrize("how", ["uncompressed", "zip", "zlib", "bzip2"])
@pytest.mark.parametrize("armour", [True, False])
def test_a_message_that_gpg_compressed_holds(gpg: Gpg, tree: Path, how: str, armour: bool) -> None:
    options = ["--compress-algo", how, *(["--armor"] if armour else [])]
    path = gpg.sign(tree, f"{LIST}.asc", *options, "--sign")
    (tree / LIST).unlink()
    report = checksig.verify(tree, trust=gpg.home / "me.asc", complete=True)
    assert report.signature is not None
    with pytest.raises(SignatureUntrusted):
        checksig.verify(tree, trust=gpg.home / "other.asc")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises((SignatureInvalid, SignatureUntrusted, ManifestError)):
        checksig.verify(tree, trust=gpg.home / "me.asc")


@pytest.mark.parametrize("way", WAYS)
def test_a_message_is_decompressed(signed: tuple[bytes, list[Key]], way: int) -> None:
    message, keys = signed
    assert content(compressed(message, way), keys) == TEXT
    # Its length may be told in parts, or not at all.
    body = bytes([way]) + WAYS[way](message)
    assert content(b"\xa3" + body, keys) == TEXT
    parts = b"\xc8" + bytes([0xE0]) + body[:1] + bytes([0xE1]) + body[1:3]
    assert content(parts + bytes([255]) + len(body[3:]).to_bytes(4, "big") + body[3:], keys) == TEXT


def _ends_early(message: bytes) -> bytes:
    return packet(b"\1" + deflated(message)[:-1])


@pytest.mark.parametrize(
    ("become", "why"),
    [
        (lambda message: compressed(compressed(message)), "where there should be none"),
        (lambda message: compressed(message) + compressed(b""), "where there should be none"),
        (lambda message: packet(b"\1" + deflated(message) + b"\0"), "does not end where"),
        (lambda message: packet(b"\3" + bz2.compress(message) * 2), "does not end where"),
        (_ends_early, "does not end where"),
        (lambda message: packet(b"\2" + deflated(message)), "cannot be decompressed"),
        (lambda message: packet(b"\3" + deflated(message)), "cannot be decompressed"),
        (lambda message: compressed(message) + packet(b"s", 2), "1 texts and 2 signatures"),
        (lambda _: compressed(b"\0" * (LARGEST + 1)), "more than 256 MiB"),
        (lambda _: compressed(b"\0" * (LARGEST + 1), 3), "more than 256 MiB"),
        (lambda message: compressed(message[:-1]), "ends too early"),
        (lambda message: compressed(b"not a packet" + message), "not a packet"),
    ],
)
def test_what_cannot_be_decompressed_once_and_to_its_end_is_refused(
    signed: tuple[bytes, list[Key]], become: Callable[[bytes], bytes], why: str
) -> None:
    message, keys = signed
    with pytest.raises(SchemeError, match=why):
        openpgp.SCHEME.verify(become(message), None, keys, Terms(datetime.now(UTC)), PRIMITIVES)


def test_a_way_to_compress_that_is_not_known_is_no_signature(
    signed: tuple[bytes, list[Key]],
) -> None:
    message, keys = signed
    data = packet(b"\4" + message)
    assert not openpgp.SCHEME.sniff(data)
    with pytest.raises(SchemeError, match="not known: 04"):
        openpgp.SCHEME.verify(data, None, keys, Terms(datetime.now(UTC)), PRIMITIVES)


def test_compressed_signatures_and_certificates_are_refused(tree: Path) -> None:
    secret = pysequoia.Tsk.generate("A <a@example.org>")
    cert = bytes(secret.extract_certificate())
    with pytest.raises(ValueError, match="compressed packet"):
        openpgp.SCHEME.keys(cert + compressed(cert), "a", PRIMITIVES)
    mode = pysequoia.SignatureMode.DETACHED
    data = pysequoia.sign(secret.signer(), (tree / LIST).read_bytes(), mode=mode, armor=False)
    (tree.parent / "key").write_bytes(cert)
    (tree / f"{LIST}.sig").write_bytes(bytes(data))
    assert checksig.verify(tree, trust=tree.parent / "key").signature is not None
    (tree / f"{LIST}.sig").write_bytes(bytes(data) + compressed(bytes(data)))
    with pytest.raises(SignatureInvalid, match="holds 0 texts"):
        checksig.verify(tree, trust=tree.parent / "key")
