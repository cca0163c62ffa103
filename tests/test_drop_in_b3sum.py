"""The stand-in for b3sum, whose --check is stricter than that of the coreutils."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from blake3 import blake3
from stand_ins import stand_in

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kernels

ABC = blake3(b"abc").hexdigest()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a few files."""
    for name, content in {"a": b"abc", "b": b"", "c\nd\\e": b"c", "large": bytes(40 << 20)}.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_what_it_writes_it_checks(place: Path) -> None:
    for options in ([], ["--tag"]):
        made = stand_in("b3sum", *options, "a", "b", "c\nd\\e", "large", cwd=place)
        assert (made.code, made.err) == (0, b"")
        assert ABC.encode() in made.out
        checked = stand_in("b3sum", "--check", input=made.out, cwd=place)
        assert checked == (0, b"a: OK\nb: OK\n\\c\\nd\\\\e: OK\nlarge: OK\n", b"")
        assert stand_in("b3sum", "-c", "--quiet", input=made.out, cwd=place) == (0, b"", b"")


def test_line_ends_of_windows_are_line_ends(place: Path) -> None:
    text = f"{ABC}  a\r\n{blake3(b'').hexdigest()}  b\r\n".encode()
    assert stand_in("b3sum", "--check", input=text, cwd=place) == (0, b"a: OK\nb: OK\n", b"")


def test_standard_input(place: Path) -> None:
    assert stand_in("b3sum", input=b"abc").out.decode() == f"{ABC}  -\n"
    said = stand_in("b3sum", "-", "a", input=b"abc", cwd=place)
    assert said.out.decode() == f"{ABC}  -\n{ABC}  a\n"


def test_shapes_of_output(place: Path) -> None:
    assert stand_in("b3sum", "--no-names", "a", cwd=place).out.decode() == f"{ABC}\n"
    assert stand_in("b3sum", "--raw", "a", cwd=place).out == bytes.fromhex(ABC)
    assert stand_in("b3sum", "-l", "8", "a", cwd=place).out.decode() == f"{ABC[:16]}  a\n"
    assert stand_in("b3sum", "--num-threads=1", "--no-mmap", "a", cwd=place).code == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "Empty line"),
        (f"# {ABC}  a", "Malformed line"),
        (f"{ABC} a", "Malformed line"),
        (f"{ABC} *a", "Malformed line"),
        (f"{ABC.upper()}  a", "Malformed line"),
        (f"{ABC[:-1]}  a", "Malformed line"),
        (f"{ABC}  ", "Malformed line"),
        (f" {ABC}  a", "Malformed line"),
        (f"BLAKE3(a)= {ABC}", "Malformed line"),
        (f"\\{ABC}  a\\", "Invalid backslash escape"),
        (f"\\{ABC}  a\\t", "Invalid backslash escape"),
        (f"{ABC}  a\0", "Null character in path"),
        (f"{ABC}  a\ufffd", "Unicode replacement character in path"),
    ],
)
def test_a_line_that_is_not_its_own_is_a_failure(place: Path, line: str, message: str) -> None:
    text = f"{line}\n{ABC}  a\n".encode()
    said = stand_in("b3sum", "-c", input=text, cwd=place)
    assert said == (
        1,
        b"a: OK\n",
        f"b3sum: {message}\nb3sum: WARNING: 1 computed checksum did NOT match\n".encode(),
    )


def test_what_cannot_be_read_is_a_failure(place: Path) -> None:
    text = f"{ABC}  gone\n{ABC}  b\n".encode()
    said = stand_in("b3sum", "-c", input=text, cwd=place)
    assert said == (
        1,
        b"gone: FAILED (No such file or directory (os error 2))\nb: FAILED\n",
        b"b3sum: WARNING: 2 computed checksums did NOT match\n",
    )
    said = stand_in("b3sum", "gone", "a", cwd=place)
    assert said == (
        1,
        f"{ABC}  a\n".encode(),
        b"b3sum: gone: No such file or directory (os error 2)\n",
    )


def test_a_list_that_is_not_utf8_ends_the_check(place: Path) -> None:
    (place / os.fsdecode(b"\xff")).write_bytes(b"abc")
    made = stand_in("b3sum", b"\xff", cwd=place)
    assert made.out.decode() == f"{ABC}  \ufffd\n"
    said = stand_in("b3sum", "-c", input=f"{ABC}  ".encode() + b"\xff\n", cwd=place)
    assert (said.code, said.out) == (1, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--keyed", "a"], ["--derive-key", "x", "a"], ["--seek", "1", "a"], ["-l", "33", "a"],
        ["-l", "x", "a"], ["--quiet", "a"], ["-c", "--tag"], ["-c", "--raw"], ["--nonsense"],
        ["-c", "-l", "32"], ["-c", "--no-names"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_makes_no_sense_or_is_not_there_is_refused(place: Path, arguments: list[str]) -> None:
    said = stand_in("b3sum", *arguments, cwd=place)
    assert (said.code, said.out) == (2, b"")
    assert said.err.startswith(b"error: ")


def test_raw_takes_one_file(place: Path) -> None:
    said = stand_in("b3sum", "--raw", "a", "b", cwd=place)
    assert said == (1, b"", b"Error: Only one filename can be provided when using --raw\n")
