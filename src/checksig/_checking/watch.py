"""Those who follow a check: with its progress, or at each look at it; and who ends it."""

from __future__ import annotations

from checksig._bridge import wire
from checksig._classes import replace
from checksig._results import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._options.reading import Cancel


class Watch:
    """The followers of a check of one place, or of several, whose progress adds up."""

    def __init__(
        self,
        progress: Callable[[Progress], None] | None = None,
        cancel: Cancel | None = None,
        look: Callable[[], object] | None = None,
    ) -> None:
        """Follow nothing yet.

        Args:
            progress: Called with the progress of all places together.
            cancel: Whether the check is wanted no more.
            look: Called as often.
        """
        self.wants_progress = progress is not None
        self._progress, self._cancel, self._look = progress, cancel, look
        self._past = self._now = Progress(0, 0, 0, 0, 0.0)
        self._last = True

    def begin(self, *, last: bool) -> None:
        """Begin with the next place, which may be the last.

        Raises:
            CancelledError: it is not wanted any more.
        """
        if self._cancel is not None:
            wire.expect_wanted(self._cancel)
        self._past, self._last = self._now, last

    def tell(self, progress: Progress) -> None:
        """Tell how far the check of the place has come.

        Raises:
            CancelledError: it is not wanted any more.
        """
        if self._cancel is not None:
            wire.expect_wanted(self._cancel)
        if self._look:
            self._look()
        if self._progress:
            past = self._past
            self._now = replace(
                progress,
                files=past.files + progress.files,
                total_files=past.total_files + progress.total_files,
                bytes=past.bytes + progress.bytes,
                total_bytes=past.total_bytes + progress.total_bytes,
                seconds=past.seconds + progress.seconds,
                settled=progress.settled and self._last,
            )
            self._progress(self._now)
