"""The stand-in for hashdeep, beside hashdeep itself, whose threads print lines in any order."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from stand_ins import Said, original, stand_in

if TYPE_CHECKING:
    from pathlib import Path

MD5 = "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321 A.5
SHA1 = "a9993e364706816aba3e25717850c26c9cd0d89d"  # FIPS 180-4
SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4
HEADER = "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n"
COUNTS = "Files matched", "Files partially matched", "Files moved", "New files found"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a few files, links and a loop, and a list of it beside it."""
    inner = tmp_path / "d" / "e"
    inner.mkdir(parents=True)
    for name, content in {"a": b"abc", "dup": b"abc", "z": b"", "c,d": b"c", "e/b": b"x"}.items():
        (tmp_path / "d" / name).write_bytes(content)
    (tmp_path / "d" / "link").symlink_to("a")
    (tmp_path / "d" / "dir").symlink_to("e")
    made = stand_in("hashdeep", "-rl", "d", cwd=tmp_path)
    assert (made.code, made.out.count(b"\n")) == (0, 5 + 7)
    (tmp_path / "LIST").write_bytes(made.out)
    return tmp_path


def needs_hashdeep() -> None:
    if not shutil.which("hashdeep"):
        pytest.skip("needs hashdeep, of the package of that name")


def same(place: Path, *arguments: Any, text: bytes | None = None) -> Said:
    """Run both, and return what they said, in the order of the lines."""
    more: dict[str, Any] = {"cwd": place} if text is None else {"cwd": place, "input": text}
    both = stand_in("hashdeep", *arguments, **more), original("hashdeep", *arguments, **more)
    ours, theirs = (
        Said(said.code, *(b"\n".join(sorted(re.split(rb"[\n\0]", part))) for part in said[1:]))
        for said in both
    )
    assert ours == theirs, arguments
    return ours


def test_what_is_listed_is_what_hashdeep_lists(place: Path) -> None:
    needs_hashdeep()
    for options in (
        "d/a", "-r d", "-lr d", "-lr d/", "-l ./d/a d/e/../a", "./d/a d/e/../z", "-b d/a d/e/b",
        "-c md5 -l d/a", "-c SHA-1,md5 d/a", "-c sha256 -lr .", "-r -0 d", "-j2 -l d/a", "d/link",
    ):  # fmt: skip
        assert same(place, *options.split()).code == 0, options
    assert same(place, text=b"abc").out.endswith(b",stdin")
    same(place, "-l", *["d/a"] * 600)  # the command line takes several lines of the header
    for options in ("-z", "-c foo d/a", "-a", "-a -k gone d", "-bl d/a", "-a -k d/a d/a"):
        assert same(place, *options.split()).code in (1, 64), options


def test_an_audit_is_that_of_hashdeep(place: Path) -> None:
    needs_hashdeep()
    for change in (
        lambda: None,
        lambda: (place / "d" / "a").rename(place / "d" / "moved"),
        lambda: (place / "d" / "z").write_bytes(b"new"),
        lambda: (place / "d" / "e" / "more").write_bytes(b"more"),
        (place / "d" / "c,d").unlink,
    ):
        change()
        (place / "d" / "link").unlink(missing_ok=True)  # it moves with what it leads to
        for verbose in ([], ["-v"], ["-vv"], ["-vvv"]):
            same(place, "-arl", *verbose, "-k", "LIST", "d")
    same(place, "-arl", "-vvvv", "-k", "LIST", "d")
    same(place, "-al", "-v", "-k", "LIST", "d/c,d", "d/gone", "d/e", "d/z")
    same(place, "-a", "-vv", "-k", "LIST", "d/dup")
    same(place, "-alv", "-k", "LIST", "-k", "LIST", "d/dup")
    same(place, "-c", "md5", "-a", "-vvl", "-k", "LIST", "d/dup")
    same(place, "-a", "-vv", "-k", "LIST", text=b"abc")


def audit(place: Path, *arguments: str) -> tuple[int, list[str]]:
    said = stand_in("hashdeep", "-a", *arguments, cwd=place)
    return said.code, said.out.decode().splitlines()


def test_an_audit_passes_only_if_all_is_as_listed(place: Path) -> None:
    passed = ["hashdeep: Audit passed"]
    assert audit(place, "-rl", "-k", "LIST", "d") == (0, passed)
    (place / "LIST").write_text(HEADER + f"3,{MD5},{SHA256},D/A\n")
    assert audit(place, "-lE", "-k", "LIST", "d/a") == (0, passed)
    code, lines = audit(place, "-lvv", "-k", "LIST", "d/a", "d/z")
    assert code == 1
    assert lines[:3] == ["d/a: Moved from D/A", "d/z: No match", "hashdeep: Audit failed"]


