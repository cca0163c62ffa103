"""The stand-in for shasum of Perl, beside shasum itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from stand_ins import Said, original, stand_in

if TYPE_CHECKING:
    from pathlib import Path

ABC = "a9993e364706816aba3e25717850c26c9cd0d89d"
SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def same(place: Path, *arguments: Any, text: bytes | None = None) -> Said:
    """Run both, and return what they said."""
    more: dict[str, Any] = {"cwd": place} if text is None else {"cwd": place, "input": text}
    ours, theirs = stand_in("shasum", *arguments, **more), original("shasum", *arguments, **more)
    assert ours == theirs, arguments
    return ours


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a few files."""
    files = {
        "a": b"abc",
        "empty": b"",
        "c\nd\\e": b"c",
        "dos": b"one\r\ntwo\rthree\n\r",
        "bits": b"0110 0001\n01100010 x 01100011",
        "large": b"line\n" * (3 << 18) + b"\r",
        "binary": bytes(999) + b"\r\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "dir").mkdir()
    return tmp_path


@pytest.mark.parametrize("number", ["1", "224", "256", "384", "512", "512224", "512256"])
@pytest.mark.parametrize("options", [[], ["-b"], ["-t"], ["-U"], ["--tag"], ["--tag", "-b"]])
def test_what_it_writes_it_checks(place: Path, number: str, options: list[str]) -> None:
    names = ["a", "empty", "c\nd\\e", "dos", "large", "binary"]
    made = same(place, "-a", number, *options, *names)
    assert (made.code, made.err, made.out.count(b"\n")) == (0, b"", len(names))
    (place / "LIST").write_bytes(made.out)
    checked = same(place, "-a", number, "-c", "LIST")
    assert (checked.code, checked.out.count(b": OK\n")) == (0, len(names))


def test_bits_are_those_of_whole_bytes(place: Path) -> None:
    made = same(place, "-0", "bits")
    assert made.out.decode() == f"{ABC} ^bits\n"
    assert same(place, "-c", text=made.out) == (0, b"bits: OK\n", b"")
    (place / "odd").write_bytes(b"0001100")
    said = stand_in("shasum", "-0", "odd", cwd=place)
    assert (said.code, said.out) == (1, b"")
    assert b"part of a byte" in said.err


def test_standard_input(place: Path) -> None:
    assert same(place, text=b"abc").out.decode() == f"{ABC}  -\n"
    assert same(place, "-", "a", text=b"abc").out.decode() == f"{ABC}  -\n{ABC}  a\n"


def test_a_file_that_is_gone_and_a_directory(place: Path) -> None:
    assert same(place, "gone", "a").code == 1
    said = stand_in("shasum", "dir", "a", cwd=place)
    assert (said.code, said.out.decode()) == (1, f"{ABC}  a\n")


LISTS = {
    "right": f"{ABC}  a\n{SHA256} *a\n",
    "upper": f"{ABC.upper()}  a\n",
    "wrong": f"{ABC}  a\n{ABC}  empty\n{'0' * 64}  a\n",
    "gone": f"{ABC}  gone\n{ABC}  a\n",
    "all gone": f"{ABC}  gone\n",
    "malformed": f"{ABC}  a\nhello\n\n{ABC[:-1]}  a\n{ABC} a\n",
    "none": "hello\n",
    "empty": "",
    "comment": f"# {ABC}  empty\n{ABC}  a\n # no comment\n",
    "tagged": f"SHA1 (a) = {ABC}\n  SHA256 (a) = {SHA256}\nSHA3 (a) = {ABC}\nSHA1 (a) = {SHA256}\n",
    "indented": f" \t{ABC}  a\n",
    "carriage": f"{ABC}  a\r\n",
    "escaped": f"\\{ABC}  x\\\\y\n",
    "universal": f"{ABC} Udos\n",
    "no newline": f"{ABC}  a",
}


@pytest.mark.parametrize(
    "options",
    [[], ["-q"], ["-s"], ["-w"], ["--strict"], ["--ignore-missing"], ["-w", "--strict", "-q"]],
)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_checked_as_shasum_checks_it(place: Path, name: str, options: list[str]) -> None:
    (place / "LIST").write_text(LISTS[name])
    same(place, "-c", *options, "LIST")
    same(place, "-c", *options, "-a", "512256", text=LISTS[name].encode())


def test_a_list_that_cannot_be_opened_ends_it(place: Path) -> None:
    (place / "LIST").write_text(LISTS["right"])
    said = same(place, "-c", "gone", "LIST")
    assert (said.code, said.out) == (2, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["-q", "a"],
        ["--strict", "a"],
        ["-w", "a"],
        ["--ignore-missing", "a"],
        ["-s", "a"],
        ["-b", "-t", "a"],
        ["-U", "-0", "a"],
        ["--tag", "-t", "a"],
        ["--tag", "-U", "a"],
        ["--tag", "-0", "a"],
        ["-a", "2", "a"],
    ],
)
def test_options_that_make_no_sense_are_refused_in_the_same_words(
    place: Path, arguments: list[str]
) -> None:
    assert same(place, *arguments).code == 1


def test_other_arguments_that_make_no_sense_are_refused(place: Path) -> None:
    for arguments in (["-x"], ["--no-such-option"], ["-a"], ["-a", "x"]):
        said = stand_in("shasum", *arguments, cwd=place)
        assert (said.code, said.out) == (1, b"")
        assert said.err.endswith(b"Type shasum -h for help\n")


def test_it_says_what_it_is(place: Path) -> None:
    assert b"stands in for shasum" in stand_in("shasum", "--help", cwd=place).out
    assert stand_in("shasum", "-v", cwd=place).out.startswith(b"shasum (checksig) ")


def test_names_that_are_not_utf_8(place: Path) -> None:
    name = os.fsdecode(b"\xff")
    (place / name).write_bytes(b"abc")
    made = same(place, name)
    assert same(place, "-c", text=made.out) == (0, b"\xff: OK\n", b"")
