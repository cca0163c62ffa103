"""Lists and bags that are made: created, updated, converted.

A :class:`ListRequest` is what a caller asks for; a ``Layout`` is the format that the lists are in.
What a format can hold, and what its lists are called, stands in its row in ``_formats``. The names
below are loaded when they are first used: to check files takes none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from checksig._making.bags import Bagged, make_bag
    from checksig._making.converting import Converted, convert, convert_lists
    from checksig._making.creating import Created, create, make_lists
    from checksig._making.list_request import ListRequest

__all__ = [
    "Bagged",
    "Converted",
    "Created",
    "ListRequest",
    "convert",
    "convert_lists",
    "create",
    "make_bag",
    "make_lists",
]

_MODULES: Final = ("creating", "list_request", "converting", "bags")


def __getattr__(name: str) -> object:
    """Load what is here when it is first used."""
    for module in _MODULES if name in __all__ else ():
        namespace = vars(import_module(f"checksig._making.{module}"))
        if name in namespace:
            return namespace[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
