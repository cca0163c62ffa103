"""Several tasks at a time, whose results come as they are there."""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from checksig._forking import loading

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Iterator

Found = TypeVar("Found")


class _End:
    """The end of a task, or what has ended it."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def at_once(
    tasks: Iterable[Iterable[Found]], workers: int, stopped: threading.Event
) -> Iterator[Found]:
    """Yield what tasks yield, as it comes; each is done by one of several threads.

    Args:
        tasks: What to do.
        workers: How many threads there are.
        stopped: Is set when nobody waits for the tasks any more.

    Raises:
        BaseException: what one of them has raised. What others yield then is not wanted any more.
    """
    found = SimpleQueue[Found | _End]()

    def do(task: Iterable[Found]) -> None:
        try:
            for each in task:
                found.put(each)
                if stopped.is_set():
                    return
            found.put(_End())
        except BaseException as error:
            found.put(_End(error))

    with loading:  # no fork comes between: it has something to do at forks, once it is there
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (as said)
    with ThreadPoolExecutor(workers) as pool:
        try:
            left = len([pool.submit(do, task) for task in tasks])
            while left:
                each = found.get()
                if not isinstance(each, _End):
                    yield each
                    continue
                if each.error is not None:
                    raise each.error
                left -= 1
        except BaseException:
            stopped.set()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
