"""Several lists, of which one need not end a run of many: verdicts on those that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._claims.candidates import fault
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checksig._claims.lists import Manifest
    from checksig._results import Result


def read(
    wanted: Mapping[str, Callable[[], Manifest]],
) -> tuple[list[Manifest], tuple[Result, ...]]:
    """Return lists, and verdicts on those that cannot be read.

    Args:
        wanted: What reads each list, by its path.

    Raises:
        ManifestError: none of them can be read.
        TrustError: a list is in a signature that does not hold.
    """
    manifests: list[Manifest] = []
    faults: list[Result] = []
    for path, read_it in wanted.items():
        try:
            manifests.append(read_it())
        except ManifestError as error:
            if len(wanted) == 1 or (not manifests and len(faults) == len(wanted) - 1):
                raise
            faults.append(fault(path, error))
    return manifests, tuple(faults)
