"""A row of the table of options, and groups of rows.

A group is a typed dictionary for type checkers. At run time it is a plain class that keeps its
rows: typing's own dictionaries and annotations take seven times as long to make.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Final, Literal

    #: What an option may need of a place: that it says all it has, directories below it, sizes,
    #: links to compare, a page cache, readers ahead, a rate that can be bounded, checksums of its
    #: own, versions of files; or an engine: that files can be read at the same time, several by
    #: one thread that waits for none, or have URLs; or that it has an address, says digests by
    #: itself, or has to be told all it has.
    Trait = Literal[
        "all",
        "tree",
        "sizes",
        "links",
        "cache",
        "readers",
        "rate",
        "checksums",
        "versions",
        "parallel",
        "abreast",
        "urls",
        "remote",
        "digests",
        "index",
    ]

_MAX_NUMBER: Final = (1 << 31) - 1


class Option:
    """A row of the table."""

    def __init__(
        self,
        sentence: str,
        default: Any = None,
        more: str = "",
        *,
        metavar: str = "",
        choices: tuple[str, ...] = (),
        several: bool = False,
        number: bool = False,
        most: int = _MAX_NUMBER,
        method: str = "",
        filled: bool = False,
        short: str = "",
        shown: bool = True,
        needs: Trait | None = None,
        needs_value: str | None = None,
        setting: str = "",
        names: str = "",
    ) -> None:
        """Make a row.

        Args:
            sentence: For ``--help`` and the pages.
            default: The value if none is given.
            more: For the pages.
            metavar: Of the value on the command line. Without it: a switch, or choices.
            choices: All values that there are.
            several: Whether it can be given several times.
            number: Whether its value is a whole number from 1.
            most: The largest number.
            method: What an object needs to be one.
            filled: Whether an empty value is refused: a variable of a shell that is not set.
            short: Its short name on the command line.
            shown: Whether the command line has it.
            needs: What it needs of a place.
            needs_value: The only value that needs it; None: every one but the default.
            setting: The core's name for it, if the core is told.
            names: The core's name for it, if it is names or patterns.
        """
        self.sentence, self.default, self.more = sentence, default, more
        self.metavar, self.choices, self.short, self.shown = metavar, choices, short, shown
        self.several, self.number, self.filled = several, number, filled
        self.most, self.method = most, method
        self.needs: Trait | None = needs
        self.needs_value = needs_value
        self.setting, self.names = setting, names

    def checked(self, name: str, value: Any) -> Any:
        """Return a value that a caller gave.

        Raises:
            ValueError, TypeError: it makes no sense.
        """
        if value is None:
            return self.default
        if self.several and self.default == ():
            return (value,) if isinstance(value, (str, bytes, os.PathLike)) else tuple(value)
        if self.number and not (type(value) is int and 1 <= value <= self.most):
            raise ValueError(f"{name} must be {numbers(self.most)}, not {value}")
        if self.method and not hasattr(value, self.method):
            raise TypeError(f"{name} must have {self.method}(), as threading.Event has")
        if isinstance(self.default, bool) and not isinstance(value, bool):
            raise ValueError(f"{name} must be True or False, not {value}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{name} must be {', '.join(self.choices)}, not {value}")
        if self.filled and value == "":
            raise ValueError(f"{name} must not be empty")
        return value

    def flag(self, name: str) -> str:
        """Return what the option is called on the command line, where one that is on is put off."""
        return f"--{'no-' if self.default is True else ''}{name.replace('_', '-')}"

    @property
    def help(self) -> str:
        """The sentence, as the command line has it."""
        return f"do not {self.sentence}" if self.default is True else self.sentence

    def asks_for(self, value: object) -> Trait | None:
        """Return what a value needs of a place."""
        if not value or value == self.default or self.needs_value not in (None, value):
            return None
        return self.needs


def numbers(most: int) -> str:
    """Return what a number may be."""
    return f"1 or more, and {most:,} at most"


if not TYPE_CHECKING:

    class Annotated:
        """A type and its row of the table."""

        def __class_getitem__(cls, pair: Any) -> Any:
            return pair

    class TypedDict:
        """A group of options, with those of the groups that it builds on."""

        rows: ClassVar[dict[str, Option]] = {}

        def __init_subclass__(cls, *, total: bool) -> None:
            pairs = vars(cls).get("__annotations__", {})
            inherited = [base for base in cls.__bases__ if base.rows]
            cls.rows = {n: row for base in inherited for n, row in base.rows.items()}
            types = {n: kind for base in inherited for n, kind in base.__annotations__.items()}
            cls.rows |= {name: row for name, (_, row) in pairs.items()}
            cls.__annotations__ = types | {name: kind for name, (kind, _) in pairs.items()}

        def __new__(cls, **values: Any) -> Any:
            return values
