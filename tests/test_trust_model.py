"""Signatures of models: what model-signing accepts, and nothing that it refuses."""

from __future__ import annotations

import base64
import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from models import (
    CA,
    CODE,
    DAY,
    NOW,
    SERVER,
    Owner,
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
    use,
)
from signatures import damaged

import checksig
from checksig import SignatureInvalid, SignatureUntrusted
from checksig import _schemes as trust
from checksig._schemes import model
from checksig._schemes._scheme import SchemeError
from checksig._schemes._x509 import Certificate
from checksig._trust.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

KEY, OTHER = secret(1), secret(2)
CURVES = [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()]
FILES = {"a": b"content of a", "sub/b": b"", "sub/c d": b"c" * 5000}
PAYLOAD = statement([resource(name, data) for name, data in FILES.items()])

MAIL = x509.SubjectAlternativeName([x509.RFC822Name("me@example.org")])
ROOT = certify("root", 11, [CA])
LOCAL = certify("local", 12, [CA], ROOT)
LEAF = certify("me", 13, [CODE, use(digital_signature=True), MAIL], LOCAL)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A model, and no signature."""
    root = tmp_path / "tree"
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.fixture(autouse=True)
def _no_habits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def put(tree: Path, name: str, data: bytes) -> Path:
    """Write a file beside a tree."""
    path = tree.parent / name
    path.write_bytes(data)
    return path


def terms(**other: Any) -> trust.Terms:
    """Return terms without any."""
    return trust.Terms(**({"at": NOW} | other))


def theirs(tree: Path, trusted: Path, *, certificates: bool = False) -> bool:
    """Whether model-signing verifies a model."""
    from model_signing import hashing, verifying

    config = verifying.Config()
    # The program leaves the signature out in the same way.
    config.set_hashing_config(
        hashing.Config().set_ignored_paths(paths=[tree / "model.sig"], ignore_git_paths=False)
    )
    if certificates:
        config.use_certificate_verifier(certificate_chain=[trusted])
    else:
        config.use_elliptic_key_verifier(public_key=trusted)
    try:
        config.verify(tree, tree / "model.sig")
    except Exception:
        return False
    return True


def ours(tree: Path, trusted: Path, **options: Any) -> bool:
    """Whether checksig does, every file of it."""
    try:
        return checksig.audit(tree, trust=trusted, complete=True, **options).ok
    except checksig.TrustError:
        return False


def sign(tree: Path, key: ec.EllipticCurvePrivateKey, how: str = "sha256") -> Path:
    """Sign a tree with model-signing, and return the path of the public key."""
    from model_signing import hashing, signing

    config = hashing.Config()
    if how == "shards":
        config.use_shard_serialization(shard_size=4096)
    else:
        config.use_file_serialization(hashing_algorithm=how)  # type: ignore[arg-type]
    config.set_ignored_paths(paths=[tree / "model.sig"], ignore_git_paths=False)
    signer = signing.Config().set_hashing_config(config)
    signer.use_elliptic_key_signer(private_key=put(tree, "key.pem", secret_pem(key)))
    signer.sign(tree, tree / "model.sig")
    return put(tree, "key.pub", public_pem(key))


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_what_model_signing_signs_holds(tree: Path, curve: ec.EllipticCurve) -> None:
    key = secret(77, curve)
    trusted = sign(tree, key)
    report = checksig.verify(tree, trust=trusted, complete=True)
    assert report.files == len(FILES)
    assert [source.format for source in report.manifests] == ["model"]
    assert report.signature is not None
    assert (report.signature.scheme, report.signature.key_id) == ("model", key_id(key))
    assert report.signature.comment == "model tree"
    assert theirs(tree, trusted)


@pytest.mark.parametrize("how", ["sha256", "blake2", "blake3"])
def test_changed_missing_and_extra_files_fail_as_for_model_signing(tree: Path, how: str) -> None:
    trusted = sign(tree, KEY, how)
    assert ours(tree, trusted)
    other = put(tree, "other.pub", public_pem(OTHER))
    assert not ours(tree, other)
    assert not theirs(tree, other)
    (tree / "extra").touch()
    assert not ours(tree, trusted)
    (tree / "extra").unlink()
    (tree / "a").write_bytes(b"content of b")
    assert not ours(tree, trusted)
    (tree / "a").unlink()
    assert not ours(tree, trusted)


def test_the_model_that_was_changed_fails_for_model_signing_too(tree: Path) -> None:
    trusted = sign(tree, KEY)
    assert theirs(tree, trusted)
    assert ours(tree, trusted)
    (tree / "a").write_bytes(b"content of b")
    assert not theirs(tree, trusted)
    assert not ours(tree, trusted)


def test_what_is_signed_here_holds_for_model_signing(tree: Path) -> None:
    trusted = put(tree, "key.pub", public_pem(KEY))
    (tree / "model.sig").write_bytes(as_bytes(bundle(KEY, PAYLOAD)))
    assert theirs(tree, trusted)
    assert ours(tree, trusted)
    (tree / "model.sig").write_bytes(as_bytes(bundle(OTHER, PAYLOAD)))
    assert not theirs(tree, trusted)
    assert not ours(tree, trusted)
    forged = bundle(OTHER, PAYLOAD, {"publicKey": {"hint": key_id(KEY)}})
    (tree / "model.sig").write_bytes(as_bytes(forged))
    assert not theirs(tree, trusted)
    assert not ours(tree, trusted)


def test_a_file_of_several_shards_is_not_verified(tree: Path) -> None:
    trusted = sign(tree, KEY, "shards")
    report = checksig.audit(tree, trust=trusted, complete=True)
    found = {str(failure.status): failure.path for failure in report.failures}
    assert found == {"unsupported": "sub/c d", "unlisted": "sub/b"}  # empty: it has no shards
    (tree / "sub/c d").write_bytes(b"c" * 4000)
    trusted = sign(tree, KEY, "shards")
    assert checksig.verify(tree, trust=trusted).files == 2
    (tree / "a").write_bytes(b"content of a, and more")
    [failure] = checksig.audit(tree, trust=trusted).failures
    assert (failure.path, str(failure.status)) == ("a", "mismatch")


#: Certificates that signed, and whether they may; the root is what is trusted.
CHAINS = {
    "by an authority below the root": ((LEAF, LOCAL), True),
    "with the root": ((LEAF, LOCAL, ROOT), True),
    "by the root": ((certify("me", 14, [CODE, use(digital_signature=True)], ROOT),), True),
    "without the authority between": ((LEAF,), False),
    "by itself": ((certify("me", 15, [CODE, use(digital_signature=True)]),), False),
    "by another root of that name": (
        (
            certify("me", 13, [CODE, MAIL], certify("local", 16, [CA], certify("root", 17, [CA]))),
            certify("local", 16, [CA], certify("root", 17, [CA])),
        ),
        False,
    ),
    "by somebody who is no authority": (
        (certify("you", 18, [CODE, MAIL], LEAF), LEAF, LOCAL),
        False,
    ),
    "by an authority that may not have others": (
        (
            certify("me", 19, [CODE], certify("b", 20, [CA], ROOT)),
            certify("b", 20, [CA], certify("a", 21, [CA], ROOT)),
            certify("a", 21, [x509.BasicConstraints(ca=True, path_length=0)], ROOT),
        ),
        False,
    ),
    "not for signing code": ((certify("me", 22, [SERVER], ROOT),), False),
    "not for anything in particular": ((certify("me", 23, [], ROOT),), False),
    "for names that are not the authority's": (
        (
            certify("me", 24, [CODE, MAIL], certify("n", 25, [CA], ROOT)),
            certify(
                "n",
                25,
                [CA, x509.NameConstraints([x509.RFC822Name("example.com")], None)],
                ROOT,
            ),
        ),
        False,
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_certificates_hold_as_for_model_signing(tree: Path, name: str) -> None:
    owners, right = CHAINS[name]
    trusted = put(tree, "root.pem", ROOT.pem)
    (tree / "model.sig").write_bytes(as_bytes(bundle(owners[0].key, PAYLOAD, chained(*owners))))
    assert theirs(tree, trusted, certificates=True) == right
    assert ours(tree, trusted) == right


#: Certificates that model-signing takes.
REFUSED = {
    "for signatures, and not of code": [use(digital_signature=True)],
    "for signatures of servers": [SERVER, use(digital_signature=True)],
}


@pytest.mark.parametrize("name", REFUSED)
def test_certificates_are_held_to_more(tree: Path, name: str) -> None:
    owner = certify("me", 30, REFUSED[name], ROOT)
    trusted = put(tree, "root.pem", ROOT.pem)
    (tree / "model.sig").write_bytes(as_bytes(bundle(owner.key, PAYLOAD, chained(owner))))
    assert theirs(tree, trusted, certificates=True)
    with pytest.raises(SignatureUntrusted, match="no certificate that you trust"):
        checksig.verify(tree, trust=trusted)


def test_a_certificate_that_was_valid_is_held_to_now(tree: Path) -> None:
    owner = certify("me", 33, [CODE, use(digital_signature=True)], ROOT, days=(-5, -2))
    trusted = put(tree, "root.pem", ROOT.pem)
    (tree / "model.sig").write_bytes(as_bytes(bundle(owner.key, PAYLOAD, chained(owner))))
    assert theirs(tree, trusted, certificates=True)
    assert not ours(tree, trusted)
    assert ours(tree, trusted, at=NOW - 3 * DAY)


@pytest.mark.parametrize(
    "extensions",
    [
        [CODE, use(key_agreement=True)],
        [CODE, CA],
        [CODE, x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")],
    ],
    ids=["not for signatures", "an authority", "says what nobody knows"],
)
def test_a_certificate_for_something_else_is_refused(extensions: list[Any]) -> None:
    owner = certify("me", 31, extensions, ROOT, critical=True)
    with pytest.raises(trust.UntrustedError, match="no certificate that you trust"):
        proved(owner, owner)


@pytest.mark.parametrize(
    "extensions",
    [[CA, SERVER], [CA, use(digital_signature=True)]],
    ids=["for servers", "not for certificates"],
)
def test_an_authority_for_something_else_is_refused(extensions: list[Any]) -> None:
    between = certify("local", 12, extensions, ROOT)
    with pytest.raises(trust.UntrustedError, match="no certificate that you trust"):
        proved(LEAF, LEAF, between)


def test_certificates_that_could_have_made_each_other_take_no_time_to_speak_of() -> None:
    loop = [certify("x", 99, [CODE])] + [certify("x", 99, [CA], days=(-n, n)) for n in range(1, 6)]
    start = time.process_time()
    with pytest.raises(trust.UntrustedError, match="no certificate that you trust"):
        proved(loop[0], *loop)
    assert time.process_time() - start < 10


def proved(signer: Owner, *chain: Owner, anchor: Owner = ROOT, **wanted: Any) -> trust.Proof:
    """Check a bundle that somebody signed."""
    keys = model.SCHEME.keys(anchor.pem, "root.pem", PRIMITIVES)
    data = as_bytes(bundle(signer.key, PAYLOAD, chained(*chain)))
    return model.SCHEME.verify(data, None, keys, terms(**wanted), PRIMITIVES)


def test_a_certificate_has_to_be_valid_at_the_time() -> None:
    owner = certify("me", 32, [CODE], ROOT, days=(-5, -2))
    for days in (0, -6, -20, 30):
        with pytest.raises(trust.UntrustedError, match="not valid at"):
            proved(owner, owner, at=NOW + days * DAY)
        with pytest.raises(trust.UntrustedError, match="not valid at"):
            proved(owner, owner, anchor=owner, at=NOW + days * DAY)
    assert proved(owner, owner, at=NOW - 3 * DAY).identity == "CN=me"


def test_a_certificate_that_is_trusted_itself_is_enough() -> None:
    assert proved(LEAF, LEAF, anchor=LEAF).chain == ()
    assert proved(LEAF, LEAF, anchor=LOCAL).chain == (key_id(LOCAL.key),)
    with pytest.raises(trust.UntrustedError):
        proved(LOCAL, LOCAL, anchor=LOCAL)


def test_the_identity_is_that_of_the_certificate() -> None:
    assert proved(LEAF, LEAF, LOCAL).identity == "me@example.org"
    for who in ("me@example.org", "CN=me"):
        assert proved(LEAF, LEAF, LOCAL, identity=who).identity == who
    for who in ("me", "example.org", "ME@example.org", "CN=root", ""):
        with pytest.raises(trust.UntrustedError, match="not that of"):
            proved(LEAF, LEAF, LOCAL, identity=who)


def test_keys_have_no_identity_and_nothing_has_a_namespace(tree: Path) -> None:
    trusted = put(tree, "key.pub", public_pem(KEY))
    (tree / "model.sig").write_bytes(as_bytes(bundle(KEY, PAYLOAD)))
    with pytest.raises(SignatureUntrusted, match="nothing says whose"):
        checksig.verify(tree, trust=trusted, identity="me")
    with pytest.raises(SignatureUntrusted, match="no namespaces"):
        checksig.verify(tree, trust=trusted, namespace="model")


def test_the_signature_has_to_be_by_the_key_of_the_certificate() -> None:
    with pytest.raises(SchemeError, match="not a signature over the list"):
        proved(ROOT, LEAF, LOCAL)


def test_a_key_does_not_vouch_for_certificates_nor_the_other_way_round(tree: Path) -> None:
    (tree / "model.sig").write_bytes(as_bytes(bundle(LEAF.key, PAYLOAD, chained(LEAF, LOCAL))))
    with pytest.raises(SignatureUntrusted, match="gave none to trust"):
        checksig.verify(tree, trust=put(tree, "key.pub", public_pem(LEAF.key)))
    (tree / "model.sig").write_bytes(as_bytes(bundle(LEAF.key, PAYLOAD)))
    with pytest.raises(SignatureUntrusted, match="which you do not trust"):
        checksig.verify(tree, trust=put(tree, "leaf.pem", LEAF.pem))


@pytest.mark.parametrize("who", [LEAF, LOCAL, ROOT], ids=["signer", "authority", "root"])
def test_a_revoked_certificate_or_authority_is_not_trusted(tree: Path, who: Owner) -> None:
    trusted = put(tree, "root.pem", ROOT.pem)
    (tree / "model.sig").write_bytes(as_bytes(bundle(LEAF.key, PAYLOAD, chained(LEAF, LOCAL))))
    assert ours(tree, trusted, revoked=put(tree, "revoked", public_pem(OTHER)))
    for data in (who.pem, public_pem(who.key)):
        with pytest.raises(SignatureUntrusted, match="is revoked"):
            checksig.verify(tree, trust=trusted, revoked=put(tree, "revoked", data))


#: Bundles that are signed, and are not what they should be.
WHOLE = bundle(KEY, PAYLOAD)
MATERIAL, ENVELOPE = WHOLE["verificationMaterial"], WHOLE["dsseEnvelope"]
ONE = ENVELOPE["signatures"]
WRONG = {
    "another version": WHOLE | {"mediaType": "application/vnd.dev.sigstore.bundle.v9+json"},
    "a field that nobody knows": WHOLE | {"more": 1},
    "two signatures": WHOLE | {"dsseEnvelope": ENVELOPE | {"signatures": ONE * 2}},
    "no signature": WHOLE | {"dsseEnvelope": ENVELOPE | {"signatures": []}},
    "another type": WHOLE | {"dsseEnvelope": ENVELOPE | {"payloadType": "text/plain"}},
    "a hint that is none": WHOLE | {"verificationMaterial": {"publicKey": {"hint": "\x1b[2J"}}},
    "a key and a chain": WHOLE | {"verificationMaterial": MATERIAL | chained(LEAF)},
    "neither": WHOLE | {"verificationMaterial": {}},
    "a chain of none": WHOLE | {"verificationMaterial": chained()},
    "a chain that is long": WHOLE | {"verificationMaterial": chained(*[LEAF] * 11)},
    "another predicate": bundle(KEY, statement([], predicateType="https://slsa.dev/provenance/v1")),
    "one from before 1.0": bundle(
        KEY, statement([], predicateType="https://model_signing/Digests/v0.1")
    ),
    "another statement": bundle(KEY, statement([], _type="https://in-toto.io/Statement/v0.1")),
    "two subjects": bundle(KEY, statement([], subject=[{}, {}])),
    "no JSON": bundle(KEY, b"a list"),
    "a key twice": bundle(KEY, PAYLOAD.replace(b'{"_type"', b'{"_type": 1, "_type"', 1)),
    "a payload of another": WHOLE
    | {"dsseEnvelope": ENVELOPE | {"payload": base64.b64encode(statement([])).decode()}},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bundle_of_another_kind_is_refused(name: str) -> None:
    keys = model.SCHEME.keys(public_pem(KEY) + ROOT.pem, "a", PRIMITIVES)
    with pytest.raises(SchemeError) as caught:
        model.SCHEME.verify(as_bytes(WRONG[name]), None, keys, terms(), PRIMITIVES)
    assert not caught.value.untrusted
    assert str(caught.value).isprintable()


def test_a_bundle_of_a_key_without_a_hint_holds() -> None:
    keys = model.SCHEME.keys(public_pem(OTHER) + public_pem(KEY), "a", PRIMITIVES)
    old: list[dict[str, Any]] = [{}, {"hint": None}, {"rawBytes": "", "keyDetails": 5}]
    for material in old:
        data = as_bytes(bundle(KEY, PAYLOAD, {"publicKey": material}))
        proof = model.SCHEME.verify(data, None, keys, terms(), PRIMITIVES)
        assert (proof.key_id, proof.content) == (key_id(KEY), PAYLOAD)
        with pytest.raises(SchemeError):
            model.SCHEME.verify(data, None, keys[:1], terms(), PRIMITIVES)


def refused_key(data: bytes) -> str:
    """What is said of a file of keys."""
    with pytest.raises(ValueError, match=r".") as caught:
        trust.keys_in(data, "a", PRIMITIVES)
    return str(caught.value)


def test_keys_that_cannot_sign_models_are_refused() -> None:
    spki = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    other = [
        rsa.generate_private_key(65537, 2048).public_key().public_bytes(*spki),
        ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(*spki),
    ]
    for data in other:
        assert model.SCHEME.keys(data, "a", PRIMITIVES) == []
    assert "not on the curve" in refused_key(public_pem(secret(1, ec.SECP256K1())))
    point = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    head = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    short = b"-----BEGIN PUBLIC KEY-----\n%b\n-----END PUBLIC KEY-----\n"
    assert "unusual" in refused_key(short % base64.b64encode(head + point))
    assert "secret key" in refused_key(secret_pem(KEY))
    assert "secret key" in refused_key(public_pem(KEY) + secret_pem(KEY))
    with pytest.raises(ValueError, match="secret key"):
        model.SCHEME.keys(secret_pem(KEY), "a", PRIMITIVES)


def test_every_changed_byte_of_a_key_or_certificate_is_refused() -> None:
    cases = [
        (public_pem(KEY), as_bytes(WHOLE)),
        (ROOT.pem, as_bytes(bundle(LEAF.key, PAYLOAD, chained(LEAF, LOCAL)))),
    ]
    for whole, data in cases:
        [key] = model.SCHEME.keys(whole, "a", PRIMITIVES)
        proof = model.SCHEME.verify(data, None, [key], terms(), PRIMITIVES)
        for at in range(len(whole) - 1):
            changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
            try:
                [other] = trust.keys_in(changed, "a", PRIMITIVES)
                found = model.SCHEME.verify(data, None, [other], terms(), PRIMITIVES)
            except ValueError:
                continue
            # Nobody asks who made a certificate that is trusted, unless it says that it did.
            assert isinstance(other.public, Certificate)
            assert other.public.issuer != other.public.subject
            assert found == proof


def test_a_damaged_key_does_not_fall_out_of_a_file_of_two() -> None:
    whole = public_pem(KEY)
    for at in range(len(whole) - 1):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        try:
            found = trust.keys_in(changed + public_pem(OTHER), "a", PRIMITIVES)
        except ValueError:
            continue
        assert len(found) == 2


def test_every_changed_byte_is_refused_or_not_signed() -> None:
    keys = model.SCHEME.keys(public_pem(KEY) + ROOT.pem, "a", PRIMITIVES)
    chain = bundle(LEAF.key, PAYLOAD, chained(LEAF, LOCAL))
    for whole in (as_bytes(WHOLE), as_bytes(chain)):
        proof = model.SCHEME.verify(whole, None, keys, terms(), PRIMITIVES)
        free = whole.index(b'"keyid": "x"') + len(b'"keyid": "')
        for at in range(len(whole)):
            changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
            try:
                found = model.SCHEME.verify(changed, None, keys, terms(), PRIMITIVES)
            except SchemeError:
                continue
            assert at == free
            assert found == proof


def test_nothing_that_is_not_signed_is_shown(tree: Path, cli: Callable[..., Answer]) -> None:
    trusted = put(tree, "key.pub", public_pem(KEY))
    document = bundle(KEY, PAYLOAD)
    document["dsseEnvelope"]["signatures"][0]["keyid"] = "EVIL"
    document["verificationMaterial"]["tlogEntries"] = [{"EVIL": "EVIL"}]
    (tree / "model.sig").write_bytes(as_bytes(document))
    answer = cli("verify", tree, "--trust", trusted, "--complete", "--json")
    assert answer.code == 0
    assert "EVIL" not in answer.out


def test_names_of_models_are_escaped(tree: Path, cli: Callable[..., Answer]) -> None:
    trusted = put(tree, "key.pub", public_pem(KEY))
    subject = json.loads(PAYLOAD)["subject"][0] | {"name": "\x1b[2J\ud800"}
    payload = json.dumps(json.loads(PAYLOAD) | {"subject": [subject]}).encode()
    (tree / "model.sig").write_bytes(as_bytes(bundle(KEY, payload)))
    answer = cli("verify", tree, "--trust", trusted)
    assert answer.code == 0
    assert "(model \\x1b[2J\\ud800)" in answer.out
    assert cli("verify", tree, "--trust", trusted, "--json").code == 0


def test_without_a_key_nothing_in_a_signature_counts(
    tree: Path, cli: Callable[..., Answer]
) -> None:
    (tree / "model.sig").write_bytes(as_bytes(WHOLE))
    with pytest.raises(checksig.ManifestError, match=r"model\.sig. may hold one"):
        checksig.verify(tree)
    with pytest.raises(checksig.ManifestError, match="give the key"):
        checksig.verify(tree / "model.sig")
    answer = cli("verify", tree, "--trust", put(tree, "other.pub", public_pem(OTHER)))
    assert (answer.code, answer.out) == (3, "")
    assert "which you do not trust" in answer.err


def test_a_model_that_lists_nothing_proves_nothing(tree: Path) -> None:
    (tree / "model.sig").write_bytes(as_bytes(bundle(KEY, statement([]))))
    with pytest.raises(checksig.ManifestError, match=r"nothing|empty|no "):
        checksig.verify(tree, trust=put(tree, "key.pub", public_pem(KEY)))


def test_names_that_lead_out_of_the_model_are_not_opened(tree: Path) -> None:
    put(tree, "outside", b"x")
    payload = statement([resource("../outside", b"x"), resource("a", FILES["a"])])
    (tree / "model.sig").write_bytes(as_bytes(bundle(KEY, payload)))
    report = checksig.audit(tree, trust=put(tree, "key.pub", public_pem(KEY)))
    assert [str(failure.status) for failure in report.failures] == ["unsafe-path"]


def test_a_list_whose_digest_is_not_that_of_its_model_is_none(tree: Path) -> None:
    payload = statement([], predicate=json.loads(PAYLOAD)["predicate"])
    (tree / "model.sig").write_bytes(as_bytes(bundle(KEY, payload)))
    with pytest.raises(checksig.ManifestError, match="digest of the model"):
        checksig.verify(tree, trust=put(tree, "key.pub", public_pem(KEY)))
    assert not theirs(tree, tree.parent / "key.pub")


def test_a_signature_that_holds_a_list_says_nothing_about_another_file(tree: Path) -> None:
    trusted = put(tree, "key.pub", public_pem(KEY))
    signature = put(tree, "model.sig", as_bytes(WHOLE))
    assert checksig.check_signature(signature, trust=trusted).key_id == key_id(KEY)
    with pytest.raises(SignatureInvalid, match="that is not the file"):
        checksig.check_signature(tree / "a", signature=signature, trust=trusted)
    assert checksig.check_signature(data=PAYLOAD, signature=signature, trust=trusted)
    with pytest.raises(SchemeError):
        model.SCHEME.verify(as_bytes(WHOLE), b"a", [], terms(), PRIMITIVES)


@pytest.fixture
def single(tmp_path: Path) -> Path:
    """A model that is a single file, with a signature by model-signing beside it."""
    from model_signing import signing

    path = tmp_path / "single" / "weights.bin"
    path.parent.mkdir()
    path.write_bytes(b"weights\n")
    signer = signing.Config()
    signer.use_elliptic_key_signer(private_key=put(path.parent, "key.pem", secret_pem(KEY)))
    signer.sign(path, path.parent / "weights.bin.sig")
    put(path.parent, "key.pub", public_pem(KEY))
    return path


@pytest.mark.parametrize("called", ["weights.bin.sig", "model.sig", "elsewhere"])
def test_a_model_that_is_a_single_file_holds(single: Path, called: str) -> None:
    trusted, signature = single.parent.parent / "key.pub", single.parent / "weights.bin.sig"
    options: dict[str, Any] = {"trust": trusted}
    if called == "elsewhere":
        options["signature"] = signature.rename(put(single.parent, "other.sig", b""))
    else:
        signature.rename(single.parent / called)
    report = checksig.verify(single, **options)
    assert report.files == 1
    assert [s.key_id for s in report.signatures] == [key_id(KEY)]
    with pytest.raises(SignatureUntrusted):
        checksig.verify(single, **options | {"trust": put(single, "o.pub", public_pem(OTHER))})
    single.write_bytes(b"weights, changed\n")
    [failure] = checksig.audit(single, **options).failures
    assert (failure.path, str(failure.status)) == ("weights.bin", "mismatch")


def test_the_signature_of_a_single_file_counts_for_the_file_that_it_is_called_after(
    single: Path,
) -> None:
    trusted = single.parent.parent / "key.pub"
    other = single.rename(single.parent / "renamed.bin")
    with pytest.raises(SignatureUntrusted):
        checksig.verify(other, trust=trusted)
    signature = single.parent / "weights.bin.sig"
    renamed = signature.rename(single.parent / "renamed.bin.sig")
    assert checksig.verify(other, trust=trusted).files == 1
    assert checksig.verify(renamed, trust=trusted).files == 1
    [entry] = [r.path for r in checksig.audit(renamed, trust=trusted, keep_results=True).results]
    assert entry == "renamed.bin"
    renamed.rename(single.parent / "model.sig")  # the name in it is the one that was signed
    [failure] = checksig.audit(single.parent, trust=trusted).failures
    assert (failure.path, str(failure.status)) == ("weights.bin", "missing")


def test_a_damaged_signature_of_a_single_file_fails(single: Path) -> None:
    signature = single.parent / "weights.bin.sig"
    signature.write_bytes(signature.read_bytes().replace(b"weights", b"weightz", 1)[:-40])
    with pytest.raises(checksig.TrustError):
        checksig.verify(single, trust=single.parent.parent / "key.pub")


def test_an_authority_signs_only_if_its_certificate_says_so_twice(tree: Path) -> None:
    """For code, and with its key: as certificates of model-signing 1.0 to 1.1 do."""
    trusted = put(tree, "root.pem", ROOT.pem)
    for extensions, right in (
        ([CODE, CA, use(digital_signature=True)], True),
        ([CODE, CA, use(digital_signature=True, key_cert_sign=True)], True),
        ([CODE, CA, use(key_cert_sign=True)], False),
        ([CODE, CA], False),
        ([CA, use(digital_signature=True)], False),
    ):
        owner = certify("me", 34, extensions, LOCAL)
        chain = chained(owner, LOCAL)
        (tree / "model.sig").write_bytes(as_bytes(bundle(owner.key, PAYLOAD, chain)))
        assert ours(tree, trusted) == right
        assert not right or theirs(tree, trusted, certificates=True)


SEEDS = [
    as_bytes(WHOLE),
    as_bytes(bundle(LEAF.key, PAYLOAD, chained(LEAF, LOCAL))),
    public_pem(KEY),
    ROOT.pem,
    LEAF.der,
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(damaged(SEEDS))
def test_no_bytes_make_it_fail_in_a_way_of_its_own(data: bytes) -> None:
    keys = model.SCHEME.keys(public_pem(KEY) + ROOT.pem, "a", PRIMITIVES)
    model.SCHEME.sniff(data)
    model.SCHEME.embeds(data)
    with suppress(ValueError):
        model.SCHEME.keys(data, "a", PRIMITIVES)
    nested = as_bytes(bundle(KEY, data))
    chain = {"certificates": [{"rawBytes": base64.b64encode(data or b"x").decode()}]}
    signed = as_bytes(bundle(KEY, PAYLOAD, {"x509CertificateChain": chain}))
    for whole in (data, nested, signed):
        with suppress(SchemeError):
            proof = model.SCHEME.verify(whole, None, keys, terms(at=datetime.now(UTC)), PRIMITIVES)
            assert proof.content == PAYLOAD  # that alone was ever signed
