"""Signing where releases are made: what is signed holds, and what holds no more is not left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import pytest
from keypairs import KEY, OTHER

import checksig
from checksig import CreateError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

LIST = "SHA256SUMS"


class Release(NamedTuple):
    """A tree with a list that is signed, and the key."""

    root: Path
    pair: checksig.KeyPair

    @property
    def list(self) -> Path:
        """The list."""
        return self.root / LIST

    @property
    def signature(self) -> Path:
        """The signature over it."""
        return self.root / f"{LIST}.minisig"

    def more(self) -> None:
        """Add a file."""
        (self.root / "more").write_bytes(b"more")


@pytest.fixture
def release(tree: Path) -> Release:
    """A tree with a list that is signed."""
    pair = checksig.keygen(tree.parent / "release", password=None)
    checksig.sign(tree / LIST, pair.key)
    return Release(tree, pair)


@pytest.mark.parametrize("option", ["--force", "--update"])
def test_a_list_is_not_made_anew_under_a_signature_that_would_hold_no_more(
    release: Release, cli: Cli, option: str
) -> None:
    release.more()
    before = release.list.read_bytes()
    answer = cli("create", release.root, option)
    assert (answer.code, answer.out) == (2, "")
    assert f'signed by "{release.signature}": sign it with --sign KEY' in answer.err
    assert release.list.read_bytes() == before
    assert checksig.verify(release.root, trust=release.pair.public).ok


@pytest.mark.parametrize("option", ["--force", "--update"])
def test_a_list_that_stays_the_same_keeps_its_signature(
    release: Release, cli: Cli, option: str
) -> None:
    assert cli("create", release.root, option).code == 0
    assert checksig.verify(release.root, trust=release.pair.public, complete=True).ok


def test_a_list_that_is_signed_anew_takes_the_place_of_both(release: Release, cli: Cli) -> None:
    release.more()
    answer = cli("create", release.root, "--update", "--sign", release.pair.key)
    assert answer.code == 0, answer.err
    assert checksig.verify(release.root, trust=release.pair.public, complete=True).files == 2


def test_signatures_that_hold_no_more_are_dropped_and_named(release: Release, cli: Cli) -> None:
    release.more()
    other = release.root / f"{LIST}.sig"
    other.write_bytes(OTHER.signify(release.list.read_bytes()))
    answer = cli("create", release.root, "--force", "--drop-signature")
    assert answer.code == 0
    for path in (release.signature, other):
        assert f"checksig: removed, as it no longer holds: {path}\n" in answer.err
        assert not path.exists()


def test_another_signature_is_not_left_beside_the_new_one(release: Release, cli: Cli) -> None:
    release.more()
    other = release.root / f"{LIST}.sig"
    other.write_bytes(KEY.signify(release.list.read_bytes()))
    sign = ["create", release.root, "--force", "--sign", release.pair.key]
    answer = cli(*sign)
    assert (answer.code, f'signed by "{other}": remove' in answer.err) == (2, True)
    assert cli(*sign, "--drop-signature").code == 0
    assert not other.exists()
    assert checksig.verify(release.root, trust=release.pair.public, complete=True).ok


def test_a_signature_without_its_list_is_none_over_a_new_one(release: Release) -> None:
    release.list.unlink()
    release.more()
    with pytest.raises(CreateError, match="would not be the one signed"):
        checksig.create(release.root)
    created = checksig.create(release.root, drop_signature=True)
    assert created.dropped == (str(release.signature),)
    assert not release.signature.exists()


def test_each_of_several_lists_has_signatures_that_hold_no_more(release: Release) -> None:
    checksig.create(release.root, algorithm=["sha256", "sha512"], overwrite=True)
    sha512 = release.root / "SHA512SUMS"
    checksig.sign(sha512, release.pair.key)
    release.more()
    with pytest.raises(CreateError) as caught:
        checksig.create(release.root, algorithm=["sha256", "sha512"], update=True)
    assert str(release.signature) in str(caught.value)
    assert f"{sha512}.minisig" in str(caught.value)


def test_a_signature_that_cannot_be_dropped_is_an_error_after_the_list_is_written(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.more()
    unlink = os.unlink

    def failing(path: bytes) -> None:
        if os.fsencode(path).endswith(b".minisig"):
            raise PermissionError(13, "permission denied")
        unlink(path)

    monkeypatch.setattr(os, "unlink", failing)
    with pytest.raises(CreateError, match=r"is written, and .* cannot be removed: permission"):
        checksig.create(release.root, overwrite=True, drop_signature=True)
    with pytest.raises(checksig.SignatureInvalid):
        checksig.verify(release.root, trust=release.pair.public)


def test_stdout_has_no_signature_to_drop(release: Release, cli: Cli) -> None:
    answer = cli("create", release.root, "-o", "-", "--drop-signature")
    assert (answer.code, answer.out) == (2, "")


def test_a_list_is_not_converted_over_one_that_is_signed(release: Release, cli: Cli) -> None:
    source = release.root.parent / "sums.sha256"
    source.write_text(release.list.read_text().upper())
    convert = ["convert", source, "-f", "coreutils", "-o", release.list, "--force"]
    release.list.write_text(release.list.read_text() + "# more\n")
    checksig.sign(release.list, release.pair.key, overwrite=True)
    answer = cli(*convert)
    assert (answer.code, "would not be the one signed" in answer.err) == (2, True)
    answer = cli(*convert, "--drop-signature")
    assert answer.code == 0, answer.err
    assert "removed, as it no longer holds" in answer.err
    assert not release.signature.exists()


def test_a_bag_is_not_updated_under_a_signature_that_would_hold_no_more(
    release: Release, cli: Cli
) -> None:
    bag = release.root
    release.list.unlink()
    release.signature.unlink()
    checksig.make_bag(bag)
    tags = bag / "tagmanifest-sha512.txt"
    seal = checksig.sign(tags, release.pair.key)
    trust = {"trust": release.pair.public}
    assert checksig.verify(bag, **trust).ok
    checksig.make_bag(bag)  # nothing has changed, today
    assert checksig.verify(bag, **trust).ok
    assert "minisig" not in tags.read_text()
    (bag / "data/more").write_bytes(b"more")
    answer = cli("bag", bag)
    assert (answer.code, f'signed by "{seal}"' in answer.err) == (2, True)
    assert checksig.audit(bag, **trust).signature is not None
    answer = cli("bag", bag, "--drop-signature")
    assert answer.code == 0, answer.err
    assert "checksig: removed, as it no longer holds: tagmanifest-sha512.txt.minisig" in answer.err
    assert checksig.verify(bag, complete=True).ok
    checksig.sign(tags, release.pair.key)
    assert checksig.verify(bag, **trust).ok


def test_a_signature_over_a_payload_manifest_is_dropped_and_not_listed(release: Release) -> None:
    bag = release.root
    checksig.make_bag(bag)
    checksig.sign(bag / "manifest-sha512.txt", release.pair.key)
    assert checksig.make_bag(bag).dropped == ()
    assert "manifest-sha512.txt.minisig" in (bag / "tagmanifest-sha512.txt").read_text()
    (bag / "data/more").write_bytes(b"more")
    with pytest.raises(CreateError, match="would not be the one signed"):
        checksig.make_bag(bag)
    assert checksig.make_bag(bag, drop_signature=True).dropped == ("manifest-sha512.txt.minisig",)
    assert "minisig" not in (bag / "tagmanifest-sha512.txt").read_text()
    assert checksig.verify(bag, complete=True).ok
