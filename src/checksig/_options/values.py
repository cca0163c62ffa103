"""Options as values: settled, divided into rules and reading, and shown in signatures."""

from __future__ import annotations

import os
from functools import wraps

from checksig._classes import NamedTuple
from checksig._options import ChoiceOptions, ReadOptions, RuleOptions, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any, Self, TypeVar

    from checksig._options.reading import Cancel
    from checksig._options.row import Option

    _Options = TypeVar("_Options")
    _Function = TypeVar("_Function", bound=Callable[..., Any])


def settle(group: type[_Options], given: Mapping[str, object]) -> dict[str, Any]:
    """Return all options of a group: those that a caller gave, and the defaults of the others.

    Raises:
        TypeError: an option is not one of the group.
        ValueError: a value makes no sense.
    """
    rows = vars(group)["rows"]
    if unknown := given.keys() - rows.keys():
        raise TypeError(f"unknown options: {', '.join(sorted(unknown))}")
    settled = {name: row.default for name, row in rows.items()}
    for name, value in given.items():
        if value is not None:
            settled[name] = rows[name].checked(name, value)
    return settled


class Rules(NamedTuple):
    """The conditions of success."""

    settings: tuple[tuple[str, Any], ...] = ()  # for the core, by its names
    names: tuple[tuple[str, tuple[bytes, ...]], ...] = ()  # and names and patterns
    complete: bool = False
    size_only: bool = False
    find_moved: bool = False
    unlisted: bool = True  # whether files that are not listed are looked for
    max_failures: int | None = None
    server_checksums: bool = False  # whether a store need not be read of what it has checksums
    trust_etag: bool = False  # whether its entity tags may be such
    trust_versions: bool = False  # whether a version that is listed has the digests listed

    def of_part(self, below: bytes, parts: Sequence[bytes]) -> Self:
        """Return the rules for one of several places: what is required is in one of them.

        Args:
            below: The name of the place.
            parts: The names of all of them.
        """
        names = [
            (use, tuple(_within(below, given, parts)) if use == "require" else given)
            for use, given in self.names
        ]
        return self._replace(names=tuple(names))


def _within(below: bytes, names: Sequence[bytes], parts: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the names that are in a part, and in no other that is in that, as seen from there."""
    for name in map(os.path.normpath, names):
        holders = [each for each in parts if not each or name.startswith(each + b"/")]
        if max(holders or parts[:1], key=len) == below:
            # A name in none of them leads out of the first, where nothing can be listed.
            yield os.path.relpath(name, below or b".") if holders else b"../" + name


class Reading(NamedTuple):
    """The way files are read."""

    settings: tuple[tuple[str, Any], ...] = ()  # for the core, by its names
    workers: int | None = None
    rate: int | None = None  # in bytes a second, at most
    stat: bool = False  # whether results have the status of the file that was hashed
    cancel: Cancel | None = None  # whether it is wanted no more


class Network(NamedTuple):
    """The way servers are asked."""

    redirects: tuple[str, ...] = ()  # origins that they may redirect to
    timeout: int | None = None  # in seconds, without an answer; None: a minute
    cancel: Cancel | None = None  # whether what they say is wanted no more


#: Rules that Python keeps as well, in the order of their fields.
_OWN_RULES = (
    *("complete", "size_only", "find_moved", "unlisted", "max_failures"),
    *("server_checksums", "trust_etag", "trust_versions"),
)


def rules(options: Mapping[str, Any], algorithm: str | None = None) -> Rules:
    """Return the conditions of success.

    Args:
        options: All of :class:`RuleOptions`, settled.
        algorithm: The only one that lists may use, if there is one.
    """
    settings: list[tuple[str, Any]] = [("algorithm", algorithm)]
    names: list[tuple[str, tuple[bytes, ...]]] = []
    for name, row in vars(RuleOptions)["rows"].items():
        if row.setting:
            settings.append((row.setting, options[name]))
        if row.names:
            names.append((row.names, tuple(map(os.fsencode, options[name]))))
    if not options["unlisted"]:
        for name in ("complete", "find_moved", "mounts"):
            if options[name]:
                raise ValueError(f"{name} needs a look for files that are not listed")
    for name in ("trust_etag", "trust_versions"):
        if options[name] and not options["server_checksums"]:
            raise ValueError(f"{name} is for server_checksums")
    own = [options[name] for name in _OWN_RULES]
    return Rules(tuple(settings), tuple(names), *own)


def reading(options: Mapping[str, Any]) -> Reading:
    """Return how files are read, out of all of :class:`RunOptions`, settled."""
    rows = vars(ReadOptions)["rows"]
    pairs = [(row.setting, options[name]) for name, row in rows.items()]
    rate, cancel = options["bwlimit"], options["cancel"]
    return Reading(tuple(pairs), options["workers"], rate, cancel=cancel)


def patterns(options: Mapping[str, Any]) -> dict[str, tuple[bytes, ...]]:
    """Return the patterns of :class:`ChoiceOptions`, settled, by the core's names."""
    rows = table(ChoiceOptions)
    return {row.names: tuple(map(os.fsencode, options[n])) for n, row in rows.items()}


def takes(group: type, *, but: Sequence[str] = ()) -> Callable[[_Function], _Function]:
    """Show the options of a group in the signature of a function, instead of ``**options``.

    A keyword that is none of them is refused, with the name of the nearest. What the group has
    ``but`` the function has not is left to the function, which may say why.
    """

    def shown(function: _Function) -> _Function:
        from inspect import CO_COROUTINE, Parameter, signature  # noqa: PLC0415 (it takes 8 ms)

        own = signature(function)
        parameters = [p for p in own.parameters.values() if p.kind is not Parameter.VAR_KEYWORD]
        parameters += [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY,
                default=row.default,
                annotation=_type_of(group, name, row),
            )
            for name, row in table(group).items()
            if name not in but
        ]
        shows = own.replace(parameters=parameters)
        known = {*shows.parameters, *but}

        @wraps(function)
        def checked(*given: Any, **options: Any) -> Any:
            if not options.keys() <= known:
                raise _unexpected(function.__name__, options, list(shows.parameters))
            return function(*given, **options)

        @wraps(function)
        async def awaited(*given: Any, **options: Any) -> Any:
            return await checked(*given, **options)

        is_async = function.__code__.co_flags & CO_COROUTINE
        wrapper: Any = awaited if is_async else checked
        wrapper.__signature__ = shows
        return wrapper  # type: ignore[no-any-return] # it takes what the function takes

    return shown


def _type_of(group: type, name: str, row: Option) -> Any:
    """Return the type of an option. Where there are choices, the table does not load typing."""
    if row.default in row.choices:
        from typing import Literal  # noqa: PLC0415 (as said)

        return Literal[row.choices]
    return group.__annotations__[name]


def _unexpected(function: str, options: Mapping[str, Any], known: list[str]) -> TypeError:
    """Return the error about a keyword that a function does not have."""
    from difflib import get_close_matches  # noqa: PLC0415 (only errors need it)

    wrong = next(name for name in options if name not in known)
    meant = "".join(f": did you mean {each!r}?" for each in get_close_matches(wrong, known, 1))
    return TypeError(f"{function}() got an unexpected keyword {wrong!r}{meant}")
