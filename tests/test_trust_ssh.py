"""SSH signatures: what ssh-keygen accepts, and nothing that it refuses."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import run

import checksig
from checksig import SignatureInvalid, SignatureUntrusted
from checksig import _schemes as trust
from checksig._schemes import SchemeError, ssh
from checksig._schemes._ssh_wire import pack
from checksig._trust.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LIST = "SHA256SUMS"
ME = "me@example.org"
KINDS = {
    "ed25519": ["-t", "ed25519"],
    "rsa": ["-t", "rsa", "-b", "2048"],
    "nistp256": ["-t", "ecdsa", "-b", "256"],
    "nistp384": ["-t", "ecdsa", "-b", "384"],
    "nistp521": ["-t", "ecdsa", "-b", "521"],
}


def keygen(directory: Path, *arguments: str | Path) -> None:
    """Run ssh-keygen, which has to succeed."""
    done = run(directory, "ssh-keygen", "-q", *arguments)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a key of each kind, and an authority called ``ca``."""
    place = tmp_path_factory.mktemp("ssh")
    for name, kind in {**KINDS, "ca": KINDS["ed25519"], "other": KINDS["ed25519"]}.items():
        keygen(place, *kind, "-N", "", "-C", "a comment", "-f", name)
    return place


def sign(keys: Path, tree: Path, name: str = "ed25519", namespace: str = "checksig") -> None:
    """Sign the list of a tree."""
    (tree / f"{LIST}.sig").unlink(missing_ok=True)
    keygen(tree, "-Y", "sign", "-f", keys / name, "-n", namespace, LIST)


def allow(keys: Path, tree: Path, name: str = "ed25519", words: str = ME) -> Path:
    """Write the allowed signers, and return their path."""
    place = tree.parent / "allowed"
    place.write_text(f"# who may\n\n{words} {(keys / f'{name}.pub').read_text()}")
    return place


def agree(tree: Path, allowed: Path, who: str = ME, **options: Any) -> bool:
    """Whether a signature is accepted, here and by ssh-keygen, which have to agree."""
    more: list[str | Path] = []
    if "at" in options:
        more += ["-O", f"verify-time={options['at'].strftime('%Y%m%d%H%M%SZ')}"]
    if "revoked" in options:
        more += ["-r", options["revoked"]]
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", who, *more]
    with (tree / LIST).open("rb") as file:
        done = run(tree, *command, "-n", "checksig", "-s", f"{LIST}.sig", stdin=file)
    try:
        report = checksig.verify(tree, trust=allowed, identity=who, complete=True, **options)
    except checksig.TrustError:
        assert done.returncode != 0, done.stdout
        return False
    assert done.returncode == 0, done.stderr
    assert report.signatures[0].identity == who
    return True


@pytest.mark.parametrize("name", KINDS)
def test_what_ssh_keygen_signs_holds(keys: Path, tree: Path, name: str) -> None:
    sign(keys, tree, name)
    assert agree(tree, allow(keys, tree, name))
    report = checksig.verify(tree, trust=keys / f"{name}.pub")
    [signature] = report.signatures
    assert (signature.scheme, signature.identity, signature.namespace) == ("ssh", None, "checksig")
    shown = run(keys, "ssh-keygen", "-l", "-f", f"{name}.pub").stdout.decode()
    assert signature.key_id in shown
    assert not agree(tree, allow(keys, tree, "other"))
    (tree / LIST).write_text((tree / LIST).read_text().upper())
    assert not agree(tree, allow(keys, tree, name))


def test_the_namespace_has_to_be_the_one_asked_for(keys: Path, tree: Path) -> None:
    sign(keys, tree, namespace="file")
    assert not agree(tree, allow(keys, tree))
    allowed = allow(keys, tree)
    with pytest.raises(SignatureUntrusted, match="for the namespace file, and not for checksig"):
        checksig.verify(tree, trust=allowed)
    report = checksig.verify(tree, trust=allowed, namespace="file")
    assert report.signatures[0].namespace == "file"


