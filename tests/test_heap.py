"""Bags below a directory: each by its own rules, with a verdict of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from keypairs import KEY
from trees import plant, sha256

import checksig
from checksig import Status
from checksig.errors import SignatureUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer


@pytest.fixture
def heap(tmp_path: Path) -> Path:
    """Two bags, one of them deeper."""
    root = tmp_path / "heap"
    for name in ("one", "sub/two"):
        (root / name).mkdir(parents=True)
        (root / name / "a").write_bytes(name.encode())
        checksig.make_bag(root / name)
    return root


def statuses(report: checksig.Report) -> list[tuple[str, Status]]:
    return [(each.path, each.status) for each in report.failures]


def test_bags_below_a_directory_have_a_verdict_each(heap: Path, cli: Callable[..., Answer]) -> None:
    report = checksig.verify(heap, recursive=True, complete=True)
    assert [part.root for part in report.parts] == [str(heap / "one"), str(heap / "sub/two")]
    assert report.files == sum(part.files for part in report.parts)
    (heap / "sub/two/data/a").write_bytes(b"sub/TWO")
    report = checksig.audit(heap, recursive=True)
    assert [part.ok for part in report.parts] == [True, False]
    assert (report.ok, report.root) == (False, str(heap))
    assert statuses(report) == [("sub/two/data/a", Status.MISMATCH)]
    answer = cli("verify", heap, "--recursive")
    lines = answer.out.splitlines()
    assert answer.code == 1
    assert any(line.startswith("VERIFIED") and str(heap / "one") in line for line in lines)
    assert any(line.startswith("FAILED") and str(heap / "sub/two") in line for line in lines)
    [one, two] = json.loads(cli("verify", heap, "--recursive", "--json").out)["parts"]
    assert (one["verdict"], two["verdict"]) == ("VERIFIED", "FAILED")


def test_a_file_that_a_bag_below_does_not_list_fails_without_being_asked(heap: Path) -> None:
    (heap / "one/data/stray").touch()
    failures = statuses(checksig.audit(heap, recursive=True))
    assert ("one/data/stray", Status.UNLISTED) in failures


def test_a_bag_below_that_cannot_be_read_fails(heap: Path) -> None:
    (heap / "bad").mkdir()
    (heap / "bad/bagit.txt").write_bytes((heap / "one/bagit.txt").read_bytes())
    report = checksig.audit(heap, recursive=True)
    assert statuses(report) == [("bad/bagit.txt", Status.MALFORMED)]
    assert [part.ok for part in report.parts] == [False, True, True]


def test_what_lies_outside_of_the_bags_is_said(heap: Path) -> None:
    (heap / "sub/stray").touch()
    report = checksig.verify(heap, recursive=True)
    assert "1 file outside of the bags, in no list: sub/stray" in report.remarks
    report = checksig.audit(heap, recursive=True, complete=True)
    assert statuses(report) == [("sub/stray", Status.UNLISTED)]


def test_lists_beside_bags_count_as_well(heap: Path) -> None:
    plant(heap, {"x": b"x", "sub/y": b"y"})
    report = checksig.verify(heap, recursive=True, complete=True)
    assert [part.files for part in report.parts[:1]] == [2]
    assert len(report.parts) == 3
    (heap / "sub/y").write_bytes(b"z")
    (heap / "sub/z").touch()
    assert statuses(checksig.audit(heap, recursive=True, complete=True)) == [
        ("sub/y", Status.MISMATCH), ("sub/z", Status.UNLISTED),
    ]  # fmt: skip


def test_a_bag_in_a_bag_has_a_verdict_of_its_own(heap: Path) -> None:
    outer = heap / "outer"
    shutil.copytree(heap / "one", outer / "inner")
    checksig.make_bag(outer)
    shutil.copytree(heap / "one", outer / "beside")
    for root in (heap, outer):
        parts = [part.root for part in checksig.verify(root, recursive=True).parts]
        assert {str(outer), str(outer / "data/inner"), str(outer / "beside")} <= set(parts)
    # The outer bag does not list it, and says nothing of it.
    (outer / "beside/data/a").write_bytes(b"ONE")
    report = checksig.audit(outer, recursive=True)
    assert statuses(report) == [("beside/data/a", Status.MISMATCH)]
    (outer / "data/inner/manifest-sha512.txt").unlink()
    assert "data/inner/bagit.txt" in dict(statuses(checksig.audit(heap / "outer", recursive=True)))


def test_what_is_required_is_in_one_of_several_bags(heap: Path) -> None:
    assert checksig.verify(heap, recursive=True, require=["sub/two/data/a", "one/data/a"]).ok
    report = checksig.audit(heap, recursive=True, require=["two/data/a"])
    assert statuses(report) == [("two/data/a", Status.MISSING)]
    assert not checksig.audit(heap, recursive=True, require=["data/a"]).ok


def test_a_directory_of_bags_says_that_they_are_there(
    heap: Path, cli: Callable[..., Answer]
) -> None:
    answer = cli("verify", heap)
    assert (answer.code, "but 1 bag: --recursive checks each" in answer.err) == (2, True)


def test_a_signed_bag_vouches_for_no_other(
    heap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key.pub").write_bytes(KEY.public)
    tags = heap / "one/tagmanifest-sha512.txt"
    tags.with_name(f"{tags.name}.minisig").write_bytes(KEY.minisign(tags.read_bytes()))
    with pytest.raises(SignatureUntrusted, match="two"):
        checksig.audit(heap, recursive=True, trust=tmp_path / "key.pub")
    monkeypatch.setenv("CHECKSIG_TRUST", str(tmp_path / "key.pub"))
    report = checksig.verify(heap, recursive=True)
    assert report.signatures == ()
    assert [len(part.signatures) for part in report.parts] == [1, 0]
    assert report.trust == "not signed"


def test_a_rule_of_a_bag_is_no_line_and_no_file(heap: Path, cli: Callable[..., Answer]) -> None:
    info = heap / "one/bag-info.txt"
    text = info.read_text().replace("Payload-Oxum: 3.1", "Payload-Oxum: 4.1")
    info.write_text(text)
    tags = heap / "one/tagmanifest-sha512.txt"
    tags.unlink()
    report = checksig.audit(heap / "one")
    [fault] = report.failures
    assert (fault.subject, fault.status, report.files) == ("bag-info.txt", Status.MALFORMED, 1)
    assert "1 of 1 file ok" in report.tally
    answer = cli("verify", heap / "one")
    assert (answer.code, "None" in answer.out) == (1, False)


def test_lists_in_directories_below_are_lists_as_before(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a").write_bytes(b"a")
    (tmp_path / "sub/SHA256SUMS").write_text(f"{sha256(b'a')}  a\n")
    assert checksig.verify(tmp_path, recursive=True).parts == ()


def test_a_tree_may_be_deeper_than_calls(tmp_path: Path) -> None:
    """Python gives up after a thousand calls inside each other."""
    depth = 1100
    top = tmp_path / "deep"
    top.mkdir()
    descriptor = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    for name, content in (("a", b"a"), ("SHA256SUMS", f"{sha256(b'a')}  a\n".encode())):
        file = os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=descriptor)
        os.write(file, content)
        os.close(file)
    os.close(descriptor)
    try:
        assert checksig.verify(top, recursive=True).files == 1
    finally:
        subprocess.run(["rm", "-rf", top], check=True)  # pytest cannot
