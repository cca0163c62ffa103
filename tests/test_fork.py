"""fork() ends in the right answer within ten seconds, or in an exception. It never hangs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from trees import run_python

from checksig._bridge import library as _ffi

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")

LIMIT = 10  # seconds

#: Runs work(depth) in a child, and fails if that does not succeed.
IN_A_CHILD = """
import os, sys, warnings
import checksig, checksig._bridge.library, checksig._bridge.wire
warnings.simplefilter("ignore", DeprecationWarning)  # threads and fork: what is tested here
good, bad = sys.argv[1:]

def check():
    checksig.check_signatures(good)
    assert checksig.verify(good).ok
    report = checksig.audit(bad)
    assert not report.ok and len(report.failures) == 8, report
    assert len(list(checksig.iter_verify(bad))) == 9

def in_a_child(work):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


def passes(script: str, *trees: Path) -> None:
    run_python(IN_A_CHILD + script, *trees, timeout=LIMIT)


def test_fork_before_the_library_is_loaded(good: Path, bad: Path) -> None:
    passes("in_a_child(check); check()", good, bad)


def test_fork_right_after_the_library_is_loaded(good: Path, bad: Path) -> None:
    passes("checksig._bridge.library.library(); in_a_child(check); check()", good, bad)


def test_fork_after_use_again_and_again(good: Path, bad: Path) -> None:
    passes("check()\nfor _ in range(20): in_a_child(check)\ncheck()", good, bad)


def test_fork_three_levels_deep(good: Path, bad: Path) -> None:
    script = """
def level(depth):
    check()
    if depth:
        in_a_child(lambda: level(depth - 1))
    check()
level(3)
"""
    passes(script, good, bad)


def test_fork_deep_with_all_descriptors_closed(good: Path, bad: Path) -> None:
    """A daemon closes what it inherits, so that a descriptor's number comes back."""
    script = """
def level(depth):
    os.closerange(3, 100)
    check()
    if depth:
        in_a_child(lambda: level(depth - 1))
level(3)
"""
    passes(script, good, bad)


def test_a_child_that_skips_a_generation_loads_its_own_copy(good: Path, bad: Path) -> None:
    passes("check()\nin_a_child(lambda: in_a_child(lambda: in_a_child(check)))", good, bad)


def test_fork_while_the_library_is_being_loaded(good: Path, bad: Path) -> None:
    script = """
import threading
thread = threading.Thread(target=check)
thread.start()
for _ in range(5):
    in_a_child(check)
thread.join()
"""
    passes(script, good, bad)


def test_fork_while_the_package_is_being_imported(good: Path, bad: Path) -> None:
    script = """
import threading
thread = threading.Thread(target=lambda: checksig.verify)
thread.start()
for _ in range(5):
    in_a_child(check)
thread.join()
"""
    for _ in range(5):
        lazy = IN_A_CHILD.replace(
            "import checksig, checksig._bridge.library, checksig._bridge.wire", "import checksig"
        )
        run_python(lazy + script, good, bad, timeout=LIMIT)


def test_fork_beside_another_thread_does_not_load_the_library(good: Path, bad: Path) -> None:
    script = """
import threading
import checksig._names
ended = threading.Event()
thread = threading.Thread(target=ended.wait)
thread.start()
in_a_child(check)
ended.set()
"""
    lazy = IN_A_CHILD.replace(
        "import checksig, checksig._bridge.library, checksig._bridge.wire", "import checksig"
    )
    run_python(lazy + script, good, bad, timeout=LIMIT)


def test_fork_beside_another_thread_gives_up_no_lock_that_was_not_taken() -> None:
    """Nothing that is loaded at a fork has anything to do before forks: it would be too late."""
    script = """
import os, sys, threading, checksig
checksig.Report
threading.Thread(target=threading.Event().wait, daemon=True).start()
registered, register = [], os.register_at_fork
os.register_at_fork = lambda **hooks: (registered.append(hooks), register(**hooks))
for _ in range(2):
    if (child := os.fork()) == 0:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
assert "checksig._checking.streamed" in sys.modules
assert not [hooks for hooks in registered if "before" in hooks], registered
os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=LIMIT, check=True, text=True
    )
    assert done.stderr == ""


def test_fork_during_a_run_leaves_the_run_to_the_parent(good: Path, bad: Path) -> None:
    script = """
results = checksig.iter_verify(bad)
first = next(results)

def child():
    try:
        next(results) and list(results)
        raise SystemExit("the child went on with its parent's run")
    except checksig.ForkedProcessError as error:
        assert "belongs to process" in str(error)
    check()

def abandon():
    "A child that forgets what it inherited does not touch the parent's run."
    global results
    results.close()
    del results
    check()

