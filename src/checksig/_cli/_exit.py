"""Exit codes of the native commands."""

from __future__ import annotations

from checksig.errors import DamagedError, TrustError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from checksig._results import Report

VERIFIED: Final = 0
NOT_VERIFIED: Final = 1
COULD_NOT_RUN: Final = 2
NOT_TRUSTED: Final = 3
INTERRUPTED: Final = 130


def of_report(report: Report) -> int:
    """Return the exit code that a report calls for."""
    return VERIFIED if report.ok else NOT_VERIFIED


def of_error(error: BaseException) -> int:
    """Return the exit code of an error that ended a command."""
    if isinstance(error, DamagedError):
        return NOT_VERIFIED
    return NOT_TRUSTED if isinstance(error, TrustError) else COULD_NOT_RUN
