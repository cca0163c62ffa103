"""Who signed the list: one call that proves the whole chain, and fails at each link."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from keypairs import KEY, OTHER
from trees import plant, sha1, sha256

import checksig
from checksig import SignatureInvalid, SignatureUntrusted
from checksig import _schemes as trust
from checksig._trust.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

LIST = "SHA256SUMS"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A directory with the public keys ``key.pub`` and ``other.pub``."""
    place = tmp_path / "keys"
    place.mkdir()
    (place / "key.pub").write_bytes(KEY.public)
    (place / "other.pub").write_bytes(OTHER.public)
    return place


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """A tree with a list that ``KEY`` signed."""
    root = tmp_path / "tree"
    plant(root, {"a": b"a", "sub/b": b"b"})
    (root / "sha1sum.txt").unlink()
    data = f"{sha256(b'a')}  a\n{sha256(b'b')}  sub/b\n".encode()
    (root / LIST).write_bytes(data)
    (root / f"{LIST}.minisig").write_bytes(KEY.minisign(data))
    return root


@pytest.fixture(autouse=True)
def _no_habits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_one_call_proves_the_whole_chain(signed: Path, keys: Path) -> None:
    report = checksig.verify(signed, trust=keys / "key.pub", complete=True)
    assert report.signature is not None
    assert report.signature.scheme == "minisign"
    assert report.signature.key_id == "101010101010101"
    assert report.signature.comment == "timestamp:1"
    assert report.signature.path == str(signed / f"{LIST}.minisig")
    assert report.unchecked == ()
    assert report.trust == "signed by minisign key 101010101010101 (timestamp:1)"


def test_an_extra_file_fails_a_signed_list_that_is_complete(signed: Path, keys: Path) -> None:
    (signed / "extra").touch()
    [failure] = checksig.audit(signed, trust=keys / "key.pub", complete=True).failures
    assert (failure.path, str(failure.status)) == ("extra", "unlisted")


def test_a_bad_signature_ends_the_run_before_any_file_is_read(signed: Path, keys: Path) -> None:
    with (signed / LIST).open("a") as file:
        file.write(f"{sha256(b'c')}  c\n")
    with pytest.raises(SignatureInvalid, match="not a signature over this list"):
        checksig.audit(signed, trust=keys / "key.pub")
    with pytest.raises(SignatureInvalid):
        next(iter(checksig.iter_verify(signed, trust=keys / "key.pub")))


def test_another_key_is_not_trusted(signed: Path, keys: Path) -> None:
    with pytest.raises(SignatureUntrusted, match="key 101010101010101, which you do not trust"):
        checksig.verify(signed, trust=keys / "other.pub")


def test_a_list_without_a_signature_is_not_trusted(signed: Path, keys: Path) -> None:
    (signed / f"{LIST}.minisig").unlink()
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.verify(signed, trust=keys)


def test_every_list_has_to_be_signed(signed: Path, keys: Path) -> None:
    (signed / "extra").write_bytes(b"evil")
    (signed / "sha1sum.txt").write_text(f"{sha1(b'evil')}  extra\n")
    with pytest.raises(SignatureUntrusted, match=r"sha1sum\.txt.*is not signed"):
        checksig.verify(signed, trust=keys)
    assert checksig.verify(signed, trust=keys, manifest=signed / LIST).files == 2


def test_a_signature_over_another_list_is_invalid(signed: Path, keys: Path) -> None:
    (signed / f"{LIST}.minisig").write_bytes(KEY.minisign(b"another list"))
    with pytest.raises(SignatureInvalid):
        checksig.verify(signed, trust=keys)


def test_a_signature_over_a_file_is_none_over_the_list(signed: Path, keys: Path) -> None:
    (signed / f"{LIST}.minisig").write_bytes(KEY.minisign(b"a"))
    with pytest.raises(SignatureInvalid):
        checksig.verify(signed, trust=keys)


def test_an_empty_list_proves_nothing_whoever_signed_it(signed: Path, keys: Path) -> None:
    (signed / LIST).write_bytes(b"")
    (signed / f"{LIST}.minisig").write_bytes(KEY.minisign(b""))
    with pytest.raises(checksig.ManifestError, match="empty"):
        checksig.verify(signed, trust=keys)


def test_two_signatures_of_which_one_fails_are_no_success(signed: Path, keys: Path) -> None:
    (signed / f"{LIST}.sig").write_bytes(OTHER.signify(b"another list"))
    with pytest.raises(SignatureInvalid, match=r"SHA256SUMS\.sig"):
        checksig.verify(signed, trust=keys)


