"""The options about which files are read, and how."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Literal

from checksig._options.row import Option

if TYPE_CHECKING:
    from typing import Annotated, Protocol, TypedDict

    from checksig._results import Progress

    class Cancel(Protocol):
        """A thing that says whether a run is not wanted any more: ``threading.Event`` is one."""

        def is_set(self) -> bool:
            """Return whether it is so."""
            ...
else:
    from checksig._options.row import Annotated, TypedDict

StrPath = str | os.PathLike[str] | bytes

Symlinks = Literal["inside", "refuse", "record"]

#: In bytes a second: what the core counts with.
_MAX_RATE: Final = (1 << 63) - 1


class ReadOptions(TypedDict, total=False):
    """The way files are read. All functions that read files take these options."""

    workers: Annotated[
        int | None,
        Option(
            "how many threads hash, 256 at most (default: one per core)",
            metavar="N",
            number=True,
            setting="workers",
        ),
    ]
    readers: Annotated[
        int | None,
        Option(
            "how many files are read ahead of the workers, 256 at most (default: what suits the "
            "device; none if they are in the page cache)",
            metavar="N",
            number=True,
            needs="cache",
            setting="readers",
        ),
    ]
    drop_cache: Annotated[
        bool,
        Option(
            "read what the device has, not what the page cache has of it",
            False,
            "Files are dropped from the page cache before they are read, and afterwards.",
            needs="cache",
            setting="drop_cache",
        ),
    ]
    bwlimit: Annotated[
        int | None,
        Option(
            "read at most so many bytes a second, all threads together; typed also as 500K, 1.5M, "
            "2G, with units of 1024",
            metavar="RATE",
            number=True,
            most=_MAX_RATE,
            needs="cache",
            setting="bwlimit",
        ),
    ]


class ProcessOptions(TypedDict, total=False):
    """The way a process runs. Only the command line has these: a library is a guest in its own."""

    nice: Annotated[
        bool,
        Option(
            "run at the lowest priority, and use the disk only while nobody else does",
            False,
            "Where a system has no such priority for the disk, it is that of the processor alone.",
        ),
    ]


class WatchOptions(TypedDict, total=False):
    """The way a caller follows what happens, and ends it."""

    progress: Annotated[
        "Callable[[Progress], None] | None",
        Option(
            "called with the progress, about twenty times a second and once at the end",
            shown=False,
        ),
    ]
    cancel: Annotated[
        "Cancel | None",
        Option(
            "an event: once it is set, the run ends with :class:`CancelledError`",
            more="Anything that has ``is_set()`` will do. It is asked about twenty times a second.",
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
            "only the files that match, as in .gitignore",
            (),
            metavar="PATTERN",
            several=True,
            names="include",
        ),
    ]
    exclude: Annotated[
        Iterable[str],
        Option(
            "not the files that match, as in .gitignore",
            (),
            "The others are not checked, not listed, and not unlisted either.",
            metavar="PATTERN",
            several=True,
            names="exclude",
        ),
    ]
