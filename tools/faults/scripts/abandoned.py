"""Abandon 500 runs, begun or not, closed or not: nothing is left of them."""

import gc
import time

from prelude import GOOD, fds, right, rss, threads, tree

import checksig

right(GOOD)
list(checksig.iter_verify(GOOD))
for _ in range(50):
    next(checksig.iter_verify(GOOD))
time.sleep(0.3)
gc.collect()
before = fds(), threads(), rss()
for number in range(500):
    it = checksig.iter_verify(tree(number))
    if number % 5:
        next(it)
    if number % 3 == 0:
        it.close()
    del it
time.sleep(0.5)
gc.collect()
after = fds(), threads(), rss()
print("RUNS 500", before, after)
assert after[0] <= before[0], (before, after)
assert after[1] <= before[1] + 4, (before, after)
assert after[2] < before[2] + (64 << 20), (before, after)