def test_as_many_keys_as_asked_for_have_to_sign(signed: Path, keys: Path) -> None:
    with pytest.raises(SignatureUntrusted, match="signed by 1 key, and 2 are required"):
        checksig.verify(signed, trust=keys, signers=2)
    data = (signed / LIST).read_bytes()
    (signed / f"{LIST}.sig").write_bytes(KEY.signify(data))
    with pytest.raises(SignatureUntrusted, match="signed by 1 key, and 2 are required"):
        checksig.verify(signed, trust=keys, signers=2)
    (signed / f"{LIST}.sig").write_bytes(OTHER.signify(data))
    report = checksig.verify(signed, trust=keys, signers=2, complete=True)
    assert [s.scheme for s in report.signatures] == ["minisign", "signify"]


def test_two_keys_that_sign_different_lists_are_not_two_for_one(signed: Path, keys: Path) -> None:
    data = f"{sha256(b'a')}  a\n".encode()
    (signed / f"{LIST}.sig").write_bytes(OTHER.signify(data, embedded=True))
    for signers in (1, 2):
        with pytest.raises(SignatureInvalid, match="signs another list"):
            checksig.verify(signed, trust=keys, signers=signers)
    whole = (signed / LIST).read_bytes()
    (signed / f"{LIST}.sig").write_bytes(OTHER.signify(whole, embedded=True))
    assert len(checksig.verify(signed, trust=keys, signers=2).signatures) == 2


def test_a_signature_by_somebody_else_is_named(signed: Path, keys: Path) -> None:
    (signed / f"{LIST}.sig").write_bytes(OTHER.signify((signed / LIST).read_bytes()))
    report = checksig.verify(signed, trust=keys / "key.pub")
    assert report.unchecked == (str(signed / f"{LIST}.sig"),)
    assert report.trust.startswith("signed by minisign key ")
    assert report.trust.endswith(f"; {LIST}.sig is not by a key you trust")
    [failure] = checksig.audit(signed, trust=keys / "key.pub", complete=True).failures
    assert failure.path == f"{LIST}.sig"


def test_a_signature_of_an_unknown_kind_is_named(signed: Path, keys: Path) -> None:
    (signed / f"{LIST}.sig").write_bytes(b"\x00\x01 what is this")
    with pytest.raises(SignatureInvalid, match="not a signature of any scheme"):
        checksig.verify(signed, trust=keys)


