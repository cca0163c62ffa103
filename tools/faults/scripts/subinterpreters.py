"""Verify in subinterpreters, one after another and eight at once; the main one works after."""

import threading
from typing import Any

from prelude import BAD, GOOD, right

try:
    from concurrent import interpreters  # Python 3.14

    old = None
except ImportError:
    try:
        import _interpreters as old  # Python 3.13
    except ImportError:
        import _xxsubinterpreters as old

CODE = f"""
import checksig
report = checksig.audit({GOOD!r})
assert report.counts[checksig.Status.OK] == 50
report = checksig.audit({BAD!r})
assert report.counts[checksig.Status.OK] == 49
"""
said: set[str] = set()
ended: list[None] = []


def one() -> None:
    """Make an interpreter, verify in it, and end it."""
    its: Any = old.create() if old else interpreters.create()
    try:
        out = old.run_string(its, CODE) if old else its.exec(CODE)
        said.add(repr(out)[:200] if out else "works")
    except Exception as error:
        said.add(f"{type(error).__name__}: {error}"[:300])
    ended.append(None)
    if old:
        old.destroy(its)
    else:
        its.close()


for _ in range(5):
    one()
workers = [threading.Thread(target=one) for _ in range(8)]
for thread in workers:
    thread.start()
for thread in workers:
    thread.join()
assert right(GOOD)
assert right(BAD)
print("RUNS", len(ended), "SAID", said)