def test_what_hashdeep_lets_pass_fails(place: Path) -> None:
    entry = f"3,{MD5},{SHA256},d/a\n"
    assert "Audit passed" in _audited(place, HEADER + entry, "d/a")
    # Digests that match only partly, or a size that does not.
    assert "Hash collision with d/a" in _audited(place, HEADER + f"4,{entry[2:]}", "d/a", code=1)
    wrong = entry.replace(SHA256, "0" * 64)
    assert "Hash collision with d/a" in _audited(place, HEADER + wrong, "d/a", code=1)
    # Lines that make no sense, and digests that are longer than they are.
    for line in ("\n", "x\n", f"3,{MD5},{SHA256}\n", f"3,{MD5}0,{SHA256},d/z\n", f"x{entry[1:]}"):
        assert "Audit failed" in _audited(place, HEADER + entry + line, "d/a", code=1), line
    # A list that is not there, beside one that is, and what cannot be read.
    (place / "LIST").write_text(HEADER + entry)
    assert audit(place, "-l", "-k", "LIST", "-k", "gone", "d/a")[0] == 1
    assert audit(place, "-l", "-k", "LIST", "d/a", "gone")[0] == 1
    assert stand_in("hashdeep", "-l", "d/a", "gone", "d", cwd=place).code == 1
    (place / "d" / "e" / "loop").symlink_to("..")
    said = stand_in("hashdeep", "-rl", "d", cwd=place)
    assert (said.code, said.err.count(b"d/e/loop: symlink creates cycle\n")) == (1, 1)


def _audited(place: Path, text: str, name: str, code: int = 0) -> str:
    (place / "LIST").write_text(text)
    said = stand_in("hashdeep", "-alv", "-k", "LIST", name, cwd=place)
    assert said.code == code
    return said.out.decode()


def test_tiger_and_whirlpool_are_computed(place: Path) -> None:
    tiger = "2aab1484e8c158f2bfb8c5ff41b57a525129131c957b5f93"
    said = stand_in("hashdeep", "-c", "Tiger,md5", "-l", "d/a", cwd=place)
    assert "%%%% size,md5,tiger,filename\n" in said.out.decode()
    assert f"\n3,{MD5},{tiger},d/a\n" in said.out.decode()
    said = stand_in("hashdeep", "-c", "all", "-l", "d/a", cwd=place)
    assert b"%%%% size,md5,sha1,sha256,tiger,whirlpool,filename\n" in said.out
    header = HEADER.replace("sha256", "tiger")
    for digest, code in ((tiger, 0), ("0" * 48, 1)):
        (place / "LIST").write_text(f"{header}3,{MD5},{digest},d/a\n")
        assert stand_in("hashdeep", "-a", "-l", "-k", "LIST", "d/a", cwd=place).code == code


def test_names_that_lists_cannot_hold_and_those_that_only_look_odd(place: Path) -> None:
    (place / "a\nb").write_bytes(b"abc")
    said = stand_in("hashdeep", "-l", "a\nb", "d/a", cwd=place)
    assert (said.code, said.out.count(f"{MD5},{SHA256}".encode())) == (1, 1)
    assert b"## # hashdeep -l a\\nb d/a\n" in said.out or os.geteuid()
    (place / "-").write_bytes(b"abc")
    for name in (b"\xff", b"-"):
        (place / os.fsdecode(name)).write_bytes(b"abc")
        made = stand_in("hashdeep", "-l", "--", name, cwd=place)
        (place / "LIST").write_bytes(made.out)
        assert stand_in("hashdeep", "-alk", "LIST", "--", name, cwd=place).code == 0


def test_a_list_is_one_that_verify_reads(place: Path) -> None:
    said = stand_in("hashdeep", "-l", "-c", "sha1", "d/a", "d/z", cwd=place)
    assert f"3,{SHA1},d/a\n".encode() in said.out
    (place / "LIST").unlink()
    (place / "hashdeep.txt").write_bytes(said.out)
    done = stand_in("verify", ".", cwd=place)
    assert done.code == 0, done


def test_it_says_what_it_is() -> None:
    assert b"stands in for hashdeep" in stand_in("hashdeep", "-h").out
    assert stand_in("hashdeep", "-V").out.startswith(b"hashdeep (checksig) ")
