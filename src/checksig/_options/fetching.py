"""The options about servers that files are read from."""

from collections.abc import Iterable

from checksig._options.reading import StrPath
from checksig._options.row import Option

TYPE_CHECKING = False
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


class ServerOptions(FetchOptions, total=False):
    """The way servers are asked, and what is said of them."""

    index: Annotated[
        StrPath | None,
        Option(
            "a text with the names of all files that a web server has there, one a line",
            more="With it, nothing may be unlisted on a web server either. A file or an address. "
            "Names are relative to the directory of the list, as ``find . -type f`` writes them.",
            metavar="FILE",
            filled=True,
        ),
    ]
