"""32 threads verify, while another collects garbage all the time."""

import gc
import itertools
import threading
import time

from prelude import SECONDS, fds, right, threads, tree

gc.set_threshold(1)
stop = time.monotonic() + SECONDS
counts, wrong = itertools.count(), []


def work(number: int) -> None:
    """Verify again and again."""
    while time.monotonic() < stop:
        try:
            if not right(tree(number)):
                wrong.append("verdict")
        except Exception as error:
            wrong.append(repr(error))
        next(counts)


def collect() -> None:
    """Collect garbage again and again."""
    while time.monotonic() < stop:
        gc.collect()


workers = [threading.Thread(target=work, args=(number,)) for number in range(32)]
workers.append(threading.Thread(target=collect))
for thread in workers:
    thread.start()
for thread in workers:
    thread.join()
print("RUNS", next(counts), "threads", threads(), "fds", fds())
assert not wrong, wrong[:3]
assert threads() < 120, threads()
