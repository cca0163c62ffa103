"""The command line: what it prints, where, and how it exits."""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import resource
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from trees import ZERO, plant, relist, run_python, sha1

import checksig

if TYPE_CHECKING:
    from collections.abc import Callable

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


def test_a_success_begins_with_its_verdict_and_leaves_out_what_there_is_none_of(
    cli: Cli, good: Path
) -> None:
    answer = cli("verify", good)
    assert answer.code == 0
    assert answer.err == ""
    assert re.fullmatch(
        r"VERIFIED \(integrity only: not signed\)  3 of 3 files "
        r"ok · 97\.7 KiB in \d+ ms · "
        r"[0-9.]+ [KMG]iB/s · sha1sum\.txt · SHA-1 \(detects accidents, not attackers\)",
        re.sub(r"\s*\n\s*", " ", answer.out).strip(),
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
    assert lines[-3].startswith("FAILED       1 of 9 files ok, 1 mismatch, 1 missing, 1 unlisted")
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
    assert len(answer.out.splitlines()) == 3
    assert max(map(len, answer.out.splitlines())) <= 100


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
        (["verify", "page"], '"page": this is an HTML page, not a list'),
        (["verify", "prose"], '"prose": no line lists a file; line 1: not a digest and a name'),
        (["verify", "answer"], '"answer": this says "404: Not Found", as a web server does'),
        (["verify", "fifo"], 'cannot read "fifo": not a regular file'),
        (["verify", "one", "-a", "sha0"], "unknown algorithm 'sha0': choose from md5"),
        (["verify", "one", "-a", ""], "unknown algorithm ''"),
        (["create", "one", "-a", ""], "unknown algorithm ''"),
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
    (tmp_path / "prose").write_text("as it was\n")
    (tmp_path / "answer").write_text("404: Not Found")
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


@pytest.mark.parametrize("arguments", [["nonsense"], ["verify", "-v", "-q"], ["--nonsense"],
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


FAILURES = {
    "mismatch": f"{ZERO}  a",
    "missing": f"{ZERO}  nothing",
    "unreadable": f"{ZERO}  loop",
    "unsafe-path": f"{ZERO}  ../a",
    "not-regular": f"{ZERO}  sub",
    "malformed": "nonsense",
    "unsupported": f"SHA5 (b) = {ZERO}",
    "unlisted": f"{sha1(b'a')}  ./a",
    "changed": f"{sha1(b'')}  status",
}


def test_every_failure_has_its_line() -> None:
    assert {*FAILURES, "ok"} == set(checksig.Status)


@pytest.mark.parametrize("status", FAILURES)
def test_one_failure_of_any_kind_exits_1(cli: Cli, tmp_path: Path, status: str) -> None:
    root, options = plant(tmp_path / "root", {"a": b"a"}), ["--complete"]
    (root / "sub").mkdir()
    if status == "unreadable":
        (root / "loop").symlink_to("loop")
    if status == "unlisted":
        (root / "extra").touch()
    relist(root, FAILURES[status])
    if status == "changed":  # a file that says it is empty, and is not
        (root / "sha1sum.txt").write_text(FAILURES[status] + "\n")
        root, options = Path("/proc/self"), ["--manifest", str(root / "sha1sum.txt")]
    answer = cli("verify", *options, root)
    assert answer.code == 1
    assert answer.err == ""
    first = answer.out.split(None, 1)[0]
    verdict = answer.out[answer.out.index("FAILED") :]
    assert first == status
    assert f", 1 {status}" in verdict
    [document] = documents(cli("verify", "--jsonl", *options, root).out)[-1:]
    wrong = {name for name, count in document["counts"].items() if count and name != "ok"}
    assert wrong - ({"unlisted"} if status == "changed" else set()) == {status}


def test_a_list_too_large_to_be_one_exits_2(cli: Cli, tmp_path: Path) -> None:
    with (tmp_path / "sha1sum.txt").open("wb") as file:
        file.truncate(1 << 40)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))

    answer = cli("verify", tmp_path, preexec_fn=limit)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("checksig: ")
    assert "larger than" in answer.err


NASTY = "new\nline\x1b[31m\u202e\\\udcff"
ESCAPED = r"new\nline\x1b[31m\u202e\\\xff"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u202e]|new\nline")


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    """A list of a nasty directory and of the file in it, and a FIFO, all of nasty names."""
    name = os.fsencode(NASTY)
    plant(tmp_path, {"a": b"a"})
    (tmp_path / NASTY).mkdir()
    (tmp_path / NASTY / "file").write_bytes(b"file")
    (tmp_path / f"empty{NASTY}").mkdir()
    os.mkfifo(tmp_path / f"fifo{NASTY}")
    escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n")
    with (tmp_path / "sha1sum.txt").open("ab") as file:
        file.write(b"\\%b  %b\n" % (ZERO.encode(), escaped))
        file.write(b"\\%b  %b/file\n" % (sha1(b"file").encode(), escaped))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "stream"),
    [
        (["verify"], "out"),
        (["verify", "-v"], "out"),
        (["verify", "--complete"], "out"),
        (["verify", f"empty{NASTY}"], "err"),
        (["verify", f"nowhere{NASTY}"], "err"),
        (["verify", "--manifest", f"fifo{NASTY}"], "err"),
        (["verify", ".", NASTY], "err"),
        (["create", NASTY], "out"),
        (["create", f"empty{NASTY}"], "err"),
        (["create", f"nowhere{NASTY}"], "err"),
        (["create", "."], "err"),
    ],
)
def test_names_are_escaped_on_every_stream(
    cli: Cli, nasty: Path, arguments: list[str], stream: str
) -> None:
    answer = cli(*arguments, cwd=nasty)
    assert not CONTROL.search(answer.out + answer.err)
    assert ESCAPED in getattr(answer, stream)
    if "-v" in arguments:
        assert f"ok           {ESCAPED}/file\n" in answer.out
    if arguments == ["create", "."]:
        assert f"left out: not-regular  fifo{ESCAPED} (" in answer.err


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
def test_json_is_plain_ascii_whatever_the_names(cli: Cli, nasty: Path, option: str) -> None:
    for arguments in (["."], [f"empty{NASTY}"], ["--complete", "."]):
        answer = cli("verify", option, *arguments, cwd=nasty)
        assert answer.out.isascii()
        assert not CONTROL.search(answer.out + answer.err)
        assert ESCAPED.replace("\\", "\\\\") in answer.out
    text = cli("verify", option, "--complete", ".", cwd=nasty).out
    results = json.loads(text)["failures"] if option == "--json" else documents(text)[:-1]
    named = {base64.b64decode(r["path_base64"]) for r in results if "path_base64" in r}
    assert {os.fsencode(NASTY), os.fsencode(f"fifo{NASTY}")} <= named
    assert {ESCAPED, f"fifo{ESCAPED}"} <= {result["path"] for result in results}


