"""Ctrl-C ends a run at once, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from trees import ZERO, run_python

pytestmark = pytest.mark.kernels

LIMIT = 0.2  # seconds, from the signal to the exception
WORST = 1.0  # seconds, on a machine that has other things to do


def assert_prompt(took: list[float]) -> None:
    """Hold three measurements to the limits."""
    assert len(took) == 3
    assert statistics.median(took) < LIMIT, took
    assert max(took) < WORST, took


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A directory that takes an hour to check: sparse files, one for each core and more."""
    for number in range(8):
        with (tmp_path / f"huge{number}").open("wb") as file:
            file.truncate(1 << 42)
    lines = (f"{ZERO}  huge{number}\n" for number in range(8))
    (tmp_path / "sha1sum.txt").write_text("".join(lines))
    return tmp_path


SCRIPT = """
import os, signal, sys, threading, time
import checksig
root = sys.argv[1]

def busy():
    "Processor time of this process, in seconds."
    return sum(os.times()[:2])

def interrupted(call):
    sent = 0.0
    def send():
        nonlocal sent
        sent = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)
    timer = threading.Timer(0.5, send)
    timer.start()
    try:
        call()
    except KeyboardInterrupt:
        took = time.monotonic() - sent
        timer.join()
        return took
    raise SystemExit("not interrupted")

def descriptors():
    "What is open below the root."
    places = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd")]
    names = [os.readlink(place) for place in places if os.path.exists(place)]
    return [name for name in names if root in name]

def measure(call):
    checksig.algorithms()
    took = [interrupted(call) for _ in range(3)]
    assert threading.active_count() == 1
    until = time.monotonic() + 1  # on a machine that has other things to do
    while (left := descriptors()) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left, left
    before = busy()
    time.sleep(0.5)
    idle = busy() - before
    assert idle < 0.1, f"{idle} s of work after the end"
    print(*took)
"""


@pytest.mark.parametrize(
    "call",
    [
        "checksig.check_signatures(root)",
        "checksig.verify(root)",
        "checksig.audit(root)",
        "list(checksig.iter_verify(root))",
        "list(checksig.hash_files([root + '/huge0']))",
        "checksig.create(root)",
    ],
)
def test_ctrl_c_ends_a_call_at_once(endless: Path, call: str) -> None:
    took = run_python(SCRIPT + f"measure(lambda: {call})", endless).split()
    assert_prompt([float(seconds) for seconds in took])
    assert not (endless / "SHA256SUMS").exists()


@pytest.mark.parametrize("arguments", [["verify"], ["verify", "--jsonl"], ["create"], ["bench"]])
def test_ctrl_c_ends_a_command_at_once(endless: Path, arguments: list[str]) -> None:
    before = sorted(os.listdir(endless))  # noqa: PTH208 (names)
    took = [interrupt_a_command([*arguments, str(endless)]) for _ in range(3)]
    assert_prompt(took)
    assert sorted(os.listdir(endless)) == before  # noqa: PTH208 (names)


def interrupt_a_command(arguments: list[str]) -> float:
    """Run a command, interrupt it, and return how long it took to end, in seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "checksig", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until_it_hashes(process.pid)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=10)
        took = time.monotonic() - sent
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert error == b"checksig: interrupted\n"
    assert out == b"" or b'"exit_code": 130' in out
    return took


def wait_until_it_hashes(pid: int) -> None:
    """Wait until a process has the files open that take an hour."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if any("huge" in name for name in open_files(pid)):
            return
        time.sleep(0.01)
    pytest.fail("it never began")


def open_files(pid: int) -> list[str]:
    """The names of the files that a process has open."""
    names: list[str] = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since
            names.append(str(link.readlink()))
    return names


def test_closing_an_iterator_ends_its_run(endless: Path) -> None:
    script = """
results = checksig.iter_verify(root)
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    next(results)
except KeyboardInterrupt:
    pass
before = busy()
time.sleep(0.5)
print(busy() - before)
"""
    assert float(run_python(SCRIPT + script, endless)) < 0.1


LOADING = """
import os, signal, sys
from checksig.__main__ import run

_, module, *rest = sys.argv
sys.argv = ["checksig", *rest]

def interrupt(event, arguments):
    if event == "import" and arguments[0] == module:
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(interrupt)
run()
"""


@pytest.mark.parametrize(
    "module",
    [
        "checksig._cli",
        "argparse",
        "checksig.errors",
        "checksig._cli._printing",
        "checksig._checking",
    ],
)
def test_ctrl_c_while_the_command_is_loaded_ends_it_without_a_traceback(
    good: Path, module: str
) -> None:
    command = [sys.executable, "-c", LOADING, module, "verify", str(good)]
    done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert done.returncode == -signal.SIGINT  # which a shell calls 130
    assert (done.stdout, done.stderr) == (b"", b"")


def test_the_package_loads_nothing_before_ctrl_c_is_seen_to() -> None:
    script = """
import sys
before = set(sys.modules)
import checksig.__main__
print(*set(sys.modules) - before)
"""
    assert set(run_python(script).split()) == {"checksig", "checksig.__main__", "checksig._forking"}
