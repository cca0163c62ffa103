"""Verify in threads of asyncio, and cancel half of the tasks."""

import asyncio
import random
import time

from prelude import GOOD, SECONDS, fds, right, threads, tree


async def main() -> None:
    """Start eight tasks at a time."""
    wrong, number = [], 0
    stop = time.monotonic() + SECONDS / 2
    while time.monotonic() < stop:
        work = [asyncio.to_thread(right, tree(i)) for i in range(8)]
        tasks = [asyncio.create_task(one) for one in work]
        await asyncio.sleep(random.uniform(0, 0.02))
        for task in tasks[::2]:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if result is not True and not isinstance(result, asyncio.CancelledError):
                wrong.append(repr(result))
        number += 8
    print("RUNS", number)
    assert not wrong, wrong[:3]


right(GOOD)
asyncio.run(main())
time.sleep(0.3)
assert fds() < 40, fds()
assert threads() < 40, threads()
