"""Of each vector other programs say what is said here, but where this table has a reason.

That a program accepts what is refused here, or the other way round, is a decision: if one comes to
differ in another vector, or in one fewer, a test fails.
"""

from __future__ import annotations

import base64
import re
import shutil
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import mutations
import pytest
from programs import run
from signatures import CASES, PROVED, expectation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: By program: vectors that it accepts and that are refused here, by the reason; "accepted:" those
#: that are accepted here, and that it refuses.
DIFFERENCES: dict[str, dict[str, str]] = {
    "gpgv": {
        "it does not look at the time of checking, and only says that a key has expired": (
            "at-before expired key-expired signed-after-expiry signed-after-expiry-at"
            " subkey-expired subkey-expired-alone not-yet-valid"
        ),
        "it only says that a key is revoked": "revoked",
        "it uses the first of two copies of a certificate": "revoked-in-second-block",
        "it has no such option": "namespace revoked-key wrong-identity",
        "it passes over what is outside of the blocks, and over a block without an end": (
            "blocks-no-end blocks-text-between clear-text-before clear-text-behind"
        ),
        "accepted: it fails by a signature whose key it does not have": (
            "blocks-stranger clear-stranger"
        ),
        "its exit code is 0: it says that the key is revoked, or has expired": (
            "revoked-copy-without-subkey revoked-copy-compromised revoked-copy-in-a-file "
            "subkey-revoked-sha1 subkey-revoked-dsa subkey-revoked-out-of-place "
            "subkey-revoked-at-primary revoked-then-signed-anew "
            "direct-expired-user-later subkey-shortened-out-of-place subkey-shortened-sha1"
        ),
        "a key that does not say what it is for is for everything": "late-primary-without-flags",
    },
    "sqv": {
        "it takes the word of a signature that it was made before the key expired": (
            "key-expired subkey-expired"
        ),
        "one signature that holds is enough for it": (
            "blocks-one-damaged blocks-one-wrong packets-one-wrong"
        ),
        "it passes over what is outside of the blocks, and over a block without an end": (
            "blocks-no-end blocks-text-between blocks-key-between"
        ),
        "it has no such option": "at-before namespace revoked-key wrong-identity",
        "accepted: it does not look behind two blocks by strangers": "blocks-stranger",
        "accepted: it wants a key to have been bound when it signed": "renewed renewed-subkey",
        "it asks about the time of signing alone, and about what it could check": (
            "revoked-copy-without-subkey revoked-copy-compromised revoked-copy-in-a-file "
            "subkey-revoked-sha1 subkey-revoked-dsa subkey-revoked-out-of-place "
            "subkey-revoked-at-primary revoked-then-signed-anew "
            "direct-expired-user-later subkey-shortened-out-of-place subkey-shortened-sha1 "
            "subkey-shortened-not-agreed"
        ),
        "to it a return is the end of a line": "text-return",
    },
    "ssh-keygen": {
        "it is given a line for everybody, as it knows no keys that are nobody's": (
            "plain-key-identity"
        ),
        "it passes over what follows the armour": (
            "trailing twice two-signatures two-signatures-one-wrong"
        ),
    },
    "minisign": {
        "it takes several spellings of a signature": "base64-bits crlf",
        "it passes over what follows the signature": (
            "trailing trailing-text twice two-signatures"
        ),
        "it has no such option": "identity namespace revoked source",
    },
    "signify": {
        "it takes several spellings of a signature": "crlf",
        "it passes over what follows the signature": "trailing twice two-signatures",
        "it has no such option": "identity namespace revoked",
    },
    "openssl": {
        "it has no such option": (
            "identity namespace revoked certificate-wrong-identity source-none"
        ),
        "it is not asked what a certificate is for": "certificate-not-for-code",
        "it takes short keys": "rsa-1024",
        "it reads as many bytes of a signature as the key makes": "twice",
        "it is not given the secret key that lies beside the public one": "secret-key",
    },
}
#: In the words of gpgv, of vectors in which its exit code says little.
WORDS = {
    "right": "GOODSIG",
    "blocks": "GOODSIG GOODSIG",
    "another-list": "BADSIG",
    "wrong-key": "ERRSIG",
    "key-expired": "EXPKEYSIG",
    "subkey-expired": "EXPKEYSIG",
    "signed-after-expiry": "EXPKEYSIG",
    "revoked": "REVKEYSIG",
    "packets-expired-key": "GOODSIG EXPKEYSIG",
    "packets-one-wrong": "GOODSIG BADSIG",
    "clear-one-wrong": "GOODSIG BADSIG",
    "clear-stranger": "GOODSIG ERRSIG",
}
_PEM = rb"-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n"
COMMANDS = {"signify": "signify-openbsd"}
#: How many vectors each program can be asked about, at least.
ASKED = {"gpgv": 50, "sqv": 30, "ssh-keygen": 25, "minisign": 15, "signify": 12, "openssl": 25}


