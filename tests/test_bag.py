"""BagIt bags are held to the rules of RFC 8493."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import bagit
import pytest
from trees import plant

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

FILES = {"a": b"a", "sub/b c": b"b" * 10_000, "sub/100%": b""}


def digest(algorithm: str, content: bytes) -> str:
    return hashlib.new(algorithm, content).hexdigest()


def listing(algorithm: str, files: dict[str, bytes]) -> str:
    return "".join(f"{digest(algorithm, data)}  data/{name}\n" for name, data in files.items())


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """A bag of version 1.0 with two manifests and a tag manifest, written by hand."""
    root = tmp_path / "bag"
    plant(root / "data", FILES)
    (root / "data/sha1sum.txt").unlink()
    (root / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (root / "bag-info.txt").write_text("Payload-Oxum: 10001.3\nContact-Name: nobody\n")
    for algorithm in ("sha256", "sha512"):
        (root / f"manifest-{algorithm}.txt").write_text(listing(algorithm, FILES))
    retag(root)
    return root


def retag(root: Path) -> None:
    tags = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt"]
    lines = [f"{digest('sha256', (root / name).read_bytes())}  {name}\n" for name in tags]
    (root / "tagmanifest-sha256.txt").write_text("".join(lines))


def reasons(root: Path) -> list[str]:
    return [result.detail for result in checksig.audit(root).failures]


def test_a_bag_is_valid_if_every_manifest_holds(bag: Path) -> None:
    report = checksig.verify(bag)
    assert report.files == 3 + 4
    assert report.complete
    assert len(report.manifests) == 3
    assert {source.format for source in report.manifests} == {"bagit"}
    assert report.bytes < 2 * 10_001, "each file is read once"


@pytest.mark.parametrize("name", ["data/a", "bag-info.txt", "manifest-sha512.txt"])
def test_a_changed_file_of_the_payload_or_the_tags_is_found(bag: Path, name: str) -> None:
    (bag / name).write_bytes((bag / name).read_bytes() + b"\n")
    failures = checksig.audit(bag).failures
    assert (name, Status.MISMATCH) in {(result.path, result.status) for result in failures}


def test_an_extra_file_in_the_payload_fails_and_elsewhere_does_not(bag: Path) -> None:
    (bag / "notes.txt").write_text("a tag file that no manifest lists")
    assert checksig.verify(bag).ok
    (bag / "data/extra").touch()
    (bag / "bag-info.txt").write_text("Contact-Name: nobody\n")
    retag(bag)
    [failure] = checksig.audit(bag).failures
    assert (failure.path, failure.status) == ("data/extra", Status.UNLISTED)


def test_every_manifest_of_version_1_lists_every_file(bag: Path) -> None:
    lines = (bag / "manifest-sha512.txt").read_text().splitlines(keepends=True)
    (bag / "manifest-sha512.txt").write_text("".join(lines[1:]))
    retag(bag)
    assert reasons(bag) == ["data/a is not in it, and is in another manifest"]
    (bag / "bagit.txt").write_text("BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
    retag(bag)
    assert checksig.verify(bag).ok


@pytest.mark.parametrize("name", ["bag-info.txt", "elsewhere/a"])
def test_a_payload_manifest_lists_the_payload_alone(bag: Path, name: str) -> None:
    for algorithm in ("sha256", "sha512"):
        with (bag / f"manifest-{algorithm}.txt").open("a") as file:
            file.write(f"{digest(algorithm, b'')}  {name}\n")
    retag(bag)
    assert reasons(bag) == [f"{name} is not in data/"] * 2


def test_a_tag_manifest_lists_no_payload(bag: Path) -> None:
    with (bag / "tagmanifest-sha256.txt").open("a") as file:
        file.write(f"{digest('sha256', b'a')}  data/a\n")
    assert reasons(bag) == ["data/a is in data/"]


def test_a_name_that_leads_out_of_the_bag_is_refused(bag: Path) -> None:
    (bag.parent / "out").touch()
    for name in ("data/../../out", "../out", str(bag.parent / "out")):
        with (bag / "manifest-sha256.txt").open("a") as file:
            file.write(f"{digest('sha256', b'')}  {name}\n")
    statuses = [result.status for result in checksig.audit(bag).failures]
    assert statuses.count(Status.UNSAFE_PATH) == 3


def test_the_oxum_has_to_be_that_of_the_payload(bag: Path) -> None:
    for wrong in ("10001.4", "10002.3", "nonsense", "10001"):
        (bag / "bag-info.txt").write_text(f"Payload-Oxum: {wrong}\n")
        retag(bag)
        [reason] = reasons(bag)
        assert "Payload-Oxum" in reason


def test_a_bag_without_a_payload_has_the_oxum_of_none(bag: Path) -> None:
    (bag / "bag-info.txt").write_text("Payload-Oxum: 1.1\n")
    retag(bag)
    shutil.rmtree(bag / "data")
    assert "the Payload-Oxum is 1.1, and the payload 0.0" in reasons(bag)


def test_files_to_be_fetched_are_missing_and_said_to_be(bag: Path) -> None:
    (bag / "data/a").unlink()
    (bag / "bag-info.txt").write_text("")
    (bag / "fetch.txt").write_text("https://example.org/a - data/a\n")
    retag(bag)
    [failure] = checksig.audit(bag).failures
    assert failure.status is Status.MISSING
    assert failure.detail == "to be fetched from https://example.org/a"
    (bag / "fetch.txt").write_text("https://example.org/a - ../a\n")
    assert "not in data/" in reasons(bag)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bagit.txt", b"", "0 lines"),
        ("bagit.txt", b"\xef\xbb\xbfBagIt-Version: 1.0\n", "byte order mark"),
        ("bagit.txt", b"BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n", "not known"),
        ("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: klingon\n", "klingon"),
        ("manifest-sha256.txt", b"", "empty"),
    ],
)
def test_what_is_no_bag_is_not_checked(
    bag: Path, name: str, content: bytes, message: str, cli: Callable[..., Answer]
) -> None:
    (bag / name).write_bytes(content)
    if name != "bagit.txt":
        (bag / "tagmanifest-sha256.txt").unlink()
        (bag / "manifest-sha512.txt").unlink()
    answer = cli("verify", bag)
    assert answer.code == 2
    assert message in answer.err


def test_a_bag_without_a_payload_manifest_is_an_error(bag: Path) -> None:
    for algorithm in ("sha256", "sha512"):
        (bag / f"manifest-{algorithm}.txt").unlink()
    with pytest.raises(checksig.ManifestError, match="no manifest of its payload"):
        checksig.verify(bag)


def test_bagit_python_makes_bags_that_are_verified(tmp_path: Path) -> None:
    plant(tmp_path, FILES | {"caf\u00e9": b"x", "new\nline": b"y"})
    bagit.make_bag(str(tmp_path), checksums=["md5", "sha256", "sha512"])
    assert bagit.Bag(str(tmp_path)).is_valid()
    report = checksig.verify(tmp_path)
    assert report.counts[Status.OK] == report.files
    (tmp_path / "data/a").write_bytes(b"A")
    assert not checksig.audit(tmp_path).ok
    assert not bagit.Bag(str(tmp_path)).is_valid()
