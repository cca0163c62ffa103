"""The bridge keeps the contract of checksig.h about signatures and certificates."""

from __future__ import annotations

import base64
import ctypes
import json
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from models import CA, CODE, NOW, certify, secret

from checksig._bridge import signatures
from checksig._bridge.library import library

BAD_ARGUMENT = -4
SECRET = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = SECRET.public_key().public_bytes_raw()
MESSAGE = b"a message"
VALUE = SECRET.sign(MESSAGE)
SPKI = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
PURPOSE = "1.3.6.1.5.5.7.3.3"
ROOT = certify("root", 1, [CA])
LEAF = certify("me", 2, [CODE], ROOT)


def ask(header: bytes | dict[str, Any], behind: bytes = b"", message: bytes = MESSAGE) -> int:
    """What checksig_check_signature returns."""
    line = header if isinstance(header, bytes) else json.dumps(header).encode() + b"\n"
    request = line + behind
    return int(library().checksig_check_signature(request, len(request), message, len(message)))


def test_a_signature_is_right_or_not() -> None:
    header = {"scheme": "ed25519", "public": 32}
    assert ask(header, PUBLIC + VALUE) == 1
    assert ask(header, PUBLIC + VALUE, b"") == 0
    assert ask(header, PUBLIC + VALUE[:-1]) == 0
    assert ask(header | {"public": 31}, PUBLIC + VALUE) == 0
    empty = SECRET.sign(b"")
    assert ask(header, PUBLIC + empty, b"") == 1


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{}",
        b"nonsense\n",
        {},
        {"scheme": "dsa", "hash": "sha256"},
        {"scheme": "ed25519", "public": -1},
        {"scheme": "ed25519", "public": 1 << 40},
        {"scheme": "ed25519", "public": 32, "hash": "sha512"},
        {"scheme": "ed25519", "public": 32, "digest": True},
        {"scheme": "ed25519", "public": 32, "more": 1},
        {"scheme": "rsa-pkcs1v15", "public": 32},
        {"scheme": "rsa-pkcs1v15", "public": 32, "hash": "sha1"},
        {"scheme": "rsa-pkcs1v15", "public": 32, "hash": "sha256", "digest": True},
        {"scheme": "rsa-pss", "public": 32, "hash": "sha256", "salt": 0},
        {"scheme": "rsa-pss", "public": 32, "hash": "sha256", "salt": -2},
    ],
)
def test_a_request_about_a_signature_that_makes_no_sense_is_refused(header: Any) -> None:
    assert ask(header, PUBLIC + VALUE) == BAD_ARGUMENT


def test_no_pointer_may_be_null_and_no_size_negative() -> None:
    request, buffer = b'{"op": "key"}\n', ctypes.create_string_buffer(1 << 13)
    check, describe = library().checksig_check_signature, library().checksig_certificates
    assert check(None, 0, MESSAGE, 1) == BAD_ARGUMENT
    assert check(request, -1, MESSAGE, 1) == BAD_ARGUMENT
    assert check(request, 1, None, 0) == BAD_ARGUMENT
    assert check(request, 1, MESSAGE, -1) == BAD_ARGUMENT
    assert describe(None, 0, buffer, len(buffer)) == BAD_ARGUMENT
    assert describe(request, -1, buffer, len(buffer)) == BAD_ARGUMENT
    assert describe(request, len(request), None, 10) == BAD_ARGUMENT
    assert describe(request, len(request), buffer, -1) == BAD_ARGUMENT


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"{}",
        b"{}\n",
        b'{"op": "other"}\n',
        b'{"op": "key", "more": 1}\n',
        b'{"op": "path", "chain": [1], "anchors": [], "at": 0, "purpose": "1.2"}\n',
        b'{"op": "path", "chain": [1], "anchors": [], "at": 0, "purpose": "1.2"}\nxx',
        b'{"op": "path", "chain": [-1], "anchors": [], "at": 0, "purpose": "1.2"}\nx',
        b'{"op": "path", "chain": [1], "anchors": [1], "at": 0, "purpose": "1.2"}\nx',
        b'{"op": "path", "chain": [1], "anchors": [], "at": 0}\nx',
    ],
)
def test_a_request_about_certificates_that_makes_no_sense_is_refused(request_: bytes) -> None:
    buffer = ctypes.create_string_buffer(1 << 13)
    answer = library().checksig_certificates(request_, len(request_), buffer, len(buffer))
    assert answer == BAD_ARGUMENT
    assert buffer.raw == bytes(1 << 13)


