"""Classes that are made fast: they behave as those of ``typing`` and ``dataclasses``."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import sys
import typing
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import checksig
from checksig import _classes, _entries, _results

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = '''
class Pair(NamedTuple):
    """Two."""

    left: int
    right: str = "r"

    def joined(self) -> str:
        return f"{self.left}{self.right}"

    @property
    def double(self) -> int:
        return 2 * self.left

    @classmethod
    def of(cls, left: int) -> Pair:
        return cls(left)


@dataclass(frozen=True, slots=True)
class Point:
    """A place."""

    x: int
    y: float = 0.5
    note: str = field(default="n", repr=False, compare=False)

    @property
    def sum(self) -> float:
        return self.x + self.y


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Base:
    """The base."""

    count: int
    size: int = 0

    def plus(self) -> int:
        return self.count + 1


@dataclass(frozen=True, kw_only=True)
class Whole(Base):
    """The whole."""

    names: tuple[str, ...]
    kept: tuple[str, ...] | None = field(default=None, compare=False)
'''


def made_with(name: str, **tools: Any) -> Any:
    """The classes of the source, made with these tools, in a module that pickle finds."""
    module = ModuleType(name)
    vars(module).update(tools)
    sys.modules[name] = module
    exec(compile(SOURCE, name, "exec"), vars(module))  # noqa: S102 (as above)
    return module


OURS = made_with(
    "ours",
    NamedTuple=_classes.NamedTuple,
    dataclass=_classes.dataclass,
    field=_classes.field,
)
THEIRS = made_with(
    "theirs",
    NamedTuple=typing.NamedTuple,
    dataclass=dataclasses.dataclass,
    field=dataclasses.field,
)
#: What is done with the classes of the source: it comes to the same.
SAME: dict[str, Callable[[Any], Any]] = {
    "a tuple": lambda m: tuple(m.Pair(1, "b")),
    "its default": lambda m: m.Pair(1),
    "its fields": lambda m: (m.Pair._fields, m.Pair._field_defaults, m.Pair.__match_args__),
    "as a dictionary": lambda m: m.Pair(1)._asdict(),
    "another tuple": lambda m: m.Pair(1)._replace(right="x"),
    "methods of a tuple": lambda m: (m.Pair(1).joined(), m.Pair(2).double, m.Pair.of(3)),
    "hints of a tuple": lambda m: typing.get_type_hints(m.Pair),
    "arguments of a tuple": lambda m: [*inspect.signature(m.Pair).parameters],
    "documentation": lambda m: [vars(m)[n].__doc__ for n in ("Pair", "Point", "Base", "Whole")],
    "qualified names": lambda m: [m.Pair.__qualname__, m.Point.__init__.__qualname__],
    "a tuple without a field": lambda m: m.Pair(),
    "a tuple cannot be changed": lambda m: setattr(m.Pair(1), "left", 2),
    "repr": lambda m: (repr(m.Point(1)), repr(m.Whole(count=1, names=("a",)))),
    "equal": lambda m: (
        m.Point(1) == m.Point(1, note="x"),
        m.Point(1) == m.Point(2),
        m.Point(1) == 1,
    ),
    "equal wholes": lambda m: m.Whole(count=1, names=()) == m.Whole(count=1, names=(), kept=()),
    "bases are not compared": lambda m: m.Base(count=1) == m.Base(count=1),
    "hash": lambda m: hash(m.Point(1)) == hash((1, 0.5)),
    "hash of a whole": lambda m: hash(m.Whole(count=1, names=())) == hash((1, 0, ())),
    "hash of what has none": lambda m: hash(m.Point([])),
    "signatures": lambda m: [str(inspect.signature(c)) for c in (m.Point, m.Base, m.Whole)],
    "hints": lambda m: [typing.get_type_hints(c) for c in (m.Point, m.Whole)],
    "class attributes": lambda m: (m.Base.size, m.Whole.kept, hasattr(m.Whole, "names")),
    "slots": lambda m: (m.Point.__slots__, hasattr(m.Point(1), "__dict__"), m.Point.__module__[:0]),
    "no weak reference": lambda m: hasattr(m.Point(1), "__weakref__"),
    "match": lambda m: (m.Point.__match_args__, m.Whole.__match_args__),
    "fields": lambda m: [
        [(f.name, f.type, f.default, f.repr, f.compare, f.kw_only) for f in dataclasses.fields(c)]
        for c in (m.Point, m.Base, m.Whole, m.Point(1))
    ],
    "is one": lambda m: [dataclasses.is_dataclass(c) for c in (m.Point, m.Whole, m.Point(1))],
    "asdict": lambda m: dataclasses.asdict(m.Whole(count=1, names=("a",))),
    "astuple": lambda m: dataclasses.astuple(m.Point(1)),
    "replace": lambda m: dataclasses.replace(m.Point(1), x=2),
    "replace in a whole": lambda m: dataclasses.replace(m.Whole(count=1, names=()), size=3),
    "replace what is not there": lambda m: dataclasses.replace(m.Point(1), z=2),
    "assign": lambda m: setattr(m.Point(1), "x", 2),
    "assign to a whole": lambda m: setattr(m.Whole(count=1, names=()), "other", 2),
    "delete": lambda m: delattr(m.Whole(count=1, names=()), "size"),
    "too few": lambda m: m.Point(),
    "too many": lambda m: m.Point(1, 2, "", 4),
    "only by name": lambda m: m.Base(1),
    "copy": lambda m: (copy.copy(m.Point(1)), copy.deepcopy(m.Whole(count=1, names=("a",)))),
    "pickle": lambda m: [
        pickle.loads(pickle.dumps(each, protocol))  # noqa: S301 (of our own making)
        for each in (m.Pair(1), m.Point(1, note="x"), m.Whole(count=1, names=("a",)))
        for protocol in (2, pickle.HIGHEST_PROTOCOL)
    ],
    "methods": lambda m: (m.Point(1).sum, m.Whole(count=1, names=()).plus()),
}


def outcome(of: Callable[[Any], Any], module: Any) -> tuple[str, str]:
    """What a call comes to, or the error that it raises, in words."""
    try:
        return "", str(of(module))
    except Exception as error:
        return type(error).__name__, str(error)


@pytest.mark.parametrize("what", SAME)
def test_classes_behave_as_those_of_the_standard_library(what: str) -> None:
    assert outcome(SAME[what], OURS) == outcome(SAME[what], THEIRS)


def test_a_subclass_may_have_more_than_fields() -> None:
    def more(module: Any) -> tuple[int, int]:
        found = type("More", (module.Whole,), {})(count=1, names=())
        found.extra = 2
        return found.extra, found.count

    def assigned(module: Any) -> None:
        type("More", (module.Whole,), {})(count=1, names=()).count = 2

    assert outcome(more, OURS) == outcome(more, THEIRS) == ("", "(2, 1)")
    assert outcome(assigned, OURS) == outcome(assigned, THEIRS)


def test_a_dataclass_of_the_standard_library_can_be_built_on_one() -> None:
    def extended(module: Any) -> list[str]:
        body = {"__annotations__": {"more": "int"}, "more": 1}
        cls = dataclasses.dataclass(frozen=True, kw_only=True)(type("More", (module.Whole,), body))
        return [field.name for field in dataclasses.fields(cls)] + [repr(cls(count=1, names=()))]

    assert outcome(extended, OURS) == outcome(extended, THEIRS)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace is of Python 3.13")
def test_copy_replaces() -> None:
    assert copy.replace(OURS.Point(1), x=2) == OURS.Point(2)


def test_results_are_values_that_can_be_pickled_compared_and_replaced() -> None:
    result = checksig.Result("a", checksig.Status.OK, size=3)
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301 (of our own making)
    assert dataclasses.replace(result, size=4).size == 4
    assert [field.name for field in dataclasses.fields(checksig.Report)][:2] == ["counts", "files"]


@pytest.mark.parametrize(
    "cls", [_results.Algorithm, _results.Digest, _results.Result, _entries.Entry, _entries.Changes]
)
def test_types_of_fields_can_be_asked_for(cls: type) -> None:
    assert typing.get_type_hints(cls).keys() == cls.__annotations__.keys()