class Vector(NamedTuple):
    """A vector, and a directory for what a program needs of it in another form."""

    case: Path
    place: Path

    @property
    def list(self) -> Path:
        """What is signed, if it lies beside the signature."""
        return self.case / "list"

    def succeeds(self, *command: str | Path) -> bool:
        """Whether a program accepts it."""
        return run(self.place, *command).returncode == 0


def ring(vector: Vector) -> Path:
    """The certificates of a vector in one file without armour, as gpgv wants them."""
    data = (vector.case / "key").read_bytes()
    blocks = [place.data for place in mutations.places(data) if place.kind == "/armour"]
    path = vector.place / "ring.gpg"
    path.write_bytes(b"".join(blocks) or data)
    return path


def gpgv(vector: Vector) -> tuple[bool, list[str]]:
    """What gpgv says: by its exit code, and in its own words."""
    files = [vector.case / "signature", *([vector.list] if vector.list.exists() else [])]
    how = ["--homedir", vector.place, "--status-fd", "1", "--keyring", ring(vector)]
    done = run(vector.place, "gpgv", *how, *files)
    words = re.findall(rb"^\[GNUPG:\] (\w+)", done.stdout, re.MULTILINE)
    known = {"GOODSIG", "EXPKEYSIG", "EXPSIG", "REVKEYSIG", "BADSIG", "ERRSIG", "NODATA"}
    return done.returncode == 0, [w for w in map(bytes.decode, words) if w in known]


def sqv(vector: Vector) -> bool | None:
    """Whether sqv accepts it; None if it cannot: it knows signatures over files alone."""
    if not vector.list.exists():
        return None
    files = [vector.case / "signature", vector.list]
    return vector.succeeds("sqv", "--keyring", ring(vector), *files)


def ssh_keygen(vector: Vector) -> bool:
    """Whether ssh-keygen accepts it, asked about whom and what we are asked about."""
    expected, allowed = expectation(vector.case), vector.place / "allowed"
    line = (vector.case / "key").read_text()
    allowed.write_text(line if not line.startswith("ssh-") else f"* {line}")
    who = expected.get("ask-identity") or expected.get("identity", "me@example.org")
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", who]
    command += ["-n", expected.get("ask-namespace", "checksig"), "-s", vector.case / "signature"]
    if "at" in expected:
        digits = re.sub(r"[-:T]", "", expected["at"].partition("+")[0].removesuffix("Z"))
        command += ["-O", f"verify-time={digits}Z"]
    if (vector.case / "revoked").exists():
        command += ["-r", vector.case / "revoked"]
    with vector.list.open("rb") as file:
        return run(vector.place, *command, stdin=file).returncode == 0


def minisign(vector: Vector) -> bool:
    """Whether minisign accepts it."""
    files = ["-p", vector.case / "key", "-x", vector.case / "signature", "-m", vector.list]
    return vector.succeeds("minisign", "-V", *files)


def signify(vector: Vector) -> bool:
    """Whether signify accepts it."""
    inside = [] if vector.list.exists() else ["-e"]
    message = vector.place / "message" if inside else vector.list
    files = ["-p", vector.case / "key", "-x", vector.case / "signature", "-m", message]
    return vector.succeeds("signify-openbsd", "-V", *inside, *files)