@pytest.mark.parametrize(
    ("patterns", "right"),
    [
        (ME, True),
        ("*@example.org", True),
        ("you@example.org,m?@example.org", True),
        ("!me@example.org,*@example.org", False),
        ("*@example.org,!me@*", False),
        ("ME@example.org", False),
        ("me@example.or", False),
        ("[m]e@example.org", False),
        ("*", True),
    ],
)
def test_identities_match_as_for_ssh_keygen(
    keys: Path, tree: Path, patterns: str, *, right: bool
) -> None:
    sign(keys, tree)
    assert agree(tree, allow(keys, tree, words=patterns)) == right


@pytest.mark.parametrize(
    ("options", "right"),
    [
        ('namespaces="checksig"', True),
        ('namespaces="file,check*"', True),
        ('namespaces="file"', False),
        ('namespaces="*,!checksig"', False),
        ('valid-after="20200101Z"', True),
        ('valid-after="29990101Z"', False),
        ('valid-before="29990101Z"', True),
        ('valid-before="20200101Z"', False),
        ('valid-after="202001010000Z",valid-before="29990101000000Z"', True),
        ('NAMESPACES="checksig"', True),
        ("cert-authority", False),
    ],
)
def test_options_of_a_line_hold(keys: Path, tree: Path, options: str, *, right: bool) -> None:
    sign(keys, tree)
    assert agree(tree, allow(keys, tree, words=f"{ME} {options}")) == right


def test_a_past_time_can_be_asked_for(keys: Path, tree: Path) -> None:
    sign(keys, tree)
    allowed = allow(keys, tree, words=f'{ME} valid-after="20200101Z",valid-before="20210101Z"')
    for year, right in ((2019, False), (2020, True), (2021, False)):
        assert agree(tree, allowed, at=datetime(year, 6, 1, tzinfo=UTC)) == right


@pytest.mark.parametrize(
    "line",
    [
        "me@example.org unknown-option ssh-ed25519 AAAA",
        'me@example.org namespaces="a" namespaces="b" KEY',
        "me@example.org KEYX",
        "me@example.org valid-after=20200101 KEY",
        'me@example.org valid-after="yesterday" KEY',
        "ssh-ed25519 AAAA",
        "ssh-rsa KEY",
        "me@example.org ssh-dss AAAA",
        'me@example.org valid-after="20210101Z",valid-before="20200101Z" KEY',
        'me@example.org valid-after="20210101Z",valid-before="20210101Z" KEY',
        "me@example.org verify-required KEY",
        "me@example.org no-touch-required KEY",
        "me@example.org ssh-ed25519-cert-v01@openssh.com KEYS",
        'me@example.org" KEY',
        '" KEY',
    ],
)
def test_a_line_that_cannot_be_understood_ends_the_run(keys: Path, tree: Path, line: str) -> None:
    sign(keys, tree)
    allowed, key = allow(keys, tree), (keys / "ed25519.pub").read_text().rsplit(" ", 2)[0]
    with allowed.open("a") as file:
        file.write(
            line.replace("ssh-rsa KEY", f"ssh-rsa {key.split()[1]}")
            .replace("KEYS", key.split()[1])
            .replace("KEY", key)
        )
    with pytest.raises(SignatureUntrusted, match="line 4"):
        checksig.verify(tree, trust=allowed)


def certified(keys: Path, tree: Path, *how: str) -> Path:
    """Sign with a certificate, and return who may."""
    (keys / "certified").write_bytes((keys / "ed25519").read_bytes())
    (keys / "certified").chmod(0o600)
    (keys / "certified.pub").write_bytes((keys / "ed25519.pub").read_bytes())
    keygen(keys, "-s", "ca", "-I", "an id", "-z", "7", *how, "certified.pub")
    sign(keys, tree, "certified-cert.pub")
    return allow(keys, tree, "ca", "*@example.org cert-authority")


