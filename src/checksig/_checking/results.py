"""Results as they come, out of a run that can be ended from anywhere."""

from __future__ import annotations

import threading

from checksig.errors import CancelledError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Self

    from checksig._options.reading import Cancel
    from checksig._results import Result


class Stop:
    """An event that is set if it was set here, or if another is."""

    def __init__(self, other: Cancel | None = None) -> None:
        """Take the other along."""
        self._other, self._own = other, False

    def set(self) -> None:
        """Set it."""
        self._own = True

    def is_set(self) -> bool:
        """Return whether it is set."""
        return self._own or (self._other is not None and self._other.is_set())


class Results:
    """Results as they come, in no particular order: an iterator.

    Threads may share it: each result goes to one of them. The run ends if you close it, leave its
    ``with`` block, or drop the last reference to it.
    """

    def __init__(self, begin: Callable[[Cancel], Generator[Result]], cancel: Cancel | None) -> None:
        """Begin when the first result is asked for.

        Args:
            begin: Returns a generator of results, which ends when what it gets is set.
            cancel: What the caller ends it with.
        """
        self._stop = Stop(cancel)
        self._source = begin(self._stop)
        self._taking = threading.RLock()
        self._running = self._ended = False

    def __iter__(self) -> Self:
        """Return itself."""
        return self

    def __next__(self) -> Result:
        """Return the next result, and wait for it.

        Raises:
            CancelledError: it was closed before its end, or its ``cancel`` was set: what has come
                so far is not all.
            ChecksigError: the run failed.
        """
        with self._taking:
            if self._ended:
                raise StopIteration
            if self._stop.is_set():
                self._source.close()
                raise CancelledError("closed before the end")
            self._running = True
            try:
                return next(self._source)
            except StopIteration:
                self._ended = True
                raise
            finally:
                self._running = False

    def close(self) -> None:
        """End the run, and wait until it has ended. Any thread may do so, at any time.

        A thread that is waiting for a result gets a ``CancelledError``.
        """
        self._stop.set()
        with self._taking:
            # It runs if its own progress closes it, and ends as soon as it looks.
            if not self._running:
                self._source.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
