"""The slot that a scheduler gives a process: the number of its shard, and its processors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checksig.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Variables with the number of a job in its array, and the number of the job for shard 0: of Slurm,
#: of Kubernetes, of PBS; and of SGE, whose arrays begin at 1.
_NUMBERS: Final = {
    "SLURM_ARRAY_TASK_ID": 0,
    "JOB_COMPLETION_INDEX": 0,
    "PBS_ARRAY_INDEX": 0,
    "SGE_TASK_ID": 1,
}
#: Variables with the number of its processors. What a control group allows, the core knows.
_PROCESSORS: Final = ("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "NCPUS", "NSLOTS")

#: Of a number: no plan has more shards.
_DIGITS: Final = 9


def number_of(given: str | None, environment: Mapping[str, str]) -> int:
    """Return the number of the shard that is meant.

    Args:
        given: What somebody typed, if anything.
        environment: Of the process.

    Raises:
        PlanError: nobody says it, or it is none.
    """
    if given is not None:
        return _number(given, "the number of the shard")
    for name, first in _NUMBERS.items():
        # SGE says "undefined" where there is no array.
        if (value := environment.get(name, "")) and value != "undefined":
            return _number(value, name) - first
    raise PlanError(f"no shard is given: its number, or one of {', '.join(_NUMBERS)}")


def _number(text: str, what: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > _DIGITS:
        raise PlanError(f"{what} is {text[:40]!r}, and has to be a number from 0")
    return int(text)


def workers_of(environment: Mapping[str, str]) -> int | None:
    """Return how many processors the slot has; None if only the core can tell."""
    for name in _PROCESSORS:
        if (value := environment.get(name, "")).isdecimal() and int(value) > 0:
            return int(value)
    return None
