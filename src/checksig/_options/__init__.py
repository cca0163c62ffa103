"""The options of all functions and commands: one table.

Python signatures, the command line, its help, the pages and the requests to the core come from it:
a new option is a new row in a file of this directory, and nothing else. ``row`` has its parts.
"""

from checksig._options.checking import (
    CheckOptions,
    FindOptions,
    NameOptions,
    ProofOptions,
    RuleOptions,
)
from checksig._options.cluster import AuditOptions, ExecutorOptions, PlanOptions
from checksig._options.comparing import CompareOptions
from checksig._options.creating import CreateOptions
from checksig._options.environment import EnvironmentOptions
from checksig._options.fetching import FetchOptions, ServerOptions
from checksig._options.reading import (
    ChoiceOptions,
    ProcessOptions,
    ReadOptions,
    RunOptions,
    StrPath,
    WatchOptions,
)
from checksig._options.row import Option
from checksig._options.trusting import TrustOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._options.creating import Style
    from checksig._options.reading import Symlinks
    from checksig._options.row import Trait

__all__ = [
    "AuditOptions",
    "CheckOptions",
    "ChoiceOptions",
    "CompareOptions",
    "CreateOptions",
    "EnvironmentOptions",
    "ExecutorOptions",
    "FetchOptions",
    "FindOptions",
    "NameOptions",
    "Option",
    "PlanOptions",
    "ProcessOptions",
    "ProofOptions",
    "ReadOptions",
    "RuleOptions",
    "RunOptions",
    "ServerOptions",
    "StrPath",
    "Style",
    "Symlinks",
    "Trait",
    "TrustOptions",
    "WatchOptions",
    "table",
]


def table(group: type) -> dict[str, Option]:
    """Return the rows of a group, by the names of the options."""
    rows: dict[str, Option] = vars(group)["rows"]
    return rows
