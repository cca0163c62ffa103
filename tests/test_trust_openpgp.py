"""OpenPGP: what gpg signs holds here if sqv says so too, and in no other case."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pysequoia
import pytest
from programs import run
from trees import sha256

import checksig
from checksig import ManifestError, SignatureInvalid, SignatureUntrusted
from checksig import _schemes as trust
from checksig._schemes import SchemeError, _packets, openpgp
from checksig._schemes._openpgp_frames import dearmoured, frames
from checksig._trust.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIST = "SHA256SUMS"


class Gpg:
    """gpg with a home of its own, and the keys of two people in it."""

    def __init__(self, home: Path) -> None:
        """Make the keys."""
        self.home = home
        home.mkdir(mode=0o700)
        for who, kind in (("me", "ed25519"), ("other", "rsa2048")):
            user = f"{who.title()} <{who}@example.org>"
            self.do(home, "--passphrase", "", "--quick-gen-key", user, kind, "sign", "1d")
            self.do(home, "--armor", "-o", f"{who}.asc", "--export", f"{who}@example.org")

    def do(self, directory: Path, *arguments: str | Path) -> None:
        """Run gpg, which has to succeed."""
        done = run(directory, "gpg", "--homedir", self.home, "--batch", "-q", *arguments)
        assert done.returncode == 0, done.stderr

    def sign(self, tree: Path, name: str, *how: str, who: str = "me") -> Path:
        """Sign the list of a tree, and return the path of the signature."""
        self.do(
            tree, "-u", f"{who}@example.org", *how, "-o", name, "-s" if not how else "--yes", LIST
        )
        return tree / name


@pytest.fixture(scope="module")
def gpg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gpg]:
    """gpg, whose daemons end with the tests."""
    home = tmp_path_factory.mktemp("gnupg") / "home"
    yield Gpg(home)
    run(home, "gpgconf", "--homedir", home, "--kill", "all")


def sqv(gpg: Gpg, tree: Path, name: str, who: str = "me") -> bool:
    """Whether sqv accepts a detached signature."""
    return run(tree, "sqv", "--keyring", gpg.home / f"{who}.asc", name, LIST).returncode == 0


@pytest.mark.parametrize("name", [f"{LIST}.asc", f"{LIST}.gpg", f"{LIST}.sig", f"{LIST}.sign"])
def test_what_gpg_signs_holds(gpg: Gpg, tree: Path, name: str) -> None:
    gpg.sign(tree, name, *(["--armor"] if name.endswith("asc") else []), "--detach-sign")
    assert sqv(gpg, tree, name)
    report = checksig.verify(tree, trust=gpg.home / "me.asc", complete=True)
    [signature] = report.signatures
    assert (signature.scheme, signature.identity) == ("openpgp", "Me <me@example.org>")
    assert len(signature.key_id) == 40
    assert signature.signed_at is not None
    assert not sqv(gpg, tree, name, "other")
    with pytest.raises(SignatureUntrusted, match="which you do not trust"):
        checksig.verify(tree, trust=gpg.home / "other.asc")
    (tree / LIST).write_text((tree / LIST).read_text().upper())
    assert not sqv(gpg, tree, name)
    with pytest.raises(SignatureInvalid):
        checksig.verify(tree, trust=gpg.home / "me.asc")


@pytest.mark.parametrize("how", ["--clearsign", "--sign"])
def test_of_a_signed_message_only_the_signed_part_exists(gpg: Gpg, tree: Path, how: str) -> None:
    place = gpg.sign(tree, f"{LIST}.asc", "--armor", how)
    (tree / LIST).unlink()
    report = checksig.verify(tree, trust=gpg.home / "me.asc", complete=True)
    assert (report.files, len(report.signatures)) == (1, 1)
    line = f"{'0' * 64}  evil\n"
    whole = place.read_text()
    for text in (f"{line}{whole}", f"{whole}{line}"):
        place.write_text(text)
        try:
            report = checksig.audit(place, trust=gpg.home / "me.asc")
        except (SignatureInvalid, SignatureUntrusted, checksig.ManifestError):
            continue
        assert report.files == 1
        assert report.ok
    place.write_text(whole)
    with pytest.raises(SignatureUntrusted):
        checksig.verify(tree, trust=gpg.home / "other.asc")


@pytest.mark.parametrize("detached", [f"{LIST}.sig", f"{LIST}.gpg"])
def test_a_clearsigned_list_and_a_detached_signature_may_lie_side_by_side(
    gpg: Gpg, tree: Path, detached: str
) -> None:
    gpg.sign(tree, f"{LIST}.asc", "--clearsign")
    gpg.sign(tree, detached, "--detach-sign", who="other")
    both = [gpg.home / "me.asc", gpg.home / "other.asc"]
    report = checksig.verify(tree, trust=both, signers=2, complete=True)
    assert {each.identity for each in report.signatures} == {
        "Me <me@example.org>",
        "Other <other@example.org>",
    }
    with (tree / LIST).open("a") as file:
        file.write("# not what was signed\n")
    with pytest.raises(SignatureInvalid):
        checksig.verify(tree, trust=both)
    gpg.sign(tree, detached, "--detach-sign", who="other")
    with pytest.raises(SignatureInvalid, match="signs another list"):
        checksig.verify(tree, trust=both)


def test_each_signature_in_a_file_counts(gpg: Gpg, tree: Path) -> None:
    parts = [
        gpg.sign(tree, f"{who}.part", "--detach-sign", who=who).read_bytes()
        for who in ("me", "other")
    ]
    place = tree / f"{LIST}.gpg"
    place.write_bytes(b"".join(parts))
    both = [gpg.home / "me.asc", gpg.home / "other.asc"]
    report = checksig.verify(tree, trust=both, signers=2)
    assert [each.identity for each in report.signatures] == [
        "Me <me@example.org>",
        "Other <other@example.org>",
    ]
    assert checksig.check_signature(tree / LIST, trust=both, signers=2)
    for who in ("me", "other"):
        found = checksig.verify(tree, trust=both, identity=f"{who}@example.org").signatures
        assert len(found) == 1
    for trusted in (gpg.home / "me.asc", gpg.home / "other.asc"):
        assert len(checksig.verify(tree, trust=trusted).signatures) == 1
        for check in (
            checksig.verify,
            lambda path, **rest: checksig.check_signature(path / LIST, **rest),
        ):
            with pytest.raises(SignatureUntrusted, match="2 are required"):
                check(tree, trust=trusted, signers=2)
    place.write_bytes(parts[0] + parts[0])
    with pytest.raises(SignatureUntrusted, match="2 are required"):
        checksig.verify(tree, trust=both, signers=2)


@pytest.mark.parametrize("name", ["Fedora-41-CHECKSUM", "InRelease", "Manifest"])
def test_a_clearsigned_list_may_be_called_as_if_it_were_not(
    gpg: Gpg, tmp_path: Path, name: str
) -> None:
    digest = sha256(b"x")
    rows = {"InRelease": f"SHA256:\n {digest} 1 a\n", "Manifest": f"DATA a 1 SHA256 {digest}\n"}
    tree = tmp_path
    (tree / "a").write_bytes(b"x")
    (tree / LIST).write_text(rows.get(name, f"# a: 1 byte\nSHA256 (a) = {digest}\n"))
    signed = gpg.sign(tree, name, "--clearsign")
    (tree / LIST).unlink()
    report = checksig.verify(tree, trust=gpg.home / "me.asc", complete=True)
    assert report.signature
    assert report.manifests[0].path == str(signed)
    with pytest.raises(SignatureUntrusted):
        checksig.verify(tree, trust=gpg.home / "other.asc")
    for path in (tree, signed):
        with pytest.raises(ManifestError, match="give the key that you trust"):
            checksig.verify(path)
    signed.write_text(signed.read_text().replace(digest, sha256(b"y")))
    with pytest.raises(SignatureInvalid):
        checksig.verify(tree, trust=gpg.home / "me.asc")
    with pytest.raises(ManifestError, match="is a list in signed text"):
        checksig.convert(signed, format="jsonl")


def test_a_clearsigned_list_takes_the_place_of_the_one_beside_it(gpg: Gpg, tree: Path) -> None:
    gpg.sign(tree, f"{LIST}.asc", "--clearsign")
    (tree / "evil").write_bytes(b"")
    (tree / LIST).write_text(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  evil\n"
    )
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.audit(tree, trust=gpg.home / "me.asc")
    (tree / LIST).write_text("# nothing\n")
    report = checksig.audit(tree, trust=gpg.home / "me.asc", complete=True)
    assert {(f.path, str(f.status)) for f in report.failures} == {
        ("evil", "unlisted"),
        (LIST, "unlisted"),
    }


def test_a_clearsigned_list_below_is_followed_with_its_key(gpg: Gpg, tree: Path) -> None:
    below = tree / "below"
    below.mkdir()
    (below / "b").write_bytes(b"b")
    (below / LIST).write_text(f"{sha256(b'other')}  b\n")
    gpg.sign(below, f"{LIST}.asc", "--clearsign")
    (below / LIST).unlink()
    signed = (below / f"{LIST}.asc").read_bytes()
    with (tree / LIST).open("a") as file:
        file.write(f"{sha256(signed)}  below/{LIST}.asc\n")
    gpg.sign(tree, f"{LIST}.asc", "--armor", "--detach-sign")
    report = checksig.audit(tree, trust=gpg.home / "me.asc")
    assert [(f.path, str(f.status)) for f in report.failures] == [("below/b", "mismatch")]
    assert checksig.audit(tree).ok  # without the key nobody knows what is in it


def test_of_several_signatures_those_by_trusted_keys_have_to_hold(gpg: Gpg, tree: Path) -> None:
    name = f"{LIST}.asc"
    gpg.sign(tree, name, "-u", "other@example.org", "--armor", "--detach-sign")
    for who in ("me", "other"):
        assert checksig.verify(tree, trust=gpg.home / f"{who}.asc").signature is not None
    good = (tree / LIST).read_bytes()
    (tree / LIST).write_bytes(b"# another list\n" + good)
    gpg.sign(tree, "wrong.asc", "--armor", "--detach-sign")
    (tree / LIST).write_bytes(good)
    gpg.do(tree, "-o", "one", "--dearmor", name)
    gpg.do(tree, "-o", "two", "--dearmor", "wrong.asc")
    (tree / name).write_bytes((tree / "one").read_bytes() + (tree / "two").read_bytes())
    with pytest.raises(SignatureInvalid):
        checksig.verify(tree, trust=gpg.home / "me.asc")
    assert checksig.verify(tree, trust=gpg.home / "other.asc").signature is not None


def test_weak_hashes_are_refused(gpg: Gpg, tree: Path) -> None:
    name = f"{LIST}.asc"
    gpg.sign(tree, name, "--digest-algo", "SHA1", "--armor", "--detach-sign")
    assert not sqv(gpg, tree, name)
    with pytest.raises(SignatureInvalid, match="SHA1"):
        checksig.verify(tree, trust=gpg.home / "me.asc")


def test_a_hash_that_nobody_knows_is_refused(tree: Path) -> None:
    secret, cert = made()
    data, mode = (tree / LIST).read_bytes(), pysequoia.SignatureMode.DETACHED
    signature = pysequoia.sign(secret.signer(), data, mode=mode, armor=False)
    key = tree.parent / "key.pgp"
    key.write_bytes(bytes(cert))
    at = 2 + 3  # a header of 2 bytes; the version, the type and the algorithm of the key
    for number in (0, 255):
        changed = signature[:at] + bytes([number]) + signature[at + 1 :]
        (tree / f"{LIST}.sig").write_bytes(changed)
        with pytest.raises(SignatureInvalid):
            checksig.verify(tree, trust=key)


def test_identities_are_those_of_the_certificate(gpg: Gpg, tree: Path) -> None:
    gpg.sign(tree, f"{LIST}.asc", "--armor", "--detach-sign")
    keys = gpg.home / "me.asc"
    for who in ("me@example.org", "Me <me@example.org>"):
        assert checksig.verify(tree, trust=keys, identity=who).signature is not None
    for who in ("other@example.org", "example.org", "Me", ""):
        if who:
            with pytest.raises(SignatureUntrusted, match="not that of"):
                checksig.verify(tree, trust=keys, identity=who)
    with pytest.raises(SignatureUntrusted, match="namespaces"):
        checksig.verify(tree, trust=keys, namespace="checksig")


def test_a_signature_was_not_there_before_it_was_made(gpg: Gpg, tree: Path) -> None:
    gpg.sign(tree, f"{LIST}.asc", "--armor", "--detach-sign")
    with pytest.raises(SignatureUntrusted, match="after the time of checking"):
        checksig.verify(tree, trust=gpg.home / "me.asc", at=datetime(2020, 1, 1, tzinfo=UTC))


def made(**options: Any) -> tuple[pysequoia.Tsk, pysequoia.Cert]:
    """Return a secret key and its certificate."""
    secret = pysequoia.Tsk.generate("A <a@example.org>", **options)
    return secret, secret.extract_certificate()


def signed_by(secret: pysequoia.Tsk, tree: Path) -> None:
    """Sign the list of a tree."""
    data, mode = (tree / LIST).read_bytes(), pysequoia.SignatureMode.DETACHED
    (tree / f"{LIST}.asc").write_bytes(pysequoia.sign(secret.signer(), data, mode=mode))


def _inside(armoured: bytes) -> Iterator[_packets.Packet]:
    return _packets.read(frames(dearmoured(armoured.splitlines()[1:-1])))


def test_a_revoked_certificate_is_not_trusted(tree: Path) -> None:
    secret, cert = made()
    signed_by(secret, tree)
    key = tree.parent / "key.pgp"
    key.write_bytes(bytes(cert))
    assert checksig.verify(tree, trust=key).signature is not None
    revocation = cert.revoke(secret.certifier())
    key.write_bytes(bytes(pysequoia.Cert.from_bytes(bytes(cert) + bytes(revocation))))
    with pytest.raises((SignatureUntrusted, SignatureInvalid)):
        checksig.verify(tree, trust=key)
    # Nor is a copy of it from before.
    old = tree.parent / "old.pgp"
    old.write_bytes(bytes(cert))
    for keys in ([old, key], [key, old]):
        with pytest.raises((SignatureUntrusted, SignatureInvalid)):
            checksig.verify(tree, trust=keys)


def test_a_secret_key_is_refused(tree: Path) -> None:
    secret, _ = made()
    key = tree.parent / "key.pgp"
    for data in (bytes(secret), str(secret).encode()):
        key.write_bytes(data)
        with pytest.raises(SignatureUntrusted, match="secret key"):
            checksig.verify(tree, trust=key)


def test_every_changed_byte_of_a_detached_signature_is_refused_or_not_signed(tree: Path) -> None:
    secret, cert = made()
    signed_by(secret, tree)
    message = (tree / LIST).read_bytes()
    keys = openpgp.SCHEME.keys(bytes(cert), "a", PRIMITIVES)
    terms = trust.Terms(datetime.now(UTC))
    whole = b"".join(each.data for each in _inside((tree / f"{LIST}.asc").read_bytes()))
    proof = openpgp.SCHEME.verify(whole, message, keys, terms, PRIMITIVES)
    same = 0
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        try:
            found = openpgp.SCHEME.verify(changed, message, keys, terms, PRIMITIVES)
        except SchemeError:
            continue
        same += 1  # in the part that is not hashed
        assert found == proof
    assert same < len(whole) / 3
    for at in range(len(message)):
        changed = message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]
        with pytest.raises(SchemeError):
            openpgp.SCHEME.verify(whole, changed, keys, terms, PRIMITIVES)


@pytest.mark.parametrize("mode", ["CLEAR", "INLINE"])
def test_every_changed_byte_of_a_signed_message_is_refused_or_not_signed(mode: str) -> None:
    secret, cert = made()
    how = getattr(pysequoia.SignatureMode, mode)
    whole = bytes(pysequoia.sign(secret.signer(), b"the list\n", mode=how))
    keys = openpgp.SCHEME.keys(bytes(cert), "a", PRIMITIVES)
    terms = trust.Terms(datetime.now(UTC))
    proof = openpgp.SCHEME.verify(whole, None, keys, terms, PRIMITIVES)
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with suppress(SchemeError):
            assert openpgp.SCHEME.verify(changed, None, keys, terms, PRIMITIVES) == proof


def test_every_changed_byte_of_a_certificate_is_refused_or_makes_nobody_else_of_it() -> None:
    secret, cert = made()
    signature = bytes(pysequoia.sign(secret.signer(), b"x", mode=pysequoia.SignatureMode.DETACHED))
    whole = b"".join(each.data for each in _packets.read(frames(bytes(cert))))
    terms = trust.Terms(datetime.now(UTC))
    keys = openpgp.SCHEME.keys(whole, "a", PRIMITIVES)
    proof = openpgp.SCHEME.verify(signature, b"x", keys, terms, PRIMITIVES)
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with suppress(ValueError):
            keys = openpgp.SCHEME.keys(changed, "a", PRIMITIVES)
            found = openpgp.SCHEME.verify(signature, b"x", keys, terms, PRIMITIVES)
            assert found in (proof, proof._replace(identity=None))
