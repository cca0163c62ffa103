"""The stand-ins for the coreutils' commands: options, messages, exit codes, standard input."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from stand_ins import Said, both, needs_coreutils, original, stand_in
from trees import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kernels

TOOLS = {
    "md5sum": "md5",
    "sha1sum": "sha1",
    "sha224sum": "sha224",
    "sha256sum": "sha256",
    "sha384sum": "sha384",
    "sha512sum": "sha512",
    "b2sum": "blake2b",
}

ABC_MD5 = "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321 A.5
EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"  # RFC 1321 A.5


def digest(algorithm: str, content: bytes) -> str:
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a few files."""
    for name, content in {"a": b"abc", "b": b"", "c d": b"c", "large": bytes(5 << 20)}.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "dir").mkdir()
    return tmp_path


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_stand_in_writes_it_checks(place: Path, tool: str) -> None:
    for options in ([], ["-b"], ["--tag"]):
        made = stand_in(tool, *options, "a", "b", "c d", "large", cwd=place)
        assert (made.code, made.err) == (0, b"")
        assert digest(TOOLS[tool], b"abc").encode() in made.out
        checked = stand_in(tool, "-c", input=made.out, cwd=place)
        assert checked == (0, b"a: OK\nb: OK\nc d: OK\nlarge: OK\n", b"")


@pytest.mark.parametrize("tool", [*TOOLS, "cksum", "sum", "b3sum", "md5", "xxhsum"])
def test_a_link_to_the_command_is_the_command_it_is_called_after(place: Path, tool: str) -> None:
    script = place / "bin" / tool
    script.parent.mkdir()
    script.symlink_to(os.path.join(os.path.dirname(sys.executable), "checksig"))  # noqa: PTH118, PTH120
    done = subprocess.run([script, "a"], cwd=place, capture_output=True, check=True, timeout=30)
    assert Said(0, done.stdout, done.stderr) == stand_in(tool, "a", cwd=place)


def test_help_and_version_of_checksig_are_its_own() -> None:
    command = [sys.executable, "-m", "checksig"]
    version = subprocess.run([*command, "--version"], capture_output=True, check=True, timeout=30)
    assert version.stdout.startswith(b"checksig ")
    assert stand_in("sha256sum", "--version").out.startswith(b"sha256sum (checksig) ")
    for tool in (*TOOLS, "cksum", "sum", "b3sum"):
        said = stand_in(tool, "--help")
        assert (said.code, said.err) == (0, b"")
        assert said.out.startswith(f"Usage: {tool} [OPTION]... [FILE]...\n".encode())


def test_standard_input_is_read_where_it_is_named(place: Path) -> None:
    line = f"{ABC_MD5}  -\n".encode()
    assert stand_in("md5sum", input=b"abc") == (0, line, b"")
    assert stand_in("md5sum", "-", input=b"abc") == (0, line, b"")
    said = stand_in("md5sum", "a", "-", "b", "-", input=b"abc", cwd=place)
    assert said.out.decode().split() == [ABC_MD5, "a", ABC_MD5, "-", EMPTY_MD5, "b", EMPTY_MD5, "-"]
    assert stand_in("cksum", input=b"abc").out == b"1219131554 3\n"
    assert stand_in("cksum", "-", input=b"abc").out == b"1219131554 3 -\n"


def test_a_list_may_name_standard_input_unless_it_is_read_from_there(place: Path) -> None:
    (place / "list").write_text(f"{ABC_MD5}  -\n")
    assert stand_in("md5sum", "-c", "list", input=b"abc", cwd=place) == (0, b"-: OK\n", b"")
    said = stand_in("md5sum", "-c", input=f"{ABC_MD5}  -\n".encode(), cwd=place)
    assert said.code == 1
    assert b"no properly formatted checksum lines found" in said.err


def test_a_closed_standard_stream_is_said(place: Path) -> None:
    command = [sys.executable, "-m", "checksig", "md5sum"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command], capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"md5sum: -: Bad file descriptor\n")
    for redirection, why in (
        (">&-", "Bad file descriptor"),
        (">/dev/full", "No space left on device"),
    ):
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *command, place / "a"],
            capture_output=True,
            timeout=30,
            check=False,
            env=os.environ | {"LC_ALL": "C"},
        )
        assert done.returncode == 1
        assert done.stderr == f"md5sum: write error: {why}\n".encode()


