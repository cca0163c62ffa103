"""Verdicts, totals and signatures: what a check ends in."""

from checksig._results.report import COUNTS, PathError, Progress, Report, Source, Totals
from checksig._results.signature import Signature
from checksig._results.verdicts import (
    STRENGTHS,
    Algorithm,
    Digest,
    Proof,
    Result,
    Stat,
    Status,
    Strength,
)

__all__ = [
    "COUNTS",
    "STRENGTHS",
    "Algorithm",
    "Digest",
    "PathError",
    "Progress",
    "Proof",
    "Report",
    "Result",
    "Signature",
    "Source",
    "Stat",
    "Status",
    "Strength",
    "Totals",
]
