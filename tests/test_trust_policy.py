"""Policies in files: which keys count for which lists, and what is trusted by habit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from archives import pack, sums
from keypairs import KEY, OTHER
from models import CODE, certify
from programs import run
from trees import sha256

import checksig
from checksig import KeyFileError, SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

LIST = "SHA256SUMS"
LINE = KEY.public.decode().splitlines()[1]
TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The habitual place, with two keys."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("CHECKSIG_TRUST", raising=False)
    place = tmp_path / "config/checksig/trust.d"
    place.mkdir(parents=True)
    (place / "key.pub").write_bytes(KEY.public)
    (place / "other.pub").write_bytes(OTHER.public)
    return place


@pytest.fixture
def signed(tree: Path) -> Path:
    """A tree whose list ``KEY`` has signed."""
    (tree / f"{LIST}.minisig").write_bytes(KEY.minisign((tree / LIST).read_bytes()))
    return tree


def rule(place: Path, *, globs: str = f'"{LIST}"', keys: str = '"key.pub"', more: str = "") -> None:
    """Add a rule to the policy."""
    with (place / "policy.toml").open("a") as file:
        file.write(f"[[rule]]\nfor = {globs}\nkeys = {keys}\n{more}\n")


@pytest.mark.parametrize("name", ["key.pub", LINE, "other.pub"])
def test_only_the_keys_of_its_rule_count_for_a_list(signed: Path, place: Path, name: str) -> None:
    rule(place, keys=f'["{name}"]')
    if name == "other.pub":
        with pytest.raises(SignatureUntrusted, match="made by key 101010101010101"):
            checksig.verify(signed)
    else:
        assert checksig.verify(signed).signature is not None


def test_a_list_that_a_rule_is_for_has_to_be_signed(signed: Path, place: Path, cli: Cli) -> None:
    assert checksig.verify(signed).ok
    (signed / f"{LIST}.minisig").unlink()
    assert checksig.verify(signed).signature is None
    rule(place)
    answer = cli("verify", signed)
    assert (answer.code, answer.out) == (3, "")
    assert "is not signed" in answer.err


def test_a_key_that_a_rule_names_counts_for_nothing_else(signed: Path, place: Path) -> None:
    rule(place, globs='"OTHERSUMS"')
    report = checksig.verify(signed)
    assert (report.signature, report.unchecked) == (None, (str(signed / f"{LIST}.minisig"),))
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed, require_signature=True)
    (place / "policy.toml").write_text("")
    assert checksig.verify(signed).signature is not None


@pytest.mark.parametrize(
    ("glob", "held"),
    [
        (LIST, True),
        ("SHA*SUMS", True),
        ("sha256sums", False),
        ("*/tree/*", True),
        ("tree/*", False),
        ("/nowhere/*", False),
        ("{root}/SHA256SUMS", True),
        ("{root}", False),
    ],
)
def test_a_rule_is_for_names_or_with_a_slash_for_paths(
    signed: Path, place: Path, monkeypatch: pytest.MonkeyPatch, glob: str, *, held: bool
) -> None:
    rule(place, globs=f'["NOTHING", "{glob.format(root=signed)}"]', keys='["other.pub"]')
    for path in (signed, "."):
        if held:
            with pytest.raises(SignatureUntrusted):
                checksig.verify(path)
        else:
            assert checksig.verify(path).signature is not None
        monkeypatch.chdir(signed)


@pytest.mark.parametrize(("until", "counts"), [(TODAY, True), (TODAY - DAY, False)])
def test_after_its_last_day_the_keys_of_a_rule_count_no_more(
    signed: Path, place: Path, until: date, *, counts: bool
) -> None:
    rule(place, more=f"until = {until}")
    if counts:
        assert checksig.verify(signed).ok
        return
    with pytest.raises(SignatureUntrusted, match=f"the rule for {LIST} was valid until {until}"):
        checksig.verify(signed)
    at = datetime.now(UTC) - DAY
    assert checksig.verify(signed, at=at).ok


def test_the_first_rule_that_is_not_over_decides(signed: Path, place: Path) -> None:
    rule(place, keys='"other.pub"', more=f"until = {TODAY - DAY}")
    rule(place, keys='"key.pub"')
    assert checksig.verify(signed).ok
    (place / "policy.toml").unlink()
    rule(place, keys='"other.pub"', more=f"until = {TODAY}")
    rule(place, keys='"key.pub"')
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed)


def test_a_rule_says_how_many_have_to_sign(signed: Path, place: Path) -> None:
    rule(place, keys='["key.pub", "other.pub"]', more="signers = 2")
    for signers in (None, 1):
        with pytest.raises(SignatureUntrusted, match="by 1 key, and 2 are required"):
            checksig.verify(signed, signers=signers)
    (signed / f"{LIST}.sig").write_bytes(OTHER.signify((signed / LIST).read_bytes()))
    assert len(checksig.verify(signed).signatures) == 2


def test_a_rule_says_who_has_to_sign_and_what_for(tree: Path, place: Path) -> None:
    keys = tree.parent
    assert run(keys, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key").returncode == 0
    checksig.sign(tree / LIST, keys / "key", namespace="release")
    public = (keys / "key.pub").read_text()
    (place / "allowed").write_text(f"me@example.org {public}")
    rule(place, keys='"allowed"', more='identity = "me@example.org"\nnamespace = "release"')
    report = checksig.verify(tree)
    assert report.signature is not None
    assert report.signature.identity == "me@example.org"
    with pytest.raises(SignatureUntrusted, match=r"says identity me@.*, and you asked for other@"):
        checksig.verify(tree, identity="other@example.org")
    assert checksig.verify(tree, identity="me@example.org").ok
    (place / "policy.toml").unlink()
    rule(place, keys='"allowed"', more='identity = "other@example.org"\nnamespace = "release"')
    with pytest.raises(SignatureUntrusted, match="not of other@example"):
        checksig.verify(tree)


def test_a_policy_in_a_directory_that_is_named_holds_as_well(signed: Path, place: Path) -> None:
    rule(place, keys='"other.pub"')
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed, trust=place)
    assert checksig.verify(signed, trust=place / "key.pub").ok
    assert checksig.verify(signed, trust=LINE).ok


def test_a_rule_is_for_one_file_that_is_checked(signed: Path, place: Path) -> None:
    file = signed / LIST
    assert checksig.check_signature(file).key_id == "101010101010101"
    rule(place, keys='"other.pub"')
    with pytest.raises(SignatureUntrusted):
        checksig.check_signature(file)


def test_a_rule_is_for_a_list_inside_of_its_signature(tree: Path, place: Path) -> None:
    data = (tree / LIST).read_bytes()
    (tree / LIST).unlink()
    (tree / f"{LIST}.sig").write_bytes(KEY.signify(data, embedded=True))
    assert checksig.verify(tree).signature is not None
    rule(place, keys='"other.pub"')
    with pytest.raises(SignatureUntrusted):
        checksig.verify(tree)
    (place / "policy.toml").unlink()
    rule(place, more="signers = 2")
    with pytest.raises(SignatureUntrusted, match="2 are required"):
        checksig.verify(tree)


def test_a_rule_is_for_an_archive_as_a_whole(tmp_path: Path, place: Path) -> None:
    files = {"a": b"a"}
    path = pack(tmp_path / "data.tar.gz", {LIST: sums(files), **files})
    assert checksig.verify(path).ok
    rule(place, globs='"data.tar.gz"')
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.verify(path)
    (tmp_path / "data.tar.gz.minisig").write_bytes(KEY.minisign(path.read_bytes()))
    assert checksig.verify(path).signature is not None
    (tmp_path / "data.tar.gz.minisig").write_bytes(OTHER.minisign(path.read_bytes()))
    with pytest.raises(SignatureUntrusted):
        checksig.verify(path)


def test_a_rule_is_for_a_list_in_an_archive(tmp_path: Path, place: Path) -> None:
    files = {"a": b"a"}
    members = {LIST: sums(files), f"{LIST}.minisig": KEY.minisign(sums(files)), **files}
    path = pack(tmp_path / "data.zip", members)
    rule(place)
    assert checksig.verify(path).signature is not None
    (place / "policy.toml").unlink()
    rule(place, keys='"other.pub"')
    with pytest.raises(SignatureUntrusted):
        checksig.verify(path)


def test_a_rule_is_for_a_list_that_another_list_names(tree: Path, place: Path) -> None:
    outer = tree / f"{LIST}.sha256"
    outer.write_text(f"{sha256((tree / LIST).read_bytes())}  {LIST}\n")
    rule(place)
    with pytest.raises(SignatureUntrusted, match="has to be signed, by a rule"):
        checksig.verify(outer)
    (place / "policy.toml").write_text("")
    assert checksig.verify(outer).ok
    # What a signed list names is as good as signed.
    rule(place)
    (tree / f"{outer.name}.minisig").write_bytes(OTHER.minisign(outer.read_bytes()))
    assert checksig.verify(outer).signature is not None


def test_a_rule_is_for_a_bag_by_its_manifests(tree: Path, place: Path) -> None:
    checksig.make_bag(tree)
    rule(place, globs=f'"{tree}/*"')
    with pytest.raises(SignatureUntrusted, match="is not signed"):
        checksig.verify(tree)
    tags = tree / "tagmanifest-sha512.txt"
    (tree / f"{tags.name}.minisig").write_bytes(KEY.minisign(tags.read_bytes()))
    assert checksig.verify(tree).signature is not None
    (tree / f"{tags.name}.minisig").write_bytes(OTHER.minisign(tags.read_bytes()))
    with pytest.raises(SignatureUntrusted):
        checksig.verify(tree)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "policy.toml"),
        ("rules = []", "not a [[rule]]"),
        ("rule = 1", "a rule begins with [[rule]]"),
        ("rule = [1]", "a rule begins with [[rule]]"),
        ("[rule]\nfor = 'x'\nkeys = 'key.pub'", "a rule begins with [[rule]]"),
        ("[[rule]]\nkeys = 'key.pub'", "for is missing"),
        ("[[rule]]\nfor = 'x'", "keys is missing"),
        ("[[rule]]\nfor = 'x'\nkeys = []", "keys is missing"),
        ("[[rule]]\nfor = ['']\nkeys = 'key.pub'", "for is missing"),
        ("[[rule]]\nfor = [1]\nkeys = 'key.pub'", "for is missing"),
        ("[[rule]]\nfor = 'x'\nkeys = 'key.pub'\nsinners = 2", "no rule says sinners"),
        ("[[rule]]\nfor = 'x'\nkeys = 'key.pub'\nsigners = 0", "signers is not a number"),
        ("[[rule]]\nfor = 'x'\nkeys = 'key.pub'\nsigners = true", "signers is not a number"),
        ("[[rule]]\nfor = 'x'\nkeys = 'key.pub'\nuntil = '2026-01-01'", "until is not a date"),
        (
            "[[rule]]\nfor = 'x'\nkeys = 'key.pub'\nuntil = 2026-01-01T12:00:00",
            "until is not a date",
        ),
        ("[[rule]]\nfor = 'x'\nkeys = 'key.pub'\nidentity = ''", "identity is not text"),
        ("[[rule]]\nfor = 'x'\nkeys = '../key.pub'", "../key.pub is not a file beside it"),
        ("[[rule]]\nfor = 'x'\nkeys = '/etc/passwd'", "/etc/passwd is not a file beside it"),
        ("[[rule]]\nfor = 'x'\nkeys = '.key.pub'", ".key.pub is not a file beside it"),
        (f"[[rule]]\nfor = 'x'\nkeys = '{'0' * 40}'", "no key with the fingerprint"),
        (f"[[rule]]\nfor = 'x'\nkeys = 'RW{'A' * 54}'", "it holds no public key"),
    ],
)
def test_a_policy_that_is_not_understood_ends_the_run(
    signed: Path, place: Path, cli: Cli, text: str, why: str
) -> None:
    (place / "policy.toml").write_text(text)
    answer = cli("verify", signed)
    assert (answer.code, answer.out) == (3, "")
    assert why in answer.err
    answer = cli("trust", "check")
    assert (answer.code, why in answer.out) == (3, True)


def test_a_policy_that_cannot_be_read_ends_the_run(signed: Path, place: Path) -> None:
    rule(place, keys='"nowhere.pub"')
    with pytest.raises(KeyFileError, match="nowhere"):
        checksig.verify(signed)
    (place / "policy.toml").unlink()
    (place / "policy.toml").mkdir()
    with pytest.raises(KeyFileError):
        checksig.verify(signed)
    (place / "policy.toml").rmdir()
    (place / "policy.toml").write_bytes(b"\xff")
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed)


def test_a_key_in_a_policy_that_may_be_a_file_is_neither(signed: Path, place: Path) -> None:
    text = "0" * 40
    (place / text).write_bytes(KEY.public)
    rule(place, keys=f'"{text}"')
    with pytest.raises(SignatureUntrusted, match="may be a file as well as a key"):
        checksig.verify(signed)


def test_a_key_is_added_for_all_lists_or_for_some(
    signed: Path, place: Path, tmp_path: Path, cli: Cli
) -> None:
    (place / "key.pub").rename(tmp_path / "release.pub")
    assert checksig.verify(signed).signature is None
    answer = cli("trust", "add", tmp_path / "release.pub")
    assert (answer.code, answer.out) == (0, f"ADDED        {place / 'release.pub'}\n")
    assert checksig.verify(signed).signature is not None
    answer = cli("trust", "add", tmp_path / "release.pub")
    assert (answer.code, "exists already" in answer.err) == (2, True)
    (place / "release.pub").unlink()
    options = ["--for", "X*", "--for", LIST, "--until", str(TODAY)]
    answer = cli("trust", "add", tmp_path / "release.pub", "--name", "mine", *options)
    assert answer.code == 0
    assert (place / "policy.toml").read_text() == (
        f'[[rule]]\nfor = ["X*", "{LIST}"]\nkeys = ["mine"]\nuntil = {TODAY}\n'
    )
    assert checksig.verify(signed).signature is not None
    (signed / f"{LIST}.minisig").unlink()
    with pytest.raises(SignatureUntrusted):
        checksig.verify(signed)


def test_a_key_that_is_typed_is_added(place: Path, cli: Cli) -> None:
    for path in place.iterdir():
        path.unlink()
    place.rmdir()
    answer = cli("trust", "add", LINE, "--for", 'odd "\\ name \x7f')
    assert answer.code == 0, answer.err
    [path] = [each for each in place.iterdir() if each.suffix == ".pub"]
    assert path.name == "minisign-101010101010101.pub"
    assert path.read_text() == f"{LINE}\n"
    answer = cli("trust", "list")
    assert 'the rule for odd "\\\\ name \\x7f · minisign key 101010101010101' in answer.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere.pub"], 2),
        (["."], 2),
        (["secret"], 3),
        (["0" * 40], 2),
        (["good.pub", "--name", "../x"], 2),
        (["good.pub", "--name", "policy.toml"], 2),
        (["good.pub", "--name", ".x"], 2),
        (["good.pub", "--name", "0" * 40], 2),
        (["good.pub", "--until", "2026-12-31"], 2),
        (["good.pub", "--for", "x", "--until", "soon"], 2),
        (["good.pub", "--for", b"\xff"], 2),
    ],
)
def test_what_is_no_public_key_or_no_name_is_not_added(
    place: Path, tmp_path: Path, cli: Cli, arguments: list[str], code: int
) -> None:
    (tmp_path / "good.pub").write_bytes(KEY.public)
    (tmp_path / "secret").write_text("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n")
    before = sorted(place.iterdir())
    answer = cli("trust", "add", *arguments, cwd=tmp_path)
    assert (answer.code, answer.out) == (code, "")
    assert sorted(place.iterdir()) == before


def test_a_key_that_cannot_be_written_leaves_no_rule(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checksig import _files
    from checksig._trust import habits

    rule(place)
    before = (place / "policy.toml").read_bytes()
    write = _files.write

    def failing(target: bytes, data: bytes, **options: bool) -> None:
        if target.endswith(b"new.pub"):
            raise checksig.CreateError("no space left")
        write(target, data, **options)

    monkeypatch.setattr(_files, "write", failing)
    (tmp_path / "new.pub").write_bytes(KEY.public)
    with pytest.raises(checksig.CreateError, match="no space left"):
        habits.add(str(tmp_path / "new.pub"), globs=["x"])
    assert (place / "policy.toml").read_bytes() == before


def test_all_that_is_trusted_is_listed(place: Path, cli: Cli) -> None:
    rule(place, keys=f'["{LINE}"]', more=f'signers = 2\nuntil = {TODAY}\nidentity = "me"')
    answer = cli("trust", "list")
    assert answer.code == 0
    assert f"{place / 'key.pub'}  minisign key 101010101010101\n" in answer.out
    assert f"{place / 'other.pub'}  signify key 202020202020202\n" in answer.out
    assert f"the rule for {LIST} · minisign key 101010101010101" in answer.out
    assert f" · 2 signers · until {TODAY} · identity me\n" in answer.out


def test_nothing_that_is_trusted_is_said(place: Path, cli: Cli) -> None:
    for path in place.iterdir():
        path.unlink()
    place.rmdir()
    answer = cli("trust", "list")
    assert (answer.code, answer.out) == (0, f"nothing is trusted by habit: {place} has no keys\n")
    assert cli("trust", "check").code == 0


def test_the_check_says_what_would_make_runs_fail(place: Path, tmp_path: Path, cli: Cli) -> None:
    place.chmod(0o755)
    for path in place.iterdir():
        path.chmod(0o644)
    answer = cli("trust", "check")
    assert (answer.code, answer.out) == (0, "CHECKED      2 files of keys, 0 rules\n")
    (place / "note.txt").write_text("not a key")
    (place / "old.pem").write_bytes(certify("old", 7, [CODE], days=(-10, -1)).pem)
    (place / "loose.pub").write_bytes(KEY.public)
    (place / "loose.pub").chmod(0o666)
    rule(place, more=f"until = {TODAY - DAY}\nsigners = 2")
    for path in (place / "note.txt", place / "old.pem"):
        path.chmod(0o644)
    answer = cli("trust", "check", env={"CHECKSIG_TRUST": str(tmp_path / "gone"), **_home(place)})
    assert answer.code == 3
    *faults, verdict = answer.out.splitlines()
    for expected in (
        f'cannot read "{tmp_path / "gone"}"',
        f'"{place / "note.txt"}": it holds no public key',
        f'"{place / "old.pem"}": model key ',
        f'others can write to "{place / "loose.pub"}"',
        f"the rule for {LIST} was valid until {TODAY - DAY}",
        f"the rule for {LIST} asks for 2 signers, and names 1",
    ):
        assert any(fault.startswith(expected) for fault in faults), (expected, faults)
    assert verdict == f"FAILED       {len(faults)} faults in the keys trusted by habit"


def _home(place: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(place.parent.parent)}


def test_a_rule_for_a_path_is_for_a_link_to_it(signed: Path, place: Path) -> None:
    (signed / f"{LIST}.minisig").unlink()
    rule(place, globs=f'"{signed}/*"')
    link = signed.parent / "link"
    link.symlink_to(signed)
    for path in (signed, link):
        with pytest.raises(SignatureUntrusted, match="is not signed"):
            checksig.verify(path)


def test_a_rule_for_an_archive_is_for_it_when_it_is_compressed(tree: Path, place: Path) -> None:
    rule(place, globs='"x.tar"')
    path = pack(tree.parent / "x.tar.gz", {"a": b"a", LIST: sums({"a": b"a"})})
    with pytest.raises(SignatureUntrusted):
        checksig.verify(path)


def test_an_empty_directory_of_habitual_keys_is_as_none(tree: Path, place: Path) -> None:
    for each in place.iterdir():
        each.unlink()
    assert checksig.verify(tree).ok
    (place / "policy.toml").write_text(f"a = {'[' * 100_000}")
    with pytest.raises(SignatureUntrusted, match="nested too deeply"):
        checksig.verify(tree)
