"""Programs: run, sent signals, ended when they hang; and what none may do, whatever fails."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

LIMIT = 20  # seconds; what takes longer hangs
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

#: What is wrong with a run: each a kind, and how it came about.
Wrong = list[tuple[str, str]]

#: What a program prints that ends by accident.
FAULT = re.compile(
    r"Traceback \(most recent|^panic:|fatal error:|^goroutine \d+|SIGSEGV|SIGABRT|"
    r"Exception ignored|core dumped|runtime: |Fatal Python",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Done:
    """How a program ended."""

    code: int | None  #: None if it hung
    out: str
    err: str
    seconds: float
    rss: int  #: the peak of its resident set, in bytes


def environment(place: Path) -> dict[str, str]:
    """Return variables for programs: nothing that sets up Python or checksig, and an empty home."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHECKSIG", "PYTHON"))}
    home = str(place / "home")
    return {**kept, "LC_ALL": "C.UTF-8", "HOME": home, "XDG_CONFIG_HOME": home}


def execute(
    command: list[str],
    place: Path,
    limit: float = LIMIT,
    at: Sequence[tuple[float, int]] = (),
    stdout: IO[bytes] | int | None = None,
) -> Done:
    """Run a program, send it signals after so many seconds, and end it when it hangs."""
    with tempfile.TemporaryFile(dir=place) as out, tempfile.TemporaryFile(dir=place) as err:
        began = time.monotonic()
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out if stdout is None else stdout,
            stderr=err,
            env=environment(place),
            start_new_session=True,
        )
        hung = threading.Event()

        def end() -> None:
            hung.set()
            with suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL)

        timer = threading.Timer(limit, end)
        timer.start()
        for when, number in at:
            time.sleep(max(0.0, began + when - time.monotonic()))
            # Nobody has waited for it yet, so that the id is still its own.
            with suppress(OSError):
                if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                    os.kill(child.pid, number)
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = code = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Done(
            None if hung.is_set() else code,
            out.read(8 * MIB).decode("utf-8", "replace"),
            err.read(MIB).decode("utf-8", "replace"),
            time.monotonic() - began,
            usage.ru_maxrss * KIB,
        )


def crashed(done: Done, what: str, allowed: Collection[int] = (0, 1, 2, 3)) -> Wrong:
    """Return what no run may do: hang, end with another code, or print a traceback."""
    wrong = []
    tail = (done.err.strip() or done.out.strip())[-300:].replace("\n", " | ")
    if done.code is None:
        wrong.append(("hangs", what))
    elif done.code not in allowed:
        wrong.append((f"exit code {done.code}", f"{what} :: {tail}"))
    if found := FAULT.search(done.err + done.out):
        wrong.append((f"prints {found[0]!r}", f"{what} :: {tail}"))
    return wrong


def jsonl(text: str) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Return the results by path, and the last document, of JSON lines."""
    results: dict[str, dict[str, Any]] = {}
    last: dict[str, Any] = {}
    for line in text.splitlines():
        with suppress(ValueError):
            last = json.loads(line)
            if last.get("schema", "").startswith("checksig.result"):
                results[last["path"]] = last
    return results, last
