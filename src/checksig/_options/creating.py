"""The options of making lists: more rows of the table."""

from checksig._options.fetching import FetchOptions
from checksig._options.reading import ChoiceOptions, RunOptions
from checksig._options.row import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Literal

    Style = Literal["text", "binary", "tag"]
    from checksig._options.reading import Symlinks
else:
    from checksig._options.row import Annotated


class CreateOptions(ChoiceOptions, RunOptions, FetchOptions, total=False):
    """More options of :func:`create`."""

    format: Annotated[
        str | None,
        Option(
            "the format of the list",
            metavar="FORMAT",
            short="-f",
        ),
    ]
    zero: Annotated[bool, Option("end lines with NUL, and escape no names", False, short="-z")]
    symlinks: Annotated[
        "Symlinks",
        Option(
            "list symbolic links that stay inside PATH as files; or list none; or record where "
            "they lead (default: inside)",
            "inside",
            choices=("inside", "refuse", "record"),
        ),
    ]
    versions: Annotated[
        bool,
        Option(
            "also list the version of each object, in a store that keeps versions",
            False,
            "``verify`` with ``trust_versions`` does not read again what still is the version "
            "listed. The format is ``jsonl``.",
            needs="versions",
        ),
    ]
    update: Annotated[
        bool,
        Option(
            "keep the digests of the existing list, and read only files that are new or have "
            "changed since",
            False,
            "A file with its old size and time, but another digest, is damaged: the list then "
            "stays as it is.",
        ),
    ]
    accept_damaged: Annotated[
        bool, Option("list damaged files as they are now, with --update", False)
    ]
    drop_signature: Annotated[
        bool,
        Option(
            "remove the signatures beside the list that no longer hold",
            False,
            "Without it, or a new signature, such a list is not written.",
        ),
    ]
