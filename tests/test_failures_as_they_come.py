"""Failures of a run that takes long are printed as they come, and the verdict last."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from trees import ZERO

import checksig
from checksig import Result, Status
from checksig._reports import text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

RATE = "64K"  # at which the tree takes four hours


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A tree with two failures, which are known at once, and a file that takes hours."""
    (tmp_path / "b").write_bytes(b"something else")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 30)
    lines = [f"{ZERO}  {name}\n" for name in ("a", "b", "huge")]
    (tmp_path / "sha1sum.txt").write_text("".join(lines))
    return tmp_path


def test_a_failure_is_read_from_a_pipe_before_the_run_ends(slow: Path) -> None:
    command = [sys.executable, "-m", "checksig", "verify", "--bwlimit", RATE, "--workers", "1"]
    with subprocess.Popen(
        [*command, str(slow)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        try:
            lines = [process.stdout.readline().split() for _ in range(5)]
            assert process.poll() is None
        finally:
            process.kill()
    # The worst of those that had waited stands first.
    assert lines[0] == [b"mismatch", b"b"]
    assert lines[3][:2] == [b"missing", b"a"]


def test_a_reader_that_goes_away_ends_the_run(slow: Path) -> None:
    command = [sys.executable, "-m", "checksig", "verify", "--bwlimit", RATE, "--workers", "1"]
    read, write = os.pipe()
    os.close(read)
    process = subprocess.Popen([*command, str(slow)], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert process.communicate(timeout=60)[1] == b""
    assert process.returncode == 2


def test_a_short_run_prints_the_worst_first_with_explanations(slow: Path, cli: Cli) -> None:
    (slow / "huge").unlink()
    (slow / "moved").write_bytes(b"")
    lines = cli("verify", slow).out.splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "][:3] == [
        "mismatch",
        "missing",
        "missing",
    ]


def rendering(monkeypatch: pytest.MonkeyPatch, **options: bool) -> text.Rendering:
    """What a run has that is beyond its first second."""
    monkeypatch.setattr(text, "_PATIENCE", 0)
    return text.Rendering(**{"verbose": False, "quiet": False, **options})


def test_an_explanation_is_printed_in_the_end_without_the_entry(
    slow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (slow / "huge").unlink()
    (slow / "c").write_bytes(b"x")
    (slow / "sha1sum.txt").write_text(f"{ZERO}  C\n{ZERO}  b\n")
    shown = rendering(monkeypatch)
    found = [result for result in checksig.iter_verify(slow) if not result.ok]
    early = [line for result in found for line in shown.result(result)]
    assert {"missing      C", "mismatch     b"} < set(early)
    report = checksig.audit(slow)
    [explained] = [failure for failure in report.failures if failure.diagnosis]
    late = list(shown.report(report))
    assert late[:2] == ["diagnosis    C", " " * 13 + explained.diagnosis]
    assert not [line for line in late if line.startswith(("missing", "mismatch"))]
    assert late[-1].startswith("FAILED")


def test_a_failure_that_has_not_waited_is_printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = text.Rendering(verbose=False, quiet=False)
    waiting = Result("a", Status.MISSING)
    assert list(shown.result(waiting)) == list(shown.due()) == []
    monkeypatch.setattr(text, "_PATIENCE", 0)
    assert list(shown.due()) == ["missing      a"]
    assert list(shown.due()) == []


def test_quiet_prints_no_failure_early(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = rendering(monkeypatch, quiet=True)
    assert list(shown.result(Result("a", Status.MISSING))) == list(shown.due()) == []


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
def test_documents_have_their_failures_once(slow: Path, cli: Cli, option: str) -> None:
    (slow / "huge").unlink()
    answer = cli("verify", option, slow)
    assert answer.code == 1
    assert len(re.findall(r'"status": "mismatch"', answer.out)) == 1


# The verdict.


def test_no_line_of_the_verdict_is_long_and_none_ends_in_the_middle_of_a_part(
    tmp_path: Path, cli: Cli
) -> None:
    (tmp_path / "f").write_bytes(b"f")
    for name in ("sha256", "sha512", "sha1", "blake3", "md5"):
        checksig.create(tmp_path, algorithm=name)
    lines = cli("verify", tmp_path).out.splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 100
    assert all(line.endswith(" ·") for line in lines[:-1])
    assert all(line.startswith(" " * 13) and line[13] != " " for line in lines[1:])


def test_a_part_that_is_too_long_is_cut_between_words() -> None:
    word = "x" * 40
    lines = text.wrapped("FAILED       ", [" ".join([word] * 5), "end"]).splitlines()
    assert lines == [
        f"FAILED       {word} {word}",
        f"             {word} {word}",
        f"             {word} · end",
    ]


def test_zeros_are_said_of_a_failure_and_not_of_a_success(slow: Path, cli: Cli) -> None:
    (slow / "huge").unlink()
    assert "1 mismatch, 2 missing, 0 unlisted" in cli("verify", slow).out
    checksig.create(slow, algorithm="sha1", output=slow / "sha1sum.txt", overwrite=True)
    assert not re.search(r"\b0 (mismatch|missing|unlisted)", cli("verify", slow).out)


def test_names_are_said_where_not_everything_had_to_be_there(tmp_path: Path, cli: Cli) -> None:
    for number in range(15):
        (tmp_path / f"{number:02}").write_bytes(b"")
    checksig.create(tmp_path, algorithm="sha1")
    (tmp_path / "14").unlink()
    first, second, *_ = cli("verify", "--ignore-missing", tmp_path).out.splitlines()
    assert first == "checked      00, 01, 02, 03, 04, 05, 06, 07, 08, 09 and 4 more"
    assert second.startswith("VERIFIED")
    for number in range(2, 14):
        (tmp_path / f"{number:02}").unlink()
    first, *_ = cli("verify", "--ignore-missing", tmp_path).out.splitlines()
    assert first == "checked      00, 01"
    (tmp_path / "00").write_bytes(b"other")
    assert "checked " not in cli("verify", "--ignore-missing", tmp_path).out
    assert "checked " not in cli("verify", "--ignore-missing", "-q", tmp_path).out
