"""Named tuples, as ``typing.NamedTuple`` makes them.

That compiles each annotation, which nobody asks for.
"""

from __future__ import annotations

import collections

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Type checkers look at what it is called with, and here it is called with anything.
_named_tuple: Any = collections.namedtuple


class _Making(type):
    """Makes a tuple of each class that names its fields."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        if not bases:
            return super().__new__(cls, name, bases, body)
        types: dict[str, Any] = body["__annotations__"]
        defaults = [body[field] for field in types if field in body]
        made = _named_tuple(name, types, defaults=defaults, module=body["__module__"])
        made.__annotations__ = made.__new__.__annotations__ = types
        for each in body.keys() - types.keys() - {"__annotations__", "__dict__", "__weakref__"}:
            setattr(made, each, body[each])
        return made


class NamedTuple(metaclass=_Making):
    """The base of a class whose annotations are the fields of a tuple."""
