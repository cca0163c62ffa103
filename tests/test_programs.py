"""Whole lists: what is created is accepted by the programs of others, and theirs verify here.

Then a byte is changed, and both sides refuse.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bagit
import pooch
import pytest
from programs import run

import checksig
from checksig import Status

if TYPE_CHECKING:
    from collections.abc import Callable

#: Names, and what is in the files.
PLAIN = {"plain": b"a", "sub/deeper/file.txt": b"x" * 70_000, "empty": b""}
ODD = {
    "b c.txt": b"blank",
    "two  blanks": b"blanks",
    "na\u00efve/\u65e5\u672c\u8a9e.txt": b"not ASCII",
    "e\u0301": b"decomposed",
    "100% #1 @home.txt": b"signs",
    "(a) [b] {c} <d>": b"brackets",
    "semi;colon, comma: colon": b"separators",
    "it's": b"apostrophe",
    "~tilde = $HOME & co!": b"shell",
    "sub/.hidden": b"hidden",
    "deadbeef": b"a checksum",
    'say "hi"': b"quotes",
    "back\\slash": b"backslash",
    "tab\there": b"tab",
    "blank at the end ": b"blank",
    "new\nline": b"line",
}


@dataclass(frozen=True)
class Program:
    """A program that writes and checks lists of a format."""

    name: str
    format: str
    algorithms: list[str]
    #: Writes a list of names in a directory, to a path that is not below it.
    create: Callable[[Path, list[str], Path], None]
    #: Whether the program says that files are what a list says.
    accepts: Callable[[Path, list[str], Path], bool]
    list_name: str = "list"
    style: str = "text"
    #: The odd names that it cannot hold, or does not read as it writes them.
    cannot: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        """Return what the test is called after."""
        return f"{self.name}-{self.format}-{self.style}"


def printed(*command: str) -> Callable[[Path, list[str], Path], None]:
    """A program that prints the list."""

    def create(root: Path, names: list[str], place: Path) -> None:
        done = run(root, *command, *names)
        assert done.returncode == 0, done.stdout + done.stderr
        place.write_bytes(done.stdout)

    return create


def succeeds(*command: str) -> Callable[[Path, list[str], Path], bool]:
    """A program that is given the list, and says what it finds by its exit code."""
    return lambda root, _, place: run(root, *command, place).returncode == 0


def audited(root: Path, names: list[str], place: Path) -> bool:
    """Whether an audit of hashdeep passes: every file matches, and nothing is left."""
    done = run(root, "hashdeep", "-a", "-k", place, "-l", *names)
    return done.returncode == 0 and b"Audit passed" in done.stdout


def by_cfv(root: Path, names: list[str], place: Path) -> None:
    done = run(root, "cfv", "-C", "-t", "sfv", "-f", place, *names)
    assert done.returncode == 0, done.stdout + done.stderr


def registered(root: Path, names: list[str], place: Path) -> None:
    del names  # it takes what is there
    pooch.make_registry(str(root), str(place))


def known_to_pooch(root: Path, names: list[str], place: Path) -> bool:
    """Whether pooch reads a registry, and all files have the digests that it finds there."""
    reader = pooch.create(path=root, base_url="https://example.org/", registry=None)
    reader.load_registry(str(place))
    assert sorted(reader.registry) == sorted(names)
    marks = {name: mark.rpartition(":") for name, mark in reader.registry.items()}
    return all(
        pooch.file_hash(str(root / name), algorithm or "sha256") == digest
        for name, (algorithm, _, digest) in marks.items()
    )


def lists(*names: str) -> frozenset[str]:
    """The odd names that a program has no place for."""
    assert set(names) <= set(ODD)
    return frozenset(names)


LINES = lists("new\nline", "back\\slash")
END = lists("blank at the end ")
PROGRAMS = [
    Program(
        "coreutils", "coreutils", ["sha256"],
        printed("sha256sum", "--"), succeeds("sha256sum", "-c", "--strict"),
    ),
    Program(
        "coreutils", "coreutils", ["sha256"],
        printed("sha256sum", "--tag", "--"), succeeds("sha256sum", "-c", "--strict"), style="tag",
    ),
    Program(
        "hashdeep", "hashdeep", ["md5", "sha256"],
        printed("hashdeep", "-l", "-c", "md5,sha256"), audited, cannot=lists("new\nline"),
    ),
    Program(
        "rhash", "coreutils", ["sha256"],
        printed("rhash", "--sha256"), succeeds("rhash", "--sha256", "-c"), cannot=LINES | END,
    ),
    Program(
        "rhash", "coreutils", ["sha256"],
        printed("rhash", "--bsd", "--sha256"), succeeds("rhash", "--bsd", "-c"),
        style="tag", cannot=LINES | END,
    ),
    Program(
        "rhash", "sfv", ["crc32"],
        printed("rhash", "--sfv", "--crc32"), succeeds("rhash", "--crc32", "-c"),
        list_name="list.sfv", cannot=LINES | END,
    ),
    Program(
        "cfv", "sfv", ["crc32"],
        by_cfv, succeeds("cfv", "-T", "-t", "sfv", "-f"),
        list_name="list.sfv", cannot=LINES | END,
    ),
    Program(
        "pooch", "pooch", ["sha256"],
        registered, known_to_pooch, list_name="registry.txt", cannot=LINES,
    ),
]  # fmt: skip


def plant(root: Path, files: dict[str, bytes]) -> list[str]:
    """Write files, and return their names."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return sorted(files)


