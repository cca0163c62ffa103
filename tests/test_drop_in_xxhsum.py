"""The stand-in for xxhsum, beside xxhsum itself."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from stand_ins import Said, original, stand_in

if TYPE_CHECKING:
    from pathlib import Path

ABC = "44bc2cf5ad770999"  # printf abc | xxhsum
XXH3 = "78af5f94892f3950"  # printf abc | xxhsum -H3
XXH128 = "06b05ab6733a618578af5f94892f3950"  # printf abc | xxhsum -H2


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a few files."""
    for name, content in {"a": b"abc", "b": b"", "c d": bytes(1 << 20)}.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "dir").mkdir()
    return tmp_path


def same(place: Path, *arguments: Any, text: bytes = b"") -> Said:
    """Run both, and return what they said, but for the line that xxhsum blanks at its end."""
    theirs = original("xxhsum", *arguments, cwd=place, input=text)
    theirs = theirs._replace(err=theirs.err.replace(b"\r" + b" " * 70 + b"\r", b""))
    ours = stand_in("xxhsum", *arguments, cwd=place, **({"input": text} if text else {}))
    if theirs.err.startswith(b"Wrong parameters\n"):  # and a long help
        ours, theirs = (said._replace(err=said.err[:17]) for said in (ours, theirs))
    assert ours == theirs, (arguments, text)
    return ours


def needs_xxhsum() -> None:
    if not shutil.which("xxhsum"):
        pytest.skip("needs xxhsum, of the package xxhash")


def test_what_is_printed_is_what_xxhsum_prints(place: Path) -> None:
    needs_xxhsum()
    for options in (
        "a b", "gone a", "dir a", "-H0 a", "-H1 a", "-H2 a", "-H32 a", "-H64 a", "-H128 a", "-H a",
        "--tag a b", "--tag -H3 a", "--tag --little-endian -H3 a", "--tag --little-endian a",
        "--little-endian -H2 a b", "-w a", "-i3 a", "-- a", "- a", "a -", "-", "--", "a -c", "",
        "--quiet -q a", "-H 0 a",
    ):  # fmt: skip
        same(place, *options.split(), text=b"abc")
    for options in ("-H5 a", "-Ha a", "-z a", "--nonsense a", "--chec a", "-c- a"):
        assert same(place, *options.split()).code == 1


LISTS = [
    f"x\ny  \n\n{ABC}  a\n{ABC} *a\n{ABC[:-1]}8  b\n{ABC}  gone\n",
    f"XXH3 (a) = {XXH3}\n{XXH3}  a\nXXH3_LE (a) = 50392f89945faf78\nXXH64 (a) = {ABC} \n",
    "XXH64_LE (a) = 990977adf52cbc44\n990977adf52cbc44  a\n",
    f"{ABC.upper()}  a\r\n{ABC}  -\n  {ABC}  a\n",
    f"{ABC} a\n{ABC}a\n{ABC} (a\n{ABC}  \n{ABC} \n{ABC}   a\n",
    f"32d153ff  a\n{XXH128}  a\nXXH32 (a) = 32d153ff\nXXH32 (a) = {ABC}\nzz{ABC[2:]}  a\n",
    f"{ABC}  gone\n",
    f"{ABC}  a\n{ABC}\t a\n",
    f"{ABC}  a\0b\n{ABC}\0  a\n",
    f"XXH64 (a) = ) = {ABC}\nXXH64 () = {ABC}\nXXH64 (a) ={ABC}\nXXH64(a) = {ABC}\n",
    f"{ABC}  a",
    "hello\n",
    "",
]


def test_a_list_is_checked_as_xxhsum_checks_it(place: Path) -> None:
    needs_xxhsum()
    for text in LISTS:
        (place / "LIST").write_text(text, newline="")
        for options in ("", "-q", "--status", "-w", "--warn --strict", "--little-endian"):
            same(place, "-c", *options.split(), "LIST")
        same(place, "--check", text=text.encode())
    same(place, "-c", "gone", "LIST", "dir", "LIST")


