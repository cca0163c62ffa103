"""Credentials, and whatever else is good for a while only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

#: In seconds. Tokens of the machines of Google have five minutes left at least when they are given.
_FOR: Final = 240


class Renewed(Generic[_T]):
    """A value that is made again when it is asked for later."""

    def __init__(self, make: Callable[[], _T]) -> None:
        """Make it now, so that whoever cannot have it hears of it at once."""
        self._make, self._value = make, make()
        self._until = time.monotonic() + _FOR

    def __call__(self) -> _T:
        """Return it."""
        if time.monotonic() > self._until:
            self._value = self._make()
            self._until = time.monotonic() + _FOR
        return self._value