def test_a_signature_that_cannot_be_read_fails(
    signed: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [signed / f"{LIST}.minisig", signed / "nowhere"]
    with pytest.raises(checksig.KeyFileError, match="cannot read"):
        checksig.verify(signed, trust=keys, signature=places)
    (signed / f"{LIST}.sig").mkdir()
    with pytest.raises(SignatureUntrusted, match="cannot read"):
        checksig.verify(signed, trust=keys)
    monkeypatch.setenv("CHECKSIG_TRUST", str(keys))
    with pytest.raises(SignatureUntrusted, match="cannot read"):
        checksig.verify(signed)


def test_without_a_key_the_verdict_says_integrity_only(
    signed: Path, keys: Path, cli: Callable[..., Answer]
) -> None:
    report = checksig.verify(signed)
    assert report.signature is None
    assert report.unchecked == (str(signed / f"{LIST}.minisig"),)
    answer = cli("verify", signed)
    assert answer.out.startswith(
        "VERIFIED (integrity only: signed, but not by a key you trust: SHA256SUMS.minisig"
    )
    (signed / f"{LIST}.minisig").unlink()
    answer = cli("verify", signed)
    assert answer.out.startswith("VERIFIED (integrity only: not signed)")
    table = checksig.verify(signed)._repr_html_()
    assert "</b> (integrity only: not signed) 2 of 2" in table


def test_keys_by_habit_are_used_if_there_is_a_signature(
    signed: Path, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKSIG_TRUST", str(keys / "key.pub"))
    assert checksig.verify(signed).signature is not None
    monkeypatch.setenv("CHECKSIG_TRUST", str(keys / "other.pub"))
    assert checksig.verify(signed).signature is None
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed, require_signature=True)
    monkeypatch.delenv("CHECKSIG_TRUST")
    shutil.copytree(keys, tmp_path / "config/checksig/trust.d")
    assert checksig.verify(signed, require_signature=True).signature is not None
    (signed / f"{LIST}.minisig").write_bytes(KEY.minisign(b"another"))
    with pytest.raises(SignatureInvalid):
        checksig.verify(signed)
    (signed / f"{LIST}.minisig").unlink()
    assert checksig.verify(signed).signature is None


def test_asking_for_a_signature_without_a_key_fails(signed: Path) -> None:
    for options in ({"require_signature": True}, {"identity": "me"}, {"signers": 1}):
        with pytest.raises(SignatureUntrusted, match="no key is trusted"):
            checksig.verify(signed, **options)  # type: ignore[arg-type]


def test_who_looked_for_keys_and_found_none_still_wants_a_signature(
    signed: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = [{"trust": []}, {"signature": ()}, {"at": datetime.now(UTC)}]
    for options in asked:
        with pytest.raises(SignatureUntrusted, match="no key is trusted"):
            checksig.verify(signed, **options)
    with pytest.raises(SignatureUntrusted, match="entries"):
        checksig.verify(signed, trust=[], entries=[checksig.Entry("a", sha256(b"a"), "sha256")])
    monkeypatch.setenv("CHECKSIG_TRUST", str(keys))
    with pytest.raises(SignatureUntrusted, match="no key is trusted"):
        checksig.verify(signed, trust=[])
    with pytest.raises(SignatureUntrusted, match="is revoked"):
        checksig.verify(signed, revoked=keys / "key.pub")


def test_what_is_asked_for_must_not_be_empty(
    signed: Path, keys: Path, cli: Callable[..., Answer]
) -> None:
    for name in ("identity", "issuer", "namespace"):
        with pytest.raises(ValueError, match=f"{name} must not be empty"):
            checksig.verify(signed, trust=keys, **{name: ""})  # type: ignore[arg-type]
        answer = cli("verify", signed, "--trust", keys, f"--{name}", "")
        assert (answer.code, answer.out) == (2, "")
        assert "must not be empty" in answer.err
    with pytest.raises(ValueError, match="signers must be 1 or more"):
        checksig.verify(signed, trust=keys, signers=0)
    with pytest.raises(SignatureUntrusted, match="2 are required"):
        checksig.check_signature(signed / LIST, trust=keys, signers=2)


@pytest.mark.parametrize("at", ["0001-01-01", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_is_none_is_refused(
    signed: Path, keys: Path, cli: Callable[..., Answer], at: str
) -> None:
    with pytest.raises(ValueError, match="this is not a time"):
        checksig.verify(signed, trust=keys, at=datetime.fromisoformat(at))
    answer = cli("verify", signed, "--trust", keys, "--at", at)
    assert (answer.code, answer.out) == (2, "")
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("what", ["missing", "secret", "no key", "empty directory"])
def test_a_key_that_cannot_be_used_ends_the_run(signed: Path, keys: Path, what: str) -> None:
    place = keys.parent / "bad"
    secret = b"untrusted comment: minisign encrypted secret key\n"
    if what == "secret":
        place.write_bytes(secret + base64.b64encode(b"Ed" + bytes(156)) + b"\n")
    elif what == "no key":
        place.write_bytes(b"hello\n")
    elif what == "empty directory":
        place.mkdir()
    words = {"missing": "cannot read", "secret": "secret key", "empty directory": "no keys"}
    kind = checksig.KeyFileError if what == "missing" else SignatureUntrusted
    with pytest.raises(kind, match=words.get(what, "no public key")):
        checksig.verify(signed, trust=[keys / "key.pub", place])


def test_identities_and_namespaces_are_asked_for_in_vain(signed: Path, keys: Path) -> None:
    for options in ({"identity": "me@example.org"}, {"namespace": "file"}):
        with pytest.raises(SignatureUntrusted, match="knows no identities and namespaces"):
            checksig.verify(signed, trust=keys, **options)  # type: ignore[arg-type]


def test_nothing_that_is_not_signed_is_shown(signed: Path, keys: Path) -> None:
    path = signed / f"{LIST}.minisig"
    path.write_bytes(path.read_bytes().replace(b"whatever", b"EVIL"))
    report = checksig.verify(signed, trust=keys)
    assert "EVIL" not in f"{report.signatures} {report.trust}"
    path.write_bytes(path.read_bytes().replace(b"timestamp:1", b"timestamp:2"))
    with pytest.raises(SignatureInvalid, match="trusted comment"):
        checksig.verify(signed, trust=keys)


def test_comments_are_escaped(signed: Path, keys: Path, cli: Callable[..., Answer]) -> None:
    data = (signed / LIST).read_bytes()
    (signed / f"{LIST}.minisig").write_bytes(KEY.minisign(data, b"\x1b[2J\xff"))
    answer = cli("verify", signed, "--trust", keys)
    assert answer.code == 0
    assert "(\\x1b[2J\\xff)" in answer.out
    document = json.loads(cli("verify", signed, "--trust", keys, "--json").out)
    assert document["signatures"][0]["comment"] == "\\x1b[2J\\xff"


def test_old_signatures_of_minisign_hold_too(signed: Path, keys: Path) -> None:
    data = (signed / LIST).read_bytes()
    (signed / f"{LIST}.minisig").write_bytes(KEY.minisign(data, old=True))
    assert checksig.verify(signed, trust=keys).signature is not None


def test_a_list_inside_of_its_signature_is_found(signed: Path, keys: Path) -> None:
    data = b"SHA256 (a) = " + sha256(b"a").encode() + b"\n"
    (signed / LIST).unlink()
    (signed / f"{LIST}.minisig").unlink()
    (signed / "SHA256.sig").write_bytes(KEY.signify(data, embedded=True))
    report = checksig.verify(signed, trust=keys, exclude=["sub"], complete=True)
    assert (report.files, report.signatures[0].scheme) == (1, "signify")
    assert checksig.verify(signed / "SHA256.sig", trust=keys).files == 1
    with pytest.raises(checksig.ManifestError, match=r"SHA256\.sig. may hold one"):
        checksig.verify(signed)
    with pytest.raises(checksig.ManifestError, match="give the key that you trust"):
        checksig.verify(signed / "SHA256.sig")
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed, trust=keys / "other.pub")
    (signed / "SHA256.sig").write_bytes(KEY.signify(data, embedded=True) + b"SHA256 (b) = 00\n")
    with pytest.raises(SignatureInvalid):
        checksig.verify(signed, trust=keys)


def test_a_list_beside_the_one_that_is_signed_is_a_file_like_others(
    signed: Path, keys: Path
) -> None:
    data = (signed / LIST).read_bytes()
    (signed / f"{LIST}.minisig").unlink()
    (signed / f"{LIST}.sig").write_bytes(KEY.signify(data, embedded=True))
    assert checksig.verify(signed, trust=keys, complete=True).signature is not None
    (signed / LIST).write_bytes(b"#!/bin/sh\n" + data)
    report = checksig.audit(signed, trust=keys, complete=True)
    assert [(each.path, str(each.status)) for each in report.failures] == [(LIST, "unlisted")]
    assert [source.path for source in report.manifests] == [str(signed / f"{LIST}.sig")]
    # Nor does it say how the one that is signed has to be read.
    (signed / LIST).write_bytes(b"#mtree\n")
    with pytest.raises(SignatureInvalid, match="another format"):
        checksig.verify(signed, trust=keys)


def test_the_name_of_a_bare_digest_is_that_without_its_signature(signed: Path, keys: Path) -> None:
    place = signed / "a.sha256.sig"
    place.write_bytes(KEY.signify(f"{sha256(b'a')}\n".encode(), embedded=True))
    assert checksig.verify(place, trust=keys).files == 1


@pytest.mark.parametrize("embedded", [False, True])
def test_what_a_signature_leads_to_is_a_file_like_others(
    signed: Path, keys: Path, *, embedded: bool
) -> None:
    data = (signed / LIST).read_bytes()
    (signed / f"{LIST}.minisig").unlink()
    if embedded:
        (signed / LIST).unlink()
    (signed / "run.sh").write_bytes(KEY.signify(data, embedded=embedded))
    (signed / f"{LIST}.sig").symlink_to("run.sh")
    for place in (signed, signed / f"{LIST}.sig") if embedded else (signed,):
        report = checksig.audit(place, trust=keys, complete=True)
        assert [(each.path, str(each.status)) for each in report.failures] == [
            ("run.sh", "unlisted")
        ]


def test_a_revoked_key_is_not_trusted(signed: Path, keys: Path) -> None:
    assert checksig.verify(signed, trust=keys, revoked=keys / "other.pub").signature is not None
    with pytest.raises(SignatureUntrusted, match="is revoked"):
        checksig.verify(signed, trust=keys, revoked=[keys / "other.pub", keys / "key.pub"])
    for data in (b"", b"nonsense"):
        (keys.parent / "revoked").write_bytes(data)
        with pytest.raises(SignatureUntrusted, match="no public key"):
            checksig.verify(signed, trust=keys, revoked=keys.parent / "revoked")


def test_a_missing_package_is_named(
    signed: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pysequoia", None)
    (keys / "key.pub").write_bytes(b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n")
    with pytest.raises(SignatureUntrusted, match=r"pip install 'checksig\[openpgp\]'"):
        checksig.verify(signed, trust=keys / "key.pub")
    monkeypatch.setenv("CHECKSIG_TRUST", str(keys / "key.pub"))
    with pytest.raises(SignatureUntrusted, match=r"pip install 'checksig\[openpgp\]'"):
        checksig.verify(signed)


def test_the_command_says_who_signed(signed: Path, keys: Path, cli: Callable[..., Answer]) -> None:
    answer = cli("verify", signed, "--trust", keys / "key.pub", "--complete")
    assert answer.code == 0
    assert answer.out.startswith("VERIFIED     2 of 2 files ok")
    assert answer.out.endswith("signed by minisign key 101010101010101 (timestamp:1)\n")
    answer = cli("verify", signed, "--trust", keys / "other.pub")
    assert (answer.code, answer.out) == (3, "")
    assert "which you do not trust" in answer.err
    document = json.loads(cli("verify", signed, "--trust", keys / "other.pub", "--json").out)
    assert document["exit_code"] == 3


def test_one_file_and_its_signature(tmp_path: Path, keys: Path, cli: Callable[..., Answer]) -> None:
    file = tmp_path / "a.iso"
    file.write_bytes(b"content")
    signature = tmp_path / "elsewhere"
    signature.write_bytes(KEY.minisign(b"content"))
    found = checksig.check_signature(file, signature=signature, trust=keys)
    assert found.key_id == "101010101010101"
    answer = cli("check-signature", file, "--signature", signature, "--trust", keys)
    assert answer.code == 0
    assert answer.out.startswith("SIGNED ")
    answer = cli("check-signature", file, "--trust", keys)
    assert answer.code == 3
    how = ("--signature", signature, "--trust", keys)
    answer = cli("check-signature", "-", *how, redirection="<&-")
    assert (answer.code, answer.err) == (2, "checksig: stdin is closed, and nothing can be read\n")
    file.write_bytes(b"other content")
    with pytest.raises(SignatureInvalid):
        checksig.check_signature(file, signature=signature, trust=keys)
    assert checksig.check_signature(data=b"content", signature=signature, trust=keys)
    # One that holds another file says nothing about this one.
    signature = signature.with_suffix(".sig")
    signature.write_bytes(KEY.signify(b"content", embedded=True))
    assert checksig.check_signature(signature, trust=keys)
    with pytest.raises(SignatureInvalid, match="that is not the file"):
        checksig.check_signature(file, signature=signature, trust=keys)


@pytest.mark.parametrize("make", [KEY.minisign, KEY.signify], ids=["minisign", "signify"])
def test_every_changed_byte_is_refused_or_not_signed(make: Callable[[bytes], bytes]) -> None:
    message = b"a list\n"
    keys = trust.keys_in(KEY.public, "key.pub", PRIMITIVES)
    whole = make(message)
    scheme = trust.detect(whole)
    assert scheme is not None
    own = trust.of_scheme(keys, scheme)
    terms = trust.Terms(datetime.now(UTC))
    proof = scheme.verify(whole, message, own, terms, PRIMITIVES)
    comment_ends = whole.index(b"\n")
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        try:
            found = scheme.verify(changed, message, own, terms, PRIMITIVES)
        except trust.SchemeError:
            continue
        assert len(b"untrusted comment: ") <= at < comment_ends
        assert found == proof
    for at in range(len(message)):
        changed = message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]
        with pytest.raises(trust.SchemeError):
            scheme.verify(whole, changed, own, terms, PRIMITIVES)


def test_every_changed_byte_of_a_key_is_refused(signed: Path, keys: Path) -> None:
    whole = KEY.public
    place = keys / "key.pub"
    for at in range(whole.index(b"\n"), len(whole) - 1):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises((SignatureUntrusted, SignatureInvalid)):
            checksig.verify(signed, trust=place)


def test_every_scheme_is_in_the_table() -> None:
    assert [scheme.name for scheme in trust.schemes()] == list(trust.SCHEMES)
