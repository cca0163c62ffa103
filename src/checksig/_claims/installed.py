"""Python environments as claims: the lists of their packages, and what has failed already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checksig._claims import lists
from checksig._names import quoted
from checksig.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checksig._claims import Claim
    from checksig._claims.packages import Installed
    from checksig._results import Result


def claim(root: bytes, found: Sequence[Installed], settled: Iterable[Result]) -> Claim:
    """Return what the lists of packages say. Packages without one have failed already.

    Args:
        root: The path of the prefix.
        found: The packages.
        settled: Verdicts on what they do not prove.

    Raises:
        ManifestError: there is no package with a RECORD.
    """
    manifests = [each.manifest for each in found if each.manifest is not None]
    if not manifests:
        raise ManifestError(f"no package with a RECORD in {quoted(root)}")
    faults = [result for each in found for result in (each.fault, *each.wrong) if result]
    others = {(result.path, result.status): result for result in settled}
    return lists.claim(manifests, looks=False, settled=(*faults, *others.values()))
