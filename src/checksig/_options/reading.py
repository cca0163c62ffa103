"""The options about which files are read, and how."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from checksig._options.row import Option

if TYPE_CHECKING:
    from typing import Annotated, TypedDict
else:
    from checksig._options.row import Annotated, TypedDict

StrPath = str | os.PathLike[str] | bytes

Symlinks = Literal["inside", "refuse", "record"]


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