def test_an_answer_says_how_much_room_it_needs() -> None:
    request = b'{"op": "certificate"}\n' + ROOT.der
    small, large = ctypes.create_string_buffer(10), ctypes.create_string_buffer(1 << 13)
    need = library().checksig_certificates(request, len(request), small, len(small))
    assert need > 10
    assert small.raw == bytes(10)
    assert library().checksig_certificates(request, len(request), large, len(large)) == need
    assert json.loads(large.raw[:need]).keys() == {"certificate"}


def test_a_long_answer_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = signatures.certificate(ROOT.der)
    monkeypatch.setattr(signatures, "_ROOM", 1)
    assert signatures.certificate(ROOT.der) == whole


def test_a_certificate_says_what_cryptography_reads_in_it() -> None:
    for owner in (ROOT, LEAF):
        theirs, ours = owner.certificate, signatures.certificate(owner.der)
        assert ours == {
            "subject": theirs.subject.rfc4514_string(),
            "issuer": theirs.issuer.rfc4514_string(),
            "own": owner is ROOT,
            "holds": owner is ROOT,
            "serial": str(theirs.serial_number),
            "names": [],
            "public": theirs.public_key().public_bytes(*SPKI),
            "key": {"kind": "ecdsa-p256", "bits": 0},
            "after": int(theirs.not_valid_before_utc.timestamp()),
            "before": int(theirs.not_valid_after_utc.timestamp()),
            "authority": owner is ROOT,
            "algorithm": "ECDSA-SHA256",
            "purposes": [] if owner is ROOT else [PURPOSE],
            "uses": None,
            "critical": [],
        }


def test_a_path_leads_from_the_first_to_one_that_is_trusted() -> None:
    keys = [owner.certificate.public_key().public_bytes(*SPKI) for owner in (LEAF, ROOT)]
    at = int(NOW.timestamp())
    assert list(signatures.path([LEAF.der], [ROOT.der], at, PURPOSE)) == keys
    assert list(signatures.path([LEAF.der], [LEAF.der], at, PURPOSE)) == keys[:1]
    for chain, anchors, purpose in (
        ([LEAF.der, ROOT.der], [], PURPOSE),
        ([], [ROOT.der], PURPOSE),
        ([LEAF.der], [ROOT.der], "1.3.6.1.5.5.7.3.1"),
        ([LEAF.der[:-1]], [ROOT.der], PURPOSE),
        ([LEAF.der], [ROOT.der[:-1]], PURPOSE),
    ):
        with pytest.raises(ValueError, match=r".") as caught:
            signatures.path(chain, anchors, at, purpose)
        assert not str(caught.value).startswith("x509")
    for time in (at - 11 * 86400, at + 11 * 86400):
        with pytest.raises(ValueError, match="not valid at"):
            signatures.path([LEAF.der], [ROOT.der], time, PURPOSE)


def test_a_root_of_the_system_vouches_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """These variables are where Go looks, and the process below is one that it has not done yet."""
    monkeypatch.setenv("SSL_CERT_FILE", "root.pem")
    from subprocess import run
    from sys import executable
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as place:
        with open(f"{place}/root.pem", "wb") as file:  # noqa: PTH123
            file.write(ROOT.pem)
        code = (
            "from checksig._bridge import signatures as s; import base64, sys\n"
            f"leaf, at = base64.b64decode({base64.b64encode(LEAF.der).decode()!r}), "
            f"{int(NOW.timestamp())}\n"
            f"try: s.path([leaf], [], at, {PURPOSE!r})\n"
            "except ValueError as error: print(error)\n"
        )
        done = run([executable, "-c", code], cwd=place, capture_output=True, check=True, text=True)
        assert "does not lead" in done.stdout


def test_a_child_of_fork_checks_signatures() -> None:
    assert signatures.check("ed25519", PUBLIC, VALUE, MESSAGE)
    child = os.fork()
    if child == 0:
        try:
            right = signatures.check("ed25519", PUBLIC, VALUE, MESSAGE)
            os._exit(42 if right else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42


def test_a_digest_may_be_given_in_place_of_a_message() -> None:
    key = secret(5)
    value, public = key.sign(MESSAGE, ec.ECDSA(hashes.SHA256())), key.public_key()
    hasher = hashes.Hash(hashes.SHA256())
    hasher.update(MESSAGE)
    digest, der = hasher.finalize(), public.public_bytes(*SPKI)
    for message, how in ((MESSAGE, False), (digest, True)):
        assert signatures.check("ecdsa-p256", der, value, message, hash="sha256", digest=how)
    assert not signatures.check("ecdsa-p256", der, value, digest, hash="sha256")