in_a_child(abandon)
in_a_child(check)
assert len(list(results)) == 8
"""
    passes(script, good, bad)


def test_fork_while_threads_are_busy(good: Path, bad: Path) -> None:
    script = """
import threading
stop = threading.Event()
def busy():
    while not stop.is_set():
        check()
threads = [threading.Thread(target=busy) for _ in range(4)]
for thread in threads: thread.start()
for _ in range(10): in_a_child(check)
stop.set()
for thread in threads: thread.join()
"""
    passes(script, good, bad)


def test_fork_while_modules_are_loaded_that_few_calls_need(good: Path, bad: Path) -> None:
    """The thread holds the lock of a module at the moment of the fork, and longer."""
    script = """
import importlib.abc, threading, time
class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "checksig._formats.bare":
            sys.meta_path.remove(self)
            begun.set()
            time.sleep(0.5)
        return None
begun = threading.Event()
sys.meta_path.insert(0, Slow())
thread = threading.Thread(target=check)
thread.start()
assert begun.wait(5)
in_a_child(check)
thread.join()
"""
    passes(script, good, bad)


def test_ctrl_c_works_in_a_forked_child(good: Path, bad: Path) -> None:
    script = """
import signal, threading, time
check()
def child():
    with open(good + "/huge", "wb") as file:
        file.truncate(1 << 40)
    with open(good + "/list", "w") as file:
        file.write("0" * 40 + "  huge\\n")
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        checksig.audit(good, manifest=good + "/list")
    except KeyboardInterrupt:
        return
    raise SystemExit("not interrupted")
in_a_child(child)
"""
    passes(script, good, bad)


def test_a_private_copy_that_cannot_be_had_is_an_exception(good: Path, bad: Path) -> None:
    script = """
check()
def refuse(*_):
    raise OSError("no memory files here")
def child():
    os.memfd_create = refuse
    for _ in range(2):
        try:
            check()
            raise SystemExit("checked without a library")
        except checksig.ForkedProcessError as error:
            assert "spawn" in str(error) and "no memory files here" in str(error)
in_a_child(child)
"""
    passes(script, good, bad)


def test_where_copies_do_not_work_a_child_gets_an_exception(good: Path, bad: Path) -> None:
    script = """
check()
def child():
    sys.platform = "darwin"
    try:
        check()
        raise SystemExit("checked without a library")
    except checksig.ForkedProcessError as error:
        assert "spawn" in str(error)
in_a_child(child)
"""
    passes(script, good, bad)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(good: Path, bad: Path, tmp_path: Path, method: str) -> None:
    module = tmp_path / "work.py"
    module.write_text("import checksig\ndef ok(path): return checksig.audit(path).ok\n")
    script = """
import multiprocessing, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
method, directory, good, bad = sys.argv[1:]
sys.path.insert(0, directory)
import work
if __name__ == "__main__":
    assert work.ok(good)
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        assert pool.map(work.ok, [good, bad] * 8) == [True, False] * 8
    assert work.ok(good)
"""
    run_python(script, method, tmp_path, good, bad, timeout=LIMIT)


def test_subprocesses_are_not_disturbed(good: Path, bad: Path) -> None:
    script = """
import subprocess
check()
assert subprocess.run(["true"]).returncode == 0
assert subprocess.run(["false"]).returncode == 1
child = subprocess.Popen(["sleep", "60"])
child.terminate()
assert child.wait(5) == -15
"""
    passes(script, good, bad)


@pytest.fixture
def server(good: Path, tmp_path: Path) -> Iterator[str]:
    """Gunicorn with an application that has used checksig before its workers were forked."""
    pytest.importorskip("gunicorn", reason="needs gunicorn")
    (tmp_path / "site.py").write_text(
        "import checksig\n"
        f"ROOT = {str(good)!r}\n"
        "assert checksig.verify(ROOT).ok\n"
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [repr(checksig.audit(ROOT)).encode()]\n"
    )
    (tmp_path / "site.py").rename(tmp_path / "preloaded.py")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "--bind", address,
         "--timeout", str(LIMIT), "preloaded:application"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    yield f"http://{address}/"
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise


def test_gunicorn_preload(server: str) -> None:
    deadline = time.monotonic() + LIMIT
    answers: list[bytes] = []
    while len(answers) < 8:
        assert time.monotonic() < deadline
        try:
            with urllib.request.urlopen(server, timeout=LIMIT) as response:  # noqa: S310 (ours)
                answers.append(response.read())
        except OSError:
            time.sleep(0.1)  # not listening yet
    assert all(answer.startswith(b"<Report VERIFIED: 3 of 3") for answer in answers)


def test_the_copy_is_of_the_installed_library() -> None:
    assert Path(_ffi.LIBRARY).parent == Path(_ffi.__file__).parent
    assert Path(_ffi.LIBRARY).exists()