def test_a_command_ends_when_nobody_reads_it(place: Path) -> None:
    names = ["a"] * 50_000
    command = [sys.executable, "-m", "checksig", "md5sum", *names]
    with subprocess.Popen(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == -signal.SIGPIPE


@pytest.mark.parametrize("arguments", [[], ["/dev/zero"], ["sparse"]], ids=" ".join)
def test_ctrl_c_ends_a_command_as_it_ends_any_other(place: Path, arguments: list[str]) -> None:
    with (place / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    command = [sys.executable, "-m", "checksig", "sha256sum", *arguments]
    with subprocess.Popen(
        command, cwd=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (-signal.SIGINT, b"", b"")


def test_a_fifo_is_read_to_its_end_and_its_writer_is_left_in_peace(place: Path) -> None:
    """To open it twice would let the writer go after the first time."""
    os.mkfifo(place / "fifo")
    content = bytes(range(256)) * 4096
    trouble: list[BaseException] = []

    def write() -> None:
        try:
            (place / "fifo").write_bytes(content)
        except OSError as error:
            trouble.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.3)  # until it waits for a reader
    said = stand_in("sha256sum", "a", "fifo", "b", cwd=place)
    thread.join(10)
    assert not trouble
    assert said.code == 0
    assert said.out.splitlines()[1].decode() == f"{digest('sha256', content)}  fifo"


def test_what_says_less_than_it_holds_is_read_to_its_end() -> None:
    said = stand_in("sha256sum", "/proc/self/cmdline", "/dev/null", "/proc/version")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[1].decode() == f"{digest('sha256', b'')}  /dev/null"
    with open("/proc/version", "rb") as file:  # noqa: PTH123
        assert lines[2].decode().startswith(digest("sha256", file.read()))


def test_lines_come_in_the_order_of_the_names(place: Path) -> None:
    """Large files are hashed last, and wait for nobody all the same."""
    names = ["large", "a", "missing", "large", "-", "b", "dir", "a", "/dev/null", "large"]
    said = stand_in("sha1sum", *names, cwd=place, input=b"x")
    assert said.code == 1
    written = [line.split(maxsplit=1)[1] for line in said.out.decode().splitlines()]
    assert written == ["large", "a", "large", "-", "b", "a", "/dev/null", "large"]
    assert said.err == (
        b"sha1sum: missing: No such file or directory\nsha1sum: dir: Is a directory\n"
    )


def test_both_streams_are_in_order_for_who_reads_them_as_one(place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checksig", "md5sum", "a", "missing", "b"],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=30,
    )
    assert [line.split()[1] for line in done.stdout.decode().splitlines()] == ["a", "missing:", "b"]


def test_more_files_than_a_chunk_come_out_in_order(place: Path) -> None:
    """The core gets 64 at first, then 1,024."""
    names = [f"{number:04}" for number in range(1_500)]
    for name in names:
        (place / name).write_text(name)
    made = stand_in("md5sum", *names, cwd=place)
    wanted = [f"{digest('md5', name.encode())}  {name}\n" for name in names]
    assert made.out.decode() == "".join(wanted)
    checked = stand_in("md5sum", "-c", input=made.out, cwd=place)
    assert checked.out.decode() == "".join(f"{name}: OK\n" for name in names)


@pytest.mark.parametrize("options", [[], ["--quiet"], ["--status"], ["--ignore-missing"]], ids=str)
def test_a_list_of_like_lines_and_one_of_any_get_the_same_verdicts(
    place: Path, options: list[str]
) -> None:
    """Lines that all look alike are checked together; comments among them keep them apart."""
    names = ["a", "b", "missing", "large", "dir", "c d"] * 300
    lines = [f"{ABC_MD5}{' *' if at % 2 else '  '}{name}\n" for at, name in enumerate(names)]
    (place / "alike").write_text("".join(lines))
    (place / "mixed").write_text("# a comment\n".join(lines))
    alike = stand_in("md5sum", "-c", *options, "alike", cwd=place)
    mixed = stand_in("md5sum", "-c", *options, "mixed", cwd=place)
    assert alike == mixed
    assert alike.code == 1
    assert alike.out.count(b": OK\n") == (0 if options in (["--quiet"], ["--status"]) else 300)
    assert alike.err.count(b"No such file") == (0 if options == ["--ignore-missing"] else 300)


def test_malformed_lines_are_told_in_their_turn(place: Path) -> None:
    text = f"{ABC_MD5}  missing\nnonsense\n{ABC_MD5}  b\nnonsense\n"
    said = stand_in("md5sum", "-c", "--warn", input=text.encode(), cwd=place)
    assert said == (
        1,
        b"missing: FAILED open or read\nb: FAILED\n",
        b"md5sum: missing: No such file or directory\n"
        b"md5sum: 'standard input': 2: improperly formatted MD5 checksum line\n"
        b"md5sum: 'standard input': 4: improperly formatted MD5 checksum line\n"
        b"md5sum: WARNING: 2 lines are improperly formatted\n"
        b"md5sum: WARNING: 1 listed file could not be read\n"
        b"md5sum: WARNING: 1 computed checksum did NOT match\n",
    )


def test_one_list_that_fails_is_enough_and_stops_none(place: Path) -> None:
    (place / "good").write_text(f"{ABC_MD5}  a\n")
    (place / "bad").write_text(f"{ABC_MD5}  b\n")
    said = stand_in("md5sum", "-c", "bad", "missing", "good", "dir", cwd=place)
    assert said.code == 1
    assert said.out == b"b: FAILED\na: OK\n"
    assert b"md5sum: missing: No such file or directory\n" in said.err
    assert b"md5sum: dir: read error\n" in said.err


def test_mixed_algorithms_in_one_list(place: Path) -> None:
    """As cksum checks them: each line by its tag."""
    names = ("md5", "sha256", "blake2b", "sha3_512", "sm3")
    lines = [f"{n.upper().replace('B', 'b').replace('_', '-')} (a) = " for n in names]
    lines[2] = "BLAKE2b (a) = "
    text = "".join(f"{line}{digest(n, b'abc')}\n" for n, line in zip(names, lines, strict=True))
    said = stand_in("cksum", "--check", "--strict", input=(text * 20).encode(), cwd=place)
    assert said == (0, b"a: OK\n" * 100, b"")


def test_the_algorithms_of_cksum_agree_with_hashlib(place: Path) -> None:
    for arguments, name in {
        ("sha2", "-l", "384"): "sha384",
        ("sha3", "-l", "256"): "sha3_256",
        ("sm3",): "sm3",
        ("blake2b",): "blake2b",
    }.items():
        said = stand_in("cksum", "--untagged", "-a", *arguments, "a", cwd=place)
        assert said.out.decode() == f"{digest(name, b'abc')}  a\n"


def test_short_blake2b_is_computed_here_and_nowhere_else(place: Path) -> None:
    for bits in (8, 120, 128, 504):
        wanted = hashlib.blake2b(b"abc", digest_size=bits // 8).hexdigest()
        said = stand_in("b2sum", "-l", str(bits), "--tag", "a", cwd=place)
        assert said.out.decode() == f"BLAKE2b-{bits} (a) = {wanted}\n"
        assert stand_in("b2sum", "-c", input=said.out, cwd=place).out == b"a: OK\n"


def test_base64_whose_last_bits_mean_nothing_does_not_match(place: Path) -> None:
    good = stand_in("cksum", "-a", "md5", "--base64", "b", cwd=place).out
    assert good == b"MD5 (b) = 1B2M2Y8AsgTpgAmY7PhCfg==\n"
    said = stand_in("cksum", "-c", input=good.replace(b"fg==", b"fh=="), cwd=place)
    assert (said.code, said.out) == (1, b"b: FAILED\n")


def test_blake3_can_be_checked_with_cksum(place: Path) -> None:
    """What the coreutils do not have: lists that b3sum --tag writes."""
    made = stand_in("b3sum", "--tag", "a", "b", cwd=place)
    assert stand_in("cksum", "-c", input=made.out, cwd=place) == (0, b"a: OK\nb: OK\n", b"")
    said = stand_in("cksum", "-a", "blake3", "a", cwd=place)
    assert said.code == 1
    assert b"invalid argument 'blake3' for '--algorithm'" in said.err


def test_messages_have_the_quotes_of_the_locale(place: Path) -> None:
    """As typed into a shell, and with the marks that the locale has."""
    odd = {"it's": b'"it\'s"', "a\nb": b"'a'$'\\n''b'", "c:d": b"'c:d'", "": b"''"}
    for name, shown in odd.items():
        said = stand_in("md5sum", name, cwd=place)
        assert said.err == b"md5sum: " + shown + b": No such file or directory\n"
    said = stand_in("b2sum", "-l", "x", cwd=place, locale="C.UTF-8")
    assert said.err == "b2sum: invalid length: \u2018x\u2019\n".encode()
    said = stand_in("md5sum", "é", cwd=place, locale="C.UTF-8")
    assert said.err == "md5sum: é: No such file or directory\n".encode()
    said = stand_in("md5sum", "é", cwd=place)
    assert said.err == b"md5sum: ''$'\\303\\251': No such file or directory\n"


def test_a_name_ends_at_a_nul_byte_as_it_does_for_the_coreutils(place: Path) -> None:
    """Unsafe, and theirs: checksig verify calls such a line malformed."""
    text = f"{ABC_MD5}  a\0.txt\n".encode()
    assert stand_in("md5sum", "-c", input=text, cwd=place) == (0, b"a: OK\n", b"")
    needs_coreutils()
    both("md5sum", "-c", input=text, cwd=place)


OPTIONS = [
    [],
    ["--check"],
    ["--che", "list"],
    ["--c", "list"],
    ["--s", "a"],
    ["--st", "a"],
    ["--str", "a"],
    ["--t", "a"],
    ["--ta", "a"],
    ["--bin", "a"],
    ["--zer", "a"],
    ["--nonsense", "a"],
    ["--tag=x", "a"],
    ["--=", "a"],
    ["-x", "a"],
    ["-bx", "a"],
    ["-bt", "a"],
    ["-tb", "a"],
    ["-cw", "list"],
    ["-z", "-c", "list"],
    ["--tag", "-c", "list"],
    ["-b", "-c", "list"],
    ["-t", "-c", "list"],
    ["--tag", "-t", "a"],
    ["--tag", "-t", "-c", "list"],
    ["--ignore-missing", "a"],
    ["--status", "a"],
    ["--warn", "a"],
    ["--quiet", "a"],
    ["--strict", "a"],
    ["--status", "--quiet", "a"],
    ["--quiet", "--warn", "--status", "-c", "list"],
    ["--status", "--warn", "-c", "list"],
    ["--warn", "--quiet", "-c", "list"],
    ["-c", "list", "list"],
    ["-c", "--", "list"],
    ["a", "-b", "b"],
    ["--", "a", "-b"],
    ["--", "--"],
    ["a", "--", "-b"],
    ["-c", "--ignore-missing", "list"],
    ["-c", "--ignore-missing", "--strict", "list"],
    ["-c", "a"],
    ["-c", "b"],
    ["-c", "dir"],
    ["-c", "missing"],
    ["missing", "dir", "a"],
]

B2SUM = [
    ["-l", "128", "a"],
    ["-l128", "--tag", "a"],
    ["--length=128", "a"],
    ["--len", "128", "a"],
    ["-l", "0", "--tag", "a"],
    ["-l", "+128", "a"],
    ["-l", " 128", "a"],
    ["-l", "0128", "a"],
    ["-l", "12x", "a"],
    ["-l", "", "a"],
    ["-l", "9", "a"],
    ["-l"],
    ["--length"],
    ["-l", "16", "-c", "list"],
]

CKSUM = [
    ["a"],
    ["a", "b"],
    ["-a", "sysv", "a", "b", "large"],
    ["-a", "bsd", "a", "b", "large"],
    ["-a", "md5", "a"],
    ["-a", "md5", "--untagged", "a"],
    ["-a", "sm3", "a"],
    ["-a", "blake2b", "-l", "16", "a"],
    ["-a", "sha1", "-z", "a"],
    ["-a"],
    ["-z", "a", "b"],
    ["--algorithm=sha224", "--tag", "a"],
]


@pytest.mark.parametrize("posix", [False, True], ids=["permuted", "posix"])
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        *(("md5sum", arguments) for arguments in OPTIONS),
        *(("b2sum", arguments) for arguments in B2SUM),
        *(("cksum", arguments) for arguments in CKSUM),
        ("sum", ["a", "b", "large"]),
        ("sum", ["-s", "a", "b", "large"]),
        ("sum", ["--sysv", "-r", "a"]),
        ("sum", ["-s", "gone", "-", "dir"]),
        ("sum", ["-x"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_options_are_those_of_the_installed_coreutils(
    place: Path, tool: str, arguments: list[str], posix: bool
) -> None:
    needs_coreutils()
    (place / "list").write_text(f"{ABC_MD5}  a\nnonsense\n{ABC_MD5}  b\n{ABC_MD5}  gone\n")
    if tool == "b2sum":
        (place / "list").write_bytes(original("b2sum", "-l", "16", "a", cwd=place).out)
    env = {"POSIXLY_CORRECT": "1"} if posix else {}
    both(tool, *arguments, cwd=place, input=b"standard input", env=env)


def test_every_difference_is_documented() -> None:
    page = (REPOSITORY / "docs/drop-in.md").read_text()
    for word in ("--debug", "--version", "BLAKE3", "--keyed", "NUL", "`..`", "9.11"):
        assert word in page
