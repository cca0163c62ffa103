"""Bags that are made, and updated."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import bagit
import pytest

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

FILES = {"a": b"a", "sub/b c": b"b" * 10_000, "sub/100%": b"", "data/caf\u00e9": b"x"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory to make a bag of, which has a directory called data."""
    root = tmp_path / "bag"
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def validate(root: Path) -> None:
    """Both this package and bagit-python say that the bag is valid."""
    assert checksig.verify(root).complete
    bagit.Bag(str(root)).validate()


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("algorithm", [None, "sha256", ["md5", "sha256", "sha512"]])
def test_a_directory_becomes_a_valid_bag(root: Path, algorithm: str | list[str] | None) -> None:
    bagged = checksig.make_bag(root, algorithm=algorithm)
    validate(root)
    assert (bagged.new, bagged.files, bagged.bytes) == (True, 4, 10_002)
    kept = {name: (root / "data" / name).read_bytes() for name in FILES}
    assert kept == FILES
    used = [a.name for a in bagged.algorithms]
    assert used == ([algorithm] if isinstance(algorithm, str) else algorithm or ["sha512"])
    tags = [f"{tag}manifest-{name}.txt" for name in used for tag in ("", "tag")]
    assert sorted(name for name in names(root) if not name.startswith("data/")) == sorted(
        ["bag-info.txt", "bagit.txt", *tags]
    )
    info = (root / "bag-info.txt").read_text()
    assert re.fullmatch(r"Bagging-Date: \d{4}-\d\d-\d\d\nPayload-Oxum: 10002\.4\n", info)


def test_any_flipped_byte_of_a_bag_is_found(root: Path) -> None:
    checksig.make_bag(root)
    for name in names(root):
        before = (root / name).read_bytes()
        if before:
            (root / name).write_bytes(bytes([before[0] ^ 1]) + before[1:])
            with pytest.raises((checksig.VerificationError, checksig.ManifestError)):
                checksig.verify(root)
        (root / name).write_bytes(before)
    validate(root)


def test_a_bag_is_updated_and_says_what_has_changed(root: Path) -> None:
    checksig.make_bag(root, algorithm="sha256", info={"Contact-Name": "one", "Title": "kept"})
    (root / "data/a").write_bytes(b"other")
    (root / "data/new").touch()
    (root / "data/sub/100%").unlink()
    (root / "notes.txt").write_text("a tag file")
    assert not checksig.audit(root).ok
    bagged = checksig.make_bag(root, info={"contact-name": ["two", "three"]})
    assert not bagged.new
    assert (bagged.added, bagged.changed, bagged.removed) == (
        ("data/new",),
        ("data/a",),
        ("data/sub/100%",),
    )
    assert [algorithm.name for algorithm in bagged.algorithms] == ["sha256"]
    validate(root)
    assert "notes.txt" in (root / "tagmanifest-sha256.txt").read_text()
    lines = (root / "bag-info.txt").read_text().splitlines()
    assert lines[:3] == ["Title: kept", "contact-name: two", "contact-name: three"]
    assert lines[4] == "Payload-Oxum: 10006.4"


def test_manifests_in_other_algorithms_go(root: Path) -> None:
    checksig.make_bag(root, algorithm=["md5", "sha1"])
    bagged = checksig.make_bag(root, algorithm="sha512")
    assert (bagged.added, bagged.changed, bagged.removed) == ((), (), ())
    assert [n for n in names(root) if "manifest" in n] == [
        "manifest-sha512.txt",
        "tagmanifest-sha512.txt",
    ]
    validate(root)


def test_a_bag_of_bagit_python_is_updated(root: Path) -> None:
    bagit.make_bag(str(root), {"Contact-Name": "somebody"}, checksums=["sha256", "sha512"])
    (root / "data/a").write_bytes(b"other")
    assert checksig.make_bag(root).changed == ("data/a",)
    validate(root)
    assert "Contact-Name: somebody\n" in (root / "bag-info.txt").read_text()