def test_an_output_that_cannot_encode_a_name_escapes_it(cli: Cli, tmp_path: Path) -> None:
    plant(tmp_path, {"café": b"a"})
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    answer = cli("verify", "-v", tmp_path, env=environment)
    assert answer.code == 0
    assert r"caf\xe9" in answer.out


@pytest.mark.parametrize("style", [[], ["--tag"]])
def test_names_are_bytes_whatever_the_locale(cli: Cli, tmp_path: Path, style: list[str]) -> None:
    names = [b"caf\xc3\xa9", b"\xff"]
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123
            file.write(name)
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environment = {**os.environ, **locale}
    created = cli("create", *style, tmp_path, env=environment)
    assert (created.code, created.err) == (0, "")
    data = (tmp_path / "SHA256SUMS").read_bytes()
    assert [name for name in names if name in data] == names
    complete = cli("verify", "--complete", tmp_path, env=environment)
    assert (complete.code, complete.err) == (0, "")
    assert complete.out.startswith("VERIFIED (integrity only: not signed)  2 of 2")
    lines = cli("verify", "--jsonl", tmp_path, env=environment)
    assert (lines.code, lines.err) == (0, "")
    *results, _ = documents(lines.out)
    assert sorted(bytes_of(result, "path") for result in results) == names