@pytest.mark.parametrize(
    ("how", "right"),
    [
        (["-n", ME], True),
        (["-n", f"you@example.org,{ME}"], True),
        (["-n", "you@example.org"], False),
        (["-n", ME, "-V", "-1d:+1d"], True),
        (["-n", ME, "-V", "-2d:-1d"], False),
        (["-n", ME, "-V", "+1d:+2d"], False),
        (["-n", ME, "-h"], False),
    ],
)
def test_certificates_hold(keys: Path, tree: Path, how: list[str], *, right: bool) -> None:
    assert agree(tree, certified(keys, tree, *how)) == right


def test_certificates_are_held_to_more(keys: Path, tree: Path) -> None:
    """Than ssh-keygen holds them to: one for nobody, and one that is restricted."""
    for how in ([], ["-n", ME, "-O", "force-command=true"]):
        allowed = certified(keys, tree, *how)
        with pytest.raises(SignatureInvalid, match=r"for nobody|restricted"):
            checksig.verify(tree, trust=allowed)


def test_a_certificate_may_be_the_key_of_a_line(keys: Path, tree: Path) -> None:
    """It counts then for itself: not for its key, and not for another certificate of that."""
    certified(keys, tree, "-n", ME)
    for words, right in (
        (ME, True),
        ("*@example.org,!you@*", True),
        ("you@example.org", False),
        (f'{ME} namespaces="checksig"', True),
        (f'{ME} namespaces="file"', False),
        (f'{ME} valid-before="20200101Z"', False),
        (f"{ME} cert-authority", False),
    ):
        assert agree(tree, allow(keys, tree, "certified-cert", words)) == right
    named = allow(keys, tree, "certified-cert")
    assert checksig.verify(tree, trust=named).signatures[0].identity == ME
    assert checksig.verify(tree, trust=keys / "certified-cert.pub").signatures[0].identity is None
    assert not agree(tree, allow(keys, tree, "certified"))
    sign(keys, tree)
    named = allow(keys, tree, "certified-cert")
    assert not agree(tree, named)
    certified(keys, tree, "-n", f"{ME},you@example.org")
    named.write_text(named.read_text().replace("cert-authority ", ""))
    assert not agree(tree, named)


def test_the_key_of_a_certificate_may_be_an_authority(keys: Path, tree: Path) -> None:
    certified(keys, tree, "-n", ME)
    (keys / "ca-cert.pub").unlink(missing_ok=True)
    keygen(keys, "-s", "other", "-I", "an authority", "-n", "you", "-V", "-2d:-1d", "ca.pub")
    assert agree(tree, allow(keys, tree, "ca-cert", f"{ME} cert-authority"))
    assert not agree(tree, allow(keys, tree, "ca-cert"))


def test_a_certificate_that_is_named_has_to_be_valid(keys: Path, tree: Path) -> None:
    """ssh-keygen does not look at its times, nor for whom it is."""
    certified(keys, tree, "-n", "you@example.org", "-V", "-2d:-1d")
    allowed = allow(keys, tree, "certified-cert")
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", ME, "-n", "checksig"]
    with (tree / LIST).open("rb") as file:
        assert run(tree, *command, "-s", f"{LIST}.sig", stdin=file).returncode == 0
    with pytest.raises(SignatureUntrusted, match=r"is valid from .* until"):
        checksig.verify(tree, trust=allowed)
    past = datetime.now(UTC) - timedelta(hours=36)
    assert agree(tree, allowed, at=past)


def test_a_certificate_among_revoked_keys_revokes_its_key(keys: Path, tree: Path) -> None:
    certified(keys, tree, "-n", ME)
    allowed = allow(keys, tree, "ca", f"{ME} cert-authority")
    assert not agree(tree, allowed, revoked=keys / "certified-cert.pub")
    sign(keys, tree)
    assert not agree(tree, allow(keys, tree), revoked=keys / "certified-cert.pub")


