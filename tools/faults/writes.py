"""Faults while writing: each call that ``create`` and ``bag`` write with fails once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections import Counter, defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from command import KIB, crashed
from corpus import BagTree, ListTree, lines, temporaries
from tracing import calls_of, injected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from command import Done, Wrong
    from suite import Suite
    from tracing import Call

ERRORS = {
    "write": ["EIO", "ENOSPC", "EDQUOT", "EINTR"],
    "fsync": ["EIO", "ENOSPC", "EDQUOT"],
    "openat": ["EIO", "ENOSPC", "EDQUOT", "EMFILE", "EROFS"],
    "rename": ["EIO", "ENOSPC", "EDQUOT"],
    "link": ["EIO", "ENOSPC", "EPERM"],
    "unlink": ["EIO"],
    "close": ["EIO", "ENOSPC"],
    "utimensat": ["EIO"],
    "mkdir": ["EIO", "ENOSPC"],
}
#: Ways to write a list, and whether there is an old one.
MODES = {"create --force": True, "create --update": True, "create": False}


class Case(NamedTuple):
    """A call of a command that fails with an error."""

    mode: str
    tree: ListTree
    command: list[str]
    call: Call
    error: str


def run(suite: Suite) -> None:
    """Write lists, on a disk that is full as well, and bags."""
    locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def one(case: Case) -> None:
        with locks[case.mode]:
            create(suite, case)

    suite.each(one, list(plan(suite)))
    full_disk(suite)
    bag(suite)


def plan(suite: Suite) -> Iterator[Case]:
    """Yield the calls with which lists are written, and each way in which they fail."""
    for mode, with_old in MODES.items():
        tree = ListTree(suite.place / f"w-{mode.replace(' ', '')}", with_old)
        tree.reset()
        command = suite.checksig(*mode.split(), str(tree.root))
        root = re.escape(str(tree.root))
        match = rf"\.tmp|fsync.*{root}|rename|O_RDONLY\|O_CLOEXEC\).*{root}>"
        for call in from_the_first_temporary(calls_of(suite, command, match)):
            for error in ERRORS.get(call.name, ["EIO"]):
                yield Case(mode, tree, command, call, error)


def from_the_first_temporary(found: list[Call]) -> list[Call]:
    """Return the calls from the first on that names a temporary file."""
    return found[next((i for i, call in enumerate(found) if ".tmp" in call.line), 0) :]


def create(suite: Suite, case: Case) -> None:
    """Write a list while a call fails."""
    case.tree.reset()
    name, fault, when = case.call.name, f"error={case.error}", str(case.call.number)
    done, hits = injected(suite, case.command, name, fault, when)
    if not hits:
        suite.note("did not fire", f"{case.mode}: {name}:{case.error}:when={when}")
        return
    what = f"{case.mode}: inject={name}:{fault}:when={when} ({hits[0][:140]})"
    state = case.tree.state()
    of_directory = name in ("fsync", "openat", "close") and ".tmp" not in hits[0]
    wrong = ended(suite, done, what)
    if state not in ("old", "new"):
        wrong.append((f"the list is {state}", what))
    left = temporaries(case.tree.root)
    if left and name == "unlink":
        suite.note("a temporary file is left, which could not be removed", what)
    elif left:
        wrong.append(("a temporary file is left", f"{what} -> {left}"))
    if done.code == 0 and state != "new":
        wrong.append(("exit code 0, and the new list is not there", what))
    elif done.code == 0 and case.error != "EINTR" and name != "unlink":
        if of_directory or name == "link":
            whose = "directory" if of_directory else "list"
            suite.note(f"exit code 0, the list is whole: {name} of the {whose} fails", what)
        else:
            wrong.append(("exit code 0 after a failure", what))
    wrong += unnamed(done, what)
    if done.code and state == "new" and MODES[case.mode]:
        suite.note("exit code not 0, and the new list is there", what)
    suite.run(len(hits), wrong, f"{case.mode} {state}/{done.code}")


def ended(suite: Suite, done: Done, what: str) -> Wrong:
    """Return what is wrong with an end.

    strace counts the calls of each thread, so that what fails can be a write with which Go wakes
    one of its threads. It ends the process then: that is noted.
    """
    if done.code == -signal.SIGABRT and "netpollBreak write failed" in done.err:
        suite.note("Go ends the process, which cannot wake a thread", what)
        return []
    return crashed(done, what)


def unnamed(done: Done, what: str) -> Wrong:
    """Return what is wrong with a message that names neither a file nor stdout."""
    names = r"SHA256SUMS|sub/|/f\d\d\d| f\d\d\d|cannot write the output"
    if done.code == 2 and not re.search(names, done.err):
        return [("the message names nothing", f"{what} :: {done.err[:200]}")]
    return []


def full_disk(suite: Suite) -> None:
    """Write lists that are too large for the disk, which is a small one in memory."""
    place = suite.place / "full"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1100k,nr_inodes=20k", "none", str(place)]
    if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode:
        suite.note("SKIPPED: tmpfs cannot be mounted")
        return
    try:
        content = {f"{'n' * 60}{number:05}": b"" for number in range(5000)}
        for name in content:
            (place / name).touch()
        old = lines(dict(list(content.items())[:4500])).encode()
        for mode in ("--force", "--update"):
            for free in (0, 4, 64, 200, 400):
                full_disk_with(suite, place, old, mode, free)
    finally:
        subprocess.run(["umount", place], check=False)


def full_disk_with(suite: Suite, place: Path, old: bytes, mode: str, free: int) -> None:
    """Write a list over an old one when so many KiB are free."""
    with suppress(OSError):
        (place / ".fill").unlink()
    (place / "SHA256SUMS").write_bytes(old)
    system = os.statvfs(place)
    room = system.f_bavail * system.f_frsize - free * KIB
    (place / ".fill").write_bytes(bytes(max(0, room)))
    done = suite.execute(suite.checksig("create", mode, "--exclude", ".fill", str(place)))
    what = f"create {mode} on a tmpfs with {free} KiB left, list of 700 KB"
    wrong = crashed(done, what)
    if done.code == 0:
        wrong.append(("exit code 0 with a full disk", what))
    if (place / "SHA256SUMS").read_bytes() != old:
        wrong.append(("the old list is gone", what))
    if left := temporaries(place):
        wrong.append(("a temporary file is left", f"{what} -> {left}"))
    suite.run(1, wrong, f"disk full/{done.code}")


def bag(suite: Suite) -> None:
    """Make a bag while a call fails; of the renames of files, some are enough."""
    tree = BagTree(suite.place / "w-bag")
    command = suite.checksig("bag", str(tree.here))
    tree.reset()
    found = calls_of(suite, command, r"\.tmp|rename|fsync")
    start = next(i for i, call in enumerate(found) if ".tmp" in call.line)
    seen: Counter[str] = Counter()
    for call in found[start:]:
        name = call.name
        seen[name] += 1
        of_file = name == "rename" and "data." in call.line and '/data")' not in call.line
        if of_file and seen[name] > 4:
            continue
        for error in ERRORS.get(name, ["EIO"])[:2]:
            for plus in ("", "+") if name == "rename" else ("",):
                fault, when = f"error={error}", f"{call.number}{plus}"
                bag_with(suite, tree, command, name, fault=fault, when=when)


def bag_with(
    suite: Suite, tree: BagTree, command: list[str], name: str, *, fault: str, when: str
) -> None:
    """Make a bag while a call fails; nothing is lost, and to make it again mends it."""

    def is_no_bag() -> bool:
        verify = suite.checksig("verify", str(tree.here))
        return tree.state() != "moved" or bool(suite.execute(verify).code)

    tree.reset()
    done, hits = injected(suite, command, name, fault, when)
    if not hits:
        return
    what = f"bag DIR: inject={name}:{fault}:when={when} ({hits[0][:140]})"
    wrong = ended(suite, done, what)
    if gone := tree.lost():
        wrong.append((f"{gone} files are lost", what))
    state, left = tree.state(), temporaries(tree.here)
    if done.code == 0 and is_no_bag():
        wrong.append(("exit code 0, and the bag is not valid", what))
    if left:
        how = f"{what} -> {left[:3]} :: {done.err.strip()[:250]}"
        wrong.append((f"left behind, state {state}", how))
    elif done.code:
        again = suite.execute(command)
        if again.code or is_no_bag():
            how = f"{what} :: {again.err[:200]}"
            wrong.append((f"bag again does not mend it (state {state})", how))
    suite.run(len(hits), wrong, f"bag {state}/{done.code}")
