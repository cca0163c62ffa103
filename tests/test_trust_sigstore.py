"""Sigstore: what sigstore-python accepts, of an identity that is asked for, without a network."""

from __future__ import annotations

import base64
import copy
import json
import socket
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from models import (
    CA,
    CODE,
    NOW,
    PAYLOAD,
    SERVER,
    as_bytes,
    bundle,
    certify,
    chained,
    key_id,
    public_pem,
    resource,
    secret,
    secret_pem,
    statement,
    text,
    use,
)
from programs import run
from signatures import damaged
from sigstores import ISSUER, MADE, ME, Signing, Sigstore, canonical

import checksig
from checksig import SignatureInvalid, SignatureUntrusted
from checksig import _schemes as trust
from checksig._schemes import model, sigstore
from checksig._schemes._scheme import SchemeError, UntrustedError
from checksig._trust.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Answer

LIST = "SHA256SUMS"
MINUTE = timedelta(minutes=1)
OURS, THEIRS = Sigstore(1), Sigstore(2)
WHO = {"identity": ME, "issuer": ISSUER}
MODEL = statement([resource("a", b"content")])
MESSAGE = b"a list\n"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No habits, and no network: whoever asks for it fails."""
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("somebody asked for the network")

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def put(tree: Path, name: str, data: bytes) -> Path:
    """Write a file beside a tree."""
    path = tree.parent / name
    path.write_bytes(data)
    return path


@pytest.fixture
def root(tree: Path) -> Path:
    """The file of the trusted root."""
    return put(tree, "trusted_root.json", OURS.trusted)


@pytest.fixture
def signed(tree: Path) -> Path:
    """A tree whose list is signed."""
    data = OURS.sign((tree / LIST).read_bytes())
    (tree / f"{LIST}.sigstore.json").write_bytes(as_bytes(data))
    return tree


def keys(of: Sigstore = OURS) -> list[trust.Key]:
    """What is trusted."""
    return trust.keys_in(of.trusted, "trusted_root.json", PRIMITIVES)


def proved(
    document: dict[str, Any] | bytes, message: bytes | None = MESSAGE, **terms: Any
) -> trust.Proof:
    """Check a bundle."""
    data = document if isinstance(document, bytes) else as_bytes(document)
    found = trust.Terms(**({"at": NOW} | WHO | terms))
    return sigstore.SCHEME.verify(data, message, keys(), found, PRIMITIVES)


def test_what_sigstore_signs_holds_without_a_network(signed: Path, root: Path) -> None:
    report = checksig.verify(signed, trust=root, complete=True, **WHO)
    [signature] = report.signatures
    assert (signature.scheme, signature.identity, signature.issuer) == ("sigstore", ME, ISSUER)
    assert signature.signed_at == MADE
    assert signature.key_id == key_id(OURS.certify(Signing()).key)
    assert report.trust == (
        f"signed by {ME} ({ISSUER}), sigstore key {signature.key_id} at 2024-01-01T12:00:00+00:00"
    )


@pytest.mark.parametrize("name", [f"{LIST}.sigstore", f"{LIST}.sigstore.json"])
def test_signatures_are_found_by_their_names(signed: Path, root: Path, name: str) -> None:
    (signed / f"{LIST}.sigstore.json").rename(signed / name)
    assert checksig.verify(signed, trust=root, complete=True, **WHO).signature is not None


def test_the_command_says_who_signed(signed: Path, root: Path, cli: Callable[..., Answer]) -> None:
    who = ("--trust", root, "--identity", ME, "--issuer", ISSUER)
    answer = cli("verify", signed, "--complete", *who)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("VERIFIED  ")
    assert f"signed by {ME} ({ISSUER}), sigstore key" in answer.out
    [signature] = json.loads(cli("verify", signed, "--json", *who).out)["signatures"]
    assert (signature["identity"], signature["issuer"]) == (ME, ISSUER)
    assert signature["signed_at"] == "2024-01-01T12:00:00+00:00"
    answer = cli("check-signature", signed / LIST, *who)
    assert (answer.code, answer.err) == (0, "")
    assert f"{ME} ({ISSUER})" in answer.out


def test_an_identity_that_is_a_uri_holds(signed: Path, root: Path) -> None:
    who = "https://github.com/me/it/.github/workflows/release.yml@refs/tags/v1"
    document = OURS.sign((signed / LIST).read_bytes(), identity=who)
    (signed / f"{LIST}.sigstore.json").write_bytes(as_bytes(document))
    report = checksig.verify(signed, trust=root, identity=who, issuer=ISSUER)
    assert report.signature is not None
    assert report.signature.identity == who
    with pytest.raises(SignatureUntrusted, match="not that of"):
        checksig.verify(signed, trust=root, identity=who[:-1], issuer=ISSUER)


@pytest.mark.parametrize(
    "who",
    [{}, {"identity": ME}, {"issuer": ISSUER}],
    ids=["neither", "no issuer", "no identity"],
)
def test_an_identity_and_its_issuer_have_to_be_named(
    signed: Path, root: Path, who: dict[str, str]
) -> None:
    with pytest.raises(SignatureUntrusted, match="name the identity") as caught:
        checksig.verify(signed, trust=root, **who)
    assert "example.org" not in str(caught.value)
    with pytest.raises(ValueError, match="must not be empty"):
        checksig.verify(signed, trust=root, identity="", issuer="")


@pytest.mark.parametrize(
    "who",
    [
        {"identity": "you@example.org"},
        {"identity": "me@example.or"},
        {"identity": "example.org"},
        {"identity": ME.upper()},
        {"issuer": "https://issuer.example.com"},
        {"issuer": "https://issuer.example.org/"},
        {"issuer": "issuer.example.org"},
    ],
    ids=lambda who: "".join(who.values()),
)
def test_another_identity_or_issuer_is_not_trusted(
    signed: Path, root: Path, who: dict[str, str]
) -> None:
    with pytest.raises(SignatureUntrusted, match="the certificate is not that of") as caught:
        checksig.verify(signed, trust=root, **(WHO | who))
    assert f'"{(WHO | who)["identity"]}" by "{(WHO | who)["issuer"]}"' in str(caught.value)


def test_a_certificate_that_names_no_issuer_is_not_trusted() -> None:
    class Silent(Sigstore):
        def _builder(self, how: Signing, key: Any) -> Any:
            builder = super()._builder(how, key)
            builder._extensions = [
                each for each in builder._extensions if "57264" not in each.oid.dotted_string
            ]
            return builder

    assert proved(Sigstore(1).sign(MESSAGE))
    with pytest.raises(UntrustedError, match="not that of"):
        proved(Silent(1).sign(MESSAGE))


def test_without_a_trusted_root_nothing_is_trusted(
    signed: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Answer]
) -> None:
    from sigstore._internal import tuf
    from sigstore.models import ClientTrustConfig

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("somebody asked for the root that sigstore-python brings")

    monkeypatch.setattr(tuf.TrustUpdater, "__init__", refuse)
    monkeypatch.setattr(ClientTrustConfig, "from_tuf", refuse)
    key = put(signed, "key.pub", public_pem(secret(1)))
    with pytest.raises(SignatureUntrusted, match=r"a trusted root is needed.*trusted_root\.json"):
        checksig.verify(signed, trust=key, **WHO)
    with pytest.raises(SignatureUntrusted, match="no key is trusted"):
        checksig.verify(signed, **WHO)
    report = checksig.verify(signed)
    assert (report.signatures, len(report.unchecked)) == ((), 1)
    answer = cli("verify", signed, "--trust", key, "--identity", ME, "--issuer", ISSUER)
    assert (answer.code, answer.out) == (3, "")


def test_a_root_that_is_trusted_by_habit_still_needs_an_identity(
    signed: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKSIG_TRUST", str(root))
    report = checksig.verify(signed)
    assert (report.signatures, len(report.unchecked)) == ((), 1)
    with pytest.raises(SignatureUntrusted, match="name the identity"):
        checksig.verify(signed, require_signature=True)
    assert checksig.verify(signed, **WHO).signature is not None


def test_another_root_is_not_trusted(signed: Path, root: Path) -> None:
    other = put(signed, "other.json", THEIRS.trusted)
    with pytest.raises(SignatureUntrusted, match="no authority of the trusted root vouches"):
        checksig.verify(signed, trust=other, **WHO)
    assert checksig.verify(signed, trust=[other, root], **WHO).signature is not None
    with (signed / LIST).open("a") as file:
        file.write("\n")
    with pytest.raises(SignatureInvalid):
        checksig.verify(signed, trust=[other, root], **WHO)


#: Parts of the trusted root, of which each has to be the right one.
@pytest.mark.parametrize("part", ["tlogs", "certificateAuthorities", "ctlogs"])
def test_every_part_of_the_root_counts(tree: Path, signed: Path, part: str) -> None:
    mixed = OURS.trusted_root() | {part: THEIRS.trusted_root()[part]}
    with pytest.raises(checksig.TrustError):
        checksig.verify(signed, trust=put(tree, "mixed.json", canonical(mixed)), **WHO)
    empty = OURS.trusted_root() | {part: []}
    with pytest.raises(checksig.TrustError):
        checksig.verify(signed, trust=put(tree, "empty.json", canonical(empty)), **WHO)
    both = OURS.trusted_root()
    both[part] = THEIRS.trusted_root()[part] + both[part]
    assert checksig.verify(signed, trust=put(tree, "both.json", canonical(both)), **WHO)


@pytest.mark.parametrize(
    "data",
    [
        b"{" + OURS.trusted[1:-1],
        canonical(OURS.trusted_root() | {"more": 1}),
        canonical(
            OURS.trusted_root() | {"mediaType": f"{'application/vnd.dev.sigstore'}.x"}
        ).replace(b"sigstore.x", b"sigstore.trustedroot+json;version=9"),
        OURS.trusted.replace(b'{"mediaType"', b'{"mediaType": 1, "mediaType"', 1),
        b'{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
    ],
    ids=["cut", "another field", "another version", "a field twice", "empty"],
)
def test_a_trusted_root_that_cannot_be_understood_ends_the_run(signed: Path, data: bytes) -> None:
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed, trust=put(signed, "root.json", data), **WHO)


@pytest.mark.parametrize("part", ["tlogs", "certificateAuthorities", "ctlogs"])
@pytest.mark.parametrize(
    ("period", "right"),
    [
        ({"start": "2020-01-01T00:00:00Z", "end": "2024-01-01T12:00:00Z"}, True),
        ({"start": "2024-01-01T13:00:00+01:00"}, True),
        ({"start": "2020-01-01T00:00:00Z", "end": "2024-01-01T11:59:59.999Z"}, False),
        ({"start": "2024-01-01T12:00:01Z"}, False),
    ],
    ids=["until then", "since then", "not any more", "not yet"],
)
def test_what_was_retired_vouches_for_its_own_time_only(
    part: str, period: dict[str, str], right: bool
) -> None:
    document = OURS.trusted_root()
    [own] = document[part]
    own.get("publicKey", own)["validFor"] = period
    other = copy.deepcopy(THEIRS.trusted_root()[part])
    for found in (document, document | {part: [own, *other]}):
        root = trust.keys_in(canonical(found), "a", PRIMITIVES)
        wanted = trust.Terms(at=NOW, **WHO)
        if right:
            assert sigstore.SCHEME.verify(as_bytes(WHOLE), MESSAGE, root, wanted, PRIMITIVES)
            continue
        with pytest.raises(UntrustedError, match="for which the root does not trust"):
            sigstore.SCHEME.verify(as_bytes(WHOLE), MESSAGE, root, wanted, PRIMITIVES)


def test_a_list_that_was_changed_is_refused(signed: Path, root: Path) -> None:
    with (signed / LIST).open("a") as file:
        file.write(f"{'0' * 64}  more\n")
    with pytest.raises(SignatureInvalid, match="not a signature over this list"):
        checksig.audit(signed, trust=root, **WHO)


def test_a_signature_over_another_list_or_a_file_is_refused(signed: Path, root: Path) -> None:
    for data in (b"another list", b"content"):
        (signed / f"{LIST}.sigstore.json").write_bytes(as_bytes(OURS.sign(data)))
        with pytest.raises(SignatureInvalid, match="not a signature over this list"):
            checksig.verify(signed, trust=root, **WHO)


def test_two_signatures_of_which_one_fails_are_no_success(signed: Path, root: Path) -> None:
    (signed / f"{LIST}.sigstore").write_bytes(as_bytes(OURS.sign(b"another list")))
    with pytest.raises(SignatureInvalid):
        checksig.verify(signed, trust=root, **WHO)


def test_keys_that_are_used_once_do_not_make_two_signers(signed: Path, root: Path) -> None:
    data = (signed / LIST).read_bytes()
    (signed / f"{LIST}.sigstore").write_bytes(as_bytes(OURS.sign(data, key=10)))
    report = checksig.verify(signed, trust=root, **WHO)
    assert len({signature.key_id for signature in report.signatures}) == 2
    with pytest.raises(SignatureUntrusted, match="signed by 1 key, and 2 are required"):
        checksig.verify(signed, trust=root, signers=2, **WHO)


def test_an_empty_list_proves_nothing(signed: Path, root: Path) -> None:
    (signed / LIST).write_bytes(b"")
    (signed / f"{LIST}.sigstore.json").write_bytes(as_bytes(OURS.sign(b"")))
    assert checksig.check_signature(signed / LIST, trust=root, **WHO)
    with pytest.raises(checksig.ManifestError):
        checksig.verify(signed, trust=root, **WHO)


def test_a_file_that_is_not_listed_fails_a_complete_list(signed: Path, root: Path) -> None:
    (signed / "extra").touch()
    report = checksig.audit(signed, trust=root, complete=True, **WHO)
    assert [(f.path, str(f.status)) for f in report.failures] == [("extra", "unlisted")]


class Stamps:
    """Who stamps a time on signatures: OpenSSL, with a certificate for that."""

    def __init__(self, home: Path) -> None:
        """Make the certificates."""
        self.home = home
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        self.root = certify("root of times", 41, [CA, use(key_cert_sign=True)], critical=True)
        self.own = certify(
            "times", 42, [purpose, use(digital_signature=True)], self.root, critical=True
        )
        (home / "own.pem").write_bytes(self.own.pem)
        (home / "own.key").write_bytes(secret_pem(self.own.key))
        (home / "serial").write_text("01")
        (home / "config").write_text(
            "[stamps]\nserial = serial\nsigner_digest = sha256\ndigests = sha256\n"
            "default_policy = 1.2.3.4\n"
        )

    def stamp(self, data: bytes) -> bytes:
        """The time stamp of a signature."""
        (self.home / "data").write_bytes(data)
        query = ("-query", "-data", "data", "-sha256", "-cert", "-out", "query")
        reply = ("-reply", "-config", "config", "-section", "stamps", "-queryfile", "query")
        with_key = ("-signer", "own.pem", "-inkey", "own.key", "-out", "reply")
        for how in (query, (*reply, *with_key)):
            done = run(self.home, "openssl", "ts", *how)
            assert done.returncode == 0, done.stderr
        return (self.home / "reply").read_bytes()

    def trusted(self) -> bytes:
        """A trusted root that believes these times."""
        document = OURS.trusted_root()
        [authority] = document["certificateAuthorities"]
        chain = [{"rawBytes": text(owner.der)} for owner in (self.own, self.root)]
        document["timestampAuthorities"] = [authority | {"certChain": {"certificates": chain}}]
        return canonical(document)


def test_a_time_stamp_is_as_good_as_the_time_of_the_log(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    now = datetime.now(UTC)
    how = Signing(at=now, valid=(now - 5 * MINUTE, now + 5 * MINUTE))
    value = base64.b64decode(OURS.sign(MESSAGE, how)["messageSignature"]["signature"])
    whole = as_bytes(OURS.sign_stamped(MESSAGE, how, [stamps.stamp(value)]))
    wanted = trust.Terms(at=now, **WHO)
    root = trust.keys_in(stamps.trusted(), "a", PRIMITIVES)
    proof = sigstore.SCHEME.verify(whole, MESSAGE, root, wanted, PRIMITIVES)
    assert proof.signed_at is not None
    assert abs(proof.signed_at - wanted.at) < MINUTE
    with pytest.raises(UntrustedError, match="after the time of checking"):
        sigstore.SCHEME.verify(
            whole, MESSAGE, root, wanted._replace(at=now - 5 * MINUTE), PRIMITIVES
        )
    with pytest.raises(SchemeError, match="time"):
        sigstore.SCHEME.verify(whole, MESSAGE, keys(), wanted, PRIMITIVES)
    for wrong in (
        [],
        [stamps.stamp(b"another signature")],
        [stamps.stamp(value), stamps.stamp(value)],  # which of them holds, nobody says
        [b"", stamps.stamp(value)],
    ):
        data = as_bytes(OURS.sign_stamped(MESSAGE, how, wrong))
        with pytest.raises(SchemeError):
            sigstore.SCHEME.verify(data, MESSAGE, root, wanted, PRIMITIVES)
    late = Signing(at=now, valid=(now - 20 * MINUTE, now - 10 * MINUTE))
    value = base64.b64decode(OURS.sign(MESSAGE, late)["messageSignature"]["signature"])
    data = as_bytes(OURS.sign_stamped(MESSAGE, late, [stamps.stamp(value)]))
    with pytest.raises(UntrustedError, match="no authority of the trusted root vouches"):
        sigstore.SCHEME.verify(data, MESSAGE, root, wanted, PRIMITIVES)


@pytest.mark.parametrize(
    ("minutes", "right"), [(-6, False), (-4, True), (0, True), (4, True), (6, False)]
)
def test_the_certificate_has_to_be_valid_at_the_time_of_the_log(minutes: int, right: bool) -> None:
    document = OURS.sign(MESSAGE, at=MADE + minutes * MINUTE, valid=Signing().valid)
    if right:
        assert proved(document).signed_at == MADE + minutes * MINUTE
        return
    with pytest.raises(UntrustedError, match="no authority of the trusted root vouches"):
        proved(document)


def test_the_time_that_is_asked_about_is_not_before_the_signature() -> None:
    document = OURS.sign(MESSAGE)
    for at in (MADE, MADE + MINUTE, NOW):
        assert proved(document, at=at).signed_at == MADE
    assert proved(document, at=MADE - MINUTE).signed_at == MADE  # clocks differ
    with pytest.raises(UntrustedError, match="made at 2024-01-01T12:00:00"):
        proved(document, at=MADE - MINUTE - timedelta(seconds=1))
    ahead = (NOW + 9 * MINUTE).replace(microsecond=0)
    later = OURS.sign(MESSAGE, at=ahead, valid=(NOW, NOW + 20 * MINUTE))
    with pytest.raises(UntrustedError, match="after the time of checking"):
        proved(later)


@pytest.mark.parametrize(
    "extensions",
    [
        [use(digital_signature=True), SERVER],
        [use(digital_signature=True)],
        [use(key_agreement=True), CODE],
    ],
    ids=["for servers", "for nothing in particular", "not for signatures"],
)
def test_a_certificate_for_something_else_is_refused(extensions: list[Any]) -> None:
    with pytest.raises(SchemeError):
        proved(OURS.sign(MESSAGE, extensions=extensions))


def test_a_certificate_has_to_be_in_the_log_of_certificates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certified = Sigstore.certify
    monkeypatch.setattr(Sigstore, "certify", lambda it, how: certified(it, how, listed=False))
    with pytest.raises(SchemeError, match="SCT"):
        proved(OURS.sign(MESSAGE))


def test_namespaces_and_revoked_keys_are_refused(signed: Path, root: Path) -> None:
    with pytest.raises(SignatureUntrusted, match="knows no namespaces"):
        checksig.verify(signed, trust=root, namespace="checksig", **WHO)
    pem = OURS.certify(Signing()).pem
    for data in (pem, OURS.trusted, public_pem(secret(1)), b"SSHKRL\n\0"):
        with pytest.raises(SignatureUntrusted, match="cannot be revoked"):
            checksig.verify(signed, trust=root, revoked=put(signed, "revoked", data), **WHO)


def test_other_schemes_have_no_issuer(tree: Path) -> None:
    key = put(tree, "key.pub", public_pem(secret(1)))
    (tree / LIST).unlink()
    (tree / "model.sig").write_bytes(as_bytes(bundle(secret(1), MODEL)))
    assert checksig.verify(tree, trust=key)
    with pytest.raises(SignatureUntrusted, match="have no issuer of identities"):
        checksig.verify(tree, trust=key, issuer=ISSUER)


WHOLE = OURS.sign(MESSAGE)


def leaves(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where a document has values that are neither objects nor arrays."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, below in inside:
        if isinstance(below, dict | list):
            yield from leaves(below, *path, name)
        else:
            yield (*path, name)


def without(document: dict[str, Any], *path: str | int) -> dict[str, Any]:
    """A document that lacks something."""
    found = copy.deepcopy(document)
    place: Any = found
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return found


ENTRY = ("verificationMaterial", "tlogEntries", 0)
#: Fields of a bundle that may be missing: what is signed can be told without them.
SPARE = {("messageSignature", "messageDigest")}


@pytest.mark.parametrize(
    "path",
    [
        *leaves(WHOLE),
        ("messageSignature",),
        ("messageSignature", "messageDigest"),
        ("verificationMaterial", "certificate"),
        ("verificationMaterial", "tlogEntries"),
        ENTRY,
        (*ENTRY, "inclusionProof"),
        (*ENTRY, "inclusionPromise"),
        (*ENTRY, "inclusionProof", "checkpoint"),
    ],
    ids=lambda path: "-".join(map(str, path)),
)
def test_no_part_of_a_bundle_may_be_missing(path: tuple[str | int, ...]) -> None:
    document = without(WHOLE, *path)
    if path in SPARE:
        assert proved(document) == proved(WHOLE)
        return
    with pytest.raises(SchemeError) as caught:
        proved(document)
    assert not caught.value.untrusted
    assert str(caught.value).isprintable()


def test_another_log_or_another_entry_does_not_vouch() -> None:
    entry = WHOLE["verificationMaterial"]["tlogEntries"][0]
    others = [
        OURS.sign(b"another")["verificationMaterial"]["tlogEntries"][0],
        OURS.sign(MESSAGE, key=10)["verificationMaterial"]["tlogEntries"][0],
        THEIRS.sign(MESSAGE)["verificationMaterial"]["tlogEntries"][0],
        entry | {"integratedTime": str(int(MADE.timestamp()) + 1)},
        entry | {"logIndex": "2"},
        entry | {"logId": {"keyId": text(THEIRS.log.id)}},
        OURS.sign_statement(MODEL)["verificationMaterial"]["tlogEntries"][0],
    ]
    for other in others:
        document = copy.deepcopy(WHOLE)
        document["verificationMaterial"]["tlogEntries"] = [other]
        with pytest.raises(SchemeError):
            proved(document)
    document = copy.deepcopy(WHOLE)
    document["verificationMaterial"]["tlogEntries"] *= 2
    with pytest.raises(SchemeError):
        proved(document)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no JSON",
        b'{"messageSignature": ',
        b'{"messageSignature": {}}',
        as_bytes(WHOLE | {"more": 1}),
        as_bytes(WHOLE | {"mediaType": "application/vnd.dev.sigstore.bundle.v9+json"}),
        as_bytes(WHOLE | OURS.sign_statement(MODEL)),
        as_bytes(WHOLE).replace(b'{"mediaType"', b'{"mediaType": 1, "mediaType"', 1),
        b"[" * 100_000,
        b'{"messageSignature": ' + b"[" * 100_000,
        as_bytes({"messageSignature": {}, "verificationMaterial": {"\x1b[2J": 1}}),
    ],
)
def test_what_is_no_bundle_is_refused(signed: Path, root: Path, data: bytes) -> None:
    (signed / f"{LIST}.sigstore").write_bytes(data)
    with pytest.raises(SignatureInvalid) as caught:
        checksig.verify(signed, trust=root, **WHO)
    assert str(caught.value).isprintable()


def test_every_changed_byte_is_refused_or_not_signed() -> None:
    good = proved(WHOLE)
    whole = as_bytes(WHOLE)
    same = 0
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        try:
            found = proved(changed)
        except SchemeError:
            continue
        same += 1  # spare bits of base64, and the like
        assert found == good
    assert same < len(whole) / 50
    for at in range(len(MESSAGE)):
        changed = MESSAGE[:at] + bytes([MESSAGE[at] ^ 1]) + MESSAGE[at + 1 :]
        with pytest.raises(SchemeError):
            proved(WHOLE, changed)


def test_every_changed_byte_of_a_trusted_root_is_refused_or_vouches_for_nobody_else() -> None:
    good, whole = proved(WHOLE), OURS.trusted
    terms = trust.Terms(at=NOW, **WHO)
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with suppress(ValueError):
            found = trust.keys_in(changed, "a", PRIMITIVES)
            assert (
                sigstore.SCHEME.verify(as_bytes(WHOLE), MESSAGE, found, terms, PRIMITIVES) == good
            )


@pytest.fixture
def signed_model(tree: Path) -> Path:
    """A model that is signed as ``model_signing sign sigstore`` does it."""
    (tree / LIST).unlink()
    (tree / "model.sig").write_bytes(as_bytes(OURS.sign_statement(MODEL)))
    return tree


def theirs(model: Path, trusted: dict[str, Any], **who: str) -> bool:
    """Whether model-signing verifies a model."""
    from model_signing import hashing, verifying

    services = {"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json"}
    config = {
        "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        "trustedRoot": trusted,
        "signingConfig": services,
    }
    verifier = verifying.Config().set_hashing_config(
        hashing.Config().set_ignored_paths(paths=[model / "model.sig"], ignore_git_paths=False)
    )
    try:
        verifier.use_sigstore_verifier(
            identity=who["identity"],
            oidc_issuer=who["issuer"],
            trust_config=put(model, "config.json", canonical(config)),
        ).verify(model, model / "model.sig")
    except Exception:
        return False
    return True


def test_a_model_that_an_identity_signed_holds_as_for_model_signing(
    signed_model: Path, root: Path
) -> None:
    report = checksig.verify(signed_model, trust=root, complete=True, **WHO)
    [signature] = report.signatures
    assert (signature.scheme, signature.identity, signature.issuer) == ("sigstore", ME, ISSUER)
    assert (signature.comment, signature.signed_at) == ("model a model", MADE)
    assert ([source.format for source in report.manifests], report.files) == (["model"], 1)
    assert theirs(signed_model, OURS.trusted_root(), **WHO)
    for who in ({"identity": "you@example.org"}, {"issuer": "https://issuer.example.com"}):
        assert not theirs(signed_model, OURS.trusted_root(), **(WHO | who))
        with pytest.raises(SignatureUntrusted, match="not that of"):
            checksig.verify(signed_model, trust=root, **(WHO | who))
    assert not theirs(signed_model, THEIRS.trusted_root(), **WHO)
    with pytest.raises(SignatureUntrusted, match="no authority of the trusted root vouches"):
        checksig.verify(signed_model, trust=put(root, "other", THEIRS.trusted), **WHO)
    with pytest.raises(SignatureUntrusted, match="name the identity"):
        checksig.verify(signed_model, trust=root)
    (signed_model / "extra").touch()
    assert not checksig.audit(signed_model, trust=root, complete=True, **WHO).ok
    (signed_model / "extra").unlink()
    (signed_model / "a").write_bytes(b"another")
    assert not theirs(signed_model, OURS.trusted_root(), **WHO)
    assert not checksig.audit(signed_model, trust=root, **WHO).ok


def test_bundles_of_models_are_told_apart_by_what_vouches_for_them() -> None:
    owner = certify("me", 13, [CODE])
    entry = OURS.sign_statement(MODEL)["verificationMaterial"]["tlogEntries"]
    logged = bundle(secret(1), MODEL)
    logged["verificationMaterial"]["tlogEntries"] = entry
    for document, scheme in (
        (bundle(secret(1), MODEL), model.SCHEME),
        (bundle(owner.key, MODEL, chained(owner)), model.SCHEME),
        (logged, model.SCHEME),
        (OURS.sign_statement(MODEL), sigstore.SCHEME),
        (WHOLE, sigstore.SCHEME),
    ):
        assert trust.detect(as_bytes(document)) is scheme
    assert sigstore.SCHEME.embeds(as_bytes(OURS.sign_statement(MODEL)))
    assert not sigstore.SCHEME.embeds(as_bytes(WHOLE))


def test_a_certificate_of_a_log_is_not_one_for_keys_and_the_other_way_round(
    signed_model: Path, root: Path
) -> None:
    chain = put(root, "fulcio.pem", OURS.fulcio.pem + OURS.root.pem)
    with pytest.raises(SignatureUntrusted, match="a trusted root is needed"):
        checksig.verify(signed_model, trust=chain, **WHO)
    document = OURS.sign_statement(MODEL)
    document["verificationMaterial"]["tlogEntries"] = []
    (signed_model / "model.sig").write_bytes(as_bytes(document))
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed_model, trust=root, **WHO)
    with pytest.raises(SignatureUntrusted, match="no certificate that you trust vouches"):
        checksig.verify(signed_model, trust=chain, identity=ME)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (statement([], predicateType="https://slsa.dev/provenance/v1"), PAYLOAD),
        (statement([], predicateType="https://model_signing/Digests/v0.1"), PAYLOAD),
        (statement([], subject=[{}, {}]), PAYLOAD),
        (b"a list", PAYLOAD),
        (MODEL, "text/plain"),
    ],
    ids=["provenance", "before 1.0", "two models", "no JSON", "another type"],
)
def test_a_statement_about_something_else_is_refused(payload: bytes, kind: str) -> None:
    with pytest.raises(SchemeError) as caught:
        proved(OURS.sign_statement(payload, kind=kind), None)
    assert not caught.value.untrusted


def test_every_changed_byte_of_a_signed_model_is_refused_or_not_signed() -> None:
    document = OURS.sign_statement(MODEL)
    good, whole = proved(document, None), as_bytes(document)
    assert good.content == MODEL
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with suppress(SchemeError):
            assert proved(changed, None) == good


def test_a_signature_that_holds_a_list_says_nothing_about_another_file(
    signed_model: Path, root: Path
) -> None:
    options: Any = {"trust": root, "signature": signed_model / "model.sig", **WHO}
    with pytest.raises(SignatureInvalid, match="that is not the file"):
        checksig.check_signature(signed_model / "a", **options)
    assert checksig.check_signature(data=MODEL, **options)
    with pytest.raises(SchemeError, match="it holds what it signs"):
        proved(OURS.sign_statement(MODEL), MODEL)
    with pytest.raises(SchemeError, match="holds nothing"):
        proved(WHOLE, None)


def test_nothing_that_is_not_signed_is_shown(
    signed: Path, root: Path, cli: Callable[..., Answer]
) -> None:
    document = OURS.sign((signed / LIST).read_bytes())
    document["verificationMaterial"]["timestampVerificationData"] = {"rfc3161Timestamps": []}
    document["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["checkpoint"][
        "envelope"
    ] += "\N{EM DASH} EVIL ABCDEFGH\n"
    (signed / f"{LIST}.sigstore.json").write_bytes(as_bytes(document))
    who = ("--trust", root, "--identity", ME, "--issuer", ISSUER)
    answer = cli("verify", signed, *who, "--json")
    assert answer.code == 0
    assert "EVIL" not in answer.out


@pytest.mark.parametrize("missing", ["sigstore", "sigstore.models", "sigstore.verify", "pydantic"])
def test_a_missing_package_is_named(
    signed: Path, root: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in [*sys.modules]:
        if name.partition(".")[0] in {"sigstore", "sigstore_models"}:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SignatureUntrusted, match=r"pip install 'checksig\[sigstore\]'"):
        checksig.verify(signed, trust=root, **WHO)
    assert checksig.verify(signed)


def test_a_scheme_that_is_given_no_root_trusts_nobody() -> None:
    with pytest.raises(UntrustedError, match="a trusted root is needed"):
        sigstore.SCHEME.verify(as_bytes(WHOLE), MESSAGE, [], trust.Terms(at=NOW, **WHO), PRIMITIVES)


def test_a_missing_package_ends_the_command_with_3(
    signed: Path, root: Path, cli: Callable[..., Answer]
) -> None:
    block = "import sys; sys.modules['sigstore'] = None\n"
    put(signed, "sitecustomize.py", block.encode())
    import os

    env = os.environ | {"PYTHONPATH": str(signed.parent)}
    who = ("--identity", ME, "--issuer", ISSUER)
    answer = cli("verify", signed, "--trust", root, *who, env=env)
    assert (answer.code, answer.out) == (3, "")
    assert "pip install 'checksig[sigstore]'" in answer.err
    key = put(signed, "key.pub", public_pem(secret(1)))
    answer = cli("verify", signed, "--trust", key, *who, env=env)
    assert (answer.code, answer.out) == (3, "")
    assert "a trusted root is needed" in answer.err


SEEDS = [as_bytes(WHOLE), as_bytes(OURS.sign_statement(MODEL)), OURS.trusted]
#: Values that a field of a bundle might have.
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.integers(0, 2**80).map(str),
    st.binary(max_size=90).map(text),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)


def expect_a_refusal_of_its_own(data: bytes) -> None:
    """Look at bytes in every way; what fails has to say why."""
    scheme = sigstore.SCHEME
    scheme.sniff(data)
    scheme.embeds(data)
    for message in (MESSAGE, None):
        with suppress(SchemeError):
            proof = proved(data, message)
            assert proof.content in (MESSAGE, MODEL)  # those alone were ever signed
    with suppress(ValueError):
        found = scheme.keys(data, "a", PRIMITIVES) or keys(THEIRS)
        scheme.verify(as_bytes(WHOLE), MESSAGE, found, trust.Terms(at=NOW, **WHO), PRIMITIVES)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(damaged(SEEDS))
def test_no_bytes_make_it_fail_in_a_way_of_its_own(data: bytes) -> None:
    expect_a_refusal_of_its_own(data)


DOCUMENTS = [json.loads(seed) for seed in SEEDS]
PLACES = [(which, path) for which, each in enumerate(DOCUMENTS) for path in leaves(each)]


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.sampled_from(PLACES), VALUES)
def test_no_value_of_a_field_makes_it_fail_in_a_way_of_its_own(
    place: tuple[int, tuple[str | int, ...]], value: Any
) -> None:
    document = copy.deepcopy(DOCUMENTS[place[0]])
    inside: Any = document
    for name in place[1][:-1]:
        inside = inside[name]
    inside[place[1][-1]] = value
    expect_a_refusal_of_its_own(as_bytes(document))
