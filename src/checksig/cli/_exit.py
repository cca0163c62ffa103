"""Exit codes of the native commands."""

from typing import Final

VERIFIED: Final = 0
NOT_VERIFIED: Final = 1
COULD_NOT_RUN: Final = 2
INTERRUPTED: Final = 130
