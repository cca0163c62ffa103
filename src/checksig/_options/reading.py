"""The options about which files are read, and how."""

import os
from collections.abc import Callable, Iterable

from checksig._options.row import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Literal, Protocol, TypedDict

    from checksig._results import Progress

    class Cancel(Protocol):
        """An object that says whether to cancel a run: ``threading.Event`` is one."""

        def is_set(self) -> bool:
            """Return whether to cancel."""
            ...

    Symlinks = Literal["inside", "refuse", "record"]
else:
    from checksig._options.row import Annotated, TypedDict

StrPath = str | os.PathLike[str] | bytes

#: In bytes a second: what the core counts with.
_MAX_RATE = (1 << 63) - 1


class ReadOptions(TypedDict, total=False):
    """The way files are read. All functions that read files take these options."""

    workers: Annotated[
        int | None,
        Option(
            "the number of threads that hash, 256 at most (default: one per core)",
            metavar="N",
            number=True,
            setting="workers",
        ),
    ]
    readers: Annotated[
        int | None,
        Option(
            "the number of files to read ahead of the workers, 256 at most (default: what suits "
            "the device; none for files in the page cache)",
            metavar="N",
            number=True,
            needs="readers",
            setting="readers",
        ),
    ]
    drop_cache: Annotated[
        bool,
        Option(
            "read files from the device, not from the page cache",
            False,
            "Files are dropped from the page cache before and after they are read.",
            needs="cache",
            setting="drop_cache",
        ),
    ]
    bwlimit: Annotated[
        int | None,
        Option(
            "read at most this many bytes a second, all threads together; also 500K, 1.5M or 2G, "
            "in units of 1024",
            metavar="RATE",
            number=True,
            most=_MAX_RATE,
            needs="rate",
            setting="bwlimit",
        ),
    ]


class ProcessOptions(TypedDict, total=False):
    """The way a process runs. Only the command line has these: a library is a guest in its own."""

    nice: Annotated[
        bool,
        Option(
            "run at the lowest priority, and use the disk only while nothing else does",
            False,
            "On systems without such a priority for the disk, it affects only the processor.",
        ),
    ]


class WatchOptions(TypedDict, total=False):
    """The way a caller follows a run, and ends it."""

    progress: Annotated[
        "Callable[[Progress], None] | None",
        Option(
            "a function that is called with the progress, about twenty times a second and at the "
            "end",
            shown=False,
        ),
    ]
    cancel: Annotated[
        "Cancel | None",
        Option(
            "an event: when it is set, the run ends with :class:`CancelledError`",
            more="Any object with ``is_set()`` works. It is called about twenty times a second.",
            shown=False,
            method="is_set",
        ),
    ]


class RunOptions(ReadOptions, WatchOptions, total=False):
    """The way files are read, and how a caller follows that."""


class ChoiceOptions(TypedDict, total=False):
    """The files below the root that a command is about."""

    include: Annotated[
        Iterable[str],
        Option(
            "check or list only files that match, as in .gitignore",
            (),
            metavar="PATTERN",
            several=True,
            names="include",
        ),
    ]
    exclude: Annotated[
        Iterable[str],
        Option(
            "leave out files that match, as in .gitignore",
            (),
            "They are not checked, not listed, and do not count as unlisted.",
            metavar="PATTERN",
            several=True,
            names="exclude",
        ),
    ]