def bytes_of(document: dict[str, Any], key: str) -> bytes:
    """The bytes of a path in a document."""
    if f"{key}_base64" in document:
        return base64.b64decode(document[f"{key}_base64"])
    return str(document[key]).encode()


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


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
@pytest.mark.parametrize("name", [b"q\\d", "café".encode(), b"caf\xe9", b"a\nb"])
def test_json_has_the_root_and_the_list_as_they_are(
    cli: Cli, tmp_path: Path, option: str, name: bytes
) -> None:
    root = plant(tmp_path / os.fsdecode(name), {"a": b"a"})
    answer = cli("verify", option, root)
    assert answer.code == 0
    document = json.loads(answer.out if option == "--json" else answer.out.splitlines()[-1])
    VALIDATOR.validate(document)
    [manifest] = document["manifests"]
    for fields, key, path in ((document, "root", root), (manifest, "path", root / "sha1sum.txt")):
        assert bytes_of(fields, key) == os.fsencode(path)
        assert (f"{key}_base64" in fields) == (name == b"caf\xe9")
        if name != b"caf\xe9":
            assert fields[key] == str(path)


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
    root = huge(tmp_path, 30 << 20)
    seen = on_a_terminal("verify", "--bwlimit", "10M", root)
    progress, verdict, _ = seen.partition("mismatch     huge")
    assert verdict
    assert re.search(r"\b[01] of 1 files?\b", progress)
    assert re.search(r"[0-9.]+ [KM]iB of 30\.0 MiB · [0-9.]+ [KMG]iB/s", progress)
    assert re.search(r"\d% · .* · [0-9]+ s left", progress)
    assert "FAILED" in seen
    assert cli("verify", root).err == ""


def test_a_terminal_sees_failures_above_the_bar(tmp_path: Path) -> None:
    root = huge(tmp_path, 3 << 20)
    (root / "sha1sum.txt").write_text(f"{ZERO}  gone\n{ZERO}  huge\n")
    seen = on_a_terminal("verify", "--bwlimit", "1.5M", root)
    assert seen.count("missing      gone") == 1
    assert seen.index("missing      gone") < seen.rindex("% · ") < seen.index("FAILED")
    assert "\r\x1b[Kmissing" in seen  # the bar was taken away for it


def test_a_broken_pipe_ends_quietly_and_is_no_success(good: Path) -> None:
    plant(good, {f"{i:05d}": b"" for i in range(20_000)})
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


def test_a_list_that_was_written_is_named_where_the_output_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    for options in ([], ["--json"]):
        with open("/dev/full", "wb") as full:  # noqa: PTH123
            done = subprocess.run(
                [sys.executable, "-m", "checksig", "create", *options, "--force", tmp_path],
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                timeout=60,
            )
        assert (done.returncode, b"SHA256SUMS was written" in done.stderr) == (2, True)
        assert (tmp_path / "SHA256SUMS").read_bytes().endswith(b"  a\n")


def test_a_closed_stdout_is_no_success(cli: Cli, good: Path) -> None:
    for options in ([], ["-v"], ["-q"], ["--json"], ["--jsonl"]):
        answer = cli("verify", *options, good, redirection=">&-")
        assert answer.code == 2
        assert "Traceback" not in answer.err


def test_a_closed_stderr_is_not_needed_for_success(cli: Cli, good: Path, bad: Path) -> None:
    answer = cli("verify", good, redirection="2>&-")
    assert answer.code == 0
    assert answer.out.startswith("VERIFIED ")
    assert cli("verify", bad, redirection="2>&-").code == 1


def test_an_error_that_nobody_could_read_is_an_error_still(cli: Cli, tmp_path: Path) -> None:
    for redirection in ("2>/dev/full", "2>&-", ">&- 2>&-"):
        answer = cli("verify", tmp_path / "nowhere", redirection=redirection)
        assert answer == (2, "", "")


def test_version_is_the_package_s_and_loads_nothing_heavy(cli: Cli) -> None:
    assert cli("--version").out == f"checksig {checksig.__version__}\n"
    loaded = run_python(
        "import sys, checksig._cli\n"
        "try: checksig._cli.main(['--version'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('checksig._reports', 'asyncio') if m in sys.modules])\n"
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
        "checksig", "library", "compiler", "ring", "python", "platform", "cores", "cpu", "features",
        "missing",
    }  # fmt: skip
    assert facts["compiler"].startswith(("clang ", "gcc ", "none: ", "a compiler "))
    assert ("faster" in facts["compiler"]) == facts["compiler"].startswith(("gcc ", "a compiler "))
    assert facts["checksig"].startswith(f"{checksig.__version__} (core {checksig.__version__}, ")
    assert facts["missing"] == "nothing"
    for algorithm in checksig.algorithms():
        assert (f"\n{algorithm.name} " in answer.out) != algorithm.name.startswith("blake2b-")


def test_help_says_the_exit_codes(cli: Cli) -> None:
    assert "2 could not run, 3 signature not trusted, 130 interrupted" in " ".join(
        cli("--help").out.split()
    )
