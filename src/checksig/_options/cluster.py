"""The options of checks that other machines, or other processes, take part in."""

from checksig._options.checking import CheckOptions
from checksig._options.row import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Annotated, Any, Literal, TypedDict
else:
    from checksig._options.row import Annotated, TypedDict


class PlanOptions(TypedDict, total=False):
    """The division of a check."""

    shards: Annotated[
        int | None,
        Option(
            "the number of shards, more or less (default: one for each GiB to be read, 800 at "
            "most)",
            metavar="N",
            number=True,
        ),
    ]
    sizes: Annotated[
        "Literal['auto', 'always', 'never']",
        Option(
            "look up the sizes of files if the list has none, to balance shards by them (default: "
            "auto, if the list is shorter than 16 MiB)",
            "auto",
            "Without sizes, shards have about as many files each.",
            choices=("auto", "always", "never"),
        ),
    ]


class ExecutorOptions(PlanOptions, total=False):
    """The machines that check shards."""

    executor: Annotated[
        "Any",
        Option(
            "checks the shards: a client of Dask, the address of its scheduler, or any "
            "``concurrent.futures.Executor``",
            shown=False,
        ),
    ]
    resources: Annotated[
        "Mapping[str, float] | None",
        Option("resources of Dask that each shard takes, by their names", shown=False),
    ]
    hosts: Annotated[
        "Sequence[str] | None",
        Option("workers of Dask that may check shards, by their addresses", shown=False),
    ]
    shard_timeout: Annotated[
        int | None,
        Option(
            "give up if no shard is done for so many seconds; those that are not done are missing "
            "then (default: wait)",
            metavar="SECONDS",
            number=True,
        ),
    ]


class AuditOptions(CheckOptions, ExecutorOptions, total=False):
    """The options of :func:`verify` and :func:`audit`."""
