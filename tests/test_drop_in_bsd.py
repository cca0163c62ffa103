"""The stand-ins for md5, sha1, sha256 and sha512 of the BSDs."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest
from stand_ins import stand_in

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = ["md5", "sha1", "sha256", "sha512"]
ABC = "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321 A.5
EMPTY = "d41d8cd98f00b204e9800998ecf8427e"  # RFC 1321 A.5
SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4
SHA512_256 = "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"  # FIPS 180-4
ZEROS = "0" * 32


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a few files."""
    for name, content in {"a": b"abc", "b": b"", "c d": b"c", "e)f": b"x"}.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "dir").mkdir()
    return tmp_path


def digest(tool: str, content: bytes) -> str:
    return hashlib.new(tool, content, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_printed_of_files_strings_and_standard_input(place: Path, tool: str) -> None:
    abc, empty, tag = digest(tool, b"abc"), digest(tool, b""), tool.upper()
    for options, said in {
        "a b": f"{tag} (a) = {abc}\n{tag} (b) = {empty}\n",
        "-b a": f"{tag} (a) = {abc}\n",
        "-r a b": f"{abc} a\n{empty} b\n",
        "-q a b": f"{abc}\n{empty}\n",
        "-qr a": f"{abc}\n",
        "-rq a": f"{abc}\n",
        "--reverse a": f"{abc} a\n",
        "-s abc": f'{tag} ("abc") = {abc}\n',
        "-rs abc": f'{abc} "abc"\n',
        "-qsabc": f"{abc}\n",
        "--string= -q": f"{empty}\n",
    }.items():
        assert stand_in(tool, *options.split(), cwd=place) == (0, said.encode(), b""), options
    for options, said in {
        "": f"{abc}\n",
        "-r": f"{abc}\n",
        "-p": f"abc{abc}\n",
        "-": f"{tag} (-) = {abc}\n",
        "-r -": f"{abc} -\n",
        "- -q": f"{abc}\n",
    }.items():
        assert stand_in(tool, *options.split(), input=b"abc") == (0, said.encode(), b""), options


@pytest.mark.parametrize("tool", TOOLS)
def test_files_are_compared_with_a_digest_as_freebsd_does(place: Path, tool: str) -> None:
    abc, empty, tag = digest(tool, b"abc"), digest(tool, b""), tool.upper()
    for options, code, said in (
        (["-c", abc, "a"], 0, f"{tag} (a) = {abc}\n"),
        (["-c", abc.upper(), "a"], 0, f"{tag} (a) = {abc}\n"),
        ([f"-c{abc}", "a"], 0, f"{tag} (a) = {abc}\n"),
        (["a", f"--check={abc}"], 0, f"{tag} (a) = {abc}\n"),
        (["-c", abc, "a", "b"], 2, f"{tag} (a) = {abc}\n{tag} (b) = {empty} [ Failed ]\n"),
        (["-r", "-c", abc, "b"], 2, f"{empty} b [ Failed ]\n"),
        (["-q", "-c", abc, "b"], 2, f"{empty}\n"),
        (["-c", abc, "-s", "x"], 2, f'{tag} ("x") = {digest(tool, b"x")} [ Failed ]\n'),
    ):
        assert stand_in(tool, *options, cwd=place) == (code, said.encode(), b""), options
    assert stand_in(tool, "-c", abc, input=b"abc") == (0, f"{abc}\n".encode(), b"")
    assert stand_in(tool, "-c", abc, input=b"").code == 2


def test_what_cannot_be_read_outweighs_what_differs(place: Path) -> None:
    said = stand_in("md5", "-c", ABC, "gone", "b", "dir", cwd=place)
    assert said == (
        1,
        f"MD5 (b) = {EMPTY} [ Failed ]\n".encode(),
        b"md5: gone: No such file or directory\nmd5: dir: Is a directory\n",
    )
    with_stdin_closed = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-m", "checksig", "md5"],
        capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert with_stdin_closed.returncode == 1
    assert with_stdin_closed.stderr == b"md5: stdin: Bad file descriptor\n"


def base64(hexadecimal: str) -> str:
    return b64encode(bytes.fromhex(hexadecimal)).decode()


#: Lists, and what md5 of OpenBSD says of them on stdout, with its exit code. The answers are those
#: of md5.c 1.92, compiled on Linux.
LISTS = {
    f"MD5 (a) = {ABC}\nSHA256 (a) = {SHA256}\n": (0, "(MD5) a: OK\n(SHA256) a: OK\n"),
    f"md5 (a) = {ABC.upper()}\n": (0, "(md5) a: OK\n"),
    f"MD5 (a) = {base64(ABC)}\n": (0, "(MD5) a: OK\n"),
    f"SHA256 (a) = {base64(SHA256).rstrip('=')}\n": (0, "(SHA256) a: OK\n"),
    f"MD5 (a) = {base64(ABC).lower()}\n": (1, "(MD5) a: FAILED\n"),
    f"SHA512/256 (a) = {SHA512_256}\n": (0, "(SHA512/256) a: OK\n"),
    f"MD5 (b) = {ABC}\nMD5 (a) = {ABC}\n": (1, "(MD5) b: FAILED\n(MD5) a: OK\n"),
    f"MD5 (gone) = {ABC}\n": (1, "(MD5) gone: MISSING\n"),
    f"MD5 (a) = {'z' * 32}\n": (1, "(MD5) a: FAILED\n"),
    f"{ABC}  a\n{ABC} a\n{ZEROS}  a\n": (1, "(MD5) a: OK\n(MD5) a: OK\n(MD5) a: FAILED\n"),
    f"{ABC} *a\n": (1, "(MD5) *a: MISSING\n"),
    f"# {ABC}  a\n{ABC}  a\n": (1, f"(MD5) {ABC}  a: MISSING\n(MD5) a: OK\n"),
    "hello\n": (1, ""),
    "": (1, ""),
    f"  MD5 (a) = {ABC}\n\tMD5 (a) = {ABC}": (0, "(MD5) a: OK\n(MD5) a: OK\n"),
    f"MD5 (a) = {ABC}\r\n{ABC}  a\r\n": (0, "(MD5) a: OK\n(MD5) a: OK\n"),
    f"MD5 (a) = {ABC} x\n": (0, "(MD5) a: OK\n"),
    f"MD5 (a) = {ABC} (x)\n": (1, ""),
    f"MD5 (a) = {ABC[:-1]}\n": (1, ""),
    f"SHA3 (a) = {ABC}\n": (1, ""),
    f"MD5 (e) = f) = {ABC}\nMD5 (e)f) = {ABC}\n": (1, "(MD5) e) = f: MISSING\n(MD5) e)f: FAILED\n"),
    f"MD5 (-) = {ABC}\n": (1, "(MD5) -: MISSING\n"),
    f"{ABC}\ta\n{ABC}  a\tb\n": (0, "(MD5) a: OK\n"),
    f"MD5 (a\0) = {ABC}\n{ABC}  a\0b\n": (0, "(MD5) a: OK\n"),
    f"\n{ABC}  a\n   \n": (0, "(MD5) a: OK\n"),
}


def test_a_list_is_checked_as_openbsd_checks_it(place: Path) -> None:
    for text, (code, out) in LISTS.items():
        (place / "LIST").write_text(text, newline="")
        said = stand_in("md5", "-c", "LIST", cwd=place)
        assert (said.code, said.out.decode()) == (code, out), text
        quiet = "".join(line for line in out.splitlines(True) if not line.endswith(": OK\n"))
        assert stand_in("md5", "-qc", "LIST", cwd=place)[:2] == (code, quiet.encode()), text
    text = f"MD5 (a) = {ABC}\n".encode()
    assert stand_in("md5", "-c", input=text, cwd=place) == (0, b"(MD5) a: OK\n", b"")


def test_what_it_writes_it_checks(place: Path) -> None:
    for tool in TOOLS:
        for options in ([], ["-r"]):
            made = stand_in(tool, *options, "a", "b", "c d", "e)f", cwd=place)
            (place / "LIST").write_bytes(made.out)
            checked = stand_in(tool, "-c", "LIST", "LIST", cwd=place)
            assert (checked.code, checked.out.count(b": OK\n")) == (0, 8)


def test_lines_that_are_passed_over_are_counted_and_lists_that_fail_fail_all(place: Path) -> None:
    (place / "LIST").write_text(f"{ABC}\n{ABC}  a\nx\n")
    warning = b"md5: WARNING: 2 lines are improperly formatted\n"
    assert stand_in("md5", "-c", "LIST", cwd=place) == (0, b"(MD5) a: OK\n", warning)
    said = stand_in("md5", "-c", "nowhere", "LIST", cwd=place)
    assert said[:2] == (1, b"(MD5) a: OK\n")
    assert said.err == b"md5: cannot open nowhere: No such file or directory\n" + warning
    (place / "LIST").write_text("hello\n")
    said = stand_in("md5", "-c", "LIST", cwd=place)
    assert said == (1, b"", b"md5: LIST: no properly formatted checksum lines found\n")


def test_an_algorithm_that_is_not_computed_is_a_failure(place: Path) -> None:
    text = f"CKSUM (a) = 12345\nMD5 (a) = {ABC}\n".encode()
    said = stand_in("md5", "-c", input=text, cwd=place)
    assert said == (
        1,
        b"(CKSUM) a: FAILED\n(MD5) a: OK\n",
        b"md5: checksig does not compute CKSUM\n",
    )


def test_files_are_selected_from_a_list_that_has_to_have_them(place: Path) -> None:
    (place / "LIST").write_text(f"MD5 (a) = {ABC}\nMD5 (b) = {ABC}\nMD5 (gone) = {ABC}\n")
    assert stand_in("md5", "-C", "LIST", "a", cwd=place) == (0, b"(MD5) a: OK\n", b"")
    said = stand_in("md5", "-C", "LIST", "a", "c d", cwd=place)
    assert said == (1, b"(MD5) a: OK\n", b"md5: c d does not exist in LIST\n")
    assert stand_in("md5", "-C", "LIST", "b", cwd=place)[:2] == (1, b"(MD5) b: FAILED\n")


def test_what_makes_no_sense_or_is_not_there_is_refused(place: Path) -> None:
    for arguments in (
        ["-z"], ["-t"], ["-x"], ["-h", "x", "a"], ["-s"], ["-s", "x", "a"], ["-p", "a"],
        ["-p", "-s", "x"], ["-c", "-p"], ["-c", "-C", "LIST", "a"], ["-C", "LIST"], ["-C"],
        ["-C", "LIST", "-c", ABC, "a"], [f"--check={ABC}0", "a"], ["--nonsense"],
    ):  # fmt: skip
        said = stand_in("md5", *arguments, cwd=place)
        assert (said.code, said.out) == (1, b""), arguments
        assert b"\nusage: md5 " in said.err
    # A digest of another length is no digest here; nor is it a list that could hold.
    assert stand_in("md5", "-c", SHA256, "a", cwd=place).code == 1


def test_it_says_what_it_is() -> None:
    for tool in TOOLS:
        said = stand_in(tool, "--help")
        assert (said.code, said.err) == (0, b"")
        assert f"Print {tool.upper()} digests of each FILE".encode() in said.out
        assert stand_in(tool, "--version").out.startswith(f"{tool} (checksig) ".encode())
