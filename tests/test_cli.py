"""The command line: what it prints, where, and how it exits."""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from trees import ZERO, plant, relist, run_python, sha1

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Answer

    Cli = Callable[..., Answer]

SCHEMA = json.loads(files("checksig").joinpath("report.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def on_a_terminal(*arguments: str | Path, environment: dict[str, str] | None = None) -> str:
    """Run the command with a terminal as its stdout and stderr, and return what that saw."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "checksig", *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", **(environment or {})},
    )
    os.close(terminal)
    seen = b""
    while True:
        try:
            chunk = os.read(controller, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    process.wait(timeout=60)
    os.close(controller)
    return seen.decode()


def test_a_success_is_one_line_that_begins_with_its_verdict(cli: Cli, good: Path) -> None:
    answer = cli("verify", good)
    assert answer.code == 0
    assert answer.err == ""
    assert re.fullmatch(
        r"VERIFIED +3 of 3 files ok, 0 mismatch, 0 missing, 0 unlisted · 97\.7 KiB in \d+ ms · "
        r"[0-9.]+ [KMG]iB/s · sha1sum\.txt · SHA-1 \(detects accidents, not attackers\) · "
        r"signed by nobody you named\n",
        answer.out,
    )


def test_failures_stand_above_the_verdict_with_both_digests(cli: Cli, bad: Path) -> None:
    answer = cli("verify", bad)
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert lines[0].split() == ["unsafe-path", "../outside"]
    assert lines[2].split() == ["mismatch", "mismatch"]
    assert lines[3].split() == ["listed", sha1(b"before")]
    assert lines[4].split() == ["found", sha1(b"after")]
    assert "malformed    line 8" in lines
    assert lines[-2].startswith("FAILED       1 of 9 files ok, 1 mismatch, 1 missing, 1 unlisted")
    assert lines[-1].strip().startswith("sha1sum.txt · SHA-1")


def test_verbose_lists_every_file_once(cli: Cli, good: Path) -> None:
    (good / "a").write_bytes(b"A")
    lines = cli("verify", "-v", good).out.splitlines()
    listed = sorted(line.split()[:2] for line in lines if re.match("ok|mismatch", line))
    assert listed == [["mismatch", "a"], ["ok", "b"], ["ok", "sub/c"]]


def test_quiet_prints_the_verdict_alone(cli: Cli, bad: Path) -> None:
    answer = cli("verify", "-q", bad)
    assert answer.code == 1
    assert answer.out.startswith("FAILED")
    assert len(answer.out.splitlines()) == 2


def test_the_current_directory_is_the_default(cli: Cli, good: Path) -> None:
    assert cli("verify", cwd=good).code == 0
    assert cli("create", cwd=good).code == 0
    assert (good / "SHA256SUMS").exists()


def test_a_list_may_be_named_instead_of_its_directory(cli: Cli, good: Path) -> None:
    assert cli("verify", good / "sha1sum.txt").code == 0
    assert cli("verify", good, "--manifest", good / "sha1sum.txt").code == 0
    assert cli("verify", "sha1sum.txt", cwd=good).code == 0


def test_complete_fails_for_files_that_are_not_listed(cli: Cli, good: Path) -> None:
    assert cli("verify", "--complete", good).code == 0
    (good / "extra").touch()
    assert ", 1 unlisted" in cli("verify", good).out
    answer = cli("verify", "--complete", good)
    assert answer.code == 1
    assert "unlisted     extra" in answer.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "nowhere"], 'cannot read "nowhere": No such file or directory'),
        (["verify", "."], "no list of digests in"),
        (["verify", "empty"], '"empty": the list is empty'),
        (["verify", "page"], '"page": no line lists a file; line 1: not a digest and a name'),
        (["verify", "fifo"], 'cannot read "fifo": not a regular file'),
        (["verify", "two"], "2 lists of digests in"),
        (["verify", "one", "-a", "sha0"], "unknown algorithm 'sha0': choose from md5"),
        (["create", "nowhere"], "no such file or directory"),
        (["create", "."], "no files below"),
        (["create", "one"], '"one/SHA256SUMS" exists already'),
    ],
)
def test_what_cannot_run_says_so_and_exits_2(
    cli: Cli, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "page").write_text("<!DOCTYPE html>\n")
    os.mkfifo(tmp_path / "fifo")
    for name in ("one/SHA256SUMS", "two/SHA256SUMS", "two/sha1sum.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{ZERO}{ZERO[:24]}  a\n")
    if arguments == ["create", "."]:
        (tmp_path / "bare").mkdir()
    answer = cli(*arguments, cwd=tmp_path / "bare" if arguments == ["create", "."] else tmp_path)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("checksig: ")
    assert message in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["verify", "-v", "-q"], ["--nonsense"],
                                       ["verify", "--workers", "0"]])  # fmt: skip
def test_wrong_usage_exits_2(cli: Cli, arguments: list[str]) -> None:
    answer = cli(*arguments)
    assert answer.code == 2
    assert "usage: checksig" in answer.err


def test_a_malformed_line_fails_with_its_number(cli: Cli, good: Path) -> None:
    relist(good, "nonsense")
    answer = cli("verify", good)
    assert answer.code == 1
    assert "malformed    line 4" in answer.out
    assert "3 of 4 files ok" in answer.out


NASTY = "new\nline\x1b[31m\u202e\\\udcff"


def test_names_are_escaped_on_every_stream(cli: Cli, tmp_path: Path) -> None:
    plant(tmp_path, {"a": b"a"})
    name = os.fsencode(NASTY)
    (tmp_path / "sha1sum.txt").write_bytes(
        b"\\" + ZERO.encode() + b"  " + name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n") + b"\n"
    )
    os.mkdir(os.fsencode(tmp_path) + b"/" + name)  # noqa: PTH102 (bytes)
    for arguments in (
        ["verify", "-v"],
        ["verify", b"./" + name],
        ["verify", b"./nowhere" + name],
        ["create", b"./nowhere" + name],
        ["create", "."],
        ["verify", ".", name],
    ):
        (tmp_path / "SHA256SUMS").unlink(missing_ok=True)
        answer = cli(*arguments, cwd=tmp_path)
        text = answer.out + answer.err
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text), text
    assert r"new\nline\x1b[31m\u202e\\\xff" in cli("verify", "sha1sum.txt", cwd=tmp_path).out


def test_an_output_that_cannot_encode_a_name_escapes_it(cli: Cli, tmp_path: Path) -> None:
    plant(tmp_path, {"café": b"a"})
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    answer = cli("verify", "-v", tmp_path, env=environment)
    assert answer.code == 0
    assert r"caf\xe9" in answer.out


def documents(text: str) -> list[dict[str, Any]]:
    """Parse lines of JSON, and hold each to the schema."""
    found = [json.loads(line) for line in text.splitlines()]
    for document in found:
        VALIDATOR.validate(document)
    return found


def test_json_is_one_document_that_keeps_to_the_schema(cli: Cli, good: Path, bad: Path) -> None:
    for root, code, verdict in ((good, 0, "VERIFIED"), (bad, 1, "FAILED")):
        answer = cli("verify", "--json", root)
        document = json.loads(answer.out)
        VALIDATOR.validate(document)
        assert answer.code == code
        assert document["schema"] == "checksig.report/1"
        assert document["verdict"] == verdict
        assert len(document["failures"]) == document["files"] - document["counts"]["ok"]


def test_jsonl_is_a_line_for_each_file_and_a_summary(cli: Cli, bad: Path) -> None:
    answer = cli("verify", "--jsonl", "--complete", bad)
    *results, summary = documents(answer.out)
    assert answer.code == 1
    assert {document["schema"] for document in results} == {"checksig.result/1"}
    assert summary["schema"] == "checksig.summary/1"
    assert len(results) == summary["files"] + summary["counts"]["unlisted"] == 10


def test_json_says_why_there_is_nothing(cli: Cli, tmp_path: Path) -> None:
    for option in ("--json", "--jsonl"):
        answer = cli("verify", option, tmp_path)
        document = json.loads(answer.out)
        VALIDATOR.validate(document)
        assert document["schema"] == "checksig.error/1"
        assert answer.code == document["exit_code"] == 2


def test_json_carries_a_name_that_is_not_utf8_in_base64(cli: Cli, tmp_path: Path) -> None:
    name = b"caf\xe9"
    (tmp_path / "sha1sum.txt").write_bytes(ZERO.encode() + b"  " + name + b"\n")
    [result, _] = documents(cli("verify", "--jsonl", tmp_path).out)
    assert base64.b64decode(result["path_base64"]) == name
    assert result["path"] == r"caf\xe9"


def test_the_schema_itself_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_terminal_sees_colour_and_shortened_digests(bad: Path) -> None:
    seen = on_a_terminal("verify", bad)
    assert "\x1b[1;31mFAILED" in seen
    before = sha1(b"before")
    assert f"listed  {before[:4]}…{before[-4:]}   found" in seen


def test_no_color_is_honoured(bad: Path) -> None:
    assert "\x1b" not in on_a_terminal("verify", bad, environment={"NO_COLOR": "1"})


def huge(root: Path, size: int) -> Path:
    """A directory with a sparse file that takes a while to hash."""
    with (root / "huge").open("wb") as file:
        file.truncate(size)
    (root / "sha1sum.txt").write_text(f"{ZERO}  huge\n")
    return root


def test_a_terminal_sees_progress_and_nothing_else_does(cli: Cli, tmp_path: Path) -> None:
    root = huge(tmp_path, 3 << 30)
    seen = on_a_terminal("verify", root)
    assert "of 1 files" in seen
    assert "3.2/3.2 GB" in seen or "GiB" in seen
    assert "FAILED" in seen
    assert cli("verify", root).err == ""


def test_a_broken_pipe_ends_quietly_and_is_no_success(good: Path) -> None:
    for _ in range(4):
        relist(good, *([f"{sha1(b'a')}  a"] * 5000))
    process = subprocess.Popen(
        [sys.executable, "-m", "checksig", "verify", "-v", good],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"ok ")
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 2
    assert error == b""


def test_a_full_disk_under_the_output_is_no_success(cli: Cli, good: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "checksig", "verify", good],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr == b"checksig: cannot write the output: [Errno 28] No space left on device\n"


def test_version_is_the_package_s_and_loads_nothing_heavy(cli: Cli) -> None:
    assert cli("--version").out == f"checksig {checksig.__version__}\n"
    loaded = run_python(
        "import sys, checksig.cli\n"
        "try: checksig.cli.main(['--version'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('rich', 'asyncio') if m in sys.modules])\n"
        "print('_checksig' in open('/proc/self/maps').read())"
    ).splitlines()
    assert loaded == [f"checksig {checksig.__version__}", "[]", "False"]


def test_the_script_and_the_module_are_the_same_command(cli: Cli) -> None:
    script = os.path.join(os.path.dirname(sys.executable), "checksig")  # noqa: PTH118, PTH120
    done = subprocess.run([script, "--help"], capture_output=True, check=True, timeout=60)
    assert done.stdout.decode() == cli("--help").out
    assert "verify" in done.stdout.decode()


def test_doctor_says_what_is_loaded_and_what_is_missing(cli: Cli) -> None:
    answer = cli("doctor")
    assert answer.code == 0
    facts = dict(line.split(None, 1) for line in answer.out.split("\n\n")[0].splitlines())
    assert set(facts) == {
        "checksig", "library", "python", "platform", "cores", "cpu", "features", "missing",
    }  # fmt: skip
    assert facts["checksig"].startswith(f"{checksig.__version__} (core {checksig.__version__}, ")
    assert facts["missing"] == "nothing"
    for algorithm in checksig.algorithms():
        assert f"\n{algorithm.name} " in answer.out


def test_help_says_the_exit_codes(cli: Cli) -> None:
    assert "0 verified, 1 not verified, 2 could not run, 130 interrupted" in " ".join(
        cli("--help").out.split()
    )
