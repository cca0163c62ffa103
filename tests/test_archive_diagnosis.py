"""A mismatch in an archive is explained as one in a directory is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from archives import SUFFIXES, pack, record_line, sums, wheel
from test_diagnosis import TEXT
from trees import sha256

import checksig
from checksig import Entry, Status
from checksig._checking import diagnosis as diagnose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 23\n"

#: What is in the archive, what is listed, and what is said.
CASES = {
    "empty": (b"", TEXT, "it is empty"),
    "zeros": (bytes(5000), TEXT, "it is filled with zeros, all 5,000 bytes of it"),
    "tail": (b"x" * 5000 + bytes(1000), b"x" * 6000, "its last 1,000 bytes are zeros"),
    "crlf": (
        TEXT.replace(b"\n", b"\r\n"), TEXT, "its line ends were converted from LF to CRLF"
    ),
    "pointer": (POINTER, TEXT, "it is a Git LFS pointer"),
    "page": (b"<!DOCTYPE html><title>404</title>", TEXT, "it is an HTML page"),
    "nothing": (b"something else", TEXT + b"?", ""),
    "swapped-a": (b"a", b"b", "it has the content that is listed for swapped-b"),
    "swapped-b": (b"b", b"a", "it has the content that is listed for swapped-a"),
    "copied": (b"whole", b"half", "it has the content that is listed for right"),
    "right": (b"whole", b"whole", ""),
}  # fmt: skip
FILES = {name: content for name, (content, _, _) in CASES.items()}
LISTED = {name: listed for name, (_, listed, _) in CASES.items()}


def said(report: checksig.Report) -> dict[str, str]:
    return {result.path: result.diagnosis for result in report.failures}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_cause_is_said_in_an_archive(tmp_path: Path, suffix: str, *, first: bool) -> None:
    lists = {"SHA256SUMS": sums(LISTED)}
    path = pack(tmp_path / f"x{suffix}", lists | FILES if first else FILES | lists)
    report = checksig.audit(path)
    assert {r.status for r in report.failures} == {Status.MISMATCH}
    wrong = {name: cause for name, (_, _, cause) in CASES.items() if name != "right"}
    assert said(report) == wrong


@pytest.mark.parametrize("top", ["one/", "./"])
@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_the_cause_is_said_below_the_one_directory(
    tmp_path: Path, suffix: str, top: str, cli: Callable[..., Answer]
) -> None:
    files = {f"{top}a": TEXT.replace(b"\n", b"\r\n"), f"{top}SHA256SUMS": sums({"a": TEXT})}
    path = pack(tmp_path / f"x{suffix}", files)
    cause = "its line ends were converted from LF to CRLF"
    assert said(checksig.audit(path)) == {"a": cause}
    assert cause in cli("verify", path).out
    [failure] = json.loads(cli("verify", path, "--json").out)["failures"]
    assert failure["diagnosis"] == cause


def test_a_member_of_another_size_is_read_only_to_explain(tmp_path: Path) -> None:
    files = {"a.py": TEXT[:9], "b.py": TEXT + b"more", "c.py": TEXT}
    lines = [record_line("a.py", TEXT), record_line("b.py", TEXT)]
    path = pack(tmp_path / "p.whl", {**files, **wheel({"c.py": TEXT}, *lines)})
    report = checksig.audit(path)
    assert said(report) == {
        "a.py": "it is cut short: 9 of 23 bytes",
        "b.py": "it is the content that is listed, and 4 bytes more",
    }
    assert report.bytes == len(TEXT)


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_a_digest_of_another_algorithm_is_recognised_in_an_archive(
    tmp_path: Path, suffix: str
) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    [result] = checksig.hash_files([tmp_path / "a"], "blake3")
    path = pack(tmp_path / f"x{suffix}", {"a": TEXT})
    entries = [Entry("a", result.found or "", "sha256")]
    [failure] = checksig.audit(path, entries=entries).failures
    assert failure.diagnosis == "the digest listed is BLAKE3, and not SHA-256"


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_a_large_member_is_explained_by_its_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(diagnose, "LARGEST", 1000)
    monkeypatch.setattr(diagnose, "_PIECE", 300)
    files = {
        "tail": b"x" * 2000 + bytes(800),
        "page": b"<html>" + b"x" * 3000,
        "zeros": bytes(1001),
    }
    path = pack(tmp_path / f"x{suffix}", {"SHA256SUMS": sums(dict.fromkeys(files, TEXT)), **files})
    assert said(checksig.audit(path)) == {
        "tail": "its last 800 bytes are zeros",
        "page": "it is an HTML page",
        "zeros": "it is filled with zeros, all 1,001 bytes of it",
    }


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_an_archive_that_has_changed_meanwhile_is_not_explained(
    tmp_path: Path, suffix: str
) -> None:
    path = pack(tmp_path / f"x{suffix}", {"a": b"", "SHA256SUMS": sums({"a": TEXT})})

    def spoil(progress: checksig.Progress) -> None:
        if progress.files == progress.total_files:
            path.unlink(missing_ok=True)

    assert said(checksig.audit(path, progress=spoil)) == {"a": ""}


def test_only_so_many_failures_are_explained_in_an_archive(tmp_path: Path) -> None:
    files = {f"{number:03}": b"" for number in range(300)}
    lists = {"SHA256SUMS": sums({name: name.encode() for name in files})}
    path = pack(tmp_path / "x.tar.gz", {**files, **lists})
    assert list(said(checksig.audit(path)).values()).count("it is empty") == diagnose.MOST


def test_what_is_listed_is_not_what_is_said(tmp_path: Path) -> None:
    """A member that no list names is not looked at, whatever it holds."""
    path = pack(tmp_path / "x.zip", {"a": b"a", "b": b"", "SHA256SUMS": sums({"a": b"A"})})
    assert said(checksig.audit(path, complete=True)) == {"a": "", "b": ""}
    assert sha256(b"a") in str(checksig.audit(path).failures[0].found)
