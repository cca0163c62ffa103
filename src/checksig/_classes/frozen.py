"""Frozen dataclasses, as ``dataclasses`` makes them.

That takes 10 ms to load, and compiles half a dozen methods for each class. Here ``__init__`` alone
is compiled, when the first instance is made. What ``dataclasses`` keeps of a class, so that its
functions work on instances, is made when one of them is called.
"""

from __future__ import annotations

from functools import partial
from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_NONE = object()  # there is no default


class field:  # noqa: N801 (as dataclasses has it)
    """A field, and whether it counts when instances are shown and compared."""

    def __init__(self, *, default: Any = _NONE, repr: bool = True, compare: bool = True) -> None:  # noqa: A002 (as above)
        self.default, self.repr, self.compare = default, repr, compare


def dataclass(
    *,
    frozen: bool,
    slots: bool = False,
    kw_only: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002 (as above)
) -> Callable[[type], Any]:
    """Return what makes a dataclass of a class with annotations. All are frozen."""
    settings = {"frozen": frozen, "slots": slots, "kw_only": kw_only, "eq": eq, "repr": repr}

    def made(cls: type) -> Any:
        body = dict(vars(cls))
        own: dict[str, field] = {}
        for name in body["__annotations__"]:
            given = body.pop(name, _NONE)
            own[name] = given if isinstance(given, field) else field(default=given)
        fields = {**getattr(cls, "_fields", {}), **own}
        if slots:
            body["__slots__"] = tuple(own)
            body |= {"__getstate__": _getstate, "__setstate__": _setstate}
        else:
            body |= {name: each.default for name, each in own.items() if each.default is not _NONE}
        for name in ("__dict__", "__weakref__"):  # of the class that this is made of
            body.pop(name, None)
        body["_fields"] = fields
        body["__match_args__"] = () if kw_only else tuple(fields)
        body["__replace__"] = replace
        body |= {"__setattr__": _setattr, "__delattr__": _delattr}
        body |= {"__repr__": _repr} if repr else {}
        body |= _comparing(fields) if eq else {}
        new: Any = type(cls)(cls.__name__, cls.__bases__, body)
        _Later(new, "__init__", lambda: _init(new, fields, kw_only=kw_only))
        for name in ("__dataclass_fields__", "__dataclass_params__"):
            _Later(new, name, partial(_kept, new, name, own, settings))
        return new

    return made


class _Later:
    """An attribute of a class that is made when it is first asked for."""

    def __init__(self, cls: type, name: str, make: Callable[[], Any]) -> None:
        self.cls, self.name, self.make = cls, name, make
        setattr(cls, name, self)

    def __get__(self, instance: object, owner: type) -> Any:
        setattr(self.cls, self.name, self.make())
        return getattr(owner if instance is None else instance, self.name)


def replace(instance: Any, /, **changes: Any) -> Any:
    """Return an instance with other values of some fields."""
    kept = {name: getattr(instance, name) for name in instance._fields}
    return type(instance)(**kept | changes)


def _types(cls: type) -> dict[str, str]:
    found: dict[str, str] = vars(cls).get("__annotations__", {})
    return found


def _init(cls: type, fields: dict[str, field], *, kw_only: bool) -> Any:
    types = {n: kind for c in reversed(cls.__mro__) for n, kind in _types(c).items()}
    taken = [n if f.default is _NONE else f"{n}=defaults[{n!r}]" for n, f in fields.items()]
    head = f"def __init__({', '.join(['self', *['*'][:kw_only], *taken])}):"
    scope: dict[str, Any] = {
        "__name__": cls.__module__,
        "assign": object.__setattr__,
        "defaults": {name: each.default for name, each in fields.items()},
    }
    exec("\n ".join([head, *[f"assign(self, {n!r}, {n})" for n in fields]]), scope)  # noqa: S102 (names of fields, as dataclasses does)
    made = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = {**{name: types[name] for name in fields}, "return": None}
    return made


def _comparing(fields: dict[str, field]) -> dict[str, Any]:
    values = attrgetter(*[name for name, each in fields.items() if each.compare])

    def equal(self: Any, other: Any) -> bool:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": hashed}


def _repr(self: Any) -> str:
    shown = [f"{n}={getattr(self, n)!r}" for n, each in self._fields.items() if each.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _is_frozen(instance: Any, name: str) -> bool:
    """Whether an attribute cannot be set: only a subclass may have others than its fields."""
    return "_fields" in type(instance).__dict__ or name in instance._fields


def _setattr(self: Any, name: str, value: Any) -> None:
    if not _is_frozen(self, name):
        return object.__setattr__(self, name, value)
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 (nobody does that)

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> None:
    if not _is_frozen(self, name):
        return object.__delattr__(self, name)
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 (as above)

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self._fields]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self._fields, state, strict=True):
        object.__setattr__(self, name, value)


def _kept(cls: type, name: str, own: dict[str, field], settings: dict[str, bool]) -> Any:
    """Return what ``dataclasses`` keeps in an attribute of a class that it makes."""
    import dataclasses  # noqa: PLC0415 (few ask)

    body: dict[str, Any] = {"__annotations__": _types(cls), "__doc__": cls.__doc__}
    body["__module__"] = cls.__module__
    for each, found in own.items():
        default = {} if found.default is _NONE else {"default": found.default}
        body[each] = dataclasses.field(repr=found.repr, compare=found.compare, **default)
    model = type(cls.__name__, cls.__bases__, body)
    return getattr(dataclasses.dataclass(**settings)(model), name)
