"""A mismatch is explained, and what is said is so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from trees import plant, sha1, sha256

import checksig
from checksig import Entry, Status
from checksig._names import escape

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

TEXT = b"first line\nsecond line\n"
EMPTY = sha1(b"")


def diagnosis(root: Path, content: bytes, listed: bytes, size: int | None = None) -> str:
    """What is said of a file with some content, when another is listed."""
    (root / "a").write_bytes(content)
    entries = [Entry("a", sha1(listed), "sha1", 1, size)]
    [failure] = checksig.audit(root, entries=entries).failures
    assert failure.status is Status.MISMATCH
    return failure.diagnosis


@pytest.mark.parametrize(
    ("content", "listed", "size", "said"),
    [
        (b"", TEXT, None, "it is empty"),
        (TEXT, b"", None, "the digest listed is the one of an empty file"),
        (bytes(5000), TEXT, None, "it is filled with zeros, all 5,000 bytes of it"),
        (b"x" * 5000 + bytes(1000), b"x" * 6000, None, "its last 1,000 bytes are zeros"),
        (TEXT.replace(b"\n", b"\r\n"), TEXT, None, "its line ends were converted from LF to CRLF"),
        (TEXT, TEXT.replace(b"\n", b"\r\n"), None, "its line ends were converted from CRLF to LF"),
        (TEXT + b"\n", TEXT, None, "a newline was added at its end"),
        (TEXT[:-1], TEXT, None, "the newline at its end is gone"),
        (b"\xef\xbb\xbf" + TEXT, TEXT, None, "a byte order mark was put before it"),
        (TEXT + b"more", TEXT, len(TEXT), "it is the content that is listed, and 4 bytes more"),
        (b"other" + TEXT, TEXT, len(TEXT), "it is longer than listed: 28 bytes, not 23"),
        (TEXT[:9], TEXT, len(TEXT), "it is cut short: 9 of 23 bytes"),
        (b"<!DOCTYPE html><title>404</title>", TEXT, None, "it is an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 23\n",
         TEXT, None, "it is a Git LFS pointer"),
        (b"something else", TEXT, None, ""),
    ],
)  # fmt: skip
def test_the_cause_is_said(
    tmp_path: Path, content: bytes, listed: bytes, size: int | None, said: str
) -> None:
    assert diagnosis(tmp_path, content, listed, size) == said


def test_a_pointer_to_the_right_content_is_said_to_be_one(tmp_path: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(TEXT)}\nsize 23\n"
    (tmp_path / "a").write_text(pointer)
    [failure] = checksig.audit(tmp_path, entries=[Entry("a", sha256(TEXT), "sha256")]).failures
    assert failure.diagnosis == "it is a Git LFS pointer to the content that is listed"


@pytest.mark.parametrize("algorithm", ["sha3-256", "blake3", "blake2b-256", "sha512-256", "sm3"])
def test_a_digest_of_another_algorithm_is_recognised(tmp_path: Path, algorithm: str) -> None:
    root = plant(tmp_path, {"a": TEXT})
    [result] = checksig.hash_files([root / "a"], algorithm)
    assert result.found
    (root / "sha1sum.txt").unlink()
    (root / "SHA256SUMS").write_text(f"{result.found}  a\n")
    [failure] = checksig.audit(root).failures
    title = {a.name: a.title for a in checksig.algorithms()}[algorithm]
    assert failure.diagnosis == f"the digest listed is {title}, and not SHA-256"
    # A list that does not say its algorithm is none of another: it is asked for.
    (root / "SHA256SUMS").rename(root / "checksums.txt")
    for about in (root, root / "a"):
        asked = rf"does not say its algorithm: that of a is {title} \(--algorithm {algorithm}\)"
        with pytest.raises(checksig.ManifestError, match=asked):
            checksig.audit(about)
    assert checksig.verify(root, algorithm=algorithm).ok


def test_a_list_that_does_not_say_its_algorithm_is_in_the_usual_one_if_a_file_shows_it(
    tmp_path: Path,
) -> None:
    [other] = checksig.hash_files(
        [plant(tmp_path, {"a": TEXT, "b": b"longer " * 9}) / "a"], "blake3"
    )
    root = tmp_path
    (root / "sha1sum.txt").unlink()
    (root / "checksums.txt").write_text(f"{other.found}  b\n{sha256(TEXT)}  a\n")
    [failure] = checksig.audit(root).failures
    assert (failure.path, failure.status) == ("b", checksig.Status.MISMATCH)


def test_files_that_were_swapped_are_recognised(tmp_path: Path) -> None:
    root = plant(tmp_path, {"a": b"a", "b": b"b", "c": b"c", "d": b"d"})
    (root / "a").write_bytes(b"b")
    (root / "b").write_bytes(b"a")
    (root / "c").write_bytes(b"d")
    said = {r.path: r.diagnosis for r in checksig.audit(root).failures}
    assert said == {
        name: f"it has the content that is listed for {other}"
        for name, other in (("a", "b"), ("b", "a"), ("c", "d"))
    }


def test_content_of_another_entry_is_recognised_in_every_format(tmp_path: Path) -> None:
    root = plant(tmp_path, {"a": b"b", "b": b"b"})
    (root / "sha1sum.txt").unlink()
    (root / "SHA1SUMS").write_text(f"SHA1 (a) = {sha1(b'a')}\nSHA1 (b) = {sha1(b'b').upper()}\n")
    [failure] = checksig.audit(root).failures
    assert failure.diagnosis == "it has the content that is listed for b"
    entries = [Entry("a", sha1(b"a"), "sha1"), Entry("b", sha1(b"b"), "sha1")]
    [failure] = checksig.audit(root, entries=entries).failures
    assert failure.diagnosis == "it has the content that is listed for b"


@pytest.mark.parametrize(
    ("line", "end", "written", "name"),
    [
        ("\\{digest}  {name}", "\n", "b\\nc", "b\nc"),
        ("{digest} ?SHA1*{name}", "\n", "b", "b"),
        ("SHA1 ({name}) = {digest}", "\n", "b (1)", "b (1)"),
        ("{digest} {name}", "\r\n", "b", "b"),
        ("{digest}  {name}", "\0", "b\nc", "b\nc"),
    ],
)
def test_the_name_for_which_a_digest_is_listed_is_that_of_its_line(
    tmp_path: Path, line: str, end: str, written: str, name: str
) -> None:
    """And not that of a line whose name has the digest in it."""
    odd = f"x{sha1(b'b')}"
    files = {"a": b"a", odd: b"", name: b"b"}
    lines = []
    for path, content in files.items():
        (tmp_path / path).write_bytes(content)
        lines.append(line.format(digest=sha1(content), name=written if path == name else path))
    (tmp_path / "SHA1SUMS").write_bytes("".join(each + end for each in lines).encode())
    (tmp_path / "a").write_bytes(b"b")
    [failure] = checksig.audit(tmp_path).failures
    assert failure.diagnosis == f"it has the content that is listed for {escape(name)}"


def test_a_link_is_not_followed_to_explain(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", {"a": TEXT})
    (root / "real").write_bytes(b"")
    (root / "a").unlink()
    (root / "a").symlink_to("real")
    [failure] = checksig.audit(root).failures
    assert failure.diagnosis == ""


@pytest.mark.parametrize("fault", [MemoryError(), PermissionError(13, "no"), ValueError("odd")])
def test_an_explanation_that_fails_loses_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    from checksig._checking import diagnosis, nearby

    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(diagnosis, "_causes", fail)
    monkeypatch.setattr(nearby, "_nearby", fail)
    root = plant(tmp_path, {"a": b"a", "gone": b"gone"})
    (root / "a").write_bytes(b"A")
    (root / "gone").unlink()
    report = checksig.audit(root)
    assert [r.status for r in report.failures] == [Status.MISMATCH, Status.MISSING]
    assert any("failures are not explained further" in remark for remark in report.remarks)


def test_only_so_many_failures_are_explained(tmp_path: Path) -> None:
    root = plant(tmp_path, {f"{i:04d}": b"%d" % i for i in range(300)})
    for i in range(300):
        (root / f"{i:04d}").write_bytes(b"")
    said = [r.diagnosis for r in checksig.audit(root).failures]
    assert said.count("it is empty") == 100


def test_a_missing_file_is_found_under_another_name(
    tmp_path: Path, cli: Callable[..., Answer]
) -> None:
    root = plant(tmp_path, {"a": b"a", "b": b"b", "gone": b"gone", "ok": b"ok"})
    (root / "sub").mkdir()
    (root / "a").rename(root / "sub/other")
    (root / "b").rename(root / "new\nname")
    (root / "gone").unlink()
    (root / "extra").touch()
    report = checksig.audit(root, find_moved=True)
    said = {r.path: r.diagnosis for r in report.failures}
    assert said == {"a": "moved to sub/other", "b": r"moved to new\nname", "gone": ""}
    assert report.counts[Status.UNLISTED] == 3
    assert not checksig.audit(root).failures[0].diagnosis
    complete = checksig.audit(root, find_moved=True, complete=True)
    assert len(complete.failures) == 6
    answer = cli("verify", "--find-moved", root)
    assert answer.code == 1
    assert "moved to sub/other" in answer.out


@pytest.mark.parametrize(
    ("listed", "there", "said"),
    [
        ("release-7/", "", ["--strip", "1"]),
        ("a/b/", "", ["--strip", "2"]),
        ("a/", "sub/", ["--by-name"]),
        ("", "sub/", ["--prefix", "sub/"]),
    ],
)
def test_of_many_missing_files_it_is_said_which_option_finds_them(
    tmp_path: Path,
    cli: Callable[..., Answer],
    listed: str,
    there: str,
    said: list[str],
) -> None:
    (tmp_path / there).mkdir(exist_ok=True)
    lines: list[str] = []
    for number in range(130):
        (tmp_path / f"{there}f{number}").touch()
        lines.append(f"{EMPTY}  {listed}f{number}\n")
    lines.append(f"{EMPTY}  {listed}gone\n")
    (tmp_path / "sha1sum.txt").write_text("".join(lines))
    report = checksig.audit(tmp_path)
    option = " ".join(said)
    assert report.remarks == (f"{option} would find 130 of the 131 files that are missing",)
    assert "130 of 131 files ok, 0 mismatch, 1 missing" in cli("verify", tmp_path, *said).out


def test_a_file_that_cannot_be_read_any_more_has_no_diagnosis(tmp_path: Path) -> None:
    from checksig._checking import diagnosis as diagnose
    from checksig._places import Directory

    failure = checksig.Result("a", Status.MISMATCH, "sha1", EMPTY, sha1(b"x"))
    for path in ("a", "../a", "/etc/passwd", ""):
        [result] = diagnose.explain(
            [checksig.Result(path, *vars_of(failure))],
            lambda _: None,
            Directory(os.fsencode(tmp_path)),
        )
        assert result.diagnosis == ""


def vars_of(result: checksig.Result) -> tuple[Status, str | None, str | None, str | None]:
    return result.status, result.algorithm, result.listed, result.found