def openssl(vector: Vector) -> bool | None:
    """Whether OpenSSL finds a signature by one of the keys, over any hash; None of other files."""
    data = (vector.case / "signature").read_bytes()
    if data.lstrip()[:1] == b"{":
        return None
    signature = vector.place / "signature"
    text = b"".join(data.split())
    is_text = re.fullmatch(rb"[A-Za-z0-9+/]+=*", text) and not len(text) % 4
    signature.write_bytes(base64.b64decode(text) if is_text else data)
    return any(_openssl(vector, key, signature) for key in _keys(vector))


def _keys(vector: Vector) -> list[Path]:
    """The files of the public keys in a vector, out of a certificate if that holds."""
    found = []
    files = [vector.case / "key"]
    beside = vector.case / "certificate"
    if beside.exists():
        data = beside.read_bytes()
        leaf = vector.place / "leaf.pem"
        leaf.write_bytes(data if b"-----" in data else base64.b64decode(data))
        expected = expectation(vector.case)
        at = ["-attime", _seconds(expected["at"])] if "at" in expected else []
        known = ["openssl", "verify", *at, "-CAfile", files[0], leaf]
        if not vector.succeeds(*known):
            return []
        files = [leaf]
    for number, block in enumerate(re.findall(_PEM, files[0].read_bytes())):
        key = vector.place / f"{number}.pem"
        key.write_bytes(block)
        if b"CERTIFICATE" in block:
            shown = run(vector.place, "openssl", "x509", "-in", key, "-noout", "-pubkey")
            key.write_bytes(shown.stdout)
        found.append(key)
    return found


def _seconds(time: str) -> str:
    return str(int(datetime.fromisoformat(time).timestamp()))


def _openssl(vector: Vector, key: Path, signature: Path) -> bool:
    message = ["-in", vector.list, "-sigfile", signature]
    raw = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, *message]
    ways: list[list[str | Path]] = [raw]
    for name in ("sha256", "sha384", "sha512"):
        plain = ["openssl", "dgst", f"-{name}", "-verify", key, "-signature", signature]
        pss = ["-sigopt", "rsa_padding_mode:pss"]
        ways += [[*plain, vector.list], [*plain, *pss, vector.list]]
    return any(vector.succeeds(*way) for way in ways)


PROGRAMS: dict[str, tuple[str, Callable[[Vector], bool | None]]] = {
    "gpgv": ("openpgp", lambda vector: gpgv(vector)[0]),
    "sqv": ("openpgp", sqv),
    "ssh-keygen": ("ssh", ssh_keygen),
    "minisign": ("minisign", minisign),
    "signify": ("signify", signify),
    "openssl": ("cosign", openssl),
}


def _cases(scheme: str) -> list[Path]:
    return [case for case in CASES if case.parent.name == scheme]


@pytest.mark.parametrize("program", PROGRAMS)
def test_other_programs_agree_but_where_there_is_a_reason(program: str, tmp_path: Path) -> None:
    scheme, accepts = PROGRAMS[program]
    told = {name: why for why, names in DIFFERENCES[program].items() for name in names.split()}
    found: dict[str, bool] = {}
    asked = 0
    assert shutil.which(COMMANDS.get(program, program)), "the program is missing"
    for case in _cases(scheme):
        place = tmp_path / case.name
        place.mkdir()
        theirs = accepts(Vector(case, place))
        asked += theirs is not None
        ours = expectation(case)["expect"] in PROVED
        if theirs is not None and theirs != ours:
            found[case.name] = ours
    assert found == {name: why.startswith("accepted:") for name, why in told.items()}
    assert asked >= ASKED[program]


@pytest.mark.parametrize("name", WORDS)
def test_gpgv_says_of_each_signature_what_is_wrong(name: str, tmp_path: Path) -> None:
    [case] = [case for case in _cases("openpgp") if case.name == name]
    assert gpgv(Vector(case, tmp_path))[1] == WORDS[name].split()