@pytest.mark.parametrize("what", ["link", "fifo", "not UTF-8"])
def test_what_a_bag_cannot_hold_is_refused_before_anything_moves(root: Path, what: str) -> None:
    if what == "link":
        (root / "link").symlink_to("a")
    elif what == "fifo":
        os.mkfifo(root / "fifo")
    else:
        (root / os.fsdecode(b"\xff")).touch()
    before = sorted(root.rglob("*"))
    with pytest.raises(checksig.CreateError, match=r"link|fifo|\\xff"):
        checksig.make_bag(root)
    assert sorted(root.rglob("*")) == before


def test_an_empty_directory_makes_no_bag(tmp_path: Path) -> None:
    with pytest.raises(checksig.CreateError, match="no files"):
        checksig.make_bag(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_move_that_fails_is_undone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, asked = os.rename, list[bytes]()

    def fail_once(source: bytes, target: bytes) -> None:
        asked.append(source)
        if len(asked) == 2:
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail_once)
    with pytest.raises(
        checksig.CreateError, match=r"cannot make a bag of .*: No space left on device"
    ):
        checksig.make_bag(root)
    assert len(asked) == 3
    assert names(root) == sorted(FILES)
    assert sorted(path.name for path in root.iterdir()) == ["a", "data", "sub"]


def test_files_that_come_while_others_are_read_do_not_go_into_the_bag_unread(root: Path) -> None:
    with pytest.raises(
        checksig.CreateError, match=r"files appeared in .*, or disappeared, while it was read"
    ):
        checksig.make_bag(root, progress=lambda _: (root / "new").touch())
    assert names(root) == sorted([*FILES, "new"])


def test_a_file_is_no_directory_to_make_a_bag_of(root: Path) -> None:
    with pytest.raises(checksig.CreateError, match='a" is not a directory'):
        checksig.make_bag(root / "a")


def test_a_bag_with_files_to_be_fetched_is_not_updated(root: Path) -> None:
    checksig.make_bag(root)
    (root / "fetch.txt").write_text("https://example.org/a - data/a\n")
    with pytest.raises(checksig.CreateError, match="still to be fetched"):
        checksig.make_bag(root)


@pytest.mark.parametrize(
    ("label", "value"),
    [("A: b", "x"), ("", "x"), (" a", "x"), ("a", "x\ny"), ("a\nb", "x"), ("Payload-Oxum", "1.1")],
)
def test_labels_and_values_that_would_be_read_as_others_are_refused(
    root: Path, label: str, value: str
) -> None:
    with pytest.raises(checksig.CreateError, match=r"label|more than a line|computed"):
        checksig.make_bag(root, info={label: value})
    assert names(root) == sorted(FILES)


def test_hostile_names_are_listed_and_verified(root: Path) -> None:
    for name in (" blank", "*star", "new\nline", "cr\r", "%0A", "caf\u0065\u0301", "a\\b"):
        (root / name).write_text(name)
    checksig.make_bag(root)
    report = checksig.verify(root)
    assert report.counts[Status.OK] == report.files == 4 + 7 + 3


def test_the_command_makes_and_updates_bags(cli: Callable[..., Answer], root: Path) -> None:
    answer = cli("bag", root, "-a", "md5", "-a", "sha256", "--info", "Contact-Name=a=b")
    assert answer.code == 0
    assert re.match(r"BAGGED   4 files · 9\.8 KiB in .* · MD5, SHA-256\n", answer.out)
    assert "Contact-Name: a=b\n" in (root / "bag-info.txt").read_text()
    (root / "data/a").write_bytes(b"other")
    answer = cli("bag", root)
    assert answer.err == "checksig: changed: data/a\n"
    assert answer.out.startswith("BAGGED   4 files, 0 added, 1 changed, 0 removed · ")
    assert cli("verify", root).code == 0
    assert cli("bag", root, "--info", "nonsense").code == 2
