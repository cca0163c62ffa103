"""The options about servers that files are read from."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from checksig._options.row import Option

if TYPE_CHECKING:
    from typing import Annotated, TypedDict
else:
    from checksig._options.row import Annotated, TypedDict


class FetchOptions(TypedDict, total=False):
    """The way servers are asked, for what does not lie on this machine."""

    redirects: Annotated[
        str | Iterable[str],
        Option(
            "where a web server may redirect to, besides itself, as https://cdn.example.org",
            (),
            "It may not redirect anywhere else.",
            metavar="ORIGIN",
            several=True,
            filled=True,
        ),
    ]
    timeout: Annotated[
        int | None,
        Option(
            "after how many seconds without an answer a server is given up (default: 60)",
            more="Till then, what may be temporary is tried again.",
            metavar="SECONDS",
            number=True,
        ),
    ]
