"""The options of making lists: more rows of the table."""

from typing import TYPE_CHECKING, Literal

from checksig._options.reading import ChoiceOptions, RunOptions, Symlinks
from checksig._options.row import Option

if TYPE_CHECKING:
    from typing import Annotated
else:
    from checksig._options.row import Annotated

Style = Literal["text", "binary", "tag"]


class CreateOptions(ChoiceOptions, RunOptions, total=False):
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
        Symlinks,
        Option(
            "list symbolic links that stay inside PATH as files, or none, or where they lead "
            "(default: inside)",
            "inside",
            choices=("inside", "refuse", "record"),
        ),
    ]
    update: Annotated[
        bool,
        Option(
            "take digests from the list that is there, and read only what is new or has changed "
            "since",
            False,
            "Files with the size and the time that they had, and another digest, are damaged: the "
            "list stays as it is.",
        ),
    ]
    accept_damaged: Annotated[
        bool, Option("list damaged files as they are now, with --update", False)
    ]
    drop_signature: Annotated[
        bool,
        Option(
            "remove the signatures beside the list that are not over what it says now",
            False,
            "Without it, or a signature that is made anew, such a list is not written.",
        ),
    ]
