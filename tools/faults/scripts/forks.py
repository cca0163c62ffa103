"""Four threads fork while six verify; each child verifies, or says that it cannot."""

import os
import signal
import subprocess
import sys
import threading
import time

from prelude import SECONDS, right, tree

import checksig

HUNG = 99
stop = time.monotonic() + SECONDS
runs, wrong, lock = [0, 0], [], threading.Lock()


def work(number: int) -> None:
    """Verify in the parent."""
    while time.monotonic() < stop:
        if not right(tree(number)):
            wrong.append("verdict in parent")
        runs[0] += 1


def child(number: int) -> None:
    """Verify in the child, and leave."""
    try:
        code = 0 if right(tree(number)) else 7
    except checksig.ForkedProcessError:
        code = 3
    except BaseException as error:
        os.write(2, repr(error).encode())
        code = 8
    os._exit(code)


def wait(pid: int) -> int:
    """Return the exit code of a child; one that hangs is looked at with gdb, and killed."""
    end = time.monotonic() + 20
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            show = f"gdb -p {pid} -batch -ex 'thread apply all bt 12' 2>/dev/null | tail -40"
            subprocess.run(["sh", "-c", show], stdout=sys.stderr, check=False)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return HUNG
        time.sleep(0.005)


def fork(number: int) -> None:
    """Fork again and again."""
    while time.monotonic() < stop:
        pid = os.fork()
        if pid == 0:
            child(number)
        code = wait(pid)
        with lock:
            runs[1] += 1
            if code not in (0, 3):
                wrong.append(f"child {code}" + (" (hung)" if code == HUNG else ""))


workers = [threading.Thread(target=work, args=(number,)) for number in range(6)]
workers += [threading.Thread(target=fork, args=(number,)) for number in range(4)]
for thread in workers:
    thread.start()
for thread in workers:
    thread.join()
print("RUNS", sum(runs), "forks", runs[1])
assert not wrong, (len(wrong), wrong[:3])