def test_a_list_is_checked_as_xxhsum_of_today_checks_it(place: Path) -> None:
    """What the tests above cannot ask of xxhsum 0.8.1. The answers are those of 0.8.3."""
    text = f"\\{ABC}  a\n\\{ABC}  x\\\\y\n\\{ABC}  x\\ty\n \\{ABC}  a\nXXH3_{XXH3}  a\n# no line\n"
    (place / "LIST").write_text(text)
    assert stand_in("xxhsum", "-c", "LIST", cwd=place) == (
        1,
        b"a: OK\nLIST:2: Could not open or read 'x\\y': No such file or directory.\na: OK\n"
        b"2 lines are improperly formatted\n1 listed file could not be read\n",
        b"",
    )
    assert stand_in("xxhsum", "-c", "--ignore-missing", "LIST", cwd=place).code == 0
    assert stand_in("xxhsum", "-c", "--ignore-missing", "--strict", "LIST", cwd=place).code == 1
    (place / "LIST").write_text(f"{ABC}  gone\n")
    said = stand_in("xxhsum", "-c", "--ignore-missing", "LIST", cwd=place)
    assert said == (1, b"LIST: no file was verified\n", b"")
    assert stand_in("xxhsum", "-H3", "a", cwd=place).out.decode() == f"XXH3_{XXH3}  a\n"


def test_what_it_writes_it_checks(place: Path) -> None:
    (place / "c\nd\\e\r").write_bytes(b"c")
    for options in ("", "-H0", "-H2", "-H3", "--tag", "--tag -H3 --little-endian"):
        made = stand_in("xxhsum", *options.split(), "a", "b", "c d", "c\nd\\e\r", cwd=place)
        checked = stand_in("xxhsum", "-c", input=made.out, cwd=place)
        assert (checked.code, checked.err) == (0, b"")
        assert checked.out == b"a: OK\nb: OK\nc d: OK\n\\c\\nd\\\\e\\r: OK\n"


def test_what_differs_on_purpose(place: Path) -> None:
    # A tag that xxhsum does not have is malformed, and not taken for XXH64.
    assert stand_in("xxhsum", "-c", input=f"MD5 (a) = {ABC}\n".encode(), cwd=place).code == 1
    # Standard input that is the list is not hashed as well: it would be at its end.
    said = stand_in("xxhsum", "-c", input=b"ef46db3751d8e999  stdin\n", cwd=place)
    assert said.code == 1
    assert b"Could not open or read 'stdin'" in said.out
    # The list goes on after what cannot be read; xxhsum itself ends there.
    said = stand_in("xxhsum", "-c", input=f"{ABC}  dir\n{ABC}  a\n".encode(), cwd=place)
    assert (said.code, said.out.splitlines()[1:]) == (
        1,
        [b"a: OK", b"1 listed file could not be read"],
    )


def test_its_siblings_have_one_algorithm_each(place: Path) -> None:
    for tool, digest in {
        "xxh32sum": "32d153ff", "xxh64sum": ABC, "xxh128sum": XXH128, "xxh3sum": f"XXH3_{XXH3}",
    }.items():  # fmt: skip
        assert stand_in(tool, "a", cwd=place).out.decode() == f"{digest}  a\n"
        text = f"{digest}  a\n".encode()
        assert stand_in(tool, "-c", input=text, cwd=place) == (0, b"a: OK\n", b"")
        other = "xxh32sum" if tool != "xxh32sum" else "xxh64sum"
        assert stand_in(other, "-c", input=text, cwd=place).code == 1


def test_it_says_what_it_is() -> None:
    assert b"stands in for xxhsum" in stand_in("xxhsum", "--help").out
    assert re.match(rb"xxhsum \(checksig\) \d", stand_in("xxhsum", "-V").out)
