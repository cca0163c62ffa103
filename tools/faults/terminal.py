"""A command on a terminal of its own, where Ctrl-C is pressed at some moment."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import termios
import time
from typing import TYPE_CHECKING

from command import FAULT, LIMIT, environment

if TYPE_CHECKING:
    from command import Wrong
    from suite import Suite


def interrupt(suite: Suite, command: list[str], turn: int, usual: float) -> None:
    """Run a command on a terminal; in two of three turns, press Ctrl-C in the usual time."""
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    when = suite.random.uniform(0.05, usual) if turn % 3 else None
    child = start(suite, command, slave)
    shown, sent = watch(child, master, when)
    what = f"{' '.join(command[1:3])} on a terminal, Ctrl-C after {when}"
    wrong: Wrong = []
    if child.poll() is None:
        child.kill()
        wrong.append(("hangs on a terminal", what))
    code = child.wait()
    if code not in ((130, -2, 0) if when else (0,)):
        wrong.append((f"exit code {code} on a terminal", f"{what} :: {shown[-200:]!r}"))
    if termios.tcgetattr(slave) != before:
        wrong.append(("the terminal is not as it was", what))
    wrong += judge(suite, shown, sent, what)
    os.close(master)
    os.close(slave)
    suite.run(int(sent), wrong, f"terminal {code}")


def start(suite: Suite, command: list[str], slave: int) -> subprocess.Popen[bytes]:
    """Start a command whose controlling terminal this is, so that Ctrl-C is its signal."""

    def take() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    return subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**environment(suite.place), "TERM": "xterm"},
        preexec_fn=take,  # noqa: PLW1509 (no other thread runs here by then)
    )


def watch(child: subprocess.Popen[bytes], master: int, when: float | None) -> tuple[bytes, bool]:
    """Read what is shown, and press Ctrl-C; return that, and whether it was pressed."""
    sent, shown, began = False, b"", time.monotonic()
    while time.monotonic() < began + LIMIT:
        if select.select([master], [], [], 0.005)[0]:
            shown += os.read(master, 65536)
        elif child.poll() is not None:
            break
        if when and not sent and time.monotonic() > began + when:
            os.write(master, b"\x03")
            sent = True
    return shown, sent


def judge(suite: Suite, shown: bytes, sent: bool, what: str) -> Wrong:
    """Return what is wrong with what was shown."""
    wrong: Wrong = []
    text = shown.decode("utf-8", "replace")
    if shown.count(b"\x1b[?25l") > shown.count(b"\x1b[?25h"):
        wrong.append(("the cursor stays hidden", what))
    if FAULT.search(text):
        if sent and "checksig/_cli" not in text:
            suite.note("Ctrl-C while Python itself starts: its traceback", what)
        else:
            wrong.append(("a traceback on a terminal", f"{what} :: {text[-200:]}"))
    if shown and not text.replace("^C", "").endswith(("\n", "\r", "\x1b[K")):
        suite.note("what it prints does not end a line", f"{what} :: {text[-80:]!r}")
    return wrong
