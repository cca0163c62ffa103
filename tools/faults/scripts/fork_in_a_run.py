"""Fork in the middle of a run: the child cannot go on with it, but can begin others."""

import gc
import os
import time

from prelude import BAD, GOOD, SECONDS, right

import checksig


def child() -> None:
    """Try to go on, give it up, verify, and let a grandchild verify; leave with 0 if right."""
    code = 8
    try:
        try:
            list(held[0])
            code = 5
        except checksig.ForkedProcessError:
            code = 0
        held.clear()  # nobody else holds the run
        gc.collect()
        if not right(BAD):
            code = 7
        pid = os.fork()
        if pid == 0:
            os._exit(0 if right(GOOD) else 6)
        code = code or os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    finally:
        os._exit(code)


number = 0
stop = time.monotonic() + SECONDS / 2
while time.monotonic() < stop:
    held = [checksig.iter_verify(GOOD)]
    next(held[0])
    pid = os.fork()
    if pid == 0:
        child()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code == 0, code
    assert len(list(held[0])) == 49
    number += 1
print("RUNS", number)
