"""The core says of published signatures what their publishers do: Wycheproof, and vectors of CCTV.

They are not ours to distribute: ``tools/vectors.py`` fetches them, and names the place.
Without them these tests fail.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from trees import REPOSITORY

import checksig
from checksig._bridge import signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = Path(os.environ.get("CHECKSIG_VECTORS") or REPOSITORY / "build" / "vectors")
HASHES = {"SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
CURVES = {"secp256r1": "ecdsa-p256", "secp384r1": "ecdsa-p384", "secp521r1": "ecdsa-p521"}
#: Files, and how many signatures are right and not, of those that the core can be asked about.
ECDSA = {
    "ecdsa_secp256r1_sha256_test": (174, 310),
    "ecdsa_secp256r1_sha512_test": (243, 311),
    "ecdsa_secp384r1_sha256_test": (162, 310),
    "ecdsa_secp384r1_sha384_test": (194, 310),
    "ecdsa_secp384r1_sha512_test": (231, 311),
    "ecdsa_secp521r1_sha512_test": (232, 310),
}
PKCS1 = {
    f"rsa_signature_{bits}_sha{size}_test": counts
    for (bits, size), counts in {
        (2048, 256): (9, 250),
        (2048, 384): (7, 251),
        (2048, 512): (8, 251),
        (3072, 256): (8, 251),
        (3072, 384): (7, 252),
        (3072, 512): (8, 252),
        (4096, 256): (7, 251),
        (4096, 384): (7, 252),
        (4096, 512): (7, 252),
        (8192, 256): (7, 251),
        (8192, 384): (7, 252),
        (8192, 512): (7, 252),
    }.items()
}
PSS = {
    "rsa_pss_2048_sha256_mgf1_32_test": (63, 45),
    "rsa_pss_2048_sha384_mgf1_48_test": (95, 46),
    "rsa_pss_3072_sha256_mgf1_32_test": (63, 45),
    "rsa_pss_4096_sha256_mgf1_32_test": (63, 45),
    "rsa_pss_4096_sha384_mgf1_48_test": (95, 46),
    "rsa_pss_4096_sha512_mgf1_32_test": (132, 45),
    "rsa_pss_4096_sha512_mgf1_64_test": (132, 47),
    "rsa_pss_misc_test": (18, 0),
}
#: Keys that say themselves that they are for PSS: no key of that kind is known.
OTHER_KEYS = {
    "rsa_pss_2048_sha256_mgf1_32_params_test": 108,
    "rsa_pss_4096_sha512_mgf1_64_params_test": 179,
}


def load(name: str) -> Any:
    """The content of a file of vectors."""
    path = PLACE / f"{name}.json"
    assert path.exists(), f"{path} is missing: tools/vectors.py fetches it"
    return json.loads(path.read_text())


def cases(name: str) -> Iterator[tuple[dict[str, Any], bytes, bytes, str]]:
    """Groups, messages, signatures and what is said of them, by hashes that are known."""
    for group in load(name)["testGroups"]:
        for test in group["tests"]:
            if group.get("sha", "SHA-256") in HASHES and group.get("mgfSha") in {
                None,
                group.get("sha"),
            }:
                message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
                yield group, message, signature, test["result"]


def verdicts(name: str, scheme: str | None) -> tuple[int, int]:
    """How many are right, and how many are not; all of them as was published.

    What is only acceptable is refused: a signature of PKCS #1 that leaves out a NULL.
    """
    counts = Counter[bool]()
    for group, message, signature, result in cases(name):
        chosen = scheme or CURVES[group["publicKey"]["curve"]]
        key, hash_ = bytes.fromhex(group["publicKeyDer"]), HASHES[group["sha"]]
        asked = {"hash": hash_, "salt": group.get("sLen") or -1}
        right = signatures.check(chosen, key, signature, message, **asked)
        assert right == (result == "valid"), (name, result)
        digest = hashlib.new(hash_, message).digest()
        assert signatures.check(chosen, key, signature, digest, digest=True, **asked) == right
        counts[right] += 1
    return counts[True], counts[False]


@pytest.mark.parametrize("name", ECDSA)
def test_ecdsa_is_as_wycheproof_has_it(name: str) -> None:
    assert verdicts(name, None) == ECDSA[name]


@pytest.mark.parametrize("name", PKCS1)
def test_rsa_is_as_wycheproof_has_it(name: str) -> None:
    assert verdicts(name, "rsa-pkcs1v15") == PKCS1[name]


@pytest.mark.parametrize("name", PSS)
def test_pss_is_as_wycheproof_has_it(name: str) -> None:
    assert verdicts(name, "rsa-pss") == PSS[name]


def test_an_empty_salt_cannot_be_asked_for() -> None:
    """It would mean any salt to crypto/rsa."""
    seen = Counter[str]()
    for group, message, signature, result in cases("rsa_pss_2048_sha256_mgf1_0_test"):
        key = bytes.fromhex(group["publicKeyDer"])
        with pytest.raises(checksig.LibraryError, match="bad argument"):
            signatures.check("rsa-pss", key, signature, message, hash="sha256", salt=0)
        right = signatures.check("rsa-pss", key, signature, message, hash="sha256")
        assert right or result != "valid"
        seen[result] += 1
    assert seen == {"valid": 61, "invalid": 42}


@pytest.mark.parametrize("name", OTHER_KEYS)
def test_a_key_that_is_for_pss_alone_is_not_known(name: str) -> None:
    found = list(cases(name))
    assert len(found) == OTHER_KEYS[name]
    for group, message, signature, _ in found:
        key, hash_ = bytes.fromhex(group["publicKeyDer"]), HASHES[group["sha"]]
        assert not signatures.check("rsa-pss", key, signature, message, hash=hash_)


def test_keys_on_other_curves_are_refused() -> None:
    names = ["secp224r1_sha256", "secp256k1_sha256", "secp192r1_sha256"]
    for name in names:
        keys = {bytes.fromhex(g["publicKeyDer"]) for g in load(f"ecdsa_{name}_test")["testGroups"]}
        assert keys
        for key in keys:
            with pytest.raises(ValueError, match="curve"):
                signatures.key(key)


def test_ed25519_is_as_wycheproof_has_it() -> None:
    counts = Counter[bool]()
    for group, message, signature, result in cases("ed25519_test"):
        key = bytes.fromhex(group["publicKey"]["pk"])
        right = signatures.check("ed25519", key, signature, message)
        assert right == (result == "valid")
        counts[right] += 1
    assert counts == {True: 88, False: 63}


def test_ed25519_takes_the_edge_cases_that_docs_trust_md_names() -> None:
    accepted, counts = set[str](), Counter[bool]()
    for vector in load("ed25519vectors"):
        flags = set(vector["Flags"] or [])
        key, signature = bytes.fromhex(vector["A"]), bytes.fromhex(vector["R"] + vector["S"])
        right = signatures.check("ed25519", key, signature, vector["M"].encode())
        assert right == flags.isdisjoint({"LowOrderResidue", "NonCanonicalR"})
        accepted |= flags if right else set()
        counts[right] += 1
    assert counts == {True: 198, False: 570}
    page = (REPOSITORY / "docs/trust.md").read_text()
    assert accepted == {
        "LowOrderA",
        "LowOrderR",
        "LowOrderComponentA",
        "LowOrderComponentR",
        "NonCanonicalA",
    }
    assert all(f"`{flag}`" in page for flag in accepted | {"LowOrderResidue", "NonCanonicalR"})
