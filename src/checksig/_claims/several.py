"""Several lists, of which one need not end a run of many: what is to be said of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checksig._claims.candidates import ElsewhereError, fault
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checksig._claims.parsing import Manifest
    from checksig._results import Result


class Several(NamedTuple):
    """Lists, and what is to be said of others."""

    manifests: list[Manifest]
    faults: tuple[Result, ...] = ()  # verdicts on those that cannot be read
    remarks: tuple[str, ...] = ()  # on those that are for another place


def read(wanted: Mapping[str, Callable[[], Manifest]]) -> Several:
    """Return lists, as far as they can be read and are for this place.

    Args:
        wanted: What reads each list, by its path.

    Raises:
        ManifestError: there is none.
        TrustError: a list is in a signature that does not hold.
    """
    manifests: list[Manifest] = []
    faults: list[Result] = []
    remarks: list[str] = []
    for path, read_it in wanted.items():
        try:
            manifests.append(read_it())
        except ManifestError as error:
            if len(faults) + len(remarks) == len(wanted) - 1:
                raise
            if isinstance(error, ElsewhereError):
                remarks.append(f"{error}, and was not read")
            else:
                faults.append(fault(path, error))
    return Several(manifests, tuple(faults), tuple(remarks))
