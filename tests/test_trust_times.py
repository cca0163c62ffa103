"""A key has to be valid when it is checked, and to have been when it signed."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from signatures import VECTORS, expectation

import checksig
from checksig import SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

LIST = "SHA256SUMS"
#: Vectors by keys that have expired since, and when that was.
EXPIRED = {
    "openpgp/key-expired": ("asc", "2020-12-31"),
    "openpgp/subkey-expired": ("asc", "2020-12-31"),
    "openpgp/subkey-expired-alone": ("asc", "2020-12-31"),
    "cosign/certificate-expired": ("sig", "2024-12-31"),
    "ssh/expired": ("sig", "2026-01-01"),
}


def planted(name: str, end: str, tree: Path) -> tuple[Path, Path]:
    """A directory with the list and the signature of a vector, and the key beside it."""
    case = VECTORS / name
    place = tree.parent / "planted"
    place.mkdir()
    shutil.copy(case / "list", place / LIST)
    shutil.copy(case / "signature", place / f"{LIST}.{end}")
    if (case / "certificate").exists():
        shutil.copy(case / "certificate", place / f"{LIST}.pem")
    for file in ("foo", "bar"):
        (place / file).write_text(file)
    return place, case / "key"


@pytest.mark.parametrize("name", EXPIRED)
def test_a_key_that_has_expired_since_it_signed_is_not_trusted(
    tree: Path, cli: Callable[..., Answer], name: str
) -> None:
    end, day = EXPIRED[name]
    place, key = planted(name, end, tree)
    answer = cli("verify", place, "--trust", key)
    assert (answer.code, answer.out) == (3, "")
    assert day in answer.err
    assert "key" in answer.err
    # Nor by habit: it is as if nobody had signed.
    answer = cli("verify", place, env=os.environ | {"CHECKSIG_TRUST": str(key)})
    assert answer.out.startswith("VERIFIED (integrity only: ")


@pytest.mark.parametrize("name", ["key-expired-at", "at-before"])
def test_the_time_that_is_asked_about_decides(
    tree: Path, cli: Callable[..., Answer], name: str
) -> None:
    place, key = planted(f"openpgp/{name}", "asc", tree)
    expected = expectation(VECTORS / "openpgp" / name)
    answer = cli("verify", place, "--trust", key, "--at", expected["at"])
    assert answer.code == (0 if expected["expect"] == "proved" else 3)


def test_a_renewed_certificate_vouches_for_what_was_signed_before(tree: Path) -> None:
    for name in ("renewed", "renewed-subkey"):
        place, key = planted(f"openpgp/{name}", "asc", tree)
        signature = checksig.verify(place, trust=key).signature
        assert signature is not None
        assert str(signature.signed_at) == "2020-06-01 00:00:00+00:00"
        (place / LIST).write_bytes((place / LIST).read_bytes() + b"# more\n")
        with pytest.raises(checksig.SignatureInvalid):
            checksig.verify(place, trust=key)
        shutil.rmtree(place)


def test_what_was_signed_after_the_key_had_expired_is_not_trusted(tree: Path) -> None:
    place, key = planted("openpgp/signed-after-expiry", "asc", tree)
    with pytest.raises(SignatureUntrusted, match=r"expired at 2020-12-31.*, before 2022-06-01"):
        checksig.verify(place, trust=key)
