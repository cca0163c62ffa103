"""Faults of the system: calls that strace makes fail, and a kill at a call."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from command import Done
    from suite import Suite

STRACE = ["strace", "-f", "--seccomp-bpf", "-qq", "-y"]

#: Calls that change something, or promise that it is changed.
WRITING = (
    "write,openat,fsync,fdatasync,rename,renameat2,link,linkat,unlink,utimensat,close,mkdir,"
    "ftruncate"
)


class Call(NamedTuple):
    """A call that a program made."""

    name: str
    number: int  #: among those of its name in the main thread, from 1
    line: str  #: as strace shows it


def injected(
    suite: Suite, command: list[str], call: str, fault: str, when: str, *options: str
) -> tuple[Done, list[str]]:
    """Run a program while a call fails; return how it ended, and the calls that failed."""
    log = suite.place / f"log-{threading.get_ident()}"
    inject = ["-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={when}"]
    done = suite.execute([*STRACE, "-o", str(log), *options, *inject, *command])
    shown = log.read_text(errors="replace").splitlines()
    return done, [line for line in shown if "INJECTED" in line]


def kill_at(suite: Suite, command: list[str], call: Call) -> Done:
    """Run a program that is killed at a call; with --seccomp-bpf no signal would come."""
    inject = f"inject={call.name}:signal=KILL:when={call.number}"
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call.name}", "-e", inject]
    return suite.execute([*trace, *command])


def calls_of(suite: Suite, command: list[str], match: str) -> list[Call]:
    """Run a program, and return which calls of its main thread write, and match a pattern."""
    log = suite.place / f"calls-{threading.get_ident()}"
    suite.execute([*STRACE, "-o", str(log), "-e", f"trace={WRITING}", *command])
    count: Counter[str] = Counter()
    found: list[Call] = []
    first = ""
    for line in log.read_text(errors="replace").splitlines():
        pid, _, rest = line.partition(" ")
        first = first or pid
        name = rest.strip().partition("(")[0]
        if pid == first and "(" in rest and "resumed" not in name:
            count[name] += 1
            if re.search(match, rest):
                found.append(Call(name, count[name], rest.strip()))
    return found