def test_what_follows_the_signature_is_refused(keys: Path, tree: Path) -> None:
    """ssh-keygen does not look at it, and so it could be anything."""
    sign(keys, tree)
    allowed = allow(keys, tree)
    with (tree / f"{LIST}.sig").open("a") as file:
        file.write("more\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", ME, "-n", "checksig"]
    with (tree / LIST).open("rb") as file:
        assert run(tree, *command, "-s", f"{LIST}.sig", stdin=file).returncode == 0
    with pytest.raises(SignatureInvalid, match="and nothing else"):
        checksig.verify(tree, trust=allowed)


@pytest.mark.parametrize(
    ("exponent", "right"),
    [(1, False), (2, False), (3, True), (2**31 - 1, True), (2**31 + 1, False)],
)
def test_exponents_of_rsa_are_odd_and_of_32_bits(exponent: int, *, right: bool) -> None:
    modulus = (1 << 2047) | 1
    parts = [n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (exponent, modulus)]
    blob = b"".join(map(pack, (b"ssh-rsa", *parts)))
    line = b"ssh-rsa " + base64.b64encode(blob) + b"\n"
    if right:
        assert len(ssh.SCHEME.keys(line, "a", PRIMITIVES)) == 1
    else:
        with pytest.raises(ValueError, match="exponent"):
            ssh.SCHEME.keys(line, "a", PRIMITIVES)


def test_a_key_is_no_authority_unless_the_line_says_so(keys: Path, tree: Path) -> None:
    certified(keys, tree, "-n", ME)
    assert not agree(tree, allow(keys, tree, "ca"))
    assert not agree(tree, allow(keys, tree, "ed25519"))
    assert not agree(tree, allow(keys, tree, "other", f"{ME} cert-authority"))


@pytest.mark.parametrize("bad", ["", "sha256: ", "sha1: ", "key: "])
def test_keys_are_revoked_by_lists_and_fingerprints(keys: Path, tree: Path, bad: str) -> None:
    sign(keys, tree)
    spec, krl = tree.parent / "spec", tree.parent / "krl"
    for name, right in (("ed25519", False), ("other", True)):
        spec.write_text(bad + (keys / f"{name}.pub").read_text())
        keygen(keys, "-k", "-f", krl, spec)
        assert agree(tree, allow(keys, tree), revoked=krl) == right
        if not bad:
            assert agree(tree, allow(keys, tree), revoked=spec) == right


@pytest.mark.parametrize(
    ("spec", "right"),
    [
        ("serial: 7\n", False),
        ("serial: 6\n", True),
        ("serial: 1-100000\n", False),
        ("serial: 8-100000\n", True),
        ("".join(f"serial: {n}\n" for n in (1, 3, 5, 7, 8, 12, 20)), False),
        ("".join(f"serial: {n}\n" for n in (1, 3, 5, 6, 8, 12, 20)), True),
        ("id: an id\n", False),
        ("id: another\n", True),
    ],
)
def test_certificates_are_revoked(keys: Path, tree: Path, spec: str, *, right: bool) -> None:
    allowed, krl = certified(keys, tree, "-n", ME), tree.parent / "krl"
    (tree.parent / "spec").write_text(spec)
    keygen(keys, "-k", "-f", krl, "-s", "ca.pub", tree.parent / "spec")
    assert agree(tree, allowed, revoked=krl) == right


def test_a_revoked_authority_vouches_for_nobody(keys: Path, tree: Path) -> None:
    allowed, krl = certified(keys, tree, "-n", ME), tree.parent / "krl"
    keygen(keys, "-k", "-f", krl, "ca.pub")
    assert not agree(tree, allowed, revoked=krl)
    assert not agree(tree, allowed, revoked=keys / "ca.pub")


def test_a_revocation_list_that_is_damaged_ends_the_run(keys: Path, tree: Path) -> None:
    sign(keys, tree)
    allowed, krl = allow(keys, tree), tree.parent / "krl"
    keygen(keys, "-k", "-f", krl, keys / "other.pub")
    whole = krl.read_bytes()
    for data in (whole[:-1], whole + b"\1", whole + b"\xf0\0\0\0\0", b"SSHKRL\n\0"):
        krl.write_bytes(data)
        with pytest.raises(SignatureUntrusted, match="the revoked keys cannot be read"):
            checksig.verify(tree, trust=allowed, revoked=krl)


