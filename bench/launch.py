"""Run a command, and say how long it took and how much memory it had.

    python -IS bench/launch.py CORES PROGRAM ARGUMENT ...

Prints its exit code, the seconds from before its start to its end, the peak of its resident set in
bytes, and the seconds that processors worked for it. What it prints goes nowhere. CORES is how many
it may use; 0: all.

This is a process of its own because a process starts out with the peak of who started it: here
that is the 9 MiB of a bare Python, where the benchmark itself has many times as much.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    """Run the command of the arguments."""
    cores, *command = sys.argv[1:]
    if int(cores):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(cores)])
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=silent)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    processor = usage.ru_utime + usage.ru_stime
    print(os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss * 1024, processor)


if __name__ == "__main__":
    main()
