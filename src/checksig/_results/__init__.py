"""Verdicts, totals and signatures: what a check ends in."""

from checksig._results.signature import Signature
from checksig._results.verdicts import (
    COUNTS,
    Algorithm,
    Digest,
    PathError,
    Progress,
    Report,
    Result,
    Source,
    Stat,
    Status,
    Strength,
    Totals,
)

__all__ = [
    "COUNTS",
    "Algorithm",
    "Digest",
    "PathError",
    "Progress",
    "Report",
    "Result",
    "Signature",
    "Source",
    "Stat",
    "Status",
    "Strength",
    "Totals",
]