def armour(blob: bytes) -> bytes:
    """Return an envelope in its armour."""
    text = base64.b64encode(blob)
    rows = [text[at : at + 70] for at in range(0, len(text), 70)]
    begin, end = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
    return b"\n".join([begin, *rows, end, b""])


def envelope(key: bytes, signature: bytes, reserved: bytes = b"") -> bytes:
    """Return an envelope."""
    strings = (key, b"checksig", reserved, b"sha512", signature)
    return armour(b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(pack, strings)))


def to_be_signed(message: bytes) -> bytes:
    """Return what is signed of a message."""
    strings = (b"checksig", b"", b"sha512", hashlib.sha512(message).digest())
    return b"SSHSIG" + b"".join(map(pack, strings))


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_keys_in_hardware_have_to_be_touched(tree: Path, kind: str) -> None:
    message, application = (tree / LIST).read_bytes(), b"ssh:"
    name, fields, signer = hardware(kind, application)
    blob = b"".join(map(pack, (name, *fields)))
    place = tree.parent / "key.pub"
    place.write_bytes(name + b" " + base64.b64encode(blob) + b" a comment\n")
    for flags in (1, 5, 0, 4):
        details = bytes([flags]) + (77).to_bytes(4, "big")
        parts = (hashlib.sha256(application), hashlib.sha256(to_be_signed(message)))
        value = signer(parts[0].digest() + details + parts[1].digest())
        (tree / f"{LIST}.sig").write_bytes(envelope(blob, pack(name) + pack(value) + details))
        if flags & 1:
            assert checksig.verify(tree, trust=place).signatures[0].scheme == "ssh"
            continue
        with pytest.raises(SignatureInvalid, match="touched"):
            checksig.verify(tree, trust=place)


