"""What each script has: a good tree, a bad tree, seconds; and the verdict on a tree, if right."""

from __future__ import annotations

import sys
import sysconfig
import warnings
from pathlib import Path

import checksig

warnings.simplefilter("ignore")  # of forks in threads, which is what is tried
GOOD, BAD = sys.argv[1:3]
SECONDS = float(sys.argv[3])
if sysconfig.get_config_var("Py_GIL_DISABLED"):
    assert not sys._is_gil_enabled(), "the GIL came back"


def right(root: str) -> bool:
    """Verify a tree, and return whether the verdict is what it must be."""
    report = checksig.audit(root)
    ok = report.counts[checksig.Status.OK]
    return report.ok == (root == GOOD) and ok == (50 if root == GOOD else 49)


def tree(number: int) -> str:
    """Return the good tree for odd numbers, and the bad one for even."""
    return GOOD if number % 2 else BAD


def fds() -> int:
    """Return how many descriptors are open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def threads() -> int:
    """Return how many threads there are, those of the core as well."""
    return len(list(Path("/proc/self/task").iterdir()))


def rss() -> int:
    """Return the resident set in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
