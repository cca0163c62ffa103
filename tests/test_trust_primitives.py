"""Signatures are right and wrong as those who specified the primitives published.

The package cryptography-vectors has the files: those of the authors of Ed25519, and those of NIST's
Cryptographic Algorithm Validation Program for ECDSA and RSA.
"""

from __future__ import annotations

import re
from pathlib import Path

import cryptography_vectors
import pytest

from checksig._schemes import SchemeError, _ed25519
from checksig._schemes._scheme import Key
from checksig._schemes._ssh_wire import Public, pack
from checksig._trust.primitives import PRIMITIVES

FILES = Path(cryptography_vectors.__file__).parent / "asymmetric"

#: The curve and hash of a section, and what SSH calls the curve.
CURVES = {
    "P-256,SHA-256": "nistp256",
    "P-384,SHA-384": "nistp384",
    "P-521,SHA-512": "nistp521",
}


def natural(value: int) -> bytes:
    """Pack a number that is not negative as SSH does."""
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return pack(b"\0" + data if data[:1] >= b"\x80" else data)


def accepted(key: Public, signature: bytes, message: bytes) -> bool:
    """Whether a signature holds."""
    try:
        key.verify(signature, message, PRIMITIVES)
    except SchemeError:
        return False
    return True


def test_ed25519_is_as_published() -> None:
    rows = (FILES / "Ed25519/sign.input").read_text().split()
    assert len(rows) == 1024
    for row in rows:
        _, public, message, signed, _ = (bytes.fromhex(field) for field in row.split(":"))
        signature = signed[:64]
        key = Key("minisign", "", "", _ed25519.Public(bytes(8), public))
        assert _ed25519.matches(key, signature, message, PRIMITIVES)
        assert not _ed25519.matches(key, signature, message + b"\0", PRIMITIVES)
        name = b"ssh-ed25519"
        other = Public("ssh-ed25519", (public,))
        assert accepted(other, pack(name) + pack(signature), message)
        changed = bytes([signature[0] ^ 1]) + signature[1:]
        assert not accepted(other, pack(name) + pack(changed), message)


@pytest.mark.parametrize("section", CURVES)
def test_ecdsa_is_as_published(section: str) -> None:
    text = (FILES / "ECDSA/FIPS_186-3/SigVer.rsp").read_text()
    records = re.findall(
        r"Msg = (\w+)\s+Qx = (\w+)\s+Qy = (\w+)\s+R = (\w+)\s+S = (\w+)\s+Result = ([PF])",
        text.partition(f"[{section}]")[2].partition("\n[")[0],
    )
    assert {record[-1] for record in records} == {"P", "F"}
    curve = CURVES[section]
    size = (int(section[2:5]) + 7) // 8
    for message, x, y, r, s, result in records:
        point = b"\4" + b"".join(int(value, 16).to_bytes(size, "big") for value in (x, y))
        key = Public(f"ecdsa-sha2-{curve}", (curve.encode(), point))
        pair = natural(int(r, 16)) + natural(int(s, 16))
        signature = pack(key.kind.encode()) + pack(pair)
        assert accepted(key, signature, bytes.fromhex(message)) == (result == "P")


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA512"])
def test_rsa_is_as_published(algorithm: str) -> None:
    text = (FILES / "RSA/FIPS_186-2/SigVer15_186-3.rsp").read_text()
    seen = {"P": 0, "F": 0}
    for section in re.split(r"\nn = ", text)[1:]:
        modulus = int(section.split()[0], 16)
        if modulus.bit_length() < 2048:
            continue
        records = re.findall(
            rf"SHAAlg = {algorithm}\s+e = (\w+)\s+d = \w+\s+Msg = (\w+)\s+S = (\w+)\s+"
            r"SaltVal = \w+\s+Result = ([PF])",
            section,
        )
        for exponent, message, value, result in records:
            fields = (natural(int(exponent, 16))[4:], natural(modulus)[4:])
            name = f"rsa-sha2-{algorithm[3:]}".encode()
            signature = pack(name) + pack(bytes.fromhex(value))
            right = accepted(Public("ssh-rsa", fields), signature, bytes.fromhex(message))
            assert right == (result == "P")
            seen[result] += 1
    assert min(seen.values()) >= 2