def hardware(kind: str, application: bytes) -> tuple[bytes, Sequence[bytes], Any]:
    """Return the name of a kind of key, its fields, and a function that signs."""
    if kind == "ed25519":
        secret = Ed25519PrivateKey.generate()
        fields = (secret.public_key().public_bytes_raw(), application)
        return b"sk-ssh-ed25519@openssh.com", fields, secret.sign
    curve = ec.generate_private_key(ec.SECP256R1())
    point = curve.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign_with_curve(data: bytes) -> bytes:
        pair = utils.decode_dss_signature(curve.sign(data, ec.ECDSA(hashes.SHA256())))
        return b"".join(pack(n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in pair)

    name = b"sk-ecdsa-sha2-nistp256@openssh.com"
    return name, (b"nistp256", point, application), sign_with_curve


SECRET = Ed25519PrivateKey.from_private_bytes(bytes(32))
BLOB = b"".join(map(pack, (b"ssh-ed25519", SECRET.public_key().public_bytes_raw())))
PUBLIC = b"ssh-ed25519 " + base64.b64encode(BLOB) + b"\n"
MESSAGE = b"a list\n"
SIGNATURE = envelope(BLOB, pack(b"ssh-ed25519") + pack(SECRET.sign(to_be_signed(MESSAGE))))


def terms_of_now() -> trust.Terms:
    """Return terms without any."""
    return trust.Terms(datetime.now(UTC))


def test_every_changed_byte_is_refused() -> None:
    keys = ssh.SCHEME.keys(PUBLIC, "a", PRIMITIVES)
    assert (
        ssh.SCHEME.verify(SIGNATURE, MESSAGE, keys, terms_of_now(), PRIMITIVES).content == MESSAGE
    )
    assert ssh.SCHEME.verify(
        SIGNATURE[:-1], MESSAGE, keys, terms_of_now(), PRIMITIVES
    )  # a line end
    for at in range(len(SIGNATURE)):
        changed = SIGNATURE[:at] + bytes([SIGNATURE[at] ^ 1]) + SIGNATURE[at + 1 :]
        with pytest.raises(SchemeError):
            ssh.SCHEME.verify(changed, MESSAGE, keys, terms_of_now(), PRIMITIVES)
    for at in range(len(MESSAGE)):
        changed = MESSAGE[:at] + bytes([MESSAGE[at] ^ 1]) + MESSAGE[at + 1 :]
        with pytest.raises(SchemeError):
            ssh.SCHEME.verify(SIGNATURE, changed, keys, terms_of_now(), PRIMITIVES)
    for at in range(len(PUBLIC) - 1):
        changed = PUBLIC[:at] + bytes([PUBLIC[at] ^ 1]) + PUBLIC[at + 1 :]
        with suppress(ValueError):
            found = ssh.SCHEME.keys(changed, "a", PRIMITIVES)
            with pytest.raises(SchemeError):
                ssh.SCHEME.verify(SIGNATURE, MESSAGE, found, terms_of_now(), PRIMITIVES)


@pytest.mark.parametrize(
    "data",
    [
        b"\n" + SIGNATURE,
        SIGNATURE + b"\n",
        SIGNATURE + SIGNATURE,
        SIGNATURE.replace(b"\n", b"\r\n"),
        SIGNATURE.replace(b"\n-----END", b"=\n-----END"),
        envelope(BLOB, pack(b"ssh-ed25519") + pack(bytes(64)), b"reserved"),
        armour(b"SSHSIG" + (2).to_bytes(4, "big")),
    ],
)
def test_there_is_one_envelope_and_nothing_else(data: bytes) -> None:
    with pytest.raises(SchemeError):
        ssh.SCHEME.verify(
            data, MESSAGE, ssh.SCHEME.keys(PUBLIC, "a", PRIMITIVES), terms_of_now(), PRIMITIVES
        )


def test_a_short_rsa_key_is_refused(tmp_path: Path) -> None:
    keygen(tmp_path, "-t", "rsa", "-b", "1024", "-N", "", "-f", "short")
    with pytest.raises(ValueError, match="RSA with 1024 bits is not accepted"):
        ssh.SCHEME.keys((tmp_path / "short.pub").read_bytes(), "a", PRIMITIVES)


def test_a_secret_key_is_refused(keys: Path) -> None:
    for name in ("ed25519", "rsa"):
        with pytest.raises(ValueError, match="secret key"):
            ssh.SCHEME.keys((keys / name).read_bytes(), "a", PRIMITIVES)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.tuples(
            st.sampled_from([SIGNATURE, PUBLIC, b"a@b cert-authority " + PUBLIC]),
            st.floats(0, 1),
            st.binary(max_size=9),
        ).map(
            lambda cut: (
                cut[0][: int(cut[1] * len(cut[0]))]
                + cut[2]
                + cut[0][int(cut[1] * len(cut[0])) + 3 :]
            )
        ),
        st.binary(max_size=200).map(lambda blob: armour(b"SSHSIG\0\0\0\1" + blob)),
        st.binary(max_size=200).map(lambda blob: armour(b"SSHSIG\0\0\0\1" + pack(BLOB) + blob)),
        st.binary(max_size=200).map(lambda blob: b"SSHKRL\n\0\0\0\0\1" + bytes(32) + blob),
    )
)
def test_no_bytes_make_it_fail_in_a_way_of_its_own(data: bytes) -> None:
    keys = ssh.SCHEME.keys(PUBLIC, "a", PRIMITIVES)
    for terms in (terms_of_now(), terms_of_now()._replace(revoked=[data])):
        for signature in (data, SIGNATURE):
            with suppress(SchemeError):
                ssh.SCHEME.verify(signature, MESSAGE, keys, terms, PRIMITIVES)
    with suppress(ValueError):
        ssh.SCHEME.keys(data, "a", PRIMITIVES)
