"""Verify when few descriptors are left, from none to 11; with a fourth argument, after a run."""

import subprocess
import sys
from pathlib import Path

from prelude import GOOD

import checksig

CHILD = Path(__file__).with_name("descriptors_child.py")
checksig.algorithms()
bad_ends = []
for left in range(12):
    command = [sys.executable, CHILD, GOOD, str(left), *sys.argv[4:]]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        said = done.stderr.decode()[:90]
        bad_ends.append(f"{left} left: exit {done.returncode}, {said!r}")
print("RUNS 12")
assert not bad_ends, bad_ends
