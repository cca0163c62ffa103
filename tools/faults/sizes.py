"""Sizes: lists, lines, trees and files that are too large, or nearly."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

from command import GIB
from corpus import sha256
from expect import expect

if TYPE_CHECKING:
    from pathlib import Path

    from suite import Suite

EMPTY = sha256(b"")
#: Exit codes of what Ctrl-C ends: by itself, or by the signal.
INTERRUPTED = (130, -2)


def run(suite: Suite) -> None:
    """Verify each thing that is too large, and remove it."""
    place = suite.place / "lists"
    place.mkdir()
    missing_files(suite, place / "missing")
    large_list(suite, place / "large")
    long_lines(suite, place / "large")
    many_lists(suite, place / "many")
    for name, part, depth, codes in (
        ("depth 200", "d" * 10, 200, (0,)),
        ("names of 255 bytes, 15 deep", "n" * 255, 15, (0,)),
        ("names of 255 bytes, 200 deep (51 KB)", "n" * 255, 200, (0, 1, 2)),
        ("depth 1200", "d", 1200, (0, 1, 2)),
        ("depth 3000", "d", 3000, (0, 1, 2)),
    ):
        top = place / name.split(" (")[0].replace(" ", "-")
        nest(top, part, depth)
        deep_tree(suite, name, top, codes)
    huge_file(suite, place / "sparse")


def missing_files(suite: Suite, root: Path) -> None:
    """Verify a list of a million files that are not there."""
    root.mkdir()
    listed = (f"{EMPTY}  d{n % 997}/{n}\n" for n in range(1_000_000))
    (root / "SHA256SUMS").write_text("".join(listed))
    for how, options, limit, memory, stdout in (
        ("-q", ["-q"], 120, 2 * GIB, None),
        ("every one printed", [], 120, 2 * GIB, subprocess.DEVNULL),
        ("--json", ["--json"], 180, 3 * GIB, subprocess.DEVNULL),
        ("--ignore-missing", ["--ignore-missing"], 120, 2 * GIB, None),
        ("--max-failures 5", ["--max-failures", "5"], 120, 2 * GIB, None),
    ):
        what = f"1,000,000 files missing, {how}"
        command = suite.checksig("verify", *options, str(root))
        expect(suite, what, command, (1,), limit, memory=memory, stdout=stdout)
    what = "1,000,000 files missing, Ctrl-C after 1 s"
    command = suite.checksig("verify", "-q", str(root))
    expect(
        suite,
        what,
        command,
        (*INTERRUPTED, 1),
        120,
        memory=2 * GIB,
        seconds=6,
        at=[(1.0, signal.SIGINT)],
    )
    shutil.rmtree(root)


def large_list(suite: Suite, root: Path) -> None:
    """Verify a list of 300 MB, whose files are not there."""
    root.mkdir()
    path = root / "SHA256SUMS"
    with path.open("w") as file:
        for n in range(1_150_000):
            file.write(f"{EMPTY}  {'x' * 180}/{n:012}\n")
    command = suite.checksig("verify", "-q", str(root))
    what = f"a list of {path.stat().st_size / 1e6:.0f} MB, all missing"
    expect(suite, what, command, (1,), 180, memory=4 * GIB)
    what = "a list of 300 MB, Ctrl-C after 0.6 s"
    expect(
        suite, what, command, INTERRUPTED, 120, memory=4 * GIB, seconds=6, at=[(0.6, signal.SIGINT)]
    )
    what = "a list of 300 MB, prlimit --as=2 GiB"
    expect(suite, what, ["prlimit", f"--as={2 * GIB}", "--", *command], (1, 2), 180)
    shutil.rmtree(root)


def long_lines(suite: Suite, root: Path) -> None:
    """Verify lists of 50 MB that are one line, or no line is any good."""
    root.mkdir()
    path = root / "SHA256SUMS"
    command = suite.checksig("verify", str(root))
    for what, data in (
        ("a line of 50 MB, a name", f"{EMPTY}  ".encode() + b"a" * 50_000_000 + b"\n"),
        ("a line of 50 MB, a path", f"{EMPTY}  ".encode() + b"a/" * 25_000_000 + b"a\n"),
        ("a list of 50 MB of NUL", b"\0" * 50_000_000),
        ("a list of 50 MB of line ends", b"\n" * 50_000_000),
    ):
        path.write_bytes(data)
        expect(suite, what, command, (1, 2), 60, memory=2 * GIB)
    path.write_bytes(b"x\n" * 3_000_000)
    quiet = suite.checksig("verify", "-q", str(root))
    expect(suite, "three million malformed lines", quiet, (2,), 60, memory=2 * GIB)
    shutil.rmtree(root)


def many_lists(suite: Suite, root: Path) -> None:
    """Verify a tree with a list in each of 5,000 directories."""
    for n in range(5000):
        folder = root / f"d{n:04}"
        folder.mkdir(parents=True)
        (folder / "f").write_text(str(n))
        (folder / "SHA256SUMS").write_text(f"{sha256(str(n).encode())}  f\n")
    command = suite.checksig("verify", "--recursive", str(root))
    what = "5,000 lists, --recursive"
    expect(suite, what, command, (0,), 60, memory=GIB)
    limited = ["prlimit", "--nofile=16", "--", *command]
    expect(suite, f"{what}, --nofile=16", limited, (0, 1, 2), 60, memory=GIB)
    (root / "d4321/f").write_text("wrong")
    done = expect(suite, f"{what}, one file wrong", command, (1,), 60, memory=GIB)
    if "d4321/f" not in done.out:
        suite.run(0, [("of 5,000 lists, the wrong file is not named", done.out[-300:])])
    shutil.rmtree(root)


def nest(top: Path, part: str, depth: int) -> None:
    """Write a file so deep that its path is too long for the system, and a list of it."""
    top.mkdir()
    at = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(part, dir_fd=at)
        below = os.open(part, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    with os.fdopen(os.open("leaf", os.O_WRONLY | os.O_CREAT, dir_fd=at), "wb") as file:
        file.write(b"leaf")
    os.close(at)
    (top / "SHA256SUMS").write_text(f"{sha256(b'leaf')}  {(part + '/') * depth}leaf\n")


def deep_tree(suite: Suite, name: str, top: Path, codes: tuple[int, ...]) -> None:
    """Verify a deep tree, and write a list of it."""
    complete = suite.checksig("verify", "--complete", str(top))
    done = expect(suite, f"{name}: verify", complete, codes, 60)
    recursive = suite.checksig("verify", "--recursive", str(top))
    expect(suite, f"{name}: verify --recursive", recursive, codes, 60)
    create = suite.checksig("create", "-o", "-", str(top))
    made = expect(suite, f"{name}: create", create, (0, 2), 60)
    if done.code != 0:
        suite.note(f"{name}: verify says", (done.out.strip()[-150:] or done.err)[-200:])
    if made.code == 0 and made.out.count("leaf") != 1:
        how = made.out[-100:] + made.err[-200:]
        suite.run(0, [(f"create leaves out a file: {name}", how)])
    subprocess.run(["rm", "-rf", str(top)], check=False)  # deeper than what shutil can do


def huge_file(suite: Suite, root: Path) -> None:
    """Interrupt what reads a file of 64 GiB with nothing in it."""
    root.mkdir()
    with (root / "huge").open("wb") as file:
        file.truncate(64 * GIB)
    listed = root / "hashes.txt"
    listed.write_text(f"%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n{64 * GIB},{EMPTY},huge\n")
    verify = suite.checksig("verify", "--manifest", str(listed))
    interrupt = [(1.0, signal.SIGINT)]

    what = "sparse 64 GiB, --size-only"
    command = [*verify, "--size-only", str(root)]
    done = expect(suite, what, command, (1,), 20, memory=GIB, seconds=3)
    if "NOT VERIFIED" not in done.out:
        suite.run(0, [("--size-only does not say NOT VERIFIED", done.out[-200:] + done.err)])
    what += ", Ctrl-C after 1 s"
    expect(suite, what, command, (1, *INTERRUPTED), 20, memory=GIB, seconds=4, at=interrupt)
    for options in ([], ["--workers", "1"], ["--readers", "4"], ["--drop-cache"]):
        what = f"sparse 64 GiB read {' '.join(options)}, Ctrl-C after 1 s"
        command = [*verify, *options, str(root)]
        expect(suite, what, command, (130,), 20, memory=GIB, seconds=3, at=interrupt)
    what = "sparse 64 GiB, create, Ctrl-C after 1 s"
    expect(
        suite,
        what,
        suite.checksig("create", str(root)),
        (130,),
        20,
        memory=GIB,
        seconds=3,
        at=interrupt,
    )
    if left := [p.name for p in root.iterdir() if p.name not in ("huge", "hashes.txt")]:
        suite.run(0, [("create, interrupted, leaves something", str(left))])