def flip(path: Path) -> None:
    """Change a bit of a file, and nothing else that could tell."""
    times, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def holds(root: Path, place: Path, count: int) -> bool:
    """Whether a list of so many files verifies here."""
    report = checksig.audit(root, manifest=place, complete=True)
    assert report.files == count
    assert set(report.counts) >= {Status.OK}
    return report.ok


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_lists_that_are_created_are_accepted_until_a_byte_changes(
    tmp_path: Path, program: Program
) -> None:
    root, place = tmp_path / "tree", tmp_path / program.list_name
    odd = {name: content for name, content in ODD.items() if name not in program.cannot}
    names = plant(root, PLAIN | odd)
    options: dict[str, Any] = {"format": program.format, "style": program.style}
    created = checksig.create(root, algorithm=program.algorithms, output=place, **options)
    assert created.files == len(names)
    assert program.accepts(root, names, place)
    for victim in ("sub/deeper/file.txt", "b c.txt"):
        content = (root / victim).read_bytes()
        flip(root / victim)
        assert not program.accepts(root, names, place), victim
        assert not holds(root, place, len(names)), victim
        (root / victim).write_bytes(content)
    assert holds(root, place, len(names))


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_lists_of_other_programs_verify_until_a_byte_changes(
    tmp_path: Path, program: Program
) -> None:
    root, place = tmp_path / "tree", tmp_path / program.list_name
    # make_registry puts no name in quotes, and then cannot read it.
    blanks = {name for name in ODD if program.name == "pooch" and set(name) & set(" \t'\"")}
    odd = {name: ODD[name] for name in ODD.keys() - program.cannot - blanks}
    names = plant(root, PLAIN | odd)
    program.create(root, names, place)
    assert program.accepts(root, names, place)
    assert holds(root, place, len(names))
    for victim in ("sub/deeper/file.txt", "deadbeef"):
        content = (root / victim).read_bytes()
        flip(root / victim)
        assert not program.accepts(root, names, place), victim
        assert not holds(root, place, len(names)), victim
        (root / victim).write_bytes(content)


def valid(root: Path) -> tuple[bool, bool]:
    """What this package and bagit-python say of a bag."""
    try:
        bagit.Bag(str(root)).validate()
    except bagit.BagError:
        return checksig.audit(root).ok, False
    return checksig.audit(root).ok, True


@pytest.mark.parametrize("maker", ["checksig", "bagit-python"])
def test_bags_are_valid_on_both_sides_until_a_byte_changes(tmp_path: Path, maker: str) -> None:
    # bagit-python takes blanks off the ends of lines.
    names = plant(tmp_path, PLAIN | {name: ODD[name] for name in ODD.keys() - END})
    if maker == "checksig":
        checksig.make_bag(tmp_path, algorithm=["sha256", "sha512"])
    else:
        bagit.make_bag(str(tmp_path), checksums=["sha256", "sha512"])
    assert valid(tmp_path) == (True, True)
    for name in (f"data/{name}" for name in names if (PLAIN | ODD)[name]):
        content = (tmp_path / name).read_bytes()
        flip(tmp_path / name)
        assert valid(tmp_path) == (False, False), name
        (tmp_path / name).write_bytes(content)
