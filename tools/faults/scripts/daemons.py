"""Exit while daemon threads verify."""

import threading
import time

from prelude import GOOD, right


def work() -> None:
    """Verify for ever."""
    for _ in range(10**6):
        right(GOOD)


for _ in range(16):
    threading.Thread(target=work, daemon=True).start()
time.sleep(1)
print("RUNS 16")
